from datetime import UTC, datetime, timedelta

import pytest

from harness.errors import ConfigurationError
from harness.mock.clock import MOST_SECONDS, Clock, offset_of

NOON = datetime(2026, 1, 16, 12, tzinfo=UTC)


def test_it_runs_with_its_base_and_ahead_of_it() -> None:
    clock = Clock(lambda: NOON, 60)

    clock.advance(3600)

    assert clock.now() == NOON + timedelta(seconds=3660)
    assert clock.offset_seconds == 3660


def test_a_reset_goes_back_to_where_it_started() -> None:
    clock = Clock(lambda: NOON, 60)
    clock.advance(3600)

    clock.reset()

    assert clock.now() == NOON + timedelta(seconds=60)


@pytest.mark.parametrize("seconds", [-1, MOST_SECONDS + 1, float("inf"), float("nan")], ids=repr)
def test_time_goes_forward_and_not_for_ever(seconds: float) -> None:
    assert not Clock(lambda: NOON).can_advance(seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("+0", 0),
        ("+90.5", 90.5),
        ("2026-01-16T13:00:00Z", 3600),
        ("2026-01-16T13:00:00", 3600),
        ("2026-01-16T13:00:00+01:00", 0),
        ("2026-01-15", -129600),
    ],
)
def test_a_start_is_an_offset_or_a_time(text: str, seconds: float) -> None:
    assert offset_of(text, NOON) == seconds


@pytest.mark.parametrize("text", ["", "90", "-90", "+", "+1e9", "noon", "9999-12-31", "+999999999"])
def test_what_is_no_start_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is no time that the clock can start at"):
        offset_of(text, NOON)
