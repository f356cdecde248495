from math import inf, nan

import pytest

from harness.jsonvalue import MISSING, compact, items, lookup, members, number, text, whole_number

DOCUMENT = {"a": [{"b/c": 1, "d~e": None}], "": 0}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        pytest.param("", DOCUMENT, id="whole"),
        pytest.param("/a/0/b~1c", 1, id="slash"),
        pytest.param("/a/0/d~0e", None, id="tilde-null"),
        pytest.param("/", 0, id="empty-name"),
        pytest.param("/a/1", MISSING, id="beyond"),
        pytest.param("/a/-1", MISSING, id="negative"),
        pytest.param("/a/00", MISSING, id="leading-zero"),
        pytest.param("/a/x", MISSING, id="name-in-list"),
        pytest.param("a", MISSING, id="no-slash"),
        pytest.param("/a/0/b~1c/z", MISSING, id="below-a-number"),
    ],
)
def test_pointers_follow_rfc_6901(pointer: str, value: object) -> None:
    assert lookup(DOCUMENT, pointer) is value or lookup(DOCUMENT, pointer) == value


def test_values_of_another_shape_read_as_empty() -> None:
    assert members([1]) == {}
    assert items("abc") == ()
    assert text(3) == ""
    assert number(True, 9.0) == 9.0
    assert number("1", 9.0) == 9.0
    assert number(2) == 2.0


def test_compact_is_one_line() -> None:
    assert compact({"a": ["ä", None]}) == '{"a":["ä",null]}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2, 2), (2.9, 2), (True, 7), ("2", 7), (inf, 10**18), (-inf, -(10**18)), (nan, 7), (10**400, 10**18)],
)  # fmt: skip
def test_a_whole_number_comes_of_any_value_of_a_document(value: object, expected: int) -> None:
    assert whole_number(value, 7) == expected
