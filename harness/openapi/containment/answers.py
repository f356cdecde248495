"""What a search for a value can come to."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from harness.jsonvalue import Json


class Missing(Enum):
    """Why there is no value to show."""

    NONE = auto()
    """No such value exists."""
    UNDECIDED = auto()
    """The search was too long, or a keyword is beyond it."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A value that is what was searched for."""

    value: Json
    is_certain: bool = True
    """Not where a format that nobody here can check decides."""


Answer: TypeAlias = Found | Missing


def first(answers: "list[Answer]") -> Answer:
    """Return the first value, else whether it is certain that there is none."""
    for answer in answers:
        if isinstance(answer, Found):
            return answer
    return Missing.UNDECIDED if Missing.UNDECIDED in answers else Missing.NONE
