import pytest

from harness.jsonvalue import Json
from harness.mock.fault import ActiveFaults, Fault
from harness.mock.shapes import Complaint, Group, List, Text, compact_date, complaints

SHAPE = Group(
    {
        "name": Text(5, 2, required=True),
        "day": compact_date(),
        "inner": Group({"code": Text(3, required=True)}, fault="inner-unchecked"),
        "rows": List(Group({"id": Text(2, required=True)}), most=2, required=True),
    }
)
GOOD: dict[str, Json] = {"name": "abc", "rows": [{"id": "1"}]}


def fields(value: Json, *faults: str) -> list[str]:
    active = ActiveFaults([Fault(name, "x", "D001", "X.") for name in faults])
    return [complaint.field for complaint in complaints(SHAPE, value, "", active)]


def test_what_fits_has_no_complaint() -> None:
    assert fields({**GOOD, "day": "20260116", "inner": {"code": "x"}, "unknown": [1]}) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a"}, "name"),
        ({"name": "abcdef"}, "name"),
        ({"name": 5}, "name"),
        ({"day": "2026-01-16"}, "day"),
        ({"day": "20260230"}, "day"),
        ({"inner": "x"}, "inner"),
        ({"inner": {}}, "inner.code"),
        ({"inner": {"code": "long"}}, "inner.code"),
        ({"rows": []}, "rows"),
        ({"rows": {"id": "1"}}, "rows"),
        ({"rows": [{"id": "1"}] * 3}, "rows"),
        ({"rows": [{"id": "1"}, {"id": ""}]}, "rows[1].id"),
        ({"rows": [5]}, "rows[0]"),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(changes: dict[str, Json], field: str) -> None:
    assert fields({**GOOD, **changes}) == [field]


def test_complaints_come_in_the_order_of_the_shape() -> None:
    assert fields({"rows": [{}], "day": 1}) == ["name", "day", "rows[0].id"]


def test_a_complaint_says_the_bound_and_not_the_value(no_faults: ActiveFaults) -> None:
    found = [*complaints(SHAPE, {**GOOD, "name": "secret"}, "", no_faults)]

    assert found == [Complaint("name", "This must have 2 to 5 characters.")]


def test_a_fault_lifts_a_whole_member() -> None:
    assert fields({**GOOD, "inner": 5}, "inner-unchecked") == []


def test_names_are_case_sensitive_unless_a_fault_says_otherwise() -> None:
    value: Json = {"NAME": "abc", "rows": [{"id": "1"}]}

    assert fields(value) == ["name"]
    assert fields(value, "name-case-ignored") == []
