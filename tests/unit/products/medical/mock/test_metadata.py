from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsonvalue import Json
from harness.products.medical.mock.store import (
    CLAIM_NUMBER,
    DATE_FILTERS,
    FIRST_DAY,
    LAST_DAY,
    TEXT_FILTERS,
    Transaction,
    matching,
    search_complaint,
)
from tests.products import active

NAMES = (*TEXT_FILTERS, *DATE_FILTERS, CLAIM_NUMBER)
DAYS: dict[str, Json] = {FIRST_DAY: "2026-01-15", LAST_DAY: "2026-01-17"}
DETAILS = {
    **{name: f"Own {name}" for name in TEXT_FILTERS},
    "claimStartDate": "2026-01-01",
    "claimEndDate": "2026-01-02",
}
OWN: dict[str, Json] = {**DETAILS, CLAIM_NUMBER: "CLAIM-1"}
TRANSACTION = Transaction(
    trace_id="trace",
    owner="main",
    received=datetime(2026, 1, 16, 23, 59, tzinfo=UTC),
    payer_id="TESTEP06",
    details=DETAILS,
    claim_numbers=frozenset({"CLAIM-1", "PATIENT-1"}),
    documents=(),
)


def is_found(criteria: dict[str, Json], *faults: str) -> bool:
    return [*matching([TRANSACTION], {**DAYS, **criteria}, active(faults))] == [TRANSACTION]


@given(st.sets(st.sampled_from(NAMES)))
def test_any_subset_of_its_own_values_finds_a_transaction(names: set[str]) -> None:
    assert is_found({name: OWN[name] for name in names})


@given(st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_one_wrong_value_excludes_it_whatever_else_fits(names: set[str], wrong: str) -> None:
    assert not is_found({**{name: OWN[name] for name in names}, wrong: "2020-02-02"})


def test_names_are_compared_without_regard_to_case() -> None:
    assert is_found({"patientLastName": "OWN PATIENTLASTNAME"})


def test_blank_and_null_criteria_do_not_count() -> None:
    assert is_found({"payerName": "", "memberId": None, "providerId": " "})


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-01-16", "2026-01-16", True),
        ("2026-01-01", "2026-01-16", True),
        ("2026-01-17", "2026-01-18", False),
        ("2026-01-01", "2026-01-15", False),
    ],
)
def test_both_days_are_included(first: str, last: str, found: bool) -> None:
    assert is_found({FIRST_DAY: first, LAST_DAY: last}) is found


@pytest.mark.parametrize(
    "criteria",
    [
        None,
        [],
        {},
        {FIRST_DAY: "2026-01-15"},
        {**DAYS, LAST_DAY: "20260117"},
        {**DAYS, FIRST_DAY: 20260115},
        {**DAYS, FIRST_DAY: "2026-01-18"},
        {**DAYS, "claimStartDate": "01/01/2026"},
        {**DAYS, "payerId": 5},
        {**DAYS, "claimNumber": ["x"]},
    ],
)
def test_unusable_criteria_are_refused(criteria: Json) -> None:
    assert search_complaint(criteria, active([]))


def test_both_days_are_all_that_is_needed() -> None:
    assert search_complaint(DAYS, active([])) == ""
