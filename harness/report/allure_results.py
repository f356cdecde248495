"""Rewrite what allure-pytest is about to write, so that Allure shows our cases and nothing raw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from uuid import uuid4

from allure_commons import hookimpl, plugin_manager
from allure_commons.model2 import (
    Attachment,
    Label,
    Parameter,
    StatusDetails,
    TestResult,
    TestResultContainer,
    TestStepResult,
)

from harness.events import CasePlanned
from harness.exchange import Exchange
from harness.outcome import Check, Outcome, Status
from harness.report.messages import printable, request_text, response_text, status_line
from harness.report.wording import LABELS, one_line

CASE = "case"
MAX_STEPS = 20
MAX_PASSED_STEPS = 3
"""A contract case that passed shows a sample: thousands of attachments make the page crawl."""

_STATUS = {
    Status.PASS: "passed",
    Status.WARN: "passed",
    Status.FAIL: "failed",
    Status.WAIVED: "failed",
    Status.ERROR: "broken",
    Status.SKIP: "skipped",
    Status.OMIT: "skipped",
    Status.REVIEW: "skipped",
    Status.NOT_RUN: "skipped",
}
_SEVERITY = {"SHALL": "critical", "SHOULD": "normal", "OBSERVE": "minor"}
_TAGGED = (Status.WARN, Status.OMIT, Status.WAIVED, Status.REVIEW, Status.NOT_RUN)
_NOISE = ("host", "thread")

Attach = Callable[[bytes, str], None]
"""Write bytes under a file name into the results folder."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A finished case as Allure is to show it."""

    planned: CasePlanned
    outcome: Outcome
    exchanges: tuple[Exchange, ...] = ()
    environment: str = ""
    status: Status | None = None
    """The status that counts, where strength or a waiver changed it."""
    waiver: str = ""


def attach_through_allure(body: bytes, file_name: str) -> None:
    """Hand an attachment to whichever logger allure-pytest has registered."""
    plugin_manager.hook.report_attached_data(body=body, file_name=file_name)


class ResultRewriter:
    """An Allure plugin: register it with `allure_commons.plugin_manager` before the first test."""

    def __init__(
        self,
        lookup: Callable[[str], CaseView | None],
        attach: Attach = attach_through_allure,
        redact: Callable[[str], str] = str,
    ) -> None:
        self._lookup = lookup
        self._attach = attach
        self._redact = redact

    @hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        view = self._view(result)
        if view is None:
            self._scrub(result)
        else:
            self._rewrite(result, view)

    @hookimpl(tryfirst=True)
    def report_container(self, container: TestResultContainer) -> None:
        # Fixtures carry raw arguments and tracebacks, and tell a reader of the report nothing.
        container.befores = []
        container.afters = []

    def _view(self, result: TestResult) -> CaseView | None:
        pairs = [(each.name, each.value) for each in (*result.parameters, *result.labels)]
        named = (str(value).strip("'\"") for name, value in pairs if name == CASE)
        return next((view for name in named if (view := self._lookup(name))), None)

    def _rewrite(self, result: TestResult, view: CaseView) -> None:
        plan, status = view.planned, view.status or view.outcome.status
        result.name = plan.case
        result.fullName = plan.case
        result.titlePath = [plan.api, plan.group]
        result.historyId = result.testCaseId = _identity(plan.case)
        result.status = _STATUS[status]
        result.statusDetails = _details(view, status)
        result.description = _description(view)
        result.descriptionHtml = None
        result.labels = _labels(view, status)
        result.parameters = [Parameter(name=CASE, value=plan.case)]
        result.links = []
        result.attachments = []
        result.steps = [self._step(each, view.outcome) for each in shown(view)]

    def _scrub(self, result: TestResult) -> None:
        """Take what no report needs from a test that is not one of our cases."""
        result.labels = [label for label in result.labels if label.name not in _NOISE]
        result.name = self._redact(result.name or "")
        for parameter in result.parameters:
            parameter.value = self._redact(str(parameter.value))
        if result.statusDetails is not None:
            message = self._redact(result.statusDetails.message or "")
            result.statusDetails = StatusDetails(message=message)

    def _step(self, exchange: Exchange, outcome: Outcome) -> TestStepResult:
        begun = _milliseconds(exchange.started)
        bad = any(c.exchange == exchange.id and c.status is Status.FAIL for c in outcome.checks)
        silent = "passed" if exchange.response else "broken"
        return TestStepResult(
            name=one_line(status_line(exchange)),
            status="failed" if bad else silent,
            start=begun,
            stop=begun + round(exchange.duration_seconds * 1000),
            attachments=[
                self._attached("request", request_text(exchange.request)),
                self._attached("response", response_text(exchange)),
            ],
        )

    def _attached(self, name: str, body: str) -> Attachment:
        file_name = f"{uuid4()}-attachment.txt"
        self._attach(body.encode("utf-8", "replace"), file_name)
        return Attachment(name=name, source=file_name, type="text/plain")


def shown(view: CaseView) -> Sequence[Exchange]:
    """Return the exchanges that become steps: the first ones, and those that failed a check."""
    passed = view.outcome.status is Status.PASS and view.planned.kind == "contract"
    most = MAX_PASSED_STEPS if passed else MAX_STEPS
    judged = {c.exchange for c in view.outcome.checks if c.status in (Status.FAIL, Status.ERROR)}
    judged_first = [each for each in view.exchanges if each.id in judged][:most]
    rest = [each for each in view.exchanges if each.id not in judged]
    chosen = judged_first + rest[: most - len(judged_first)]
    return sorted(chosen, key=lambda each: each.id)


def _labels(view: CaseView, status: Status) -> list[Label]:
    plan = view.planned
    pairs = [
        ("epic", plan.api),
        ("feature", plan.group),
        ("story", plan.title),
        ("severity", _SEVERITY.get(plan.strength, "normal")),
        ("conformance", plan.strength),
        ("env", view.environment),
        ("framework", "harness"),
        *(("requirement", name) for name in plan.requirements),
        *((("tag", str(status)),) if status in _TAGGED else ()),
    ]
    return [Label(name=name, value=value) for name, value in pairs if value]


def _details(view: CaseView, status: Status) -> StatusDetails | None:
    lines = [_told(check) for check in view.outcome.checks if check.status is not Status.PASS]
    waived = f"waived {view.waiver}" if view.waiver else ""
    told = [line for line in (waived, view.outcome.message, *lines) if line]
    if not told and status is Status.PASS:
        return None
    text = printable("\n".join(told)) or LABELS[status]
    return StatusDetails(message=text, known=True if status is Status.WAIVED else None)


def _told(check: Check) -> str:
    where = f" at {check.where}" if check.where else ""
    rule = f" ({check.source})" if check.source else ""
    compared = f"expected {one_line(check.expected)}, got {one_line(check.actual)}"
    return f"{check.name}{where}: {compared}{rule}"


def _description(view: CaseView) -> str:
    count = len(view.exchanges)
    hidden = count - len(shown(view))
    lines = [view.planned.title]
    if view.planned.requirements:
        lines.append(f"Requirements: {', '.join(view.planned.requirements)}")
    if hidden:
        lines.append(f"{hidden} of {count} exchanges are not shown; record.jsonl holds them all.")
    return "\n\n".join(lines)


def _identity(case: str) -> str:
    return md5(case.encode(), usedforsecurity=False).hexdigest()


def _milliseconds(started: str) -> int:
    try:
        return round(datetime.fromisoformat(started).timestamp() * 1000)
    except ValueError:
        return 0
