import json
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import pytest
from allure_commons import model2, plugin_manager
from allure_commons.logger import AllureMemoryLogger

from harness.outcome import Check, Outcome, Status
from harness.report import allure_files
from harness.report.allure_results import CaseView, ResultRewriter, attach_through_allure
from tests.unit.report.samples import exchange, failed, passed, plan, run

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


def rewritten(view: CaseView) -> tuple[model2.TestResult, dict[str, bytes]]:
    files: dict[str, bytes] = {}
    rewriter = ResultRewriter(
        {CASE: view}.get, attach=lambda body, name: files.update({name: body})
    )
    result = raw()
    rewriter.report_result(result)
    return result, files


def view(outcome: Outcome, *numbers: int, status: Status | None = None) -> CaseView:
    planned = plan(CASE, "D112", title="A wrong NPI is refused")
    exchanges = tuple(exchange(number, CASE) for number in numbers)
    return CaseView(planned, outcome, exchanges, "sandbox", status, "WVR-7" if status else "")


def labels(result: model2.TestResult) -> list[tuple[str, str]]:
    return [(label.name, label.value) for label in result.labels]


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


def test_the_labels_make_the_tree() -> None:
    result, _ = rewritten(view(passed(CASE), 1))

    assert labels(result) == [
        ("epic", "dental"),
        ("feature", "create"),
        ("story", "A wrong NPI is refused"),
        ("severity", "critical"),
        ("conformance", "SHALL"),
        ("env", "sandbox"),
        ("framework", "harness"),
        ("requirement", "D112"),
    ]


@pytest.mark.parametrize(
    ("status", "written", "tag"),
    [
        pytest.param(Status.PASS, "passed", "", id="pass"),
        pytest.param(Status.WARN, "passed", "warn", id="warn"),
        pytest.param(Status.FAIL, "failed", "", id="fail"),
        pytest.param(Status.ERROR, "broken", "", id="error"),
        pytest.param(Status.SKIP, "skipped", "", id="skip"),
        pytest.param(Status.OMIT, "skipped", "omit", id="omit"),
        pytest.param(Status.WAIVED, "failed", "waived", id="waived"),
        pytest.param(Status.REVIEW, "skipped", "review", id="review"),
        pytest.param(Status.NOT_RUN, "skipped", "not_run", id="not_run"),
    ],
)
def test_every_status_has_its_word(status: Status, written: str, tag: str) -> None:
    result, _ = rewritten(view(Outcome(CASE, status, message="why")))

    assert result.status == written
    assert [value for name, value in labels(result) if name == "tag"] == ([tag] if tag else [])


def test_a_waived_failure_is_known() -> None:
    result, _ = rewritten(view(failed(CASE), status=Status.WAIVED))

    assert (result.status, result.statusDetails.known) == ("failed", True)
    assert result.statusDetails.message.startswith("waived WVR-7\n")


def test_the_details_are_our_checks() -> None:
    result, _ = rewritten(view(failed(CASE, exchange=1), 1))

    assert result.statusDetails.message == (
        "the API accepted a wrong NPI\nerror.code at /errors/0/code: expected DENTATT_009, got 201"
    )


def test_every_exchange_is_a_step_with_both_messages() -> None:
    result, files = rewritten(view(failed(CASE, exchange=2), 1, 2))

    assert [step.status for step in result.steps] == ["passed", "failed"]
    assert [each.name for each in result.steps[1].attachments] == ["request", "response"]
    assert files[result.steps[0].attachments[0].source].startswith(b"POST http://127.0.0.1:40001/")


def test_twenty_steps_at_most_and_the_failing_one_among_them() -> None:
    result, _ = rewritten(view(failed(CASE, exchange=50), *range(1, 51)))

    assert len(result.steps) == 20
    assert result.steps[-1].status == "failed"
    assert "30 of 50 exchanges are not shown" in result.description


def test_a_contract_case_that_passed_shows_a_sample() -> None:
    result, _ = rewritten(view(passed(CASE), *range(1, 11)))

    assert len(result.steps) == 3


def test_a_case_can_be_named_by_a_label() -> None:
    rewriter = ResultRewriter({CASE: view(passed(CASE))}.get, attach=lambda _body, _name: None)
    result = model2.TestResult(name="raw", labels=[model2.Label("case", CASE)])

    rewriter.report_result(result)

    assert result.name == CASE


def test_a_foreign_test_is_scrubbed_and_kept() -> None:
    rewriter = ResultRewriter(
        lambda _case: None, redact=lambda text: text.replace("S3cret", "[masked]")
    )
    result = raw()

    rewriter.report_result(result)

    assert "S3cret" not in repr((result.name, result.parameters, result.statusDetails))
    assert labels(result) == [("package", "harness")]
    assert result.historyId == "raw-history"


def test_fixtures_say_nothing() -> None:
    container = model2.TestResultContainer(befores=[model2.TestBeforeResult(name="login S3cret")])

    ResultRewriter(lambda _case: None).report_container(container)

    assert "S3cret" not in repr(container)


def test_two_cases_with_equal_data_keep_two_histories() -> None:
    other = f"{CASE}-2"
    views = {CASE: view(passed(CASE)), other: CaseView(plan(other), passed(other))}
    rewriter = ResultRewriter(views.get, attach=lambda _body, _name: None)
    results = [
        model2.TestResult(name="same", parameters=[model2.Parameter("case", name)])
        for name in views
    ]

    for result in results:
        rewriter.report_result(result)

    assert len({result.historyId for result in results}) == 2


def test_the_folder_is_completed_at_the_end(tmp_path: Path) -> None:
    verdict = tmp_path / "verdict.json"
    verdict.write_text("{}", encoding="utf-8")
    folder = tmp_path / "allure-results"
    folder.mkdir()
    (folder / "1-container.json").write_text("{}", encoding="utf-8")

    allure_files.write(folder, run(), attachments=(verdict,), errors=("collection failed",))

    names = sorted(path.name.partition("-")[2] or path.name for path in folder.iterdir())
    assert not any(name.endswith("container.json") for name in names)
    globals_ = json.loads(next(folder.glob("*-globals.json")).read_text(encoding="utf-8"))
    assert globals_["attachments"][0]["name"] == "verdict.json"
    assert (folder / globals_["attachments"][0]["source"]).read_text(encoding="utf-8") == "{}"
    assert globals_["errors"][0]["message"] == "collection failed"
    assert json.loads((folder / "executor.json").read_text(encoding="utf-8"))["type"] == "harness"


def test_attachments_go_to_the_logger_that_allure_has() -> None:
    logger = AllureMemoryLogger()  # type: ignore[no-untyped-call]  # it ships no types
    plugin_manager.register(logger)
    try:
        attach_through_allure(b"body", "a-attachment.txt")
    finally:
        plugin_manager.unregister(logger)

    assert logger.attachments == {"a-attachment.txt": b"body"}


def test_an_exchange_without_a_time_begins_at_zero() -> None:
    timeless = replace(exchange(1, CASE), started="")
    shown = CaseView(plan(CASE), passed(CASE), (timeless,))

    result, _ = rewritten(shown)

    assert result.steps[0].start == 0


def test_properties_are_one_line_each() -> None:
    text = allure_files.environment(run(base_url="http://a\nEvil = 1\\ü"))

    assert "Target = http://a Evil = 1\\\\\\xfc\n" in text


def test_a_check_names_its_rule() -> None:
    check = Check("status", Status.FAIL, "400", "201", source="specs/a.yaml:1:2")

    result, _ = rewritten(view(Outcome(CASE, Status.FAIL, (check,))))

    assert result.statusDetails.message == "status: expected 400, got 201 (specs/a.yaml:1:2)"
