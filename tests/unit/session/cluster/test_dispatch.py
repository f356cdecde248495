"""Orders go to workers that fit; what a lost one had is done again once and then given up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from harness.session.cluster.dispatch import (
    Answer,
    Answered,
    Assignments,
    Dispatch,
    NoWorkers,
    Outcome,
    Unanswered,
)
from harness.session.cluster.orders import Order

CHECK = Order("check", "check")
ORDERS = tuple(Order(name, name) for name in ("a", "b", "c", "d"))
Does = Callable[[str, str], Outcome | None]


@dataclass
class FakeWorkers:
    """Answers at once as it is told; None: the worker is gone before it answers."""

    does: Does
    present: dict[str, int]
    time: float = 0.0
    started: list[tuple[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    _pending: dict[str, tuple[str, str]] = field(default_factory=dict)

    def threads(self) -> Mapping[str, int]:
        return dict(self.present)

    def start(self, key: str, worker: str, text: str) -> None:
        self._pending[key] = (worker, text)
        self.most_at_once = max(self.most_at_once, len(self._pending))
        if text != "check":
            self.started.append((worker, text))

    def answers(self, seconds: float) -> Sequence[Answer]:
        self.time += seconds
        found = []
        for key, (worker, text) in [*self._pending.items()]:
            outcome = self.does(worker, text) if worker in self.present else None
            del self._pending[key]
            if outcome is None:
                self.present.pop(worker, None)
            else:
                found.append(Answer(key, outcome, f"{text} at {worker}"))
        return found

    def forget(self, key: str) -> None:
        self._pending.pop(key, None)


def dispatched(
    workers: FakeWorkers, *, most: int | None = None
) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Return what was answered, what was given up, and what was told."""
    told: list[str] = []
    dispatch = Dispatch(workers, CHECK, lambda: workers.time, told.append)
    results = list(dispatch.results(Assignments(ORDERS, most_at_once=most)))
    done = {each.order.name: each.answer.text for each in results if isinstance(each, Answered)}
    lost = {each.order.name: each.reason for each in results if isinstance(each, Unanswered)}
    assert len(results) == len(ORDERS)
    return done, lost, told


def well(_: str, __: str) -> Outcome:
    return Outcome.DONE


def test_every_order_is_answered_once() -> None:
    done, lost, told = dispatched(FakeWorkers(well, {"x": 1, "y": 2}))

    assert (set(done), lost, told) == ({"a", "b", "c", "d"}, {}, [])


def test_what_a_lost_worker_had_is_done_again_elsewhere() -> None:
    def loses_x(worker: str, text: str) -> Outcome | None:
        return None if worker == "x" and text != "check" else Outcome.DONE

    done, lost, told = dispatched(FakeWorkers(loses_x, {"x": 1, "y": 1}))

    assert (set(done), lost) == ({"a", "b", "c", "d"}, {})
    assert told == ["worker x is lost"]


def test_what_is_lost_twice_is_given_up_and_named() -> None:
    def falls_over_b(_: str, text: str) -> Outcome:
        return Outcome.LOST if text == "b" else Outcome.DONE

    workers = FakeWorkers(falls_over_b, {"x": 1, "y": 1})
    done, lost, _ = dispatched(workers)

    assert set(done) == {"a", "c", "d"}
    assert lost == {"b": "its worker was lost, twice."}
    assert sum(1 for _, text in workers.started if text == "b") == 2


def test_where_nobody_is_left_the_rest_is_given_up() -> None:
    def ends(_: str, text: str) -> Outcome | None:
        return None if text == "b" else Outcome.DONE

    done, lost, _ = dispatched(FakeWorkers(ends, {"x": 1}))

    assert set(done) == {"a"}
    assert lost == dict.fromkeys("bcd", "no worker was there for 30 seconds.")


def test_a_worker_that_does_not_fit_gets_no_work() -> None:
    def x_is_older(worker: str, _: str) -> Outcome:
        return Outcome.UNFIT if worker == "x" else Outcome.DONE

    workers = FakeWorkers(x_is_older, {"x": 1, "y": 1})
    done, _, told = dispatched(workers)

    assert {worker for worker, _ in workers.started} == {"y"}
    assert (len(done), told) == (4, ["worker x is refused: check at x"])


def test_a_worker_that_gives_an_order_back_gets_no_other() -> None:
    def x_has_changed(worker: str, text: str) -> Outcome:
        return Outcome.UNFIT if worker == "x" and text != "check" else Outcome.DONE

    workers = FakeWorkers(x_has_changed, {"x": 1, "y": 1})
    done, lost, _ = dispatched(workers)

    assert (len(done), lost) == (4, {})
    assert sum(1 for worker, _ in workers.started if worker == "x") == 1


def test_a_worker_whose_process_always_ends_is_refused() -> None:
    def x_ends(worker: str, _: str) -> Outcome:
        return Outcome.LOST if worker == "x" else Outcome.DONE

    done, _, told = dispatched(FakeWorkers(x_ends, {"x": 1, "y": 1}))

    assert len(done) == 4
    assert told == ["worker x is refused: its process ends whenever it is asked (check at x)."]


def test_where_no_worker_fits_the_reason_of_one_is_told() -> None:
    workers = FakeWorkers(lambda _, __: Outcome.UNFIT, {"x": 1})

    with pytest.raises(NoWorkers, match="no worker fits: x is refused, since check at x"):
        dispatched(workers)


def test_what_can_be_done_nowhere_is_not_tried_again() -> None:
    def breaks(_: str, text: str) -> Outcome:
        return Outcome.FAILED if text == "c" else Outcome.DONE

    workers = FakeWorkers(breaks, {"x": 1})
    _, lost, _ = dispatched(workers)

    assert lost == {"c": "c at x"}
    assert sum(1 for _, text in workers.started if text == "c") == 1


def test_no_more_are_at_work_than_share_the_rate() -> None:
    workers = FakeWorkers(well, {"x": 4, "y": 4})

    dispatched(workers, most=2)

    assert workers.most_at_once == 2


def test_an_answer_that_comes_after_its_worker_was_given_up_counts_for_nothing() -> None:
    work = Assignments(ORDERS[:1])
    ticket = work.next_for("x", 1)
    assert ticket is not None
    work.lost(ticket.key)
    again = work.next_for("y", 1)
    assert again is not None

    assert work.answered(ticket.key) is None
    assert work.answered(again.key) == ORDERS[0]
    assert work.is_done


def test_without_any_worker_a_run_does_not_begin() -> None:
    workers = FakeWorkers(well, {})
    dispatch = Dispatch(workers, CHECK, lambda: workers.time, lambda _: None)

    with pytest.raises(NoWorkers, match="no worker is connected to the scheduler"):
        dispatch.wait_for_workers(3)
