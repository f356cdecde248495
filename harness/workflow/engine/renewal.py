"""Renew what `x-scope: session` workflows gave before it expires, and once after a 401."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.jsonvalue import members, number
from harness.outcome import Check, Status
from harness.workflow.document.model import Book, Step, Workflow
from harness.workflow.engine.attempt import Attempt
from harness.workflow.engine.course import Budget, WorkflowState
from harness.workflow.engine.reports import Context, Result
from harness.workflow.language.scope import Scope
from harness.workflow.language.templates import strings

# Time for the requests under way, and for clocks that differ.
RENEW_BEFORE_SECONDS = 60.0

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sessions:
    """The session workflows that one case needs; their results are shared with other cases."""

    context: Context
    budget: Budget
    run: Callable[[Book, Workflow], Result]

    def get(self, book: Book, workflow: Workflow) -> tuple[Result, bool]:
        """Return a result that is still good, and whether it was made just now."""
        return self._result(book, workflow, self._is_due)

    def has_failed_before(self, book: Book, workflow: Workflow) -> bool:
        """Return whether a workflow that fails here has failed for another case already."""
        return (
            workflow.session and self.context.session.failures(_name((book.path, workflow.id))) > 1
        )

    def renew_due(self, state: WorkflowState) -> None:
        """Run again whatever is about to expire."""
        for key in self._known():
            if self._is_due(self.budget.finished[key]):
                self._renew(state, key, self._is_due)

    def renew_refused(self, state: WorkflowState, step: Step) -> tuple[str, ...]:
        """Run again the workflows whose outputs a step has sent; return their names."""
        used = tuple(key for key in self._known() if _uses(step, key[1]))
        for key in used:
            refused = self.budget.finished[key]
            # Another case may have renewed it meanwhile; then its result is taken.
            self._renew(state, key, lambda found, refused=refused: found is refused)  # type: ignore[misc]  # the default binds this result
        return tuple(name for _, name in used)

    def _known(self) -> tuple[Key, ...]:
        # While a token is fetched no other is renewed: two threads would wait for each other.
        return () if self.budget.is_in_session else tuple(self.budget.sessions)

    def _renew(self, state: WorkflowState, key: Key, is_stale: Callable[[Result], bool]) -> None:
        result, is_new = self._result(*self.budget.sessions[key], is_stale)
        if is_new:
            state.take(result)

    def _result(
        self, book: Book, workflow: Workflow, is_stale: Callable[[Result], bool]
    ) -> tuple[Result, bool]:
        key = (book.path, workflow.id)
        # Kept and put back, since a session workflow may need another one.
        was_in_session, self.budget.is_in_session = self.budget.is_in_session, True
        try:
            result, is_new = self.context.session.once(
                _name(key),
                lambda: self.run(book, workflow),
                # A failure is not kept: the next case that needs it tries again.
                keep=lambda made: made.completed,
                is_stale=is_stale,
            )
        finally:
            self.budget.is_in_session = was_in_session
        self.budget.finished[key] = result
        self.budget.sessions[key] = (book, workflow)
        return result, is_new

    def _is_due(self, result: Result) -> bool:
        return result.renew_at is not None and self.context.clock() >= result.renew_at


def _name(key: Key) -> str:
    return "\0".join(key)


def renewal_time(scope: Scope, now: float, earlier: float | None) -> float | None:
    """Return when to renew: a minute before an answer's `expires_in` (RFC 6749, 5.1) is over."""
    body = scope.received.body if scope.received else None
    lifetime = number(members(body).get("expires_in"))
    if lifetime <= 0:
        return earlier
    # A token that lives for two minutes or less is renewed at half its life and not at once.
    due = now + max(lifetime - RENEW_BEFORE_SECONDS, lifetime / 2)
    # Of several tokens the one that expires first decides.
    return due if earlier is None else min(due, earlier)


def is_refused(attempt: Attempt) -> bool:
    """Return whether a step failed because its credentials were not taken."""
    received = attempt.scope.received
    # A step that expects the 401 has passed, and nothing is renewed for it.
    return not attempt.passed and received is not None and received.response.status == 401


def renewal(step: Step, exchange: int, names: tuple[str, ...]) -> Check:
    """Return the check that reports a renewal after a refusal."""
    return Check(
        f"{step.id}: token",
        Status.WARN,
        expected="a token that is still good",
        actual=f"401; {', '.join(names)} was run again",
        where=f"step {step.id}",
        exchange=exchange,
        source=str(step.source),
    )


def _uses(step: Step, workflow_id: str) -> bool:
    return any(f"$workflows.{workflow_id}." in written for written in _written(step))


def _written(step: Step) -> Iterator[str]:
    values = [parameter.value for parameter in step.parameters]
    values += [step.body.payload] if step.body else []
    for value in values:
        yield from (text for _, text in strings(value))
