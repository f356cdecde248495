"""Generate dates of service and birth in both written forms, and texts that are no such date."""

from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st

from harness.strategies.identifiers import arabic_indic, full_width

_FIRST_BIRTH, _LAST_BIRTH = date(1930, 1, 1), date(2014, 12, 31)
# All in the past, so that no clock is asked, and all after every birth.
_FIRST_SERVICE, _LAST_SERVICE = date(2020, 1, 1), date(2025, 12, 31)

# Several are real dates in another form, which a lenient reader would take.
MALFORMED_DATE_FORMS: dict[str, Callable[[str], str]] = {
    "compact": lambda iso: iso.replace("-", ""),
    "american": lambda iso: f"{iso[5:7]}/{iso[8:]}/{iso[:4]}",
    "slashes": lambda iso: iso.replace("-", "/"),
    "day-first": lambda iso: f"{iso[8:]}-{iso[5:7]}-{iso[:4]}",
    "thirtieth-of-february": lambda iso: f"{iso[:4]}-02-30",
    "thirteenth-month": lambda iso: f"{iso[:4]}-13-{iso[8:]}",
    "day-zero": lambda iso: f"{iso[:8]}00",
    "unpadded": lambda iso: f"{iso[:4]}-1-5",
    "two-digit-year": lambda iso: iso[2:],
    "datetime": lambda iso: f"{iso}T00:00:00Z",
    "leading-space": lambda iso: f" {iso}",
    "arabic-indic-digits": arabic_indic,
    "full-width-digits": full_width,
    "trailing-newline": lambda iso: f"{iso}\n",
}
"""Named ways to turn a YYYY-MM-DD date into something that is none."""


def service_dates(*, compact: bool = False) -> st.SearchStrategy[str]:
    """Generate dates from 2020 to 2025 as YYYY-MM-DD or YYYYMMDD, leap days among them."""
    return _dates(_FIRST_SERVICE, _LAST_SERVICE, compact=compact)


def birth_dates(*, compact: bool = False) -> st.SearchStrategy[str]:
    """Generate dates from 1930 to 2014 as YYYY-MM-DD or YYYYMMDD, leap days among them."""
    return _dates(_FIRST_BIRTH, _LAST_BIRTH, compact=compact)


def malformed_dates() -> st.SearchStrategy[str]:
    """Generate texts that are not a YYYY-MM-DD date; none is empty."""
    # Drawn as a pair, so that a shrunk example still names its form.
    return st.builds(_malformed, service_dates(), st.sampled_from(tuple(MALFORMED_DATE_FORMS)))


def _dates(first: date, last: date, *, compact: bool) -> st.SearchStrategy[str]:
    written = _compact if compact else date.isoformat
    # Every fourth year of these is one; 1900 and 2100 lie outside.
    leap_years = (year for year in range(first.year, last.year + 1) if year % 4 == 0)
    leap_days = tuple(written(date(year, 2, 29)) for year in leap_years)
    ordinals = st.integers(first.toordinal(), last.toordinal())
    # One draw in two is a leap day: they are where dates go wrong.
    return ordinals.map(lambda ordinal: written(date.fromordinal(ordinal))) | st.sampled_from(
        leap_days
    )


def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def _malformed(iso: str, form: str) -> str:
    return MALFORMED_DATE_FORMS[form](iso)
