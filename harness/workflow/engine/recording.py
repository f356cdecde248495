"""Sum up the attempts at a step: which checks count, and how the step is reported."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.outcome import Attribution, Check, Status, worst
from harness.workflow.document.model import Action, ActionKind, Step
from harness.workflow.engine.actions import History, Move, MoveKind
from harness.workflow.engine.attempt import Attempt
from harness.workflow.engine.reports import StepReport

UNDOCUMENTED = "contract.status"


@dataclass(slots=True)
class Visit:
    """One stay at a step: its attempts, the retries spent, the time waited."""

    history: History
    attempts: list[Attempt] = field(default_factory=list)
    waited: float = 0.0
    is_renewed: bool = False
    """Whether a token was renewed here; a second refusal is an answer."""

    def spend(self, move: Move) -> None:
        """Count a retry and its wait."""
        self.waited += move.wait_seconds
        if move.action is not None:
            self.history = self.history.spend(move.action)


@dataclass(frozen=True, slots=True)
class Summary:
    """What remains of a visit to a step."""

    checks: tuple[Check, ...]
    report: StepReport
    is_recovered: bool


def summarize(
    workflow: str,
    step: Step,
    attempts: Sequence[Attempt],
    move: Move,
    *,
    waited: float,
    strict: bool,
) -> Summary:
    """Take the last attempt's checks as the step's.

    What an action handled becomes a warning, unless `strict`. Of the answers before the last, each
    is held to the contract, but what a busy gateway says (429, 5xx), or a status that nobody has
    documented, is forgiven where a retry made it good.
    """
    last = attempts[-1]
    is_recovered = not last.passed and move.kind is MoveKind.GOTO
    own = [*last.checks, *last.inner]
    checks = [*(map(_handled, own) if is_recovered and not strict else own), *last.contract]
    for attempt in attempts[:-1]:
        checks += [
            _forgiven(attempt, one) for one in attempt.contract if one.status is not Status.PASS
        ]
        checks += [_mild(check) for check in attempt.inner if check.status is not Status.PASS]
    report = StepReport(
        workflow=workflow,
        name=step.id,
        status=worst(check.status for check in checks),
        attempts=len(attempts),
        waited_seconds=waited,
        exchanges=tuple(attempt.exchange for attempt in attempts if attempt.exchange),
        allowed=1 + sum(action.retry_limit for action in step.on_failure if _is_retry(action)),
        message=_message(attempts, move, waited, is_recovered=is_recovered),
    )
    return Summary(tuple(checks), report, is_recovered)


def _is_retry(action: Action) -> bool:
    return action.kind is ActionKind.RETRY


def _handled(check: Check) -> Check:
    """Make a warning of a failure; what is wrong with the document stays an error."""
    ours = check.attribution in (Attribution.DOCUMENT, Attribution.HARNESS)
    return check if check.status is Status.ERROR and ours else _mild(check)


def _forgiven(attempt: Attempt, check: Check) -> Check:
    received = attempt.scope.received
    status = received.response.status if received else 0
    is_busy = status == 429 or status >= 500
    return _mild(check) if is_busy or check.name == UNDOCUMENTED else check


def _mild(check: Check) -> Check:
    is_bad = check.status in (Status.FAIL, Status.ERROR)
    return replace(check, status=Status.WARN) if is_bad else check


def _message(attempts: Sequence[Attempt], move: Move, waited: float, *, is_recovered: bool) -> str:
    parts = []
    if len(attempts) > 1:
        parts.append(f"{len(attempts)} attempts, waited {waited:g} s")
    if move.exhausted:
        parts.append(f"retries exhausted: {', '.join(move.exhausted)}")
    if is_recovered and move.action is not None:
        parts.append(f"recovered by '{move.action.name}'")
    return "; ".join(parts)
