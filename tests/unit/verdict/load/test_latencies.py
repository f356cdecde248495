import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.verdict.load.tally import Latencies, latencies_from


def counted(*seconds: float) -> Latencies:
    found = Latencies()
    for each in seconds:
        found.add(each)
    return found


@pytest.mark.parametrize(
    ("percent", "wanted"),
    [
        pytest.param(50, 0.05, id="half"),
        pytest.param(95, 0.095, id="p95"),
        pytest.param(99, 0.099, id="p99"),
        pytest.param(100, 0.1, id="slowest"),
    ],
)
def test_a_percentile_is_that_of_the_nearest_rank(percent: float, wanted: float) -> None:
    found = counted(*(each / 1000 for each in range(1, 101)))

    assert found.percentile(percent) == wanted


def test_of_few_requests_the_slowest_stands_for_the_high_percentiles() -> None:
    assert counted(0.1, 0.2, 0.9).percentile(95) == 0.9


def test_nothing_has_no_percentile() -> None:
    assert Latencies().percentile(95) is None


def test_rounding_never_meets_a_limit() -> None:
    assert counted(0.500001).percentile(95) == 0.501


@given(st.lists(st.floats(min_value=0.000001, max_value=1000), min_size=1, max_size=50))
def test_a_percentile_is_at_most_one_percent_too_high_and_never_too_low(
    seconds: list[float],
) -> None:
    slowest = counted(*seconds).percentile(100)

    assert slowest is not None
    assert max(seconds) - 1e-6 <= slowest <= max(seconds) * 1.01 + 1e-6


def test_what_two_processes_counted_becomes_one() -> None:
    one, other = counted(0.1), counted(0.2, 0.3)

    one.take(latencies_from(other.as_json()))

    assert (len(one), one.percentile(100)) == (3, 0.3)
