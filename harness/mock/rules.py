"""What a rule on one value is, and the small predicates that the rules of several APIs share."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from harness.jsonvalue import Json
from harness.mock.fault import ActiveFaults


@dataclass(frozen=True, slots=True)
class Rule:
    """A demand on a value, the message key it is refused with and the fault (if any) that lifts it."""

    key: str
    holds: Callable[[Json], bool]
    fault: str


def first_broken(rules: tuple[Rule, ...], value: Json, faults: ActiveFaults) -> str | None:
    """Return the message key of the first rule that a value breaks."""
    for rule in rules:
        if rule.fault not in faults and not rule.holds(value):
            return rule.key
    return None


def is_given(value: Json) -> bool:
    """Return whether a value is more than null or blank text."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def is_text(value: Json, *, longest: int) -> bool:
    """Return whether a value is text of at most so many characters, none of them a control."""
    if not isinstance(value, str) or len(value) > longest:
        return False
    return (value.isascii() and value.isprintable()) or not any(map(_is_control, value))


def optional(holds: Callable[[str], bool]) -> Callable[[Json], bool]:
    """Demand something of a text, and nothing where no value is given."""
    return lambda value: not is_given(value) or (isinstance(value, str) and holds(value))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"
