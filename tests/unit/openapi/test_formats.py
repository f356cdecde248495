import pytest

from harness.openapi.formats import FORMATS, format_checker


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("date", "2024-02-29", True, id="leap-day"),
        pytest.param("date", "2026-02-29", False, id="no-leap-day"),
        pytest.param("date", "20260101", False, id="compact-date"),
        pytest.param("date-time", "1985-04-12T23:20:50.52Z", True, id="rfc3339"),
        pytest.param("date-time", "1996-12-19T16:39:57-08:00", True, id="offset"),
        pytest.param("date-time", "1990-12-31T23:59:60Z", True, id="leap-second"),
        pytest.param("date-time", "2021-08-19T18:27Z", False, id="no-seconds"),
        pytest.param("date-time", "2021-05-13 10:33:00Z", False, id="blank"),
        pytest.param("date-time", "2021-05-13T10:33:00", False, id="no-offset"),
        pytest.param("date-time", "2021-05-13T24:00:00Z", False, id="hour-24"),
        pytest.param("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", True, id="uuid"),
        pytest.param("uuid", "f81d4fae7dec11d0a76500a0c91e6bf6", False, id="uuid-without-hyphens"),
        pytest.param("npi", "1234567893", True, id="npi"),
        pytest.param("npi", "1234567890", False, id="npi-check-digit"),
    ],
)
def test_format_accepts_what_its_standard_does(name: str, text: str, expected: bool) -> None:
    assert FORMATS[name](text) is expected
    assert format_checker().conforms(text, name) is expected


def test_format_says_nothing_about_other_types_and_unknown_formats() -> None:
    checker = format_checker()

    assert checker.conforms(5, "date")
    assert checker.conforms("no", "tooth-numbers")
