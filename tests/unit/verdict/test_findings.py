from harness.events import CasePlanned
from harness.outcome import Attribution, Check, Outcome, Status
from harness.record import Record
from harness.verdict.findings import finding
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Judged, Verdict
from tests.unit.report.samples import (
    CREATE,
    TODAY,
    ended,
    exchange,
    failed,
    passed,
    plan,
    record,
)

CASE = "dental/create/npi-checksum"
OTHER = "dental/create/tooth-number"


def judged(found: Record) -> Verdict:
    return judge(found, (), PROFILES["ci"], today=TODAY)


def two(second: Outcome) -> Record:
    plans = (plan(CASE, "D001"), plan(OTHER, "D002"))
    return record(plans, (passed(CASE, exchange=1), second), (exchange(1, CASE),))


def test_a_finding_names_what_a_person_needs() -> None:
    found = judged(two(failed(OTHER, exchange=1))).findings[0]

    assert (found.requirements, found.check) == (("D002",), "error.code")
    assert (found.expected, found.actual, found.where) == ("DENTATT_009", "201", "/errors/0/code")
    assert (found.operation, found.exchange) == (CREATE, 1)
    assert found.attribution is Attribution.API
    assert found.fingerprint == "44bd9220b771"
    assert found.curl.startswith("curl -sS -i http://127.0.0.1:40001/dental/")


def test_a_case_that_fails_without_a_check_still_is_a_finding() -> None:
    found = judged(two(ended(OTHER, Status.FAIL, "no check, yet failed"))).findings[0]

    assert (found.check, found.actual) == ("", "no check, yet failed")


def test_a_case_that_could_not_be_judged_says_what_to_give() -> None:
    advice = Check("valid.accepted", Status.SKIP, "an accepted request", "give an example")
    outcome = Outcome("own/a/valid", Status.SKIP, (advice,))
    planned = CasePlanned(case="own/a/valid", title="t", api="own", group="a")

    found = finding(Judged(planned, Status.SKIP, outcome), {})

    assert found.message == "give an example"
    assert "give an example" in found.sentence
