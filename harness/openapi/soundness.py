"""Refuse a document whose schemas no validator gets through in reasonable time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.errors import DocumentError
from harness.jsonvalue import Json, escape, items, lookup, members, text
from harness.openapi.model import Api
from harness.openapi.patterns import pattern_fault
from harness.openapi.references import follow
from harness.openapi.validator import as_2020_12, check_schema, clipped, source_of
from harness.openapi.walk import schemas

# A validator calls itself several times for each schema in a chain, and Python's stack is finite.
MAX_DEPTH = 60
MAX_EXPANSION = 10_000
"""How many schemas one value may have to pass, references and branches multiplied out."""

_IN_PLACE = ("not", "if", "then", "else")
_BRANCHES = ("allOf", "anyOf", "oneOf")


def check_sound(api: Api) -> None:
    """Check patterns, shapes and references of every schema. Raises DocumentError at the first fault."""
    # Patterns first: one that never ends would hold up whatever comes after.
    for pointer, schema in schemas(api.root):
        if isinstance(schema.get("pattern"), str):
            _check_pattern(api, f"{pointer}/pattern", text(schema["pattern"]))
    check_bounded(api)
    for name in members(lookup(api.root, "/components/schemas")):
        check_schema(api, f"/components/schemas/{escape(name)}")


def check_bounded(api: Api) -> None:
    """Refuse schemas that multiply or lead in a circle; all else can be read and reported."""
    found = unbounded_schema(api)
    if found is not None:
        pointer, what = found
        advice = "Let schemas refer to themselves through members or items only, and keep them few."
        source = source_of(api, pointer)
        raise DocumentError(f"is a schema that {what}", source=source, advice=advice)


def unbounded_schema(api: Api) -> tuple[str, str] | None:
    """Return the pointer of the first schema that multiplies or leads in a circle, and what it does."""
    # In 2020-12, where nothing beside a reference of OpenAPI 3.0 counts.
    counter = _Counter(as_2020_12(api.root))
    try:
        for pointer, _ in schemas(api.root):
            counter.size(pointer)
    except _Unbounded as problem:
        return problem.pointer, problem.what
    return None


class _Unbounded(Exception):
    """Ends the count at the first schema that no validator gets through."""

    def __init__(self, pointer: str, what: str) -> None:
        super().__init__(what)
        self.pointer = pointer
        self.what = what


def _check_pattern(api: Api, pointer: str, pattern: str) -> None:
    fault = pattern_fault(pattern)
    if fault:
        what = f"is a pattern that {fault} ({clipped(pattern)})."
        advice = "Correct it in the file."
        raise DocumentError(what, source=source_of(api, pointer), advice=advice)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts the schemas that one value meets without going into it; each pointer is counted once."""

    root: Json
    sizes: dict[str, int] = field(default_factory=dict)

    def size(self, pointer: str, depth: int = 0) -> int:
        if depth > MAX_DEPTH:
            # A schema on a chain is refused at its far end, which is where a reader can cut it.
            raise _Unbounded(pointer, f"hangs on a chain of more than {MAX_DEPTH} schemas.")
        if self.sizes.get(pointer) == 0:
            raise _Unbounded(pointer, "leads back to itself for the same value.")
        if pointer not in self.sizes:
            self.sizes[pointer] = 0  # being counted: to meet it again is to go in a circle
            # What one value has to pass: siblings add up, and a reference brings its target.
            inner = sum(self.size(each, depth + 1) for each in _in_place(self.root, pointer))
            if inner >= MAX_EXPANSION:
                raise _Unbounded(pointer, f"multiplies into more than {MAX_EXPANSION:,} others.")
            self.sizes[pointer] = 1 + inner
        return self.sizes[pointer]


def _in_place(root: Json, pointer: str) -> Iterator[str]:
    schema = members(lookup(root, pointer))
    if isinstance(schema.get("$ref"), str):
        yield follow(root, text(schema["$ref"]))[1]
    # Members and items are left out: they concern other values, which end the recursion.
    for key in _IN_PLACE:
        if isinstance(schema.get(key), dict):
            yield f"{pointer}/{key}"
    for key in _BRANCHES:
        for index in range(len(items(schema.get(key)))):
            yield f"{pointer}/{key}/{index}"
