from collections.abc import Mapping
from dataclasses import replace

import pytest

from harness.jsonvalue import Json
from harness.judge.calls import Call, Reply
from harness.judge.scenario import Scenario
from harness.session.judge.program import attended
from harness.source import Source

SCENARIO = Scenario(
    id="a/b/c",
    title="t",
    product="a",
    action="x",
    instruct="i",
    verifies=("C001",),
    source=Source("s.yaml", 1, 1),
    limit_seconds=30.0,
)
CALL = Call(1, "", 0.0, 0.0, "POST", "/a", "", reply=Reply(201))


class Service:
    """A client that calls at certain moments of a clock which only waiting moves."""

    is_idle = True

    def __init__(self, *moments: float, reply: Reply = CALL.reply, result_at: float = 1e9) -> None:
        self.now = 0.0
        self._moments = moments
        self._reply = reply
        self._result_at = result_at

    @property
    def calls(self) -> tuple[Call, ...]:
        done = [moment for moment in self._moments if moment <= self.now]
        return tuple(replace(CALL, at=each, ended=each, reply=self._reply) for each in done)

    def result(self) -> Mapping[str, Json]:
        return {"ok": True} if self.now >= self._result_at else {}

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def end(service: Service, wait_seconds: float = 60.0) -> tuple[float, bool]:
    found = attended(service, SCENARIO, service.result, wait_seconds, service)  # type: ignore[arg-type]  # it has what is asked for
    return round(service.now, 1), found.timed_out


def test_it_is_over_once_the_client_is_quiet() -> None:
    assert end(Service(5.0, 6.0)) == (8.0, False)


def test_a_client_that_was_told_to_wait_is_waited_for() -> None:
    asked = Reply(429, (("retry-after", "4"),))

    now, _ = end(Service(1.0, reply=asked))

    assert now == pytest.approx(6.0, abs=0.1)


def test_a_result_ends_it_at_once_also_without_a_call() -> None:
    assert end(Service(result_at=3.0)) == (3.0, False)


def test_silence_ends_nothing_before_its_time() -> None:
    now, _ = end(Service(), wait_seconds=20.0)

    assert now == pytest.approx(20.0, abs=0.1)


def test_a_client_that_goes_on_for_ever_is_seen_to() -> None:
    now, is_timed_out = end(Service(*(float(each) for each in range(100))))

    assert now == pytest.approx(30.0, abs=0.1)
    assert is_timed_out
