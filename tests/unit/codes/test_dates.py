from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.codes.dates import is_compact_date, is_iso_date


@pytest.mark.parametrize("text", ["2000-01-01", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_real_dates_with_dashes_are_iso_dates(text: str) -> None:
    assert is_iso_date(text)
    assert not is_compact_date(text)


@pytest.mark.parametrize("text", ["20000101", "20240229"])
def test_real_dates_without_dashes_are_compact_dates(text: str) -> None:
    assert is_compact_date(text)
    assert not is_iso_date(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("2000-02-30", id="no-such-day"),
        pytest.param("2023-02-29", id="no-leap-year"),
        pytest.param("2024-13-01", id="no-such-month"),
        pytest.param("0000-01-01", id="year-zero"),
        pytest.param("2000-1-5", id="unpadded"),
        pytest.param("01/01/2000", id="american"),
        pytest.param("2000-01-01T00:00:00Z", id="datetime"),
        pytest.param("2000-01-01\n", id="newline"),
        pytest.param("2000-W01-1", id="week-date"),
        pytest.param("200001011", id="nine-digits"),
        pytest.param("20000230", id="compact-no-such-day"),
        pytest.param(
            "\u0662\u0660\u0660\u0660-\u0660\u0661-\u0660\u0661", id="arabic-indic-digits"
        ),
    ],
)
def test_other_texts_are_no_dates(text: str) -> None:
    assert not is_iso_date(text)
    assert not is_compact_date(text)


@given(st.dates())
def test_every_calendar_date_is_known_in_both_forms(day: date) -> None:
    assert is_iso_date(day.isoformat())
    assert is_compact_date(day.isoformat().replace("-", ""))
