"""Find what is wrong with the schemas and the examples of a document."""

import re
from collections.abc import Iterator, Mapping

from harness.errors import DocumentError
from harness.jsonvalue import Json, escape, lookup, members, text
from harness.openapi import finding as rules
from harness.openapi.dialect import is_3_0
from harness.openapi.finding import Finding, Rule
from harness.openapi.model import Api
from harness.openapi.patterns import pattern_fault
from harness.openapi.references import index_of, references
from harness.openapi.validator import Fault, clipped, faults, source_of
from harness.openapi.walk import Example, examples, schemas

_DOUBLED = re.compile(r"\\\\[dDwWsSbB.]")


def schema_findings(api: Api) -> Iterator[Finding]:
    """Check every schema and every example."""
    for pointer, schema in schemas(api.root):
        if isinstance(schema.get("pattern"), str):
            yield from _pattern(api, f"{pointer}/pattern", text(schema["pattern"]))
        yield from _nullable(api, pointer, schema)
    yield from _examples(api)
    yield from _siblings(api)
    yield from _unused(api)


def found(api: Api, rule: Rule, pointer: str, what: str, value: object = "") -> Finding:
    """Make a finding at a pointer."""
    return Finding(rule, source_of(api, pointer), what, clipped(value) if value != "" else "")


def _pattern(api: Api, pointer: str, pattern: str) -> Iterator[Finding]:
    fault = pattern_fault(pattern)
    if fault:
        yield found(api, rules.PATTERN_UNUSABLE, pointer, f"the pattern {fault}", pattern)
    if _DOUBLED.search(pattern):
        what = "the pattern is escaped twice"
        yield found(api, rules.PATTERN_DOUBLE_ESCAPED, pointer, what, pattern)
    if not (pattern.startswith("^") and pattern.endswith("$")):
        what = "the pattern is not anchored at both ends"
        yield found(api, rules.PATTERN_NOT_ANCHORED, pointer, what, pattern)


def _nullable(api: Api, pointer: str, schema: Mapping[str, Json]) -> Iterator[Finding]:
    if "nullable" not in schema or "$ref" in schema:
        return
    place = f"{pointer}/nullable"
    if not is_3_0(api.root):
        what = "nullable says nothing in OpenAPI 3.1; the type must name null"
        yield found(api, rules.NULLABLE_MISMATCH, place, what)
    elif "type" not in schema:
        what = "nullable says nothing without a type beside it"
        yield found(api, rules.NULLABLE_MISMATCH, place, what)


def _examples(api: Api) -> Iterator[Finding]:
    for example in examples(api.root):
        for fault in _faults(api, example):
            rule = _rule(example.schema_pointer, fault)
            what = f"the example breaks {fault.rule} at {fault.pointer or 'its root'}"
            yield found(api, rule, example.pointer, what, fault.actual)


def _faults(api: Api, example: Example) -> tuple[Fault, ...]:
    try:
        return faults(api, example.schema_pointer, example.value, example.direction)
    except DocumentError:
        return ()  # the rules for patterns and references name the reason


def _rule(schema_pointer: str, fault: Fault) -> Rule:
    if fault.actual == "null":
        return rules.NULLABLE_MISMATCH
    if fault.schema_pointer == f"{schema_pointer}/pattern":
        return rules.PATTERN_REJECTS_EXAMPLE
    return rules.EXAMPLE_INVALID


def _siblings(api: Api) -> Iterator[Finding]:
    if not is_3_0(api.root):
        return
    for pointer, reference in references(api.root):
        beside = [key for key in members(lookup(api.root, pointer)) if key != "$ref"]
        if beside:
            what = f"{', '.join(beside)} beside a reference"
            yield found(api, rules.REF_SIBLINGS, pointer, what, reference)


def _unused(api: Api) -> Iterator[Finding]:
    index = index_of(api.root)
    used = {index.target(node) for node in index.nodes if node.reference}
    for name in members(lookup(api.root, "/components/schemas")):
        pointer = f"/components/schemas/{escape(name)}"
        if "request" in name.lower() and pointer not in used:
            what = f"the schema '{clipped(name)}' describes a request and belongs to no operation"
            yield found(api, rules.REQUEST_SCHEMA_UNUSED, pointer, what)
