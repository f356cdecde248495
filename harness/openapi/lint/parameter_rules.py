"""Check parameters, headers and the places where a value is described."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from harness.jsonvalue import items, members, text
from harness.openapi.lint.operation_rules import label
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.lint.schema_facts import types_of
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node

_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "accept": "the media types of the responses say what can be asked for",
        "content-type": "the media types of the request body say what is sent",
        "authorization": "declare a security scheme, or no credentials are sent",
    }
)
"""What takes the place of the header parameters that are ignored (OpenAPI 3.1.1, 4.8.12.1)."""

_STYLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "path": ("simple", "label", "matrix"),
        "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
        "header": ("simple",),
        "cookie": ("form", "cookie"),
        "querystring": (),
    }
)


# Styles that write only lists or objects.
_SHAPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "deepObject": frozenset({"object"}),
        "spaceDelimited": frozenset({"array", "object"}),
        "pipeDelimited": frozenset({"array", "object"}),
    }
)
_EXCLUSIVE = (
    ("value", "externalValue"),
    ("value", "dataValue"),
    ("value", "serializedValue"),
    ("serializedValue", "externalValue"),
)


def _ignored_headers(subject: Subject, _: Node) -> Iterator[Hit]:
    """Report each header once, at its first place, however often it is declared."""
    # Swagger 2.0 does not say that it ignores them.
    if subject.version is Version.V2_0:
        return
    places: defaultdict[str, list[Node]] = defaultdict(list)
    for node in subject.of(Kind.PARAMETER):
        name = text(node.object.get("name"))
        if node.object.get("in") == "header" and name.lower() in _INSTEAD:
            places[name].append(node)
    # One finding for each name: a header that is ignored is usually declared everywhere.
    for name, nodes in places.items():
        times = f", here and in {len(nodes) - 1} more places" if len(nodes) > 1 else ""
        what = f"OpenAPI ignores a header parameter called {name}{times}; {_INSTEAD[name.lower()]}"
        yield Hit(nodes[0].pointer, what)


def _ignored_response_headers(subject: Subject, node: Node) -> Iterator[Hit]:
    if subject.version is Version.V2_0:
        return
    for name in members(node.object.get("headers")):
        if name.lower() == "content-type":
            what = f"OpenAPI ignores a response header called {name}; the media types say it"
            yield Hit(f"{node.at('headers')}/{name}", what)


def _duplicates(subject: Subject, node: Node) -> Iterator[Hit]:
    first: set[tuple[str, str]] = set()
    for written, meant in subject.parameters(node):
        name, place = text(meant.object.get("name")), text(meant.object.get("in"))
        key = (name.lower() if place == "header" else name, place)  # RFC 9110, 5.1
        if key in first and name:
            yield Hit(written.pointer, f"the {place} parameter '{name}' is declared twice")
        first.add(key)


def _described(subject: Subject, node: Node) -> Iterator[Hit]:
    if subject.version is Version.V2_0 or node.reference:
        return
    has_schema, content = "schema" in node.object, node.object.get("content")
    name = text(node.object.get("name")) or node.key
    if has_schema and content is not None:
        yield Hit(node.pointer, f"'{name}' has both a schema and a content")
    elif not has_schema and content is None:
        yield Hit(node.pointer, f"'{name}' has neither a schema nor a content")
    # A map of several would leave it open how the value is written (OpenAPI 3.1.1, 4.8.12.2).
    elif content is not None and len(members(content)) != 1:
        yield Hit(node.at("content"), f"the content of '{name}' must name one media type")


def _styles(subject: Subject, node: Node) -> Iterator[Hit]:
    style, place = node.object.get("style"), text(node.object.get("in"))
    if node.kind is Kind.HEADER:
        place = "header"
    allowed = _STYLES.get(place)
    if not isinstance(style, str) or allowed is None:
        return
    # The style `cookie` came with OpenAPI 3.2.
    if subject.version is not Version.V3_2:
        allowed = tuple(each for each in allowed if each != "cookie")
    if style not in allowed:
        fitting = ", ".join(allowed) or "none"
        yield Hit(
            node.at("style"), f"the style '{style}' does not exist in a {place}; use {fitting}"
        )


def _shapes(subject: Subject, node: Node) -> Iterator[Hit]:
    """OpenAPI 3.1.1, 4.8.12.3: which styles are for which types."""
    style = text(node.object.get("style"))
    schema = subject.child(node, "schema")
    types = types_of(schema) if schema else None
    wanted = _SHAPES.get(style)
    # Without a type nothing is known to be wrong.
    if types and wanted and not types & wanted:
        named = " or ".join(sorted(types))
        yield Hit(node.at("style"), f"the style '{style}' is for no {named}")


def _out_of_place(subject: Subject, node: Node) -> Iterator[Hit]:
    place = text(node.object.get("in"))
    # OpenAPI 3.2 allows `allowReserved` in every place.
    keys = ["allowEmptyValue"] + ["allowReserved"] * (subject.version is not Version.V3_2)
    for key in keys:
        if key in node.object and place not in ("", "query", "formData"):
            yield Hit(node.at(key), f"'{key}' is for query parameters, and not for a {place}")


def _both_examples(_: Subject, node: Node) -> Iterator[Hit]:
    # A schema can have both: `example` is OpenAPI's and `examples` that of JSON Schema.
    if node.kind is not Kind.SCHEMA and "example" in node.object and "examples" in node.object:
        yield Hit(node.at("example"), "'example' and 'examples' exclude each other")


def _example_values(_: Subject, node: Node) -> Iterator[Hit]:
    for one, other in _EXCLUSIVE:
        if one in node.object and other in node.object:
            yield Hit(node.at(other), f"an example has {one} and {other}, of which one may stand")


def _bodies_2(subject: Subject, node: Node) -> Iterator[Hit]:
    if subject.version is not Version.V2_0:
        return
    places = [text(meant.object.get("in")) for _, meant in subject.parameters(node)]
    # Swagger 2.0 describes bodies and forms as parameters, which exclude each other.
    if places.count("body") > 1:
        yield Hit(node.at("parameters"), f"{label(node)} has more than one body")
    if "body" in places and "formData" in places:
        yield Hit(node.at("parameters"), f"{label(node)} has a body beside form fields")
    consumes = items(node.object.get("consumes", members(subject.root).get("consumes")))
    files = [m for _, m in subject.parameters(node) if m.object.get("type") == "file"]
    if files and "multipart/form-data" not in consumes:
        yield Hit(
            node.pointer, f"{label(node)} takes a file and does not consume multipart/form-data"
        )


def _parameters_2(subject: Subject, node: Node) -> Iterator[Hit]:
    if subject.version is not Version.V2_0 or node.reference:
        return
    place, name = node.object.get("in"), text(node.object.get("name"))
    if place == "body" and "schema" not in node.object:
        yield Hit(node.pointer, f"the body '{name}' has no schema")
    if place not in ("body", None) and "type" not in node.object:
        yield Hit(node.pointer, f"the parameter '{name}' has no type")
    if place != "body" and "schema" in node.object:
        yield Hit(node.at("schema"), f"only a body has a schema; the parameter '{name}' has none")
    if node.object.get("collectionFormat") == "multi" and place not in ("query", "formData"):
        yield Hit(node.at("collectionFormat"), f"multi does not exist in a {place}")
    if node.object.get("type") == "file" and place != "formData":
        yield Hit(node.at("type"), f"a file is formData, and not a {place}")
    if node.object.get("type") == "array" and "items" not in node.object:
        yield Hit(node.pointer, f"the array '{name}' has no items")


def _meaningless_default(_: Subject, node: Node) -> Iterator[Hit]:
    schema = members(node.object.get("schema"))
    # A value has to be sent, so the default never stands in for it.
    if node.object.get("required") is True and "default" in schema:
        name = text(node.object.get("name"))
        yield Hit(node.pointer, f"the parameter '{name}' is required and has a default")


_OPERATION = (Kind.OPERATION,)
_CARRIERS = (Kind.PARAMETER, Kind.HEADER)
RULES = (
    Rule(
        "header-parameter-ignored",
        Severity.WARNING,
        (Kind.DOCUMENT,),
        _ignored_headers,
        "No header parameter is called Accept, Content-Type or Authorization.",
        "OpenAPI 3.1.1, 4.8.12.1",
        "Tools that keep to the standard leave the parameter out.",
    ),
    Rule(
        "response-header-ignored",
        Severity.NOTE,
        (Kind.RESPONSE,),
        _ignored_response_headers,
        "No response header is called Content-Type.",
        "OpenAPI 3.1.1, 4.8.17",
        "Nothing is checked by it.",
    ),
    Rule(
        "parameter-duplicate",
        Severity.ERROR,
        (Kind.OPERATION, Kind.PATH_ITEM),
        _duplicates,
        "No list of parameters has the same name and place twice.",
        "OpenAPI 3.1.1, 4.8.9 and 4.8.10",
        "Tools send one of them, and which one differs.",
    ),
    Rule(
        "parameter-undescribed",
        Severity.ERROR,
        _CARRIERS,
        _described,
        "A parameter or header has either a schema or a content of one media type.",
        "OpenAPI 3.1.1, 4.8.12.2",
        "No value can be made or checked.",
    ),
    Rule(
        "style-invalid",
        Severity.ERROR,
        _CARRIERS,
        _styles,
        "The style of a parameter exists in its place.",
        "OpenAPI 3.1.1, 4.8.12.3",
        "Tools write the value in different ways.",
    ),
    Rule(
        "style-mismatch",
        Severity.WARNING,
        (Kind.PARAMETER,),
        _shapes,
        "The style of a parameter is for its type.",
        "OpenAPI 3.1.1, 4.8.12.3",
        "Tools write the value in different ways, or not at all.",
    ),
    Rule(
        "parameter-field-ignored",
        Severity.NOTE,
        (Kind.PARAMETER,),
        _out_of_place,
        "allowEmptyValue and allowReserved stand at query parameters.",
        "OpenAPI 3.1.1, 4.8.12.2",
        "The field is ignored.",
    ),
    Rule(
        "example-and-examples",
        Severity.ERROR,
        (*_CARRIERS, Kind.MEDIA_TYPE),
        _both_examples,
        "No object has both example and examples.",
        "OpenAPI 3.1.1, 4.8.12.2, 4.8.14.1",
        "Tools show and send one of them, and which one differs.",
    ),
    Rule(
        "example-value-twice",
        Severity.ERROR,
        (Kind.EXAMPLE,),
        _example_values,
        "An example holds its value or refers to it, and does not do both.",
        "OpenAPI 3.1.1, 4.8.19.1",
        "Tools show one of them, and which one differs.",
    ),
    Rule(
        "body-malformed",
        Severity.ERROR,
        _OPERATION,
        _bodies_2,
        "An operation of Swagger 2.0 has one body or form fields; files are sent as multipart/form-data.",
        "Swagger 2.0, Parameter Object",
        "No request can be built.",
    ),
    Rule(
        "parameter-malformed",
        Severity.ERROR,
        (Kind.PARAMETER,),
        _parameters_2,
        "In Swagger 2.0 a body has a schema, and every other parameter a type.",
        "Swagger 2.0, Parameter Object",
        "No value can be made or checked.",
    ),
    Rule(
        "default-without-effect",
        Severity.NOTE,
        (Kind.PARAMETER,),
        _meaningless_default,
        "No required parameter has a default.",
        "OpenAPI 3.1.1, 4.8.24; JSON Schema 2020-12 Validation, 9.2",
        "The default is never used.",
    ),
)
