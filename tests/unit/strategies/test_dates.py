import pytest
from hypothesis import find, given

from harness.codes.dates import is_compact_date, is_iso_date
from harness.strategies.dates import (
    MALFORMED_DATE_FORMS,
    birth_dates,
    malformed_dates,
    service_dates,
)


@given(birth_dates(), service_dates())
def test_every_birth_comes_before_every_service(birth: str, service: str) -> None:
    assert is_iso_date(birth)
    assert is_iso_date(service)
    assert birth < service


@given(birth_dates(compact=True), service_dates(compact=True))
def test_compact_dates_have_no_dashes(birth: str, service: str) -> None:
    assert is_compact_date(birth)
    assert is_compact_date(service)


def test_leap_days_are_among_them() -> None:
    assert find(service_dates(), lambda day: day.endswith("-02-29")) == "2020-02-29"
    assert find(birth_dates(compact=True), lambda day: day.endswith("0229")) == "19320229"


@given(malformed_dates())
def test_malformed_dates_are_no_dates_and_not_empty(text: str) -> None:
    assert text
    assert not is_iso_date(text)


@pytest.mark.parametrize("form", MALFORMED_DATE_FORMS)
def test_each_form_spoils_a_date(form: str) -> None:
    assert not is_iso_date(MALFORMED_DATE_FORMS[form]("2000-01-01"))


def test_the_documented_wrong_forms_are_among_them() -> None:
    spoilt = {form("2000-01-01") for form in MALFORMED_DATE_FORMS.values()}

    assert {"20000101", "01/01/2000", "2000-02-30", "2000-1-5"} <= spoilt
