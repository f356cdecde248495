"""Write parameter values as their operation asks: style, explode, reserved characters (OpenAPI 3.1, 4.8.12)."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from harness.jsonvalue import as_text, compact
from harness.openapi.model import Operation, Parameter

_RESERVED = (
    ":/?[]@!$'()*+,;="  # all that RFC 3986 reserves, but for `&` and `#`, which would end the value
)
# Reserved signs that the value of a cookie may hold as they are (RFC 6265, 4.1.1).
_COOKIE = "!$'()*+:@/?-._~[]&="
# Space and pipe are no signs of a query (RFC 3986, 3.4): between values too they are encoded.
_JOINTS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
MAX_DEPTH = 20

_Write = Callable[[object], str]


def wire(operation: Operation, name: str, location: str) -> Parameter:
    """Return how an operation describes a parameter, with the defaults of its place filled in."""
    for parameter in operation.parameters:
        # Names of header fields ignore case (RFC 9110, 5.1), those of other parameters do not.
        same = parameter.name == name or (
            location == "header" and parameter.name.lower() == name.lower()
        )
        if same and parameter.location == location:
            return parameter
    # What the document does not describe is written with the defaults of its place.
    return Parameter(name, location)


def path_text(value: object, as_: Parameter) -> str:
    """Write a value into a path: `a,b`, `.a.b` or `;name=a,b`."""
    if as_.media_type:
        return quote(_content(value, as_), safe="")
    # The styles are those of RFC 6570: label is 3.2.5, matrix 3.2.7, simple 3.2.2.
    if as_.style == "label":
        return "." + _joined(value, as_, "." if as_.is_exploded else ",", _in_path)
    if as_.style != "matrix":
        return _joined(value, as_, ",", _in_path)
    name = quote(as_.name, safe="")
    if isinstance(value, Mapping) and as_.is_exploded:
        return ";" + _joined(value, as_, ";", _in_path)
    if isinstance(value, list | tuple) and as_.is_exploded:
        # Exploded, a matrix repeats its name for every item (RFC 6570, 3.2.7).
        return "".join(f";{name}={_in_path(item)}" for item in value)
    return f";{name}={_joined(value, as_, ',', _in_path)}"


def query_pairs(value: object, as_: Parameter) -> Iterator[str]:
    """Write a value as pairs of a query; null and what is empty are no value."""
    name = quote(as_.name, safe="")
    if as_.media_type:
        yield f"{name}={quote(_content(value, as_), safe='')}"
    # Only an object can be written deep; what is none falls through to the plain forms.
    elif as_.style == "deepObject" and isinstance(value, Mapping):
        yield from _deep(name, value, 0)
    elif not isinstance(value, Mapping | list | tuple):
        yield from [] if value is None else [f"{name}={_in_query(value, as_)}"]
    elif as_.is_exploded:
        yield from _exploded(name, value, lambda each: _in_query(each, as_))
    # An empty list has no form that a reader could tell from a list of one empty text.
    elif value:
        joint = _JOINTS.get(as_.style, ",")
        yield f"{name}={_joined(value, as_, joint, lambda each: _in_query(each, as_))}"


def header_text(value: object, as_: Parameter) -> str:
    """Write a value into a header; nothing is encoded there."""
    return _content(value, as_) if as_.media_type else _joined(value, as_, ",", as_text)


def cookie_pairs(value: object, as_: Parameter) -> Iterator[str]:
    """Write a value as pairs of the Cookie header."""
    if as_.media_type:
        yield f"{as_.name}={quote(_content(value, as_), safe=_COOKIE)}"
    elif as_.is_exploded and isinstance(value, Mapping | list | tuple):
        yield from _exploded(as_.name, value, _in_cookie)
    else:
        yield f"{as_.name}={_joined(value, as_, ',', _in_cookie)}"


def _exploded(name: str, value: object, written: _Write) -> Iterator[str]:
    if isinstance(value, Mapping):
        pairs = [(quote(str(key), safe=""), item) for key, item in value.items()]
        # What has no value is left out (RFC 6570, 2.3).
        yield from (f"{key}={written(item)}" for key, item in pairs if item is not None)
    elif isinstance(value, list | tuple):
        yield from (f"{name}={written(item)}" for item in value)


def _deep(name: str, value: object, depth: int) -> Iterator[str]:
    # OpenAPI says how one level is written; deeper ones go on as most servers read them.
    if isinstance(value, Mapping) and depth < MAX_DEPTH:
        for key, item in value.items():
            yield from _deep(f"{name}%5B{quote(str(key), safe='')}%5D", item, depth + 1)
    elif isinstance(value, list | tuple):
        yield from (f"{name}={quote(as_text(element), safe='')}" for element in value)
    elif value is not None:
        yield f"{name}={quote(as_text(value), safe='')}"


def _joined(value: object, as_: Parameter, joint: str, written: _Write) -> str:
    # Exploded `name=value`, else name and value alternate.
    if isinstance(value, Mapping):
        between = "=" if as_.is_exploded else joint
        return joint.join(f"{written(key)}{between}{written(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return joint.join(map(written, value))
    return written(value)


def _content(value: object, as_: Parameter) -> str:
    """Write a value that is described by `content`; JSON text is taken for what it is."""
    # A text may be a case's own broken JSON, which has to arrive as it is.
    is_json = as_.media_type.endswith(("/json", "+json"))
    return compact(value) if is_json and not isinstance(value, str) else as_text(value)


def _in_path(value: object) -> str:
    # A comma may stand in a path as it is (RFC 3986, 3.3).
    return quote(as_text(value), safe=",")


def _in_query(value: object, as_: Parameter) -> str:
    return quote(as_text(value), safe=_RESERVED if as_.allows_reserved else "")


def _in_cookie(value: object) -> str:
    return quote(as_text(value), safe=_COOKIE)
