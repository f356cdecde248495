import pytest

from harness.errors import ConfigurationError
from harness.mock.settings import Rate, RateLimiter, rate_of

NOON = 1_768_564_800.0


@pytest.mark.parametrize(
    ("text", "rate"),
    [("5/s", Rate(5, 1)), ("100/m", Rate(100, 60)), ("1000000/h", Rate(1_000_000, 3600))],
)
def test_a_rate_is_calls_in_a_second_a_minute_or_an_hour(text: str, rate: Rate) -> None:
    assert rate_of(text) == rate


@pytest.mark.parametrize(
    "text", ["", "5", "0/s", "-1/s", "5/d", "5.5/s", " 5/s", "\u0665/s", "9999999/s"]
)
def test_anything_else_is_no_rate(text: str) -> None:
    with pytest.raises(ConfigurationError, match="say 5/s or 100/m"):
        rate_of(text)


def test_as_many_calls_as_the_rate_says_may_come_at_once() -> None:
    limiter = RateLimiter()

    waits = [limiter.wait_seconds("a", Rate(3), NOON) for _ in range(4)]

    assert waits == [0, 0, 0, pytest.approx(1 / 3, abs=1e-6)]


def test_who_comes_back_when_told_is_let_in() -> None:
    limiter = RateLimiter()
    for _ in range(60):
        assert limiter.wait_seconds("a", Rate(60, 60), NOON) == 0

    assert limiter.wait_seconds("a", Rate(60, 60), NOON + 0.5) == pytest.approx(0.5, abs=1e-6)
    assert limiter.wait_seconds("a", Rate(60, 60), NOON + 1.0) == 0
    assert limiter.wait_seconds("a", Rate(60, 60), NOON + 1.0) == pytest.approx(1.0, abs=1e-6)


def test_a_steady_caller_at_the_rate_is_never_sent_away() -> None:
    limiter = RateLimiter()

    waits = [limiter.wait_seconds("a", Rate(7), NOON + number / 7) for number in range(500)]

    assert waits == [0.0] * 500


def test_a_refused_call_costs_nothing() -> None:
    limiter = RateLimiter()
    for _ in range(100):
        limiter.wait_seconds("a", Rate(1), NOON)

    assert limiter.wait_seconds("a", Rate(1), NOON + 1) == 0


def test_each_client_has_a_bucket_of_its_own() -> None:
    limiter = RateLimiter()
    limiter.wait_seconds("a", Rate(1), NOON)

    assert limiter.wait_seconds("b", Rate(1), NOON) == 0
