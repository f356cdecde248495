"""Wait for a client that runs as a service: the judge starts nothing, and hears when it has ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.client.http import Time
from harness.jsonvalue import Json
from harness.judge.calls import Call
from harness.judge.evidence import ClientEnd
from harness.judge.judgement import NO_SUCH_ACTION
from harness.judge.scenario import Scenario
from harness.judge.session import Session

WAIT_SECONDS = 120.0
"""How long the first call may take, unless another time is asked for."""
_QUIET_SECONDS = 2.0
_DATE_SECONDS = 6.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a service is told of a scenario, and how long it is waited for."""

    announce: Callable[[str], None]
    """Takes the path of the context."""
    wait_seconds: float = WAIT_SECONDS


def attended(
    session: Session,
    scenario: Scenario,
    result: Callable[[], Mapping[str, Json]],
    wait_seconds: float,
    time: Time,
) -> ClientEnd:
    """Wait until the client has written its result, or has called and is quiet, or its time is up.

    A client that has nothing to call writes its result to say so; silence alone ends nothing early.
    """
    begun = time.monotonic()
    while True:
        now = time.monotonic()
        calls = session.calls
        told = result()
        if told and session.is_idle:
            code = NO_SUCH_ACTION if told.get("exit_code") == NO_SUCH_ACTION else None
            return ClientEnd(exit_code=code, seconds=now - begun)
        if not calls and now - begun >= wait_seconds:
            return ClientEnd(seconds=now - begun)
        if calls and session.is_idle and now - calls[-1].ended >= _quiet(scenario, calls[-1]):
            return ClientEnd(seconds=calls[-1].ended - begun)
        if calls and now - calls[0].at >= scenario.limit_seconds:
            return ClientEnd(timed_out=True, seconds=now - begun)
        time.sleep(_LOOK_SECONDS)


def _quiet(scenario: Scenario, last: Call) -> float:
    """Return how long nothing may come: longer than the last answer asks the client to wait."""
    told = last.reply.header("retry-after")
    asked = 0.0 if told is None else float(told) if told.isdecimal() else _DATE_SECONDS
    return max(scenario.quiet_seconds, _QUIET_SECONDS, asked + 1.0)
