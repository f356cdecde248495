"""Decide what follows an attempt at a step, and sum up all attempts at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum

from harness.exchange import Response
from harness.outcome import Attribution, Check, Status, worst
from harness.workflow.document.model import Action, ActionKind, Step
from harness.workflow.engine.attempt import Attempt
from harness.workflow.engine.reports import StepReport
from harness.workflow.language.criteria import all_hold
from harness.workflow.language.scope import Scope

FIRST_POLL_SECONDS = 1.0
"""Wait of an `x-poll` without `retryAfter`."""


class MoveKind(StrEnum):
    """Where a workflow goes after a step."""

    NEXT = "next"
    END = "end"
    GOTO = "goto"
    RETRY = "retry"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Move:
    """A decision, with the action it comes from; without one it is the default."""

    kind: MoveKind
    action: Action | None = None
    wait_seconds: float = 0.0
    exhausted: tuple[str, ...] = ()
    """Retry actions that would have applied but are used up."""


HOPELESS = Move(MoveKind.FAIL)
"""What follows a failure that nothing can mend."""


@dataclass(frozen=True, slots=True)
class History:
    """What has been spent on one visit to a step: retries by action, and since when."""

    started: float
    used: Mapping[str, int] = field(default_factory=dict)

    def spend(self, action: Action) -> "History":
        """Return the history after one more retry by an action."""
        return replace(self, used={**self.used, action.name: self.used.get(action.name, 0) + 1})


def after_success(step: Step, scope: Scope) -> Move:
    """Return the first success action whose criteria hold, else go on to the next step."""
    for action in step.on_success:
        if all_hold(action.criteria, scope):
            kind = MoveKind.GOTO if action.kind is ActionKind.GOTO else MoveKind.END
            return Move(kind, action)
    return Move(MoveKind.NEXT)


def after_failure(
    step: Step, scope: Scope, history: History, *, now: float, wait_cap_seconds: float
) -> Move:
    """Return the first failure action that applies; a retry applies until its limit is exhausted."""
    exhausted: list[str] = []
    for action in step.on_failure:
        if not all_hold(action.criteria, scope):
            continue
        if action.kind is not ActionKind.RETRY:
            # An `end` after a failure fails the workflow; only a `goto` handles it.
            kind = MoveKind.GOTO if action.kind is ActionKind.GOTO else MoveKind.END
            return Move(kind, action, exhausted=tuple(exhausted))
        response = scope.received.response if scope.received else None
        wait = wait_seconds(action, history, response, now=now, cap=wait_cap_seconds)
        # Exhausted, it gives way to the next action (Arazzo, Failure Action Object).
        if not _is_exhausted(action, history, now + wait):
            return Move(MoveKind.RETRY, action, wait)
        exhausted.append(action.name)
    return Move(MoveKind.FAIL, exhausted=tuple(exhausted))


def wait_seconds(
    action: Action, history: History, response: Response | None, *, now: float, cap: float
) -> float:
    """Return the wait before a retry: Retry-After overrules retryAfter (RFC 9110, 10.2.3)."""
    asked = retry_after(response, now=now)
    if asked is not None:
        return min(asked, cap)
    poll = action.poll
    if poll is None:
        return action.retry_after_seconds or 0.0
    first = FIRST_POLL_SECONDS if action.retry_after_seconds is None else action.retry_after_seconds
    longest = cap if poll.max_interval_seconds is None else poll.max_interval_seconds
    # After 64 rounds any growth has long passed the longest wait.
    exponent = min(history.used.get(action.name, 0), 64)
    try:
        grown = first * max(poll.backoff, 1.0) ** exponent
    except OverflowError:
        return longest
    return min(grown, longest)


def retry_after(response: Response | None, *, now: float) -> float | None:
    """Read a Retry-After header, in seconds or as a date; None where there is none that can be read."""
    value = (response.header("retry-after") or "").strip() if response else ""
    # Nine digits are thirty years: more is no wait that anyone means.
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    when = _date(value)
    if when is None or response is None:
        return None
    base = _date(response.header("date") or "")
    # Counted from the server's own Date where it gives one, for its clock may differ from ours.
    return max(0.0, when - (now if base is None else base))


def _date(value: str) -> float | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # A date without a zone is in GMT (RFC 9110, section 5.6.7).
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _is_exhausted(action: Action, history: History, then: float) -> bool:
    if history.used.get(action.name, 0) >= action.retry_limit:
        return True
    deadline = action.poll.deadline_seconds if action.poll else None
    # A retry that would begin after the deadline is not waited for.
    return deadline is not None and then - history.started > deadline


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
    # An action steers the flow, but an answer that breaks the contract stays broken.
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
        # The first attempt and every retry that the actions could add.
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
    # Without any answer the status is 0, which is never taken for a busy server.
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
