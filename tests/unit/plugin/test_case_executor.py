"""Cases side by side: outcomes in the order asked for, nothing lost when the run is stopped."""

from collections.abc import Callable
from threading import Event

from harness.outcome import Outcome, Status
from harness.plugin.case_executor import CaseExecutor

PATIENCE = 600.0


def work(case: str, seen: list[str], until: Event | None = None) -> Callable[[], Outcome]:
    def run() -> Outcome:
        if until is not None:
            assert until.wait(PATIENCE)
        seen.append(case)
        return Outcome(case, Status.PASS)

    return run


def test_one_worker_begins_nothing_ahead() -> None:
    seen: list[str] = []
    executor = CaseExecutor(1)

    executor.begin({"a": work("a", seen), "b": work("b", seen)}, {})

    assert executor.outcome("b", work("b", seen)).case == "b"
    assert seen == ["b"]
    assert list(executor.close(at_once=False)) == []


def test_outcomes_come_in_the_order_asked_for_whichever_ends_first() -> None:
    seen: list[str] = []
    second_done = Event()
    executor = CaseExecutor(2)

    def second() -> Outcome:
        outcome = work("b", seen)()
        second_done.set()
        return outcome

    works = {"a": work("a", seen, until=second_done), "b": second}
    executor.begin(works, {})
    outcomes = [executor.outcome(case, each).case for case, each in works.items()]

    assert outcomes == ["a", "b"]
    assert seen == ["b", "a"]
    assert list(executor.close(at_once=False)) == []


def test_closing_begins_nothing_more_and_keeps_what_was_under_way() -> None:
    seen: list[str] = []
    executor = CaseExecutor(2)
    begun, go = Event(), Event()

    def first() -> Outcome:
        begun.set()
        return work("a", seen, until=go)()

    executor.begin({"a": first, "b": work("b", seen, until=go), "c": work("c", seen, until=go)}, {})
    assert begun.wait(PATIENCE)
    closing = executor.close(at_once=True)
    go.set()

    left = {outcome.case for outcome in closing}
    assert executor.is_stopped()
    assert "a" in left
    assert left == set(seen)


def test_draining_waits_for_all_that_was_begun() -> None:
    seen: list[str] = []
    executor = CaseExecutor(3)

    executor.begin({name: work(name, seen) for name in "abc"}, {})
    executor.drain()

    assert sorted(seen) == ["a", "b", "c"]
    assert [outcome.case for outcome in executor.close(at_once=False)] == ["a", "b", "c"]


def test_a_case_waits_for_those_it_comes_after() -> None:
    seen: list[str] = []
    executor = CaseExecutor(3)
    last_done = Event()

    def last() -> Outcome:
        outcome = work("c", seen)()
        last_done.set()
        return outcome

    works = {"a": work("a", seen, until=last_done), "b": work("b", seen), "c": last}
    executor.begin(works, {"b": frozenset({"a", "somewhere else"})})
    executor.drain()

    assert seen == ["c", "a", "b"]
    assert len(list(executor.close(at_once=False))) == 3
