"""Run a workflow case as a case."""

import hashlib
import itertools
from dataclasses import fields, replace

from harness.config import Capabilities
from harness.errors import UnknownName
from harness.events import CasePlanned
from harness.exchange import Exchange, Request, Response
from harness.outcome import Attribution, Check, Outcome, Status
from harness.plugin.bench import Bench, omitted, softened
from harness.product import Products
from harness.rules.target import missing_part
from harness.shortening import shortened
from harness.verdict.findings import curl
from harness.workflow.cases.case_list import WorkflowCase
from harness.workflow.document.operations import absent_operation
from harness.workflow.engine.execute import run
from harness.workflow.engine.reports import CaseReport, Context

MAX_SHOWN = 300
MAX_PASTED = 1_500
"""A longer body is named by its digest, for a command must fit a message."""


def lines(exchange: Exchange) -> tuple[str, ...]:
    """Return what was sent, what came back and a `curl`; the exchange is redacted already."""
    request, response = exchange.request, exchange.response
    answer = _response_lines(response) if response else (f"  response: none ({exchange.failure})",)
    return (f"  request: {request.method} {request.url}", *answer, f"  curl: {_curl(request)}")


def _response_lines(response: Response) -> tuple[str, ...]:
    milliseconds = round(response.elapsed_seconds * 1000)
    kind = response.media_type or "no content type"
    head = f"  response: {response.status}, {kind}, {milliseconds} ms"
    # A character is four bytes of UTF-8 at most: enough bytes for what will be shown.
    body = " ".join(response.body[: 4 * MAX_SHOWN].decode("utf-8", "replace").split())
    shown = shortened(body, MAX_SHOWN)
    return (head, f"  body: {shown}") if shown else (head,)


def _curl(request: Request) -> str:
    if len(request.body) > MAX_PASTED:
        digest = hashlib.sha256(request.body).hexdigest()
        named = f"[{len(request.body):,} bytes, sha256 {digest}]".encode()
        request = replace(request, body=named)
    # On one line, for a message of pytest is indented line by line.
    return " ".join(curl(request).splitlines())


MEMBER_ID = "HARNESS_MEMBER_ID"
"""Variable that holds a member id of the run's own, so that searches find this run's uploads."""
MAX_REMEMBERED = 50
"""Exchanges of a case that its message may still show."""
OTHER = "workflow"
"""The API under which the cases of documents that are not ours are filed."""


def planned_workflow(case: WorkflowCase, products: Products) -> CasePlanned:
    """Return how a workflow case stands in the plan; our own ids begin with an API and an endpoint."""
    parts = case.id.split("/")
    # Ids of a user's documents may have the same form; the name of an API decides.
    is_ours = parts[0] in products.names and len(parts) > 2
    return CasePlanned(
        case=case.id,
        title=case.title,
        api=parts[0] if is_ours else OTHER,
        group=parts[1] if is_ours else case.workflow.id,
        requirements=case.requirements,
        kind="workflow",
    )


def run_workflow(bench: Bench, case: WorkflowCase) -> Outcome:
    """Run a workflow against the target of this run."""
    planned = planned_workflow(case, bench.settings.products)
    # In this order: skipped by the row, impossible for the target, absent from the document.
    if case.skip:
        return Outcome(case.id, Status.SKIP, message=case.skip)
    missing = bench.settings.environment.missing(_known(case))
    if missing:
        return omitted(planned, f"the target has no capability '{missing}'")
    absent = absent_operation(case.book, case.workflow)
    if absent is not None:
        return omitted(planned, str(missing_part(absent)))
    # A list, since the engine's report is needed again after the outcome was made of its checks.
    reports: list[CaseReport] = []

    def judge() -> tuple[Check, ...]:
        observed: list[Check] = []
        reports.append(run(case, _context(bench, case, observed)))
        # What a hook finds stands behind the checks of the document.
        return (*checks_of(reports[-1]), *observed)

    outcome = bench.perform(planned, judge)
    message = reports[-1].message if reports else ""
    # The engine words a failure with its step and place; the bench knows only the check.
    masked = replace(outcome, message=bench.redactor.text(message) or outcome.message)
    return _foreseen(masked, case.xfail) if case.xfail else masked


def _known(case: WorkflowCase) -> tuple[str, ...]:
    """Return what a case needs. Raises UnknownName where there is no such capability."""
    known = tuple(field.name for field in fields(Capabilities))
    for need in case.needs:
        if need not in known:
            raise UnknownName(case.source, kind="capability", name=need, known=known)
    return case.needs


def _foreseen(outcome: Outcome, reason: str) -> Outcome:
    """Turn a failure that a row expects into a warning, and its absence into a failure."""
    if outcome.status is Status.FAIL:
        checks = tuple(softened(check) for check in outcome.checks)
        message = f"expected to fail ({reason}): {outcome.message}"
        return replace(outcome, status=Status.WARN, checks=checks, message=message)
    # An error proves nothing either way, so that it stays one.
    if outcome.status is Status.ERROR:
        return outcome
    surprise = Check(
        "xfail",
        Status.FAIL,
        expected=f"a failure: {reason}",
        actual="it passed",
        attribution=Attribution.DOCUMENT,
    )
    checks = (*outcome.checks, surprise)
    message = f"expected to fail ({reason}), and passed"
    return replace(outcome, status=Status.FAIL, checks=checks, message=message)


def checks_of(report: CaseReport) -> tuple[Check, ...]:
    """Return the checks of a case; a teardown that failed is reported as a warning, apart."""
    torn = report.teardown
    if torn is None or torn.status is Status.PASS:
        return report.checks
    words = torn.message or str(torn.status)
    # A teardown that fails leaves data behind, but says nothing about what was tested.
    warning = Check(f"teardown {torn.workflow}", Status.WARN, expected="pass", actual=words)
    return (*report.checks, warning)


def _context(bench: Bench, case: WorkflowCase, observed: list[Check]) -> Context:
    """Return what the engine needs; what hooks say of an answer is put into `observed`."""
    numbers = itertools.count(1)
    seen: dict[int, Exchange] = {}
    bound = bench.client.bound(case.id, patient=bench.workflows.is_patient)

    def send(request: Request) -> Exchange:
        exchange = bound(request)
        observed.extend(bench.hooks.observed(exchange))
        seen[exchange.id] = exchange
        if len(seen) > MAX_REMEMBERED:
            # Dictionaries keep their order: the first entry is the oldest exchange.
            del seen[next(iter(seen))]
        return exchange

    def show(number: int) -> tuple[str, ...]:
        exchange = seen.get(number)
        return lines(bench.redactor.exchange(exchange)) if exchange else ()

    return Context(
        send=send,
        show=show,
        is_stopped=bench.workflows.is_stopped,
        clock=lambda: bench.time.now().timestamp(),
        sleep=bench.time.sleep,
        boundary=lambda: f"harness-boundary-{next(numbers):08}",
        servers=bench.workflows.servers,
        environment=bench.settings.variables,
        inputs=bench.workflows.inputs,
        session=bench.workflows.session,
        secret=lambda value: _learn(bench, value),
        contract_checks=bench.workflows.contract_checks,
        strict=bench.workflows.strict,
    )


def _learn(bench: Bench, value: str) -> None:
    # A client identifier is no secret (RFC 6749 section 2.2), and the member id is one we made up.
    public = (bench.credentials.client_id, bench.settings.variables.get(MEMBER_ID))
    if value not in public:
        bench.redactor.learn(value)
