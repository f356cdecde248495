"""Check the build of every object: required, unknown and malformed fields."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from harness.jsonvalue import Json, escape, items, members
from harness.openapi.lint.forms import form, known_types, required_fields
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.structure import Kind, Member, Shape, Version, entries, fields, is_extensible
from harness.openapi.walk import Node, keeps_siblings

_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|default", re.ASCII)
# Everything but plain values and data, which have no fields of their own.
_BUILT = tuple(kind for kind in Kind if kind not in (Kind.VALUE, Kind.DATA))


def _is_plain(subject: Subject, node: Node) -> bool:
    """Decide whether a node's own fields count: it is an object and no reference in place of one."""
    if not isinstance(node.value, Mapping):
        return False
    return not node.reference or keeps_siblings(subject.version, node.kind)


def _missing(subject: Subject, node: Node) -> Iterator[Hit]:
    if not _is_plain(subject, node):
        return
    for name in required_fields(subject.version, node.kind):
        if name not in node.object:
            yield Hit(node.pointer, f"{_called(node.kind)} has no '{name}'")


def _unknown(subject: Subject, node: Node) -> Iterator[Hit]:
    if not _is_plain(subject, node) or entries(subject.version, node.kind) is not None:
        return
    known = fields(subject.version, node.kind)
    # JSON Schema lets anybody add keywords, so only a near miss is worth a finding.
    is_open = node.kind is Kind.SCHEMA and subject.version.has_json_schema
    for name in node.object:
        if name in known or name.startswith("x-"):
            continue
        near = _nearest_field(subject.version, node.kind, name)
        if is_open and not near and name != "nullable":
            continue  # JSON Schema 2020-12, 6.5: an unknown keyword is an annotation
        if is_open and name == "nullable":
            continue  # `nullable-mismatch` says it better
        meant = f"; did you mean '{near}'?" if near else ""
        yield Hit(node.at(name), f"{_called(node.kind)} has no field '{name}'{meant}")


@lru_cache(maxsize=4096)
def _nearest_field(version: Version, kind: Kind, name: str) -> str:
    """Return the field that a name looks like; a large document has the same unknown name in many places."""
    return next(iter(get_close_matches(name, fields(version, kind), 1, 0.8)), "")


def _malformed(subject: Subject, node: Node) -> Iterator[Hit]:
    if not _is_plain(subject, node):
        return
    known, named = fields(subject.version, node.kind), entries(subject.version, node.kind)
    for name, value in node.object.items():
        if name in known:
            yield from _field(subject, node, (name, value), known[name])
        # Keys that are names, such as statuses or scopes, are not fields.
        elif named is not None and not (name.startswith("x-") and is_extensible(node.kind)):
            if named.kind is Kind.VALUE and not _is_of("strings", value):
                yield Hit(node.at(name), f"'{name}' must be {_FORMS['strings']}", value)
            elif named.kind is not Kind.VALUE:
                yield from _object(subject, named.kind, node.at(name), value)


def _field(subject: Subject, node: Node, entry: tuple[str, Json], member: Member) -> Iterator[Hit]:
    name, value = entry
    place = node.at(name)
    if member.kind is Kind.VALUE:
        yield from _plain(subject, node, entry)
    elif member.kind is Kind.DATA:
        # `enum` and `examples` of a schema are lists of data.
        is_list = node.kind is Kind.SCHEMA and name in ("enum", "examples")
        if is_list and not isinstance(value, list):
            yield Hit(place, f"'{name}' must be a list", value)
    elif member.shape is Shape.ONE_OR_LIST and isinstance(value, list):
        yield Hit(place, f"'{name}' must be one schema; positions have 'prefixItems'")
    elif member.shape in (Shape.ONE, Shape.ONE_OR_LIST):
        yield from _object(subject, member.kind, place, value)
    else:
        yield from _many(subject, member, place, (name, value))


# What is no container at all is reported once, and not for each entry.
def _many(subject: Subject, member: Member, place: str, entry: tuple[str, Json]) -> Iterator[Hit]:
    """Check a list or map of objects, and each of them."""
    name, value = entry
    wanted, called = (list, "a list") if member.shape is Shape.LIST else (Mapping, "an object")
    if not isinstance(value, wanted):
        yield Hit(place, f"'{name}' must be {called}", value)
        return
    for key, item in _entries(value):
        yield from _object(subject, member.kind, f"{place}/{escape(key)}", item)
    if member.kind is Kind.SCHEMA and value == []:
        yield Hit(place, f"'{name}' lists no schema")


def _entries(value: Json) -> list[tuple[str, Json]]:
    listed = [(str(index), item) for index, item in enumerate(items(value))]
    return listed or list(members(value).items())


def _plain(subject: Subject, node: Node, entry: tuple[str, Json]) -> Iterator[Hit]:
    name, value = entry
    wanted = form(subject.version, node.kind, name)
    if wanted in _FORMS and not _is_of(wanted, value):
        yield Hit(node.at(name), f"'{name}' must be {_FORMS[wanted]}", value)
    # Forms without a name are lists of the values that are allowed.
    elif "|" in wanted and value not in wanted.split("|"):
        choices = wanted.replace("|", ", ")
        yield Hit(node.at(name), f"'{name}' must be one of {choices}", value)


def _object(subject: Subject, kind: Kind, pointer: str, value: Json) -> Iterator[Hit]:
    """Check that an object stands where one belongs; a schema may be a boolean in some places."""
    if isinstance(value, Mapping):
        return
    # A schema is `true` or `false` only in JSON Schema, except for `additionalProperties`.
    is_boolean = kind is Kind.SCHEMA and isinstance(value, bool)
    may_be = subject.version.has_json_schema or pointer.endswith("/additionalProperties")
    if not (is_boolean and may_be):
        yield Hit(pointer, f"{_called(kind)} must be an object", value)


_FORMS = {
    "string": "a text",
    "boolean": "true or false",
    "number": "a number",
    "count": "a whole number from 0 on",
    "strings": "a list of texts",
    "texts": "an object of texts",
    "lists": "an object of lists of texts",
}


def _is_of(wanted: str, value: Json) -> bool:
    if wanted == "count":
        # `2.0` is a whole number in JSON; infinity, which YAML can write, is none.
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return is_whole and not isinstance(value, bool) and value >= 0  # type: ignore[operator]  # a number
    if wanted == "strings":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if wanted == "texts":
        return isinstance(value, Mapping) and _is_of("strings", list(value.values()))
    if wanted == "lists":
        inner = list(members(value).values())
        return isinstance(value, Mapping) and all(_is_of("strings", item) for item in inner)
    if wanted == "number":
        return _is_number(value)
    return isinstance(value, str if wanted == "string" else bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _types(subject: Subject, node: Node) -> Iterator[Hit]:
    if not _is_plain(subject, node) or "type" not in node.object:
        return
    given, place = node.object["type"], node.at("type")
    listed = items(given) if isinstance(given, list) else [given]
    if isinstance(given, list) and subject.version is Version.V3_0:
        yield Hit(place, "a list of types came with OpenAPI 3.1", given)
        return
    if not listed:
        yield Hit(place, "'type' lists no type")
    if len({str(item) for item in listed}) < len(listed):
        yield Hit(place, "'type' names a type twice", given)
    known = known_types(subject.version)
    # Each entry is judged by itself, so that all that are wrong are named at once.
    for item in listed:
        if item not in known:
            yield Hit(place, f"there is no type {item!r}{_meant(item, known)}")


def _meant(given: Json, known: tuple[str, ...]) -> str:
    if given == "null":
        return "; OpenAPI 3.0 writes 'nullable: true'"
    near = get_close_matches(str(given), known, 1, 0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def _statuses(_: Subject, node: Node) -> Iterator[Hit]:
    named = [each for each in node.object if not each.startswith("x-")]
    for status in named:
        if not _STATUS.fullmatch(status):
            what = f"'{status[:20]}' is no status; write 201, 4XX or default"
            yield Hit(node.at(status), what)
    # No status at all leaves nothing to compare an answer with.
    if not named and isinstance(node.value, Mapping):
        yield Hit(node.pointer, "the responses name no status")


def _component_names(_: Subject, node: Node) -> Iterator[Hit]:
    for section, inner in node.object.items():
        for name in () if section.startswith("x-") else members(inner):
            if not _COMPONENT_NAME.fullmatch(name):
                what = f"the component's name '{name[:60]}' has other signs than A-Z a-z 0-9 . _ -"
                yield Hit(f"{node.at(section)}/{escape(name)}", what)


def _empty(subject: Subject, node: Node) -> Iterator[Hit]:
    has_any = any(key in node.object for key in ("paths", "webhooks", "components"))
    if subject.version.has_json_schema and not has_any:
        yield Hit("", "the document has neither paths nor webhooks nor components")


def _called(kind: Kind) -> str:
    words = kind.value.replace("_", " ")
    return f"the {words} object"


_ERROR = Severity.ERROR
RULES = (
    Rule(
        "field-missing",
        _ERROR,
        _BUILT,
        _missing,
        "Every object has the fields that the standard requires.",
        "OpenAPI 3.1.1, 4.8: Fixed Fields",
        "Other tools refuse the document; add the field.",
    ),
    Rule(
        "field-unknown",
        _ERROR,
        _BUILT,
        _unknown,
        "No object has a field that the standard does not know; extensions begin with x-.",
        "OpenAPI 3.1.1, 4.8 and 4.9",
        "What the field should say never applies; correct its name, or put x- before it.",
    ),
    Rule(
        "field-malformed",
        _ERROR,
        _BUILT,
        _malformed,
        "Every field has the form, and one of the values, that the standard gives it.",
        "OpenAPI 3.1.1, 4.8: Fixed Fields",
        "Other tools refuse the document or leave the field out.",
    ),
    Rule(
        "schema-type-unknown",
        _ERROR,
        (Kind.SCHEMA,),
        _types,
        "A schema's type exists in the version of the document.",
        "OpenAPI 3.0.4, 4.4; JSON Schema 2020-12 Validation, 6.1.1",
        "No value has the type, so nothing can be checked by it.",
    ),
    Rule(
        "status-malformed",
        _ERROR,
        (Kind.RESPONSES,),
        _statuses,
        "Responses are named by a status, a range as 4XX, or default, and there is one.",
        "OpenAPI 3.1.1, 4.8.16",
        "The response is never found for any status.",
    ),
    Rule(
        "component-name-invalid",
        Severity.WARNING,
        (Kind.COMPONENTS,),
        _component_names,
        "Names of components consist of letters, digits, dot, underscore and hyphen.",
        "OpenAPI 3.1.1, 4.8.7",
        "Other tools refuse the document; rename the component.",
    ),
    Rule(
        "document-empty",
        _ERROR,
        (Kind.DOCUMENT,),
        _empty,
        "A document of OpenAPI 3.1 has paths, webhooks or components.",
        "OpenAPI 3.1.1, 4.8.1",
        "There is nothing to test.",
    ),
)
