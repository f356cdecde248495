from harness.outcome import Check, Outcome, Status
from harness.report.formats.summary import render_annotations
from tests.unit.report.samples import failed, passed, plan, record, sample


def test_a_cause_is_one_command_with_its_requirement() -> None:
    case = "dental/create/npi"
    verdict = sample(record((plan(case, "D112"),), (failed(case),), ())).verdict

    assert render_annotations(verdict) == (
        "::error title=D112::dental/create/npi: "
        "A status of 201 and no error came; DENTATT_009 is promised.\n"
    )


def test_cases_of_one_cause_share_a_command() -> None:
    cases = [f"dental/create/npi-{number}" for number in range(3)]
    plans = [plan(case, "D112") for case in cases]
    verdict = sample(record(plans, [failed(case) for case in cases], ())).verdict

    assert render_annotations(verdict).endswith("is promised. (and 2 cases more)\n")


def test_there_are_never_more_than_ten() -> None:
    cases = [f"dental/create/c-{number}" for number in range(30)]
    plans = [plan(case, "D112") for case in cases]
    outcomes = [
        Outcome(case, Status.FAIL, (Check(case, Status.FAIL, f"a-{case}", f"b-{case}"),))
        for case in cases
    ]
    verdict = sample(record(plans, outcomes, ())).verdict

    lines = render_annotations(verdict).splitlines()

    assert len(lines) == 10
    assert lines[-1] == "::error title=more::21 further causes in report.html"


def test_an_answer_cannot_write_a_command_of_its_own() -> None:
    case = "dental/create/npi"
    check = Check("status", Status.FAIL, "201", "x\n::set-env name=A::b\r100%")
    verdict = sample(record((plan(case),), (Outcome(case, Status.FAIL, (check,)),), ())).verdict

    assert render_annotations(verdict).count("\n") == 1
    assert "100%25" in render_annotations(verdict)


def test_a_clean_run_has_none() -> None:
    case = "dental/create/npi"

    assert render_annotations(sample(record((plan(case),), (passed(case),), ())).verdict) == ""
