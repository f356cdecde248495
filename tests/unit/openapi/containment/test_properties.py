"""The comparison against another implementation of JSON Schema, on values that are drawn."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harness.jsonvalue import Json, members
from harness.openapi.change import Direction, Level
from harness.openapi.changes.ledger import Ledger
from harness.openapi.containment.build import Builder
from harness.openapi.containment.facts import Found, Missing
from harness.openapi.containment.graph import Graph
from harness.openapi.containment.solver import Solver
from tests.unit.openapi.containment.schemas import VALUES, pairs


def is_valid(schema: Json, value: Json) -> bool:
    return Draft202012Validator(schema).is_valid(value)  # type: ignore[arg-type]  # or a boolean


def names(schema: object) -> set[str]:
    """Return all member names that a schema speaks of, at any depth."""
    if isinstance(schema, list):
        return set().union(*map(names, schema)) if schema else set()
    if not isinstance(schema, Mapping):
        return set()
    own = set(members(schema.get("properties"))) | set(schema.get("required", ()))
    return (
        own | set(schema.get("dependentRequired", ())) | set().union(*map(names, schema.values()))
    )


@given(pairs(), st.lists(VALUES, min_size=10, max_size=40))
@settings(max_examples=120, deadline=None)
def test_value_that_is_found_is_one_and_where_none_is_there_is_none(
    schemas: tuple[Any, Any], values: list[Json]
) -> None:
    old, new = schemas
    solver = Solver(Graph())
    one, other = (
        Builder(solver.graph, {"openapi": "3.1.0"}, side, Direction.REQUEST, frozenset()).node(each)
        for side, each in (("old", old), ("new", new))
    )

    answer = solver.find(kept=[one], broken=[other])

    lost = [each for each in values if is_valid(old, each) and not is_valid(new, each)]
    if isinstance(answer, Found):
        assert is_valid(old, answer.value)
        assert not is_valid(new, answer.value)
    # A member that the old schema does not know is one that nobody was told to send.
    elif answer is Missing.NONE and names(new) <= names(old):
        assert not lost, (old, new, lost)


@given(pairs(), st.lists(VALUES, min_size=10, max_size=40), st.sampled_from(Direction))
@settings(max_examples=80, deadline=None)
def test_no_value_contradicts_a_report_of_harmless_changes(
    schemas: tuple[Any, Any], values: list[Json], direction: Direction
) -> None:
    old, new = schemas
    ledger = Ledger({"openapi": "3.1.0"}, {"openapi": "3.1.0"})

    ledger.schemas(direction, ("POST /a", "body"), old, new)

    writer, reader = (old, new) if direction is Direction.REQUEST else (new, old)
    lost = [each for each in values if is_valid(writer, each) and not is_valid(reader, each)]
    levels = {change.level for change in ledger.all()}
    if lost and names(reader) <= names(writer):
        assert levels & {Level.BREAKING, Level.WARNING}, (old, new, lost)


@given(pairs(), st.sampled_from(Direction))
@settings(max_examples=50, deadline=None)
def test_schema_does_not_differ_from_itself(schemas: tuple[Any, Any], direction: Direction) -> None:
    ledger = Ledger({"openapi": "3.0.0"}, {"openapi": "3.1.0"})  # so that none is taken for equal

    ledger.schemas(direction, ("POST /a", "body"), {"allOf": [schemas[0]]}, schemas[0])

    assert ledger.all() == ()
