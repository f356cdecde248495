from dataclasses import replace

import pytest

from harness.outcome import Check, Outcome, Status
from harness.report.allure.case import AllureCase, CaseView, show
from tests.unit.report.samples import exchange, failed, passed, plan

CASE = "dental/create/npi-checksum"


def shown(view: CaseView) -> AllureCase:
    return show(view, lambda _: "a-attachment.txt")


def view(outcome: Outcome, *numbers: int, status: Status | None = None) -> CaseView:
    planned = plan(CASE, "D112", title="A wrong NPI is refused")
    exchanges = tuple(exchange(number, CASE) for number in numbers)
    return CaseView(planned, outcome, exchanges, "sandbox", status, "WVR-7" if status else "")


def labels(found: AllureCase) -> list[tuple[str, str]]:
    return [(label.name, label.value) for label in found.labels]


def test_the_labels_make_the_tree() -> None:
    assert labels(shown(view(passed(CASE), 1))) == [
        ("epic", "dental"),
        ("feature", "create"),
        ("story", "A wrong NPI is refused"),
        ("part", "dental"),
        ("severity", "critical"),
        ("conformance", "SHALL"),
        ("outcome", "pass"),
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
    found = shown(view(Outcome(CASE, status, message="why")))

    assert found.status == written
    assert [value for name, value in labels(found) if name == "tag"] == ([tag] if tag else [])


def test_a_waived_failure_is_known() -> None:
    found = shown(view(failed(CASE), status=Status.WAIVED))

    assert found.details is not None
    assert (found.status, found.details.known) == ("failed", True)
    assert found.details.message.startswith("waived WVR-7\n")


def test_the_details_are_our_checks_and_what_differs() -> None:
    details = shown(view(failed(CASE, exchange=1), 1)).details

    assert details is not None
    assert details.message == (
        "the API accepted a wrong NPI\nerror.code at /errors/0/code: expected DENTATT_009, got 201"
    )
    assert (details.expected, details.actual) == ("DENTATT_009", "201")


def test_a_message_that_only_repeats_its_check_is_told_once() -> None:
    check = Check("status", Status.FAIL, "400", "201", source="specs/a.yaml:1:2")
    told = "status: expected 400, got 201"

    details = shown(view(Outcome(CASE, Status.FAIL, (check,), told))).details

    assert details is not None
    assert details.message == f"{told} (specs/a.yaml:1:2)"


def test_the_step_that_failed_says_why() -> None:
    steps = shown(view(failed(CASE, exchange=2), 1, 2)).steps

    assert [step.status for step in steps] == ["passed", "failed"]
    assert steps[0].details is None
    assert steps[1].details is not None
    assert "expected DENTATT_009, got 201" in steps[1].details.message


def test_a_step_that_could_not_be_judged_is_broken() -> None:
    check = Check("answer", Status.ERROR, "JSON", "HTML", exchange=1)

    steps = shown(view(Outcome(CASE, Status.ERROR, (check,)), 1)).steps

    assert [step.status for step in steps] == ["broken"]


def test_twenty_steps_at_most_and_the_failing_one_among_them() -> None:
    found = shown(view(failed(CASE, exchange=50), *range(1, 51)))

    assert len(found.steps) == 20
    assert found.steps[-1].status == "failed"
    assert "30 of 50 exchanges are not shown" in found.description


def test_a_contract_case_that_passed_shows_a_sample() -> None:
    assert len(shown(view(passed(CASE), *range(1, 11))).steps) == 3


def test_what_has_no_time_of_its_own_has_that_of_its_run() -> None:
    timeless = replace(exchange(1, CASE), started="")
    begun = "2026-11-22T10:00:00Z"

    found = shown(CaseView(plan(CASE), passed(CASE), (timeless,), begun=begun))

    assert found.start == found.steps[0].start == 1795341600000


def test_a_case_that_passed_carries_no_evidence() -> None:
    assert [step.attachments for step in shown(view(passed(CASE), 1, 2)).steps] == [(), ()]


def test_the_exchange_that_decides_is_attached_and_no_other() -> None:
    steps = shown(view(failed(CASE, exchange=2), 1, 2, 3)).steps

    assert [len(step.attachments) for step in steps] == [0, 2, 0]


def test_a_case_of_which_the_cause_is_shown_elsewhere_says_so() -> None:
    found = shown(
        replace(view(failed(CASE, exchange=1), 1), has_evidence=False, cause="1 It is 606")
    )

    assert found.steps[0].attachments == ()
    assert "the first cases of the cause show the same" in found.description
    assert ("part", "1 It is 606") in labels(found)


def test_the_description_says_what_the_requirements_say() -> None:
    told = replace(view(passed(CASE)), statements=(("D112", "A wrong NPI is refused."),))

    assert "**D112** A wrong NPI is refused." in shown(told).description
