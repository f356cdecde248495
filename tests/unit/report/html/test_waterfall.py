from dataclasses import replace

from harness.exchange import Exchange, Response
from harness.outcome import Check, Outcome, Status
from harness.report.html.evidence import steps
from tests.unit.report.samples import exchange

CASE = "medical/status/TESTEP06"


def sent(number: int, second: float, took: float) -> Exchange:
    stamp = f"2026-11-22T10:{int(second) // 60:02}:{second % 60:06.3f}Z"
    answer = Response(201, (), b"{}", took)
    return replace(exchange(number, CASE), started=stamp, response=answer)


def test_steps_stand_where_they_began_and_are_as_wide_as_they_took() -> None:
    first, second = steps((sent(1, 0, 0.5), sent(2, 0.5, 0.5)), None)

    assert (first.start, first.width) == (0.0, 50.0)
    assert (second.start, second.width) == (49.6, 50.0)


def test_a_wait_is_told_and_takes_no_room() -> None:
    first, second = steps((sent(1, 0, 0.5), sent(2, 600, 0.5)), None)

    assert (first.pause, second.pause) == ("", "10 min 0 s")
    assert second.start < 60


def test_the_step_that_a_check_speaks_against_bears_it() -> None:
    wrong = Check("status", Status.FAIL, "06", "99", exchange=2)
    noted = Check("time", Status.WARN, "1 s", "2 s", exchange=2)
    outcome = Outcome(CASE, Status.FAIL, (noted, wrong, Check("a", Status.PASS, exchange=1)))

    first, second = steps((sent(1, 0, 0.1), sent(2, 1, 0.1)), outcome)

    assert (first.check, second.check) == (None, wrong)
