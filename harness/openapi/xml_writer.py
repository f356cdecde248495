"""Write a value as the XML that its schema describes (OpenAPI 3.0.4, 4.7.26; 3.1.1, 4.8.26)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from harness.jsonvalue import Json, compact, members, text, unescape
from harness.openapi.merged import Merged, merged, resolved
from harness.openapi.model import Api

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold (XML 1.0, 2.2)."""
_ROOT = "root"


def xml_text(api: Api, schema: Json, value: Json) -> str:
    """Return an XML document of a value."""
    # The root is named as its component, unless an XML Object names it.
    component = unescape(text(members(schema).get("$ref")).rpartition("/")[2])
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if isinstance(value, list):
        inner = merged(api, schema).keywords.get("items", True)
        outer = _safe(text(_xml(api, schema).get("name")) or component or _ROOT)
        # Items have no name of their own here, and any name is allowed.
        children = "".join(_element(api, "item", inner, each) for each in value)
        return f"{head}<{outer}>{children}</{outer}>"
    return head + _element(api, component or _ROOT, schema, value)


def _element(api: Api, usual: str, schema: Json, value: Json) -> str:
    """Write one element; `usual` is its name where no XML Object gives another."""
    xml = _xml(api, schema)
    name, declared = _qualified(_safe(text(xml.get("name")) or usual), xml)
    found = merged(api, schema)
    if isinstance(value, Mapping):
        attributes, children = _object(api, found, value)
        inner = "".join(children)
        return f"<{name}{declared}{''.join(attributes)}>{inner}</{name}>"
    if isinstance(value, list):
        items = found.keywords.get("items", True)
        # A list with an element of its own is wrapped; by default its items have its name.
        inner = "".join(_element(api, name, items, each) for each in value)
        return f"<{name}{declared}>{inner}</{name}>"
    written = "" if value is None else escape(_text(value))
    return f"<{name}{declared}>{written}</{name}>"


def _object(
    api: Api, found: Merged, value: Mapping[str, Json]
) -> tuple[Iterable[str], Iterator[str]]:
    schemas = {name: found.properties.get(name, True) for name in value}
    inside = {name for name in value if _xml(api, schemas[name]).get("attribute") is True}
    attributes = [_attribute(api, name, schemas[name], value[name]) for name in inside]
    outside = [name for name in value if name not in inside]
    # In order of their texts, since a set has none and bytes have to repeat.
    return sorted(attributes), (
        written for name in outside for written in _member(api, name, schemas[name], value[name])
    )


def _member(api: Api, name: str, schema: Json, value: Json) -> Iterator[str]:
    # A wrapped list is one element around its items; any other list is only its items.
    if not isinstance(value, list) or _xml(api, schema).get("wrapped") is True:
        yield _element(api, name, schema, value)
        return
    items = merged(api, schema).keywords.get("items", True)
    yield from (_element(api, name, items, each) for each in value)


def _attribute(api: Api, usual: str, schema: Json, value: Json) -> str:
    xml = _xml(api, schema)
    name, declared = _qualified(_safe(text(xml.get("name")) or usual), xml)
    return f"{declared} {name}={quoteattr(_text(value))}"


def _qualified(name: str, xml: Mapping[str, Json]) -> tuple[str, str]:
    """Return a name with its prefix, and the declaration of its namespace."""
    prefix, namespace = text(xml.get("prefix")), text(xml.get("namespace"))
    if not namespace:
        return name, ""
    if xml.get("attribute") is True and not prefix:
        prefix = "own"  # an attribute without a prefix is in no namespace (Namespaces in XML, 6.2)
    if not _NAME.fullmatch(prefix):
        return name, f" xmlns={quoteattr(namespace)}"
    return f"{prefix}:{name}", f" xmlns:{prefix}={quoteattr(namespace)}"


def _xml(api: Api, schema: Json) -> Mapping[str, Json]:
    return members(resolved(api, schema).get("xml"))


def _safe(name: str) -> str:
    # Names of properties allow more than names of elements; what is left of them is used.
    return name if _NAME.fullmatch(name) else "".join(re.findall(r"[A-Za-z_]+", name)) or _ROOT


def _text(value: Json) -> str:
    return _UNWRITABLE.sub("", value if isinstance(value, str) else compact(value))
