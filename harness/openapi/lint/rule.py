"""Define what a rule of the lint is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.openapi.lint.subject import Subject
from harness.openapi.structure import Kind
from harness.openapi.walk import Node
from harness.source import Source


class Severity(StrEnum):
    """An error makes tests wrong; a warning makes them weaker; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that breaks a rule, before its line is known."""

    pointer: str
    what: str
    value: object = ""
    """The offending value; empty where the sentence says all."""


Check = Callable[[Subject, Node], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong with a document, under an id that never changes."""

    id: str
    severity: Severity
    kinds: tuple[Kind, ...]
    """The objects that are checked, one by one; the document itself for what spans them."""
    check: Check
    summary: str
    """What is checked, for the table in the documentation."""
    section: str
    """Where the standard says so."""
    consequence: str
    """What follows for tests, or what to do."""
    is_of_values: bool = False
    """Whether it judges values by schemas, which Swagger 2.0 has in the words of OpenAPI 3."""
    is_optional: bool = False
    """Whether it is a matter of taste, and checked only where `--rules` asks for it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule."""

    rule: Rule
    source: Source
    what: str
    value: str = ""
    """The offending value, clipped."""
    severity: Severity = Severity.ERROR
    pointer: str = ""

    def __str__(self) -> str:
        value = f" ({self.value})" if self.value else ""
        return f"{self.source}: {self.severity} {self.rule.id}: {self.what}{value}."
