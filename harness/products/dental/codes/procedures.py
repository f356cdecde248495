"""Know the shape and the category ranges of dental procedure codes, never the licensed code list."""

import re
from dataclasses import dataclass

_SHAPE = re.compile(r"D[0-9]{4}")
# The service takes more than CDT codes here: any letters and digits, up to 25 (D093, D094).
_ITEM = re.compile(r"[A-Za-z0-9]{1,25}")


@dataclass(frozen=True, slots=True)
class Category:
    """A range of procedure numbers, both ends included."""

    name: str
    first: int
    last: int


CATEGORIES = (
    Category("diagnostic", 100, 999),
    Category("preventive", 1000, 1999),
    Category("restorative", 2000, 2999),
    Category("endodontics", 3000, 3999),
    Category("periodontics", 4000, 4999),
    Category("removable prosthodontics", 5000, 5899),
    Category("maxillofacial prosthetics", 5900, 5999),
    Category("implant services", 6000, 6199),
    Category("fixed prosthodontics", 6200, 6999),
    Category("oral and maxillofacial surgery", 7000, 7999),
    Category("orthodontics", 8000, 8999),
    Category("adjunctive services", 9000, 9999),
)


def category_of(code: str) -> Category | None:
    """Return the category that a D + four digits code falls in, whether or not it is assigned."""
    if not _SHAPE.fullmatch(code):
        return None
    number = int(code[1:])
    # No code list: the ranges are public, the codes and their texts are licensed.
    return next(
        (category for category in CATEGORIES if category.first <= number <= category.last), None
    )


def is_procedure_code(text: str) -> bool:
    """Return whether a text is D + four ASCII digits within a category."""
    return category_of(text) is not None


def is_procedure_item(text: str) -> bool:
    """Return whether fileMetadata allows a text as one code: 1 to 25 ASCII letters or digits."""
    return _ITEM.fullmatch(text) is not None
