"""Walk through a workflow: dependencies, steps, retries, and the actions that lead elsewhere."""

from collections.abc import Mapping
from dataclasses import replace

from harness.errors import DocumentError
from harness.outcome import Check
from harness.workflow.document.inputs import properties
from harness.workflow.document.model import Action, Book, Step, TargetKind, Workflow
from harness.workflow.engine import actions
from harness.workflow.engine.actions import HOPELESS, History, Move, MoveKind, Visit, summarize
from harness.workflow.engine.attempt import Attempt, call_operation, unusable
from harness.workflow.engine.calls import (
    Handover,
    arguments,
    as_attempt,
    found_workflow,
    handover,
    joined,
    refused,
    timed_out,
    unavailable,
    unmet,
)
from harness.workflow.engine.course import Budget, OutOfBounds, Stopped, TimedOut, WorkflowState
from harness.workflow.engine.entry import entry_inputs, problem_checks
from harness.workflow.engine.renewal import Sessions, is_refused, renewal, renewal_time
from harness.workflow.engine.reports import Context, Result
from harness.workflow.language.scope import Scope
from harness.workflow.language.templates import Unresolved


class Walker:
    """Runs workflows within one case."""

    def __init__(self, context: Context, budget: Budget) -> None:
        self._context = context
        self._budget = budget
        self._sessions = Sessions(
            context, budget, lambda book, workflow: self.run(book, workflow, {})
        )

    def run(
        self, book: Book, workflow: Workflow, given: Mapping[str, object], *, is_main: bool = False
    ) -> Result:
        """Run a workflow to its end, and after it those to which control is transferred."""
        results: list[Result] = []
        following: Handover | None = Handover(book, workflow, given)
        # Workflows may hand over in a circle; each runs a step, so the budget of attempts ends it.
        while following is not None:
            result, following = self._one(following, is_main=is_main and not results)
            results.append(result)
        whole = joined(results)
        # Under the first name: whoever refers to it means what the whole chain came to.
        self._budget.finished[book.path, workflow.id] = whole
        return whole

    def _one(self, called: Handover, *, is_main: bool) -> tuple[Result, Handover | None]:
        key = (called.book.path, called.workflow.id)
        if len(self._budget.under_way) >= self._context.limits.depth:
            return refused(called.workflow, "workflows call each other too deep"), None
        self._budget.under_way.append(key)
        try:
            result, following = self._entered(
                called.book, called.workflow, called.given, is_main=is_main
            )
        finally:
            self._budget.under_way.pop()
        self._budget.finished[key] = result
        return result, following

    def _entered(
        self, book: Book, workflow: Workflow, given: Mapping[str, object], *, is_main: bool
    ) -> tuple[Result, Handover | None]:
        if checks := problem_checks(book):
            return Result(workflow.id, checks), None
        inputs, faults = entry_inputs(book, workflow, given, self._context, is_main=is_main)
        state = WorkflowState(book, workflow, inputs, self._budget, checks=list(faults))
        try:
            if faults or not self._dependencies(state):
                return state.result(completed=False), None
            return self._walk(state)
        # On its way out it collects the reports of all workflows that it ends.
        except TimedOut as problem:
            problem.steps = (*state.reports, *problem.steps)
            raise
        except OutOfBounds as problem:
            state.checks.append(problem.as_check(workflow.source))
            return state.result(completed=False), None

    def _dependencies(self, state: WorkflowState) -> bool:
        for reference in state.workflow.depends_on:
            workflow = found_workflow(state.book, reference, state.workflow.source)
            if isinstance(workflow, DocumentError):
                state.take(refused(state.workflow, f"{workflow.what} {workflow.advice}"))
                return False
            result, is_new = self._shared(*workflow)
            # Only the first case reports the failure itself.
            if not result.completed and self._sessions.has_failed_before(*workflow):
                state.checks.append(unavailable(result, state.workflow))
                return False
            if is_new:
                state.take(result)
            # What is needed has failed, so that no step of this workflow is worth sending.
            if not result.completed:
                return False
        return True

    def _shared(self, book: Book, workflow: Workflow) -> tuple[Result, bool]:
        # Among those under way: it waits for itself, directly or through others.
        if (book.path, workflow.id) in self._budget.under_way:
            return refused(workflow, f"workflow '{workflow.id}' needs itself"), True
        done = self._budget.finished.get((book.path, workflow.id))
        # A session workflow is shared by all cases; any other is run once in a case.
        if workflow.session:
            return self._sessions.get(book, workflow)
        if done is not None and done.completed:
            return done, False
        return self.run(book, workflow, {}), True

    def _walk(self, state: WorkflowState) -> tuple[Result, Handover | None]:
        index = 0
        # A goto may lead back; the budget of attempts bounds how often.
        while index < len(state.workflow.steps):
            step = state.workflow.steps[index]
            move, passed = self._visit(state, step)
            if move.kind is MoveKind.NEXT:
                index += 1
            # Also after a failure that nothing handled, which `passed` reports.
            elif move.kind is not MoveKind.GOTO or move.action is None:
                return state.result(completed=passed), None
            elif move.action.workflow_id:
                return _handed_over(state, step, move.action)
            else:
                target = state.workflow.step(move.action.step_id)
                if target is None:
                    what = f"there is no step '{move.action.step_id}'"
                    state.checks.append(unusable(step, what, str(move.action.source)))
                    return state.result(completed=False), None
                index = state.workflow.steps.index(target)
        return state.result(completed=True), None

    def _visit(self, state: WorkflowState, step: Step) -> tuple[Move, bool]:
        """Attempt a step until it passes or no retry is left; return what follows and how it went."""
        visit = Visit(History(self._context.clock()))
        try:
            move = self._attempts(state, step, visit)
        except OutOfBounds as problem:
            # What was tried is reported; a stop of the run is no failure of the step.
            if visit.attempts and not isinstance(problem, Stopped):
                self._record(state, step, visit, HOPELESS)
            raise
        self._record(state, step, visit, move)
        return move, visit.attempts[-1].passed

    def _attempts(self, state: WorkflowState, step: Step, visit: Visit) -> Move:
        # Ends with the limits of the retries, at the latest with the budget of the case.
        while True:
            attempt = self._attempt(state, step)
            visit.attempts.append(attempt)
            if self._is_renewed(state, step, visit):
                continue
            move = self._move(step, attempt, visit.history)
            if move.kind is not MoveKind.RETRY or move.action is None:
                return move
            self._budget.sleep(move.wait_seconds)
            visit.spend(move)
            # What a retry names is run before each new attempt (Arazzo, Failure Action Object).
            if failed := self._reference(state, step, move.action, attempt.scope):
                visit.attempts[-1] = replace(attempt, checks=(*attempt.checks, *failed))
                return HOPELESS

    def _is_renewed(self, state: WorkflowState, step: Step, visit: Visit) -> bool:
        """Run again, once, the session workflows whose outputs a 401 has refused."""
        attempt = visit.attempts[-1]
        if visit.is_renewed or not is_refused(attempt):
            return False
        renewed = self._sessions.renew_refused(state, step)
        if renewed:
            visit.is_renewed = True
            visit.attempts[-1] = replace(
                attempt, contract=(*attempt.contract, renewal(step, attempt.exchange, renewed))
            )
        return bool(renewed)

    def _record(self, state: WorkflowState, step: Step, visit: Visit, move: Move) -> None:
        state.last = visit.attempts[-1].scope
        # Only what is shared outlives a case, and can expire.
        if state.workflow.session and visit.attempts[-1].passed:
            state.renew_at = renewal_time(state.last, self._context.clock(), state.renew_at)
        strict = self._context.strict
        summary = summarize(
            state.workflow.id, step, visit.attempts, move, waited=visit.waited, strict=strict
        )
        state.checks += summary.checks
        state.reports.append(summary.report)
        state.recovered += [step.id] if summary.is_recovered else []

    def _move(self, step: Step, attempt: Attempt, history: History) -> Move:
        if attempt.passed:
            return actions.after_success(step, attempt.scope)
        now, cap = self._context.clock(), self._context.limits.retry_after_cap_seconds
        return actions.after_failure(step, attempt.scope, history, now=now, wait_cap_seconds=cap)

    def _attempt(self, state: WorkflowState, step: Step) -> Attempt:
        self._budget.spend()
        self._sessions.renew_due(state)
        scope = state.scope()
        if missing := unmet(state, step):
            what = f"'{missing}', on which it depends, has not been completed"
            return Attempt((unusable(step, what, str(step.source)),), scope)
        if step.kind is TargetKind.WORKFLOW:
            attempt = self._call_workflow(state, step, scope)
        else:
            attempt = call_operation(state.book, step, scope, self._context)
        # Outputs of a failed attempt are kept: a teardown needs the ids of what was made.
        if attempt.passed or attempt.outputs:
            state.steps[step.id] = attempt.outputs
        return attempt

    def _call_workflow(self, state: WorkflowState, step: Step, scope: Scope) -> Attempt:
        found = found_workflow(state.book, step.target, step.target_source)
        if isinstance(found, DocumentError):
            what = f"{found.what} {found.advice}"
            return Attempt((unusable(step, what, str(step.target_source)),), scope)
        book, workflow = found
        declared = properties(book, workflow)
        # Parameters of the workflow are for its requests; a callee gets what it declares.
        own = [
            parameter
            for parameter in step.parameters
            if not parameter.inherited or parameter.name in declared
        ]
        try:
            given = arguments(own, scope)
        except Unresolved as problem:
            return Attempt((unusable(step, str(problem), str(step.source)),), scope)
        try:
            with self._budget.within(step.source, step.timeout_seconds):
                result = self.run(book, workflow, given)
        except TimedOut as problem:
            # The time of a step further out is over, which decides there.
            if problem.source != step.source:
                raise
            state.reports += problem.steps
            return Attempt((timed_out(step),), scope)
        state.reports += result.steps
        state.recovered += result.recovered
        return as_attempt(state, step, result, scope)

    def _reference(
        self, state: WorkflowState, step: Step, action: Action, scope: Scope
    ) -> tuple[Check, ...]:
        """Run what a retry refers to; return the checks that say why it failed, or none."""
        if action.step_id:
            target = state.workflow.step(action.step_id)
            if target is None:
                what = f"there is no step '{action.step_id}'"
                return (unusable(step, what, str(action.source)),)
            attempt = self._attempt(state, target)
            # Strict: no action follows this step, so nothing can handle its failure.
            summary = summarize(
                state.workflow.id, target, [attempt], HOPELESS, waited=0.0, strict=True
            )
            state.reports.append(summary.report)
            state.checks += summary.checks if attempt.passed else ()
            return () if attempt.passed else summary.checks
        if action.workflow_id:
            handed_over = handover(state, step, action, scope)
            if isinstance(handed_over, Check):
                return (handed_over,)
            result = self.run(handed_over.book, handed_over.workflow, handed_over.given)
            state.reports += result.steps
            state.checks += result.checks if result.completed else ()
            return () if result.completed else result.checks
        return ()


def _handed_over(
    state: WorkflowState, step: Step, action: Action
) -> tuple[Result, Handover | None]:
    handed_over = handover(state, step, action, state.last)
    if isinstance(handed_over, Check):
        state.checks.append(handed_over)
        return state.result(completed=False), None
    return state.result(completed=True), handed_over
