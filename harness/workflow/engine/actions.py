"""Decide what follows a step: the next one, another, the end, or the same again after a wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum

from harness.exchange import Response
from harness.workflow.document.model import Action, ActionKind, Step
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
            kind = MoveKind.GOTO if action.kind is ActionKind.GOTO else MoveKind.END
            return Move(kind, action, exhausted=tuple(exhausted))
        response = scope.received.response if scope.received else None
        wait = wait_seconds(action, history, response, now=now, cap=wait_cap_seconds)
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
    exponent = min(history.used.get(action.name, 0), 64)
    return min(first * max(poll.backoff, 1.0) ** exponent, longest)


def retry_after(response: Response | None, *, now: float) -> float | None:
    """Read a Retry-After header, in seconds or as a date; None where there is none that can be read."""
    value = (response.header("retry-after") or "").strip() if response else ""
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    when = _date(value)
    if when is None or response is None:
        return None
    base = _date(response.header("date") or "")
    return max(0.0, when - (now if base is None else base))


def _date(value: str) -> float | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _is_exhausted(action: Action, history: History, then: float) -> bool:
    if history.used.get(action.name, 0) >= action.retry_limit:
        return True
    deadline = action.poll.deadline_seconds if action.poll else None
    return deadline is not None and then - history.started > deadline
