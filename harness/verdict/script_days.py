"""Write days near that of a run as days from today, so that what is asked for is still recent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Day:
    """A variable of a script that holds a day near today."""

    variable: str
    offset: int
    form: str
    """As `strftime` and the command `date` take it."""

    @property
    def line(self) -> str:
        """The line of the script that sets it."""
        return f"{self.variable}=$(day {self.offset:+d} +{self.form})"


_NEAR = {
    "DAY_BEFORE_YESTERDAY": -2,
    "YESTERDAY": -1,
    "TODAY": 0,
    "TOMORROW": 1,
    "DAY_AFTER_TOMORROW": 2,
}
DAYS = tuple(
    Day(f"{name}{end}", offset, form)
    for end, form in (("", "%Y-%m-%d"), ("_IN_DIGITS", "%Y%m%d"))
    for name, offset in _NEAR.items()
)


def with_days(body: bytes, started: str) -> bytes:
    """Put the names of days in a body that was sent at this time; days farther off are kept."""
    for day, written in _written(started):
        body = written.sub(f"@{day.variable}@".encode(), body)
    return body


def days_in(body: bytes, started: str) -> tuple[Day, ...]:
    """Return the days that a body names."""
    return tuple(day for day, written in _written(started) if written.search(body))


def _written(started: str) -> Iterator[tuple[Day, re.Pattern[bytes]]]:
    try:
        today = date.fromisoformat(started[:10])
    except ValueError:
        return
    for day in DAYS:
        text = (today + timedelta(days=day.offset)).strftime(day.form).encode()
        yield day, re.compile(rb"(?<![0-9])" + text + rb"(?![0-9])")
