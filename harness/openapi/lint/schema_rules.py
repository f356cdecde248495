"""Check schemas: that what they ask for exists, fits together and can be met."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from harness.jsonvalue import Json, compact, items, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.lint.schema_facts import types_of
from harness.openapi.structure import Kind
from harness.openapi.walk import Node

_BOUNDS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_NUMBERS = frozenset(("number", "integer"))
_FOR: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(["minLength", "maxLength", "pattern"], frozenset({"string"})),
        **dict.fromkeys(
            ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], _NUMBERS
        ),
        **dict.fromkeys(
            [
                "items",
                "prefixItems",
                "minItems",
                "maxItems",
                "uniqueItems",
                "contains",
                "unevaluatedItems",
            ],
            frozenset({"array"}),
        ),
        **dict.fromkeys(
            [
                "properties",
                "required",
                "additionalProperties",
                "minProperties",
                "maxProperties",
                "patternProperties",
                "propertyNames",
                "dependentRequired",
                "unevaluatedProperties",
            ],
            frozenset({"object"}),
        ),
    }
)
"""Which types a keyword says something about (JSON Schema 2020-12 Validation, 6)."""

_TEXT_FORMATS = frozenset(
    [
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "uuid",
        "json-pointer",
        "regex",
        "byte",
        "binary",
        "password",
    ]
)
_NO_TEXT = frozenset(["boolean", "array", "object", "null"])
_NOT_OF_NUMBERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "int64": _NO_TEXT,  # the registry of formats has it for texts too
        **dict.fromkeys(("int32", "float", "double"), _NO_TEXT | {"string"}),
    }
)
_MISSPELT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("datetime", "dateTime", "date_time", "DateTime", "date time"), "date-time"
        ),
        **dict.fromkeys(("e-mail", "mail"), "email"),
        **dict.fromkeys(("guid", "UUID"), "uuid"),
        **dict.fromkeys(("integer32", "int-32"), "int32"),
        **dict.fromkeys(("integer64", "int-64"), "int64"),
        **dict.fromkeys(("ip4", "ipV4"), "ipv4"),
    }
)


def _bounds(_: Subject, node: Node) -> Iterator[Hit]:
    for low, high in _BOUNDS:
        least, most = node.object.get(low), node.object.get(high)
        if _is_number(least) and _is_number(most) and least > most:  # type: ignore[operator]  # numbers
            yield Hit(node.pointer, f"{low} {least} is above {high} {most}")
    # The tighter of two lower bounds against the tighter of two upper ones.
    least, most = _least(node), _most(node)
    if least is not None and most is not None:
        (low_value, low_open), (high_value, high_open) = least, most
        # At one and the same number both ends have to be closed.
        if low_value > high_value or (low_value == high_value and (low_open or high_open)):
            yield Hit(node.pointer, f"no number lies between {low_value} and {high_value}")
    step = node.object.get("multipleOf")
    if _is_number(step) and step <= 0:  # type: ignore[operator]  # a number
        yield Hit(node.at("multipleOf"), "multipleOf must be above 0", step)
    # A name that is listed twice is one member.
    most_members, wanted = node.object.get("maxProperties"), items(node.object.get("required"))
    if _is_number(most_members) and most_members < len(set(map(str, wanted))):  # type: ignore[operator]  # a number
        yield Hit(
            node.at("maxProperties"),
            f"{len(wanted)} properties are required, and {most_members} allowed",
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _least(node: Node) -> tuple[float, bool] | None:
    return _edge(node.object, ("minimum", "exclusiveMinimum"), max)


def _most(node: Node) -> tuple[float, bool] | None:
    return _edge(node.object, ("maximum", "exclusiveMaximum"), min)


def _edge(
    schema: Mapping[str, Json], keys: tuple[str, str], pick: object
) -> tuple[float, bool] | None:
    """Return the tighter bound of a side, and whether it is excluded, in either version's words."""
    plain, exclusive = (schema.get(key) for key in keys)
    found: list[tuple[float, bool]] = []
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        found.append((plain, exclusive is True))
    if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
        found.append((exclusive, True))
    if not found:
        return None
    # Of equal bounds the open one is the tighter, which `max` and `min` see from opposite sides.
    return max(found) if pick is max else min(found, key=lambda each: (each[0], not each[1]))


def _array_items(subject: Subject, node: Node) -> Iterator[Hit]:
    """OpenAPI 3.0.4, 4.7.24.1: items MUST be present; from 3.1 on an array without holds anything."""
    is_array = "array" in (types_of(node) or ())
    if not is_array or subject.version.has_json_schema:
        return
    if "items" not in node.object:
        yield Hit(node.pointer, "an array has no items")


def _open_items(subject: Subject, node: Node) -> Iterator[Hit]:
    # Any of these says something of the items, or leaves it to another schema.
    says = ("items", "prefixItems", "contains", "$ref", "allOf", "anyOf", "oneOf", "const", "enum")
    is_array = node.object.get("type") == "array"
    is_silent = node.object.get("maxItems") != 0 and not any(key in node.object for key in says)
    if is_array and is_silent and subject.version.has_json_schema:
        yield Hit(node.pointer, "an array says nothing about its items")


def _without_effect(_: Subject, node: Node) -> Iterator[Hit]:
    types = types_of(node)
    # A schema that only allows null, or an unknown type, is the business of other rules.
    if types is None or not types & {"string", "number", "integer", "boolean", "array", "object"}:
        return
    for key, value in node.object.items():
        if key == "required" and not isinstance(value, list):
            continue  # of a parameter, or malformed
        # One type in common is enough: the keyword says something of its values.
        if key in _FOR and not _FOR[key] & types:
            named = " or ".join(sorted(types))
            yield Hit(node.at(key), f"'{key}' says nothing about a value of the type {named}")
    for flag, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if node.object.get(flag) is True and plain not in node.object:
            yield Hit(node.at(flag), f"'{flag}' says nothing without '{plain}'")


def _formats(_: Subject, node: Node) -> Iterator[Hit]:
    name, types = text(node.object.get("format")), types_of(node)
    if name in _MISSPELT:
        yield Hit(
            node.at("format"), f"the format '{name}' is not registered; '{_MISSPELT[name]}' is"
        )
    if (
        name in _TEXT_FORMATS
        and types is not None
        and types <= {"number", "integer", "boolean", "null"}
    ):
        named = " or ".join(sorted(types))
        yield Hit(node.at("format"), f"the format '{name}' says nothing about the type {named}")
    if types and types <= _NOT_OF_NUMBERS.get(name, frozenset()):
        named = " or ".join(sorted(types))
        yield Hit(node.at("format"), f"the format '{name}' says nothing about the type {named}")


def _nullable_enum(_: Subject, node: Node) -> Iterator[Hit]:
    allowed = node.object.get("enum")
    is_nullable = "null" in (types_of(node) or ())
    if is_nullable and isinstance(allowed, list) and allowed and None not in allowed:
        yield Hit(node.at("enum"), "null is a type of the schema and not in its enum")


def _enum(_: Subject, node: Node) -> Iterator[Hit]:
    allowed = node.object.get("enum")
    if allowed == []:
        yield Hit(node.at("enum"), "the enum is empty")
    # As JSON, since lists and objects cannot be counted as they are.
    written = [compact(item) for item in items(allowed)]
    for value, count in Counter(written).items():
        if count > 1:
            yield Hit(node.at("enum"), "the enum has a value twice", value)


_SCHEMA = (Kind.SCHEMA,)
_PLAIN = (Kind.SCHEMA, Kind.ITEMS)
_TYPED = (Kind.SCHEMA, Kind.ITEMS, Kind.PARAMETER, Kind.HEADER)
RULES = (
    Rule(
        "bounds-impossible",
        Severity.ERROR,
        _TYPED,
        _bounds,
        "Lower bounds lie below upper bounds.",
        "JSON Schema 2020-12 Validation, 6.2 to 6.5",
        "No value is valid.",
    ),
    Rule(
        "array-items-missing",
        Severity.ERROR,
        _PLAIN,
        _array_items,
        "In OpenAPI 3.0 and Swagger 2.0 an array has items.",
        "OpenAPI 3.0.4, 4.7.24.1",
        "Other tools refuse the document.",
    ),
    Rule(
        "array-items-open",
        Severity.NOTE,
        _SCHEMA,
        _open_items,
        "From OpenAPI 3.1 on an array says something about its items.",
        "JSON Schema 2020-12 Core, 10.3.1",
        "Items are never checked.",
    ),
    Rule(
        "keyword-without-effect",
        Severity.WARNING,
        _TYPED,
        _without_effect,
        "Keywords fit the type beside them.",
        "JSON Schema 2020-12 Validation, 6",
        "The rule never applies; correct the type or remove the keyword.",
    ),
    Rule(
        "format-mismatch",
        Severity.WARNING,
        _TYPED,
        _formats,
        "Formats are spelt as registered and fit the type beside them.",
        "OpenAPI Format Registry; JSON Schema 2020-12 Validation, 7.3",
        "The format is never checked.",
    ),
    Rule(
        "nullable-enum-without-null",
        Severity.WARNING,
        _SCHEMA,
        _nullable_enum,
        "Where null is allowed, an enum lists it.",
        "OpenAPI 3.0.3 and later, Schema Object, nullable; JSON Schema 2020-12 Validation, 6.1.2",
        "Tools disagree on whether null is valid.",
    ),
    Rule(
        "enum-malformed",
        Severity.WARNING,
        _TYPED,
        _enum,
        "An enum lists at least one value, and each once.",
        "JSON Schema 2020-12 Validation, 6.1.2",
        "No value is valid, or a value is misspelt.",
    ),
)
