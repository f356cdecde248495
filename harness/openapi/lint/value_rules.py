"""Check patterns, and the values that a document shows: examples, defaults and enums."""

import re
from collections.abc import Iterator

from harness.jsonvalue import Json, items, members
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.lint.values import Broken, broken_examples, faults_of
from harness.openapi.patterns import pattern_fault
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node

# In JSON a backslash is doubled once; in YAML without quotes not at all.
_DOUBLED = re.compile(r"\\\\[dDwWsSbB.]")


def _pattern(node: Node) -> str | None:
    found = node.object.get("pattern")
    return found if isinstance(found, str) else None


def _patterns(_: Subject, node: Node) -> Iterator[Hit]:
    pattern = _pattern(node)
    fault = pattern_fault(pattern) if pattern is not None else ""
    if fault:
        yield Hit(node.at("pattern"), f"the pattern {fault}", pattern)
    for key in members(node.object.get("patternProperties")):
        if pattern_fault(key):
            yield Hit(node.at("patternProperties"), f"the pattern {pattern_fault(key)}", key)


def _double_escaped(_: Subject, node: Node) -> Iterator[Hit]:
    pattern = _pattern(node)
    if pattern is not None and _DOUBLED.search(pattern):
        yield Hit(node.at("pattern"), "the pattern is escaped twice", pattern)


def _unanchored(_: Subject, node: Node) -> Iterator[Hit]:
    pattern = _pattern(node)
    # A note only, since patterns that are meant to be found anywhere exist.
    if pattern is not None and not (pattern.startswith("^") and pattern.endswith("$")):
        yield Hit(node.at("pattern"), "the pattern is not anchored at both ends", pattern)


def _half_anchored(_: Subject, node: Node) -> Iterator[Hit]:
    pattern = _pattern(node) or ""
    # A pattern that is open at an end is the finding of `pattern-not-anchored`.
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return
    parts = _alternatives(pattern)
    if any(not part.startswith("^") or not part.endswith("$") for part in parts):
        what = "alternatives of the pattern are anchored at one end alone; put them in brackets"
        yield Hit(node.at("pattern"), what, pattern)


def _alternatives(pattern: str) -> list[str]:
    """Split a pattern at its outermost bars."""
    # Escapes and classes are one token each, so that a bar within them splits nothing.
    tokens = re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL)
    parts, depth = [""], 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _examples(subject: Subject, _: Node) -> Iterator[Hit]:
    yield from (
        broken_example.hit
        for broken_example in broken_examples(subject)
        if broken_example.kind is Broken.RULE
    )


def _nullable(subject: Subject, _: Node) -> Iterator[Hit]:
    yield from (
        broken_example.hit
        for broken_example in broken_examples(subject)
        if broken_example.kind is Broken.NULL
    )
    for node in subject.of(Kind.SCHEMA):
        # OpenAPI 3.0 ignores what stands beside a reference, and so does this.
        if "nullable" not in node.object or (node.reference and subject.version is Version.V3_0):
            continue
        if subject.version.has_json_schema:
            what = "nullable says nothing in OpenAPI 3.1; the type must name null"
            yield Hit(node.at("nullable"), what)
        elif subject.version is Version.V3_0 and "type" not in node.object:
            yield Hit(node.at("nullable"), "nullable says nothing without a type beside it")


def _pattern_examples(subject: Subject, _: Node) -> Iterator[Hit]:
    yield from (
        broken_example.hit
        for broken_example in broken_examples(subject)
        if broken_example.kind is Broken.PATTERN
    )


def _defaults(subject: Subject, node: Node) -> Iterator[Hit]:
    if "default" not in node.object:
        return
    for fault in faults_of(subject, node, node.object["default"]):
        what = f"the default breaks {fault.rule} at {fault.pointer or 'its root'}"
        yield Hit(node.at("default"), what, fault.actual)


def _enums(subject: Subject, node: Node) -> Iterator[Hit]:
    for index, value in enumerate(items(node.object.get("enum"))):
        # With `nullable` null is meant to be listed, whatever the type says.
        if value is None and node.object.get("nullable") is True:
            continue
        for fault in faults_of(subject, node, value):
            what = f"a value of the enum breaks {fault.rule}"
            yield Hit(f"{node.at('enum')}/{index}", what, fault.actual)


def _consts(subject: Subject, node: Node) -> Iterator[Hit]:
    # Before JSON Schema 2020-12 there is no `const`.
    if subject.version.has_json_schema and "const" in node.object:
        value: Json = node.object["const"]
        for fault in faults_of(subject, node, value):
            yield Hit(node.at("const"), f"the const breaks {fault.rule}", fault.actual)


_DOCUMENT = (Kind.DOCUMENT,)
_SCHEMA = (Kind.SCHEMA,)
RULES = (
    Rule(
        "example-invalid",
        Severity.ERROR,
        _DOCUMENT,
        _examples,
        "Examples of schemas, bodies, parameters, headers and components keep their schema.",
        "OpenAPI 3.1.1, 4.8.12.2, 4.8.14.1, 4.8.19",
        "Who copies the example is refused, or the schema refuses what works.",
        is_of_values=True,
    ),
    Rule(
        "nullable-mismatch",
        Severity.ERROR,
        _DOCUMENT,
        _nullable,
        "Where null is shown, the schema allows it; nullable stands beside a type in OpenAPI 3.0, and nowhere in 3.1.",
        "OpenAPI 3.0.4, 4.7.24.2",
        "Answers with a null that is usual are reported as broken.",
        is_of_values=True,
    ),
    Rule(
        "pattern-rejects-example",
        Severity.ERROR,
        _DOCUMENT,
        _pattern_examples,
        "Examples match the pattern of their schema.",
        "JSON Schema 2020-12 Validation, 6.3.3",
        "Generated values and the documented one cannot both be right.",
        is_of_values=True,
    ),
    Rule(
        "default-invalid",
        Severity.ERROR,
        _SCHEMA,
        _defaults,
        "Defaults keep their schema.",
        "OpenAPI 3.0.4, 4.7.24.1; JSON Schema 2020-12 Validation, 9.2",
        "Leaving the value out and sending the default are not the same.",
        is_of_values=True,
    ),
    Rule(
        "enum-value-invalid",
        Severity.ERROR,
        _SCHEMA,
        _enums,
        "Every value of an enum keeps the rest of its schema.",
        "JSON Schema 2020-12 Validation, 6.1.2",
        "The value is listed and never valid.",
        is_of_values=True,
    ),
    Rule(
        "const-invalid",
        Severity.ERROR,
        _SCHEMA,
        _consts,
        "A const keeps the rest of its schema.",
        "JSON Schema 2020-12 Validation, 6.1.3",
        "No value is valid.",
        is_of_values=True,
    ),
    Rule(
        "pattern-unusable",
        Severity.ERROR,
        _SCHEMA,
        _patterns,
        "Every pattern is a regular expression of ECMA-262 that ends in reasonable time.",
        "JSON Schema 2020-12 Core, 6.4",
        "No value can be checked or generated by this pattern.",
        is_of_values=True,
    ),
    Rule(
        "pattern-double-escaped",
        Severity.ERROR,
        _SCHEMA,
        _double_escaped,
        "No pattern has its backslashes doubled.",
        "ECMA-262, 22.2.1",
        "The pattern asks for a backslash, so no proper value matches.",
        is_of_values=True,
    ),
    Rule(
        "pattern-not-anchored",
        Severity.NOTE,
        _SCHEMA,
        _unanchored,
        "Patterns begin with ^ and end with $.",
        "JSON Schema 2020-12 Core, 6.4: patterns are not anchored",
        "Anything around a match is accepted, so wrong values may pass.",
        is_of_values=True,
    ),
    Rule(
        "pattern-half-anchored",
        Severity.WARNING,
        _SCHEMA,
        _half_anchored,
        "Where a pattern has alternatives, ^ and $ hold for all of them.",
        "ECMA-262, 22.2.1: a bar binds weaker than ^ and $",
        "Anything before or after a match is accepted, so wrong values pass.",
        is_of_values=True,
    ),
)
