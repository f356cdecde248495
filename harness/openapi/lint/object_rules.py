"""Check what schemas say of the members of objects: required ones, closed schemas, discriminators."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from harness.jsonvalue import compact, items, members, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.lint.schema_facts import (
    ancestors,
    conjuncts,
    family,
    known_properties,
    types_of,
)
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node


def _required_undefined(subject: Subject, node: Node) -> Iterator[Hit]:
    listed = [item for item in items(node.object.get("required")) if isinstance(item, str)]
    missing = [name for name in listed if name not in known_properties(subject, node)]
    types = types_of(node)
    # Of another type `required` says nothing, which another rule reports.
    if not missing or (types is not None and "object" not in types):
        return
    around = [node, *ancestors(subject, node)]
    # A schema that describes members by patterns or in general describes this one too.
    if any(_is_open(other) for whole in around for other in family(subject, whole).values()):
        return
    # In the schemas around it, such as the whole of an `allOf`, the name may be described.
    known = {name for other in around for name in known_properties(subject, other)}
    for name in missing:
        if name not in known and not _fits_pattern(around, name):
            place = f"{node.at('required')}/{listed.index(name)}"
            yield Hit(place, f"'{name}' is required and not among the properties")


def _is_open(schema: Node) -> bool:
    """Decide whether a schema describes members by another way than their names, or not at all."""
    return isinstance(schema.object.get("additionalProperties"), Mapping) or isinstance(
        schema.object.get("unevaluatedProperties"), Mapping
    )


def _fits_pattern(schemas: list[Node], name: str) -> bool:
    patterns = [
        pattern_property
        for node in schemas
        for pattern_property in members(node.object.get("patternProperties"))
    ]
    return any(_searches(pattern, name) for pattern in patterns)


def _searches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    # A pattern that cannot be used is a finding of its own, and accuses no name.
    except re.error:
        return True


def _required_malformed(subject: Subject, node: Node) -> Iterator[Hit]:
    given = node.object.get("required")
    listed = [item for item in items(given) if isinstance(item, str)]
    for name, count in Counter(listed).items():
        if count > 1:
            yield Hit(node.at("required"), f"'{name}' is required twice")
    # Only OpenAPI 3.0 asks for at least one.
    if given == [] and not subject.version.has_json_schema:
        yield Hit(node.at("required"), "the list of required properties is empty")


def _closed(subject: Subject, node: Node) -> Iterator[Hit]:
    """Find required members that a closed schema refuses."""
    wanted = {
        text(item)
        for part in conjuncts(subject, node)
        for item in items(part.object.get("required"))
    }
    for part in conjuncts(subject, node):
        if part.object.get("additionalProperties") is not False:
            continue
        own = set(members(part.object.get("properties")))
        # A pattern may let the name pass.
        if members(part.object.get("patternProperties")):
            continue
        for name in sorted(wanted - own):
            yield Hit(
                node.pointer,
                f"'{name}' is required, and a closed schema of the same value refuses it",
            )


def _both_ways(_: Subject, node: Node) -> Iterator[Hit]:
    if node.object.get("readOnly") is True and node.object.get("writeOnly") is True:
        yield Hit(node.pointer, "a property is readOnly and writeOnly")


def _discriminator(subject: Subject, node: Node) -> Iterator[Hit]:
    given = node.object.get("discriminator")
    is_2 = subject.version is Version.V2_0
    name = text(given) if is_2 else text(members(given).get("propertyName"))
    if not name:
        return
    if name not in known_properties(subject, node):
        yield Hit(
            node.at("discriminator"), f"no schema here has the discriminator's property '{name}'"
        )
        return
    choices = [key for key in ("oneOf", "anyOf") if node.object.get(key)]
    branches = [other for key in choices for _, other in subject.children(node, key)]
    # What stands beside the choice applies to every branch.
    is_shared = any(name in members(p.object.get("properties")) for p in conjuncts(subject, node))
    for branch in branches:
        meant = subject.resolve(branch) or branch
        if not is_shared and name not in known_properties(subject, meant) and not _is_null(meant):
            yield Hit(branch.pointer, f"this choice lacks the discriminator's property '{name}'")


def _is_null(node: Node) -> bool:
    return types_of(node) == frozenset({"null"})


def _discriminator_optional(subject: Subject, node: Node) -> Iterator[Hit]:
    given = node.object.get("discriminator")
    name = text(given) or text(members(given).get("propertyName"))
    if not name or name not in known_properties(subject, node):
        return
    choices = [key for key in ("oneOf", "anyOf") if node.object.get(key)]
    branches = [other for key in choices for _, other in subject.children(node, key)]
    # Without branches the discriminator is about schemas that extend this one.
    for branch in branches or [node]:
        meant = subject.resolve(branch) or branch
        parts = [*conjuncts(subject, meant), *conjuncts(subject, node)]
        is_required = any(name in items(part.object.get("required")) for part in parts)
        if not is_required and name in known_properties(subject, meant) and not _is_null(meant):
            yield Hit(branch.pointer, f"the discriminator's property '{name}' is not required")


def _same_choice(_: Subject, node: Node) -> Iterator[Hit]:
    branches = [compact(item) for item in items(node.object.get("oneOf"))]
    for value, count in Counter(branches).items():
        if count > 1:
            yield Hit(node.at("oneOf"), "oneOf has the same choice twice", value)


_SCHEMA = (Kind.SCHEMA,)
RULES = (
    Rule(
        "required-undefined",
        Severity.WARNING,
        _SCHEMA,
        _required_undefined,
        "Every required property is described, here or in a schema that belongs to it.",
        "JSON Schema 2020-12 Validation, 6.5.3",
        "Its value is never checked, and often a name is misspelt.",
    ),
    Rule(
        "required-malformed",
        Severity.WARNING,
        _SCHEMA,
        _required_malformed,
        "Required properties are named once; in OpenAPI 3.0 there is at least one.",
        "OpenAPI 3.0.4, 4.7.24; JSON Schema 2020-12 Validation, 6.5.3",
        "Other tools refuse the document.",
    ),
    Rule(
        "required-refused",
        Severity.ERROR,
        _SCHEMA,
        _closed,
        "No closed schema refuses what is required of the same value.",
        "JSON Schema 2020-12 Core, 10.3.2.3; Validation, 6.5.3",
        "No value is valid; describe the property there, or open the schema.",
    ),
    Rule(
        "choice-duplicate",
        Severity.ERROR,
        _SCHEMA,
        _same_choice,
        "No choice of a oneOf stands there twice.",
        "JSON Schema 2020-12 Core, 10.2.1.3",
        "What fits it fits two choices, so no such value is valid.",
    ),
    Rule(
        "read-and-write-only",
        Severity.ERROR,
        _SCHEMA,
        _both_ways,
        "No property is readOnly and writeOnly.",
        "OpenAPI 3.0.4, 4.7.24.2",
        "It can neither be sent nor come back.",
    ),
    Rule(
        "discriminator-property-missing",
        Severity.ERROR,
        _SCHEMA,
        _discriminator,
        "The schemas of a choice have the property that its discriminator names.",
        "OpenAPI 3.1.1, 4.8.25",
        "The choice cannot be made.",
    ),
    Rule(
        "discriminator-property-optional",
        Severity.WARNING,
        _SCHEMA,
        _discriminator_optional,
        "The property that a discriminator names is required.",
        "OpenAPI 3.1.1, 4.8.25",
        "Without the value the choice cannot be made.",
    ),
)
