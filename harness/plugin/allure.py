"""Let allure-pytest, in a pytest of one's own, show our cases as `harness run` shows them."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from allure_commons import hookimpl, plugin_manager
from allure_commons.model2 import (
    Attachment,
    Label,
    Link,
    Parameter,
    StatusDetails,
    TestResult,
    TestResultContainer,
    TestStepResult,
)

from harness.report.allure.case import AllureCase, Attach, CaseView, Details, Step, show

CASE = "case"
_NOISE = ("host", "thread")


def attach_through_allure(body: bytes) -> str:
    """Hand an attachment to whichever logger allure-pytest has registered; return its file name."""
    # Workers of xdist write to one folder: a name must never be another worker's.
    name = f"{uuid4()}-attachment.txt"
    plugin_manager.hook.report_attached_data(body=body, file_name=name)
    return name


def is_active(config: pytest.Config) -> bool:
    """Return whether allure-pytest is there and was given a folder."""
    return bool(config.getoption("allure_report_dir", default=None))


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

    def register(self, config: pytest.Config) -> None:
        """Rewrite what is written until pytest ends."""
        plugin_manager.register(self)
        # pytest may run again in this process, and would look its cases up in this run's.
        config.add_cleanup(self._unregister)

    def _unregister(self) -> None:
        plugin_manager.unregister(self)

    @hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        view = self._view(result)
        if view is None:
            self._scrub(result)
        else:
            _rewrite(result, show(view, self._attach))

    @hookimpl(tryfirst=True)
    def report_container(self, container: TestResultContainer) -> None:
        # Fixtures carry raw arguments and tracebacks, and tell a reader of the report nothing.
        container.befores = []
        container.afters = []

    def _view(self, result: TestResult) -> CaseView | None:
        pairs = [(item.name, item.value) for item in (*result.parameters, *result.labels)]
        # pytest quotes the value of a parameter; a label has it as it is.
        named = (str(value).strip("'\"") for name, value in pairs if name == CASE)
        return next((view for name in named if (view := self._lookup(name))), None)

    def _scrub(self, result: TestResult) -> None:
        """Take what no report needs from a test that is not one of our cases."""
        result.labels = [label for label in result.labels if label.name not in _NOISE]
        result.name = self._redact(result.name or "")
        for parameter in result.parameters:
            parameter.value = self._redact(str(parameter.value))
        if result.statusDetails is not None:
            message = self._redact(result.statusDetails.message or "")
            result.statusDetails = StatusDetails(message=message)


def _rewrite(result: TestResult, shown: AllureCase) -> None:
    result.name = result.fullName = shown.name
    result.titlePath = list(shown.path)
    # Both follow from the case alone, so that Allure finds its history in any run.
    result.historyId = result.testCaseId = shown.identity
    result.status = shown.status
    result.statusDetails = _details(shown.details)
    result.description = shown.description
    result.descriptionHtml = None
    result.labels = [Label(name=label.name, value=label.value) for label in shown.labels]
    result.parameters = [Parameter(name=CASE, value=shown.name)]
    result.links = [Link(type=link.type, url=link.url, name=link.name) for link in shown.links]
    result.attachments = []
    result.steps = [_step(step) for step in shown.steps]


def _step(step: Step) -> TestStepResult:
    return TestStepResult(
        name=step.name,
        status=step.status,
        statusDetails=_details(step.details),
        start=step.start,
        stop=step.stop,
        attachments=[
            Attachment(name=attachment.name, source=attachment.source, type=attachment.type)
            for attachment in step.attachments
        ],
    )


def _details(details: Details | None) -> StatusDetails | None:
    if details is None:
        return None
    return StatusDetails(message=details.message, known=details.known or None)
