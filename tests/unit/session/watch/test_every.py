import pytest

from harness.errors import ConfigurationError
from harness.session.watch.round import every, seconds_of
from tests.fakes import FakeClock


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800.0), ("24h", 86400.0), ("1d", 86400.0), ("31d", 2678400.0)]
)
def test_distances_are_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["24", "0h", "24 h", "1w", "-1h", "32d", "1.5h", "h"])
def test_what_is_no_distance_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a distance of time"):
        seconds_of(text)


def watch(lasting: list[float]) -> list[float]:
    """Return when rounds began that take so long; the last one is interrupted."""
    clock, begun = FakeClock(), []

    def do_round() -> bool:
        begun.append(clock.seconds)
        clock.seconds += lasting[len(begun) - 1]
        return len(begun) < len(lasting)

    every(100.0, do_round, time=clock.time(), wait=clock.sleep)
    return begun


def test_rounds_begin_at_even_distances_whatever_they_take() -> None:
    assert watch([10.0, 70.0, 1.0]) == [0.0, 100.0, 200.0]


def test_a_round_that_takes_longer_lets_marks_pass() -> None:
    assert watch([250.0, 1.0]) == [0.0, 300.0]
