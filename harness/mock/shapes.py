"""Describe a JSON request as data and by rules on single values, and list what one of them gets wrong."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from harness.codes.dates import is_compact_date
from harness.jsonvalue import Json, members
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
        # In order, so that a missing value is reported as missing and not as malformed.
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
    # The first test is quick and settles nearly all; the second allows letters of any script.
    return (value.isascii() and value.isprintable()) or not any(map(_is_control, value))


def optional(holds: Callable[[str], bool]) -> Callable[[Json], bool]:
    """Demand something of a text, and nothing where no value is given."""
    return lambda value: not is_given(value) or (isinstance(value, str) and holds(value))


def _is_control(character: str) -> bool:
    # C0 and C1 controls; other invisible characters occur in real names.
    return unicodedata.category(character) == "Cc"


# Where nothing is published: far more than any field needs, far less than would do harm.
MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Text:
    """Text of bounded length, and of a certain form where one is given."""

    longest: int = MOST_CHARACTERS
    shortest: int = 1
    required: bool = False
    form: Callable[[str], bool] | None = None
    form_name: str = ""
    fault: str = ""
    """The fault that suspends every demand on this value."""


@dataclass(frozen=True, slots=True)
class Group:
    """An object with these members; others are not looked at."""

    shapes: Mapping[str, "Shape"]
    required: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """An array of alike objects."""

    item: Group
    most: int = 1000
    required: bool = False
    fault: str = ""


Shape: TypeAlias = Text | Group | List


@dataclass(frozen=True, slots=True)
class Complaint:
    """One field of a request and what is wrong with it, in words that repeat nothing sent."""

    field: str
    description: str


def compact_date(*, required: bool = False) -> Text:
    """Return the shape of a date as YYYYMMDD."""
    return Text(required=required, form=is_compact_date, form_name="a date written as YYYYMMDD")


def complaints(shape: Shape, value: Json, field: str, faults: ActiveFaults) -> Iterator[Complaint]:
    """Yield what is wrong with a value, in the order of the shape's members."""
    # The fault suspends what lies below too: a group is skipped as a whole.
    if shape.fault in faults:
        return
    # An optional member that is blank counts as left out.
    if not is_given(value):
        if shape.required:
            yield Complaint(field, f"{field.rpartition('.')[2]} is required and must not be blank.")
        return
    if isinstance(shape, Text):
        yield from _text_complaints(shape, value, field)
    elif isinstance(shape, Group):
        yield from _group_complaints(shape, value, field, faults)
    else:
        yield from _list_complaints(shape, value, field, faults)


def _text_complaints(shape: Text, value: Json, field: str) -> Iterator[Complaint]:
    if not isinstance(value, str):
        yield Complaint(field, "This must be text.")
    elif not shape.shortest <= len(value) <= shape.longest:
        yield Complaint(field, f"This must have {shape.shortest} to {shape.longest} characters.")
    elif shape.form is not None and not shape.form(value):
        yield Complaint(field, f"This must be {shape.form_name}.")


def _group_complaints(
    shape: Group, value: Json, field: str, faults: ActiveFaults
) -> Iterator[Complaint]:
    if not isinstance(value, Mapping):
        yield Complaint(field, "This must be an object.")
        return
    for name, member in shape.shapes.items():
        path = f"{field}.{name}" if field else name
        yield from complaints(member, _member(members(value), name, faults), path, faults)


def _list_complaints(
    shape: List, value: Json, field: str, faults: ActiveFaults
) -> Iterator[Complaint]:
    if not isinstance(value, list) or (shape.required and not value):
        yield Complaint(field, "This must be an array that is not empty.")
        return
    # One complaint in place of a thousand: the items are not looked at.
    if len(value) > shape.most:
        yield Complaint(field, f"This must have at most {shape.most} items.")
        return
    for index, item in enumerate(value):
        yield from complaints(shape.item, item, f"{field}[{index}]", faults)


def _member(value: Mapping[str, Json], name: str, faults: ActiveFaults) -> Json:
    """Return a member by its exact name: attribute names are case-sensitive."""
    if name in value or "name-case-ignored" not in faults:
        return value.get(name)
    # Only under the fault: the right name goes first even there.
    return next((found for key, found in value.items() if key.lower() == name.lower()), None)
