"""Users of a run under load: each goes through the rows of a workflow, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from threading import local

from harness.events import Event, ExchangeDone
from harness.exchange import Exchange
from harness.outcome import Check, Outcome, Status
from harness.plugin.bench import Bench
from harness.plugin.workflows import MEMBER_ID, run_workflow
from harness.verdict.deviation import deviation
from harness.verdict.findings import sentence
from harness.verdict.load.tally import Ending, Sample, Visit
from harness.workflow.cases.case_list import WorkflowCase

_BAD = (Status.FAIL, Status.ERROR)
_STOPPED = "the run was stopped"


class Exchanges(local):
    """The exchanges of the visit under way in each thread, or in each greenlet where those stand for threads."""

    def __init__(self) -> None:
        self.found: list[Exchange] = []

    def note(self, event: Event) -> None:
        """Keep an exchange; called in the thread that made it."""
        if isinstance(event, ExchangeDone):
            self.found.append(event.exchange)

    def take(self) -> tuple[Exchange, ...]:
        """Return the exchanges since the last time."""
        found, self.found = tuple(self.found), []
        return found


@dataclass(frozen=True, slots=True)
class Rows:
    """Which row a user takes next: data depend on the seed and the user's number alone."""

    cases: Sequence[WorkflowCase]
    seed: int

    def of(self, user: int, visit: int) -> WorkflowCase:
        """Return the row of a user's visit, both counted from 0: user n begins with row seed + n."""
        return self.cases[(self.seed + user + visit) % len(self.cases)]


@dataclass(frozen=True, slots=True)
class User:
    """One user of the target."""

    number: int
    rows: Rows
    bench: Bench
    exchanges: Exchanges
    run: str

    def visit(self, number: int) -> Visit:
        """Go through a workflow once. Raises HarnessError where no request may be sent any more."""
        case = self.rows.of(self.number, number)
        # What one visit uploads, another one's search must not find.
        member = {MEMBER_ID: f"HARNESS{self.run}{self.number}X{number}"}
        settings = self.bench.settings
        own = replace(settings, variables={**settings.variables, **member})
        # What an earlier visit has left in this thread belongs to none.
        self.exchanges.take()
        outcome = self.bench.unless_tripped(
            lambda: run_workflow(replace(self.bench, settings=own), case)
        )
        return visit_of(outcome, self.exchanges.take())


def visit_of(outcome: Outcome, exchanges: Sequence[Exchange]) -> Visit:
    """Return what a case came to, with each of its requests and why its step failed."""
    bad = [check for check in outcome.checks if check.status in _BAD]
    # Reversed, so that the first of several checks on an exchange is the one that counts.
    first = {check.exchange: check for check in reversed(bad)}
    samples = tuple(_sample(each, first.get(each.id)) for each in exchanges)
    is_reported = any(each.failure for each in samples)
    reason = "" if is_reported or outcome.status not in _BAD else _reason(outcome)
    return Visit(_ending(outcome), outcome.duration_seconds, samples, reason)


def _ending(outcome: Outcome) -> Ending:
    match outcome.status:
        case Status.PASS | Status.WARN:
            return Ending.PASSED
        case Status.FAIL:
            return Ending.FAILED
        case _:
            # What the end of the run has cut off says nothing of the target.
            is_cut = any(check.actual == _STOPPED for check in outcome.checks)
            return Ending.CUT if is_cut else Ending.UNJUDGED


def _sample(exchange: Exchange, check: Check | None) -> Sample:
    request, response = exchange.request, exchange.response
    sample = Sample(
        request.operation or request.method,
        exchange.duration_seconds,
        size=len(response.body) if response else 0,
        is_answered=response is not None,
    )
    if check is None:
        return sample
    step = f"step {request.step}: " if request.step else ""
    words = sentence(check.name, check.expected, check.actual, check.where)
    shape = deviation(check.name, check.expected, check.actual).shape
    return replace(
        sample, failure=f"{step}{words}", kind=" ".join((request.step, check.name, *shape))
    )


def _reason(outcome: Outcome) -> str:
    bad = outcome.first_bad
    if bad is None or bad.status not in _BAD:
        return outcome.message.partition("\n")[0]
    return sentence(bad.name, bad.expected, bad.actual, bad.where, outcome.message)


def users_of(
    rows: Rows, bench: Bench, exchanges: Exchanges, *, run: str, first: int = 0
) -> Callable[[], User]:
    """Return what gives one user after the other, numbered from `first`."""
    numbers = count(first)
    digits = "".join(sign for sign in run if sign.isdigit())
    return lambda: User(next(numbers), rows, bench, exchanges, digits)
