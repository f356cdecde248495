"""The state of a case under way: its bounds, its workflows, and what their expressions can see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from harness.outcome import Attribution, Check, Status
from harness.source import Source
from harness.workflow.document.inputs import optional
from harness.workflow.document.model import Book, Workflow
from harness.workflow.engine.attempt import take_outputs
from harness.workflow.engine.reports import Context, Result, StepReport
from harness.workflow.language.scope import Scope, Values

# For as long a stop of the run may go unnoticed during a wait.
SLICE_SECONDS = 0.25


class OutOfBounds(Exception):
    """The case has used up its attempts or its time."""

    def __init__(self, what: str, attribution: Attribution) -> None:
        super().__init__(what)
        self.what = what
        self.attribution = attribution

    def as_check(self, source: Source) -> Check:
        """Return it as a check."""
        return Check(
            "bounds of the case",
            Status.ERROR,
            expected="an end within them",
            actual=self.what,
            source=str(source),
            attribution=self.attribution,
        )


class Stopped(OutOfBounds):
    """The run is to end; what a step was still waiting for is no failure."""


class TimedOut(OutOfBounds):
    """A step that calls a workflow has had its time; what the workflow has done so far is kept."""

    def __init__(self, source: Source, limit_seconds: float) -> None:
        super().__init__(f"it took longer than {limit_seconds:g} s", Attribution.API)
        self.source = source
        self.steps: tuple[StepReport, ...] = ()


@dataclass(slots=True)
class Budget:
    """What a case may still use, and what has finished in it so far."""

    context: Context
    deadline: float
    attempts: int = 0
    finished: dict[tuple[str, str], Result] = field(default_factory=dict)
    """Results by document and workflow."""
    under_way: list[tuple[str, str]] = field(default_factory=list)
    sessions: dict[tuple[str, str], tuple[Book, Workflow]] = field(default_factory=dict)
    """The `x-scope: session` workflows among the finished ones."""
    moments: list[tuple[float, Source, float]] = field(default_factory=list)
    """Until when the steps that have called the present workflow may take, and how long that is."""
    is_in_session: bool = False
    """Whether such a workflow is under way; it renews no other, lest two threads wait for each other."""

    def spend(self) -> None:
        """Count an attempt. Raises OutOfBounds."""
        self.attempts += 1
        if self.attempts > self.context.limits.attempts:
            what = f"more than {self.context.limits.attempts} step attempts in one case"
            raise OutOfBounds(what, Attribution.DOCUMENT)
        self.check(0.0)

    def check(self, wait_seconds: float) -> None:
        """Raise OutOfBounds where a wait would end after the deadline, or the run is stopped."""
        # Asked first: a run that is stopped is over, whatever else has run out.
        if self.context.is_stopped is not None and self.context.is_stopped():
            raise Stopped("the run was stopped", Attribution.ENVIRONMENT)
        moment = self.context.clock() + wait_seconds
        # The outermost step first: once its time is over, nothing inside it may go on.
        for end, source, seconds in self.moments:
            if moment > end:
                raise TimedOut(source, seconds)
        if moment > self.deadline:
            limit = self.context.limits.deadline_seconds
            raise OutOfBounds(f"the case takes longer than {limit:g} s", Attribution.ENVIRONMENT)

    def sleep(self, seconds: float) -> None:
        """Wait, but not past a moment at which the run is stopped. Raises OutOfBounds."""
        self._check_wait(seconds)
        # Without a way to stop the run, one sleep is enough.
        while self.context.is_stopped is not None and seconds > SLICE_SECONDS:
            self.context.sleep(SLICE_SECONDS)
            seconds -= SLICE_SECONDS
            self.check(0.0)
        self.context.sleep(seconds)

    def _check_wait(self, seconds: float) -> None:
        """Check a wait; of one that a caller's time cuts short, only that time passes."""
        try:
            self.check(seconds)
        except TimedOut as problem:
            end = next(end for end, source, _ in self.moments if source == problem.source)
            self.context.sleep(max(end - self.context.clock(), 0.0))
            raise

    @contextmanager
    def within(self, source: Source, seconds: float | None) -> Iterator[None]:
        """Bound what a step calls (1.1.0, `timeout`). Raises TimedOut at its next step or wait."""
        if seconds is None:
            yield
            return
        self.moments.append((self.context.clock() + seconds, source, seconds))
        try:
            yield
            # The call itself may have come back late.
            self.check(0.0)
        finally:
            self.moments.pop()

    def is_completed(self, workflow_id: str) -> bool:
        """Return whether a workflow of that name has been completed."""
        return any(
            name == workflow_id and result.completed for (_, name), result in self.finished.items()
        )


@dataclass(slots=True)
class WorkflowState:
    """What has happened in a workflow so far."""

    book: Book
    workflow: Workflow
    inputs: Values
    budget: Budget
    steps: dict[str, Values] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    reports: list[StepReport] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    last: Scope = field(default_factory=Scope)
    """What the step before saw: its request and response."""
    renew_at: float | None = None

    def take(self, result: Result) -> None:
        """Add what another workflow came to."""
        self.checks += result.checks
        self.reports += result.steps
        self.recovered += result.recovered

    def scope(self) -> Scope:
        """Return what a step can refer to now."""
        seen = Scope(
            inputs=self.inputs,
            optional=optional(self.book, self.workflow),
            steps=dict(self.steps),
            workflows=self._workflows(),
            descriptions={
                description.name: {
                    "name": description.name,
                    "url": description.url,
                    "type": description.kind,
                }
                for description in self.book.descriptions
            },
            components=self.book.components,
            self_uri=self.book.self_uri,
        )
        # Evaluating all outputs before each step is dear, and few documents read their own outputs.
        if "$outputs" not in self.book.document.text:
            return seen
        outputs, _ = take_outputs(self.workflow.outputs, seen, has_selectors=self.book.minor > 0)
        return replace(seen, outputs=outputs)

    def result(self, *, completed: bool) -> Result:
        """Return what the workflow has come to."""
        selectors = self.book.minor > 0
        outputs, _ = take_outputs(self.workflow.outputs, self.scope(), has_selectors=selectors)
        return Result(
            workflow=self.workflow.id,
            checks=tuple(self.checks),
            steps=tuple(self.reports),
            inputs=self.inputs,
            outputs=outputs,
            recovered=tuple(self.recovered),
            completed=completed,
            last=self.last,
            renew_at=self.renew_at,
        )

    def _workflows(self) -> dict[str, Mapping[str, Values]]:
        done = {
            name: {"inputs": result.inputs, "outputs": result.outputs}
            for (_, name), result in self.budget.finished.items()
        }
        # Of the workflow under way only the inputs are known; its outputs are made at its end.
        return {**done, self.workflow.id: {"inputs": self.inputs}}
