from collections.abc import Mapping
from hashlib import md5

from allure_commons import model2, plugin_manager
from allure_commons.logger import AllureMemoryLogger

from harness.outcome import Check, Outcome, Status
from harness.plugin.allure import ResultRewriter, attach_through_allure
from harness.report.allure.case import CaseView, Link
from tests.unit.report.samples import exchange, failed, passed, plan

CASE = "dental/create/npi-checksum"


def raw() -> model2.TestResult:
    """Return what allure-pytest hands over, with all that must not be written."""
    return model2.TestResult(
        name=f"test_case[{CASE}-S3cret]",
        fullName="harness.suite.test_dental#test_case",
        historyId="raw-history",
        status="failed",
        statusDetails=model2.StatusDetails(message="assert S3cret", trace="def test(): S3cret"),
        labels=[
            model2.Label("host", "machine"),
            model2.Label("thread", "1"),
            model2.Label("package", "harness"),
        ],
        parameters=[
            model2.Parameter("case", f"'{CASE}'"),
            model2.Parameter("credentials", "'S3cret'"),
        ],
        steps=[model2.TestStepResult(name="login('S3cret')")],
        attachments=[model2.Attachment("stdout", "x-attachment.txt", "text/plain")],
    )


def rewriter(views: Mapping[str, CaseView]) -> ResultRewriter:
    return ResultRewriter(views.get, attach=lambda _: "a-attachment.txt")


def rewritten(view: CaseView) -> tuple[model2.TestResult, dict[str, bytes]]:
    files: dict[str, bytes] = {}

    def attach(body: bytes) -> str:
        files[f"{len(files)}-attachment.txt"] = body
        return f"{len(files) - 1}-attachment.txt"

    result = raw()
    ResultRewriter({CASE: view}.get, attach).report_result(result)
    return result, files


def view(outcome: Outcome, *numbers: int, status: Status | None = None) -> CaseView:
    exchanges = tuple(exchange(number, CASE) for number in numbers)
    return CaseView(plan(CASE, "D112"), outcome, exchanges, "sandbox", status)


def test_a_case_is_named_by_its_id_everywhere() -> None:
    result, _ = rewritten(view(passed(CASE), 1))

    identity = md5(CASE.encode(), usedforsecurity=False).hexdigest()
    assert (result.name, result.fullName) == (CASE, CASE)
    assert (result.historyId, result.testCaseId) == (identity, identity)
    assert [(p.name, p.value) for p in result.parameters] == [("case", CASE)]


def test_nothing_raw_is_left() -> None:
    result, files = rewritten(view(failed(CASE, exchange=1), 1))

    assert "S3cret" not in repr(result)
    assert result.statusDetails.trace is None
    assert result.attachments == []
    assert not any(b"S3cret" in body for body in files.values())


def test_a_failure_shows_its_step_with_both_messages() -> None:
    result, files = rewritten(view(failed(CASE, exchange=2), 1, 2))

    assert [step.status for step in result.steps] == ["passed", "failed"]
    assert [each.name for each in result.steps[1].attachments] == ["request", "response"]
    assert result.steps[0].attachments == []
    assert files[result.steps[1].attachments[0].source].startswith(b"POST http://127.0.0.1:40001/")


def test_a_waived_failure_is_known_and_links_its_issue() -> None:
    outcome = Outcome(CASE, Status.FAIL, (Check("status", Status.FAIL, "400", "201"),))
    link = Link("WVR-7", "https://issues.example/7", "issue")
    shown = CaseView(plan(CASE), outcome, status=Status.WAIVED, waiver="WVR-7", links=(link,))

    result, _ = rewritten(shown)

    assert (result.status, result.statusDetails.known) == ("failed", True)
    assert [(each.type, each.url) for each in result.links] == [
        ("issue", "https://issues.example/7")
    ]


def test_a_case_can_be_named_by_a_label() -> None:
    result = model2.TestResult(name="raw", labels=[model2.Label("case", CASE)])

    rewriter({CASE: view(passed(CASE))}).report_result(result)

    assert result.name == CASE


def test_a_foreign_test_is_scrubbed_and_kept() -> None:
    result = raw()

    ResultRewriter(
        lambda _case: None, redact=lambda text: text.replace("S3cret", "[masked]")
    ).report_result(result)

    assert "S3cret" not in repr((result.name, result.parameters, result.statusDetails))
    assert [(each.name, each.value) for each in result.labels] == [("package", "harness")]
    assert result.historyId == "raw-history"


def test_fixtures_say_nothing() -> None:
    container = model2.TestResultContainer(befores=[model2.TestBeforeResult(name="login S3cret")])

    rewriter({}).report_container(container)

    assert "S3cret" not in repr(container)


def test_two_cases_with_equal_data_keep_two_histories() -> None:
    other = f"{CASE}-2"
    views = {CASE: view(passed(CASE)), other: CaseView(plan(other), passed(other))}
    results = [
        model2.TestResult(name="same", parameters=[model2.Parameter("case", name)])
        for name in views
    ]

    for result in results:
        rewriter(views).report_result(result)

    assert len({result.historyId for result in results}) == 2


def test_attachments_go_to_the_logger_that_allure_has() -> None:
    logger = AllureMemoryLogger()  # type: ignore[no-untyped-call]  # it ships no types
    plugin_manager.register(logger)
    try:
        names = [attach_through_allure(b"body"), attach_through_allure(b"body")]
    finally:
        plugin_manager.unregister(logger)

    assert logger.attachments == dict.fromkeys(names, b"body")
    assert len(set(names)) == 2
