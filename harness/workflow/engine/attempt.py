"""Make one attempt at a step that calls an operation: send, judge, take outputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import DocumentError
from harness.exchange import Exchange, Request
from harness.openapi.conformance import find_answer, judge
from harness.outcome import Attribution, Check, Status
from harness.workflow.document.model import Book, Output, Step
from harness.workflow.document.operations import Called, find_operation
from harness.workflow.engine.outgoing import request_checks
from harness.workflow.engine.reports import Context, ContractChecks
from harness.workflow.language import criteria
from harness.workflow.language.scope import Received, Scope
from harness.workflow.language.selectors import select_own
from harness.workflow.language.templates import ABSENT, Unresolved, template, value_of
from harness.workflow.request import requests
from harness.workflow.request.payloads import Place


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a step. `scope` sees its request and response."""

    checks: tuple[Check, ...]
    scope: Scope
    contract: tuple[Check, ...] = ()
    inner: tuple[Check, ...] = ()
    """Checks of the workflow that the step called."""
    outputs: Mapping[str, object] = field(default_factory=dict)
    exchange: int = 0

    @property
    def passed(self) -> bool:
        """Whether the step's criteria hold; what the contract says does not steer the flow."""
        return bool(self.checks) and all(
            check.status in (Status.PASS, Status.WARN) for check in self.checks
        )


def call_operation(book: Book, step: Step, scope: Scope, context: Context) -> Attempt:
    """Send a step's request once and judge the answer."""
    try:
        called = find_operation(book, step)
        address = requests.address_of(called, context.servers)
        place = Place(Path(book.path).parent, Path(book.root), has_selectors=book.minor > 0)
        boundary = context.boundary() if step.body else ""
        sent = requests.build(step, called, scope, place, address=address, boundary=boundary)
    except DocumentError as problem:
        source = str(problem.source or step.source)
        what = f"{problem.what} {problem.advice}".strip()
        return Attempt((unusable(step, what, source),), scope)
    except requests.RequestProblem as problem:
        return Attempt((unusable(step, str(problem), str(step.source)),), scope)
    # From here on criteria and actions can look at the request, even if no answer comes.
    seen = replace(scope, sent=sent)
    breaches = request_checks(step, called, sent, context.contract_checks)
    # A request that breaks the contract is not sent: whatever came back would prove nothing.
    if any(breach.status is Status.ERROR for breach in breaches):
        return Attempt(breaches, seen)
    attempt = _answered(step, called, seen, context, sent.request)
    return replace(attempt, contract=(*breaches, *attempt.contract))


def _answered(
    step: Step, called: Called, seen: Scope, context: Context, request: Request
) -> Attempt:
    started = context.clock()
    exchange = context.send(request)
    # No answer is an error and no failure: nothing is known of what the API would have said.
    if exchange.response is None:
        return Attempt((_no_response(step, exchange),), seen, exchange=exchange.id)
    seen = replace(seen, received=Received(exchange.response))
    return _judged(step, called, seen, exchange, context, context.clock() - started)


def unusable(step: Step, what: str, source: str) -> Check:
    """Say that a step could not be carried out as the document has it."""
    return Check(
        f"{step.id}: can be carried out",
        Status.ERROR,
        expected="a request that can be made",
        actual=what,
        where=f"step {step.id}",
        source=source,
        attribution=Attribution.DOCUMENT,
    )


def _no_response(step: Step, exchange: Exchange) -> Check:
    return Check(
        f"{step.id}: answered",
        Status.ERROR,
        expected="a response",
        actual=exchange.failure or "none came",
        where=f"step {step.id}",
        exchange=exchange.id,
        source=str(step.source),
        attribution=Attribution.ENVIRONMENT,
    )


def _judged(
    step: Step,
    called: Called,
    scope: Scope,
    exchange: Exchange,
    context: Context,
    elapsed: float,
) -> Attempt:
    outputs, unresolved = take_outputs(step.outputs, scope, has_selectors=True)
    # Criteria and actions see the outputs of their own step.
    scope = replace(scope, steps={**scope.steps, step.id: outputs})
    checks = [*_criteria(step, called, scope, exchange.id), *_in_time(step, elapsed, exchange.id)]
    # Of a step that failed nobody expects its outputs: they would only repeat the failure.
    if all(check.status is Status.PASS for check in checks):
        checks += [_no_output(step, output, why, exchange.id) for output, why in unresolved]
    # Judged whether or not the criteria hold: an expected refusal has a contract, too.
    contract = tuple(_contract(step, called, exchange, context.contract_checks))
    return Attempt(tuple(checks), scope, contract, outputs=outputs, exchange=exchange.id)


def _criteria(step: Step, called: Called, scope: Scope, exchange: int) -> Iterator[Check]:
    for criterion in step.criteria:
        found = criteria.judge(criterion, scope)
        yield criteria.as_check(criterion, found, step=step.id, exchange=exchange)
    # The specification leaves open what passes without criteria: here, a documented success.
    if not step.criteria and scope.received is not None:
        status = scope.received.response.status
        answer = find_answer(called.operation, status)
        passed = 200 <= status < 300 and answer is not None
        yield Check(
            f"{step.id}: succeeds",
            Status.PASS if passed else Status.FAIL,
            expected="a documented status between 200 and 299, for want of successCriteria",
            actual=f"{status}{'' if answer else ', which is not documented'}",
            where=f"step {step.id}",
            exchange=exchange,
            source=str(step.source),
        )


def _in_time(step: Step, elapsed: float, exchange: int) -> Iterator[Check]:
    if step.timeout_seconds is None:
        return
    passed = elapsed <= step.timeout_seconds
    yield Check(
        f"{step.id}: in time",
        Status.PASS if passed else Status.FAIL,
        expected=f"at most {step.timeout_seconds:g} s",
        actual=f"{elapsed:.3f} s",
        where=f"step {step.id}",
        exchange=exchange,
        source=str(step.source),
    )


def _contract(
    step: Step, called: Called, exchange: Exchange, mode: ContractChecks
) -> Iterator[Check]:
    if mode is ContractChecks.OFF or exchange.response is None:
        return
    for check in judge(called.api, called.operation, exchange.response, exchange=exchange.id):
        shown = replace(check, where=f"step {step.id}: {check.where}")
        # Errors stay errors: they say that the document could not be applied.
        is_mild = mode is ContractChecks.WARN and check.status is Status.FAIL
        yield replace(shown, status=Status.WARN) if is_mild else shown


def take_outputs(
    outputs: tuple[Output, ...], scope: Scope, *, has_selectors: bool
) -> tuple[dict[str, object], list[tuple[Output, str]]]:
    """Return the outputs that resolve, and those that do not with the reason."""
    found: dict[str, object] = {}
    unresolved: list[tuple[Output, str]] = []
    for output in outputs:
        try:
            value = value_of(output.value, scope, select_own if has_selectors else None)
        except Unresolved as problem:
            unresolved.append((output, str(problem)))
            continue
        # A plain text would be an output that no answer had anything to do with.
        if isinstance(output.value, str) and not template(output.value).expressions:
            unresolved.append((output, f"'{output.value}' is not an expression"))
        elif value is not ABSENT:
            found[output.name] = value
    return found, unresolved


def _no_output(step: Step, output: Output, why: str, exchange: int) -> Check:
    return Check(
        f"{step.id}: output {output.name}",
        Status.WARN,
        expected="a value",
        actual=why,
        where=f"step {step.id}",
        exchange=exchange,
        source=str(output.source),
    )
