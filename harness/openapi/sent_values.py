"""Read back from a request what it gave for the parameters and the body of its operation."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, unquote

from harness.exchange import Request
from harness.hosts import split_url
from harness.jsonvalue import Json, members
from harness.openapi.constraint_tree import UNKNOWN, Tree
from harness.openapi.media_type import is_json, most_specific
from harness.openapi.model import MediaType, Operation, Parameter

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MASK = "[masked]"
_DELIMITERS: Mapping[str, str] = {"spaceDelimited": " ", "pipeDelimited": "|"}
IGNORED_HEADERS = ("accept", "authorization", "content-type")

Form = Sequence[tuple[str, str | None]]
"""Names and texts of a form's parts, None for what is no text, in their order."""
ReadForm = Callable[[Request], Form | None]
"""Takes a multipart body apart; None where it cannot be read."""


def is_readable(tree: Tree, parameter: Parameter) -> bool:
    """Tell whether what was sent for a parameter can be told from a request: not so for objects in pieces."""
    if parameter.location == "header" and parameter.name.lower() in IGNORED_HEADERS:
        return False
    if is_json(parameter.media_type):
        return True
    return parameter.location in ("path", "query", "header") and not (
        "object" in tree.node(parameter.schema_pointer).kinds if parameter.schema_pointer else False
    )


def sent_parameters(
    tree: Tree, operation: Operation, request: Request
) -> Mapping[tuple[str, str], object]:
    """Return the values of an operation's parameters that a request gave, by location and name."""
    texts: dict[tuple[str, str], list[str]] = {}
    for key, value in _texts(operation, request):
        texts.setdefault(key, []).append(value)
    return {
        (each.location, each.name): _value(tree, each, texts[each.location, each.name])
        for each in operation.parameters
        if (each.location, each.name) in texts
    }


def _value(tree: Tree, parameter: Parameter, texts: list[str]) -> object:
    if any(MASK in each for each in texts):
        return UNKNOWN
    if is_json(parameter.media_type):
        try:
            return json.loads(texts[0])
        except ValueError:
            return texts[0]
    pointer = parameter.schema_pointer
    if not pointer or "array" not in tree.node(pointer).kinds:
        return tree.typed(texts[0], pointer) if pointer else texts[0]
    listed = texts
    if len(texts) == 1 and not parameter.is_exploded:
        listed = texts[0].split(_DELIMITERS.get(parameter.style, ","))
    return [tree.typed(each, f"{pointer}/items") for each in listed]


def _texts(operation: Operation, request: Request) -> Iterator[tuple[tuple[str, str], str]]:
    parts = split_url(request.url)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        yield ("query", name), value
    sent = {name.lower(): value for name, value in request.headers}
    for parameter in operation.parameters:
        if parameter.location == "header" and parameter.name.lower() in sent:
            yield ("header", parameter.name), sent[parameter.name.lower()]
    template, actual = operation.path.split("/"), parts.path.split("/")
    for expected, segment in zip(reversed(template), reversed(actual), strict=False):
        if expected.startswith("{") and expected.endswith("}"):
            yield ("path", expected[1:-1]), unquote(segment)


def sent_body(
    tree: Tree, operation: Operation, request: Request, read_form: ReadForm
) -> tuple[MediaType, object] | None:
    """Return the documented media type of a request's body and its value; None where it has none of them."""
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    by_name = {each.name: each for each in operation.body if each.schema_pointer}
    chosen = most_specific(by_name, kind) if kind and request.body else None
    if chosen is None:
        return None
    media_type = by_name[chosen]
    if is_json(kind):
        return _json(media_type, request)
    form = _form(kind, request, read_form)
    if form is None:
        return None
    return media_type, _members(tree, media_type, form)


def _json(media_type: MediaType, request: Request) -> tuple[MediaType, object] | None:
    try:
        return media_type, _unmasked(json.loads(request.body))
    except (ValueError, RecursionError):
        return None  # no value at all, so on no side of anything


def _unmasked(value: Json) -> object:
    """Put UNKNOWN where the record has a mask in place of a value."""
    if isinstance(value, str):
        return UNKNOWN if MASK in value else value
    if isinstance(value, list):
        return [_unmasked(each) for each in value]
    if isinstance(value, dict):
        return {name: _unmasked(each) for name, each in value.items()}
    return value


def _form(kind: str, request: Request, read_form: ReadForm) -> Form | None:
    if kind.startswith(MULTIPART):
        return read_form(request)
    if kind.startswith(FORM):
        return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return None


def _members(tree: Tree, media_type: MediaType, form: Form) -> Mapping[str, object]:
    """Return a form as an object: repeated names as a list, JSON parts read, texts typed."""
    found: dict[str, list[object]] = {}
    for name, value in form:
        found.setdefault(name, []).append(_member(tree, media_type, name, value))
    return {
        name: values if _is_list(tree, media_type, name, values) else values[0]
        for name, values in found.items()
    }


def _is_list(tree: Tree, media_type: MediaType, name: str, values: list[object]) -> bool:
    """Tell whether parts of one name are the items of a list, unless one part is the whole list as JSON."""
    is_whole = len(values) == 1 and isinstance(values[0], list)
    return "array" in tree.kinds_of(media_type.schema_pointer, name) and not is_whole


def _member(tree: Tree, media_type: MediaType, name: str, value: str | None) -> object:
    if value is None or MASK in value:
        return UNKNOWN
    kinds = tree.kinds_of(media_type.schema_pointer, name, of_items=True)
    declared = str(members(media_type.encoding.get(name)).get("contentType", ""))
    if is_json(declared) or {"object", "integer", "number", "boolean"} & set(kinds):
        try:
            return _unmasked(json.loads(value))
        except (ValueError, RecursionError):
            return value
    return value


def is_text_body(media_type: MediaType) -> bool:
    """Tell whether members of a body travel without their types."""
    return not is_json(media_type.name)
