from datetime import date
from pathlib import Path

import pytest

from harness import document
from harness.errors import DocumentError
from harness.openapi.requirements import Method, Requirement, Strength
from harness.outcome import Check, Outcome, Status
from harness.record import Record
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Conclusion, Verdict
from harness.verdict.waivers import Waiver, load, parse
from tests.unit.report.samples import CREATE, exchange, failed, passed, plan, record, requirement

CASE = "dental/create/npi-checksum"
TEXT = f"""\
- id: WVR-0007
  match: {{requirement: D112, check: error.code, operation: "{CREATE}", environment: [mock]}}
  expect: fail
  reason: the sandbox answers 201
  issue: https://issues.example/DENT-77
  owner: payer-x
  approved_by: board
  created: 2026-11-01
  expires: 2026-12-31
"""


def waivers(text: str = TEXT, *known: Requirement) -> tuple[Waiver, ...]:
    return parse(document.parse(text, "waivers.yaml"), known)


def failing() -> Record:
    return record((plan(CASE, "D112"),), (failed(CASE, exchange=1),), (exchange(1, CASE),))


def judged(
    text: str = TEXT, *, today: date = date(2026, 11, 22), found: Record | None = None
) -> Verdict:
    requirements = (requirement("D112"), requirement("D900"))
    return judge(
        found or failing(), requirements, PROFILES["ci"], waivers=waivers(text), today=today
    )


def test_a_waiver_is_read_whole() -> None:
    waiver = waivers()[0]

    assert (waiver.id, waiver.requirement, waiver.check) == ("WVR-0007", "D112", "error.code")
    assert (waiver.created, waiver.expires) == (date(2026, 11, 1), date(2026, 12, 31))
    assert waiver.environments == ("mock",)


def test_a_file_is_read_with_its_name_in_every_message(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(TEXT, encoding="utf-8")

    assert str(load(path)[0].source) == f"{path}:1:3"


def test_an_empty_file_holds_no_waivers() -> None:
    assert waivers("") == ()


def test_a_waived_failure_is_conformant_with_waivers() -> None:
    verdict = judged()

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.CONFORMANT_WITH_WAIVERS, 0)
    assert verdict.reason == "1 case ran, and every failure is waived (1 case)."
    assert verdict.judged[0].waiver == "WVR-0007"
    assert (verdict.waivers[0].state, verdict.waivers[0].cases) == ("active", (CASE,))


def test_an_expired_waiver_counts_again() -> None:
    verdict = judged(today=date(2027, 1, 1))

    assert verdict.conclusion is Conclusion.NON_CONFORMANT
    assert verdict.waivers[0].state == "expired"
    assert next(g.note for g in verdict.gates if g.name == "max_waivers") == "expired: WVR-0007"


def test_a_waiver_holds_on_its_last_day() -> None:
    verdict = judged(today=date(2026, 12, 31))

    assert verdict.conclusion is Conclusion.CONFORMANT_WITH_WAIVERS
    assert verdict.waivers[0].warning == "ends today"


@pytest.mark.parametrize(
    ("today", "warning"),
    [
        pytest.param(date(2026, 12, 16), "", id="fifteen_days"),
        pytest.param(date(2026, 12, 17), "ends in 14 days", id="fourteen_days"),
        pytest.param(date(2026, 12, 30), "ends in 1 day", id="one_day"),
    ],
)
def test_a_waiver_warns_before_it_ends(today: date, warning: str) -> None:
    assert judged(today=today).waivers[0].warning == warning


def test_a_waiver_does_not_hold_before_its_first_day() -> None:
    verdict = judged(today=date(2026, 10, 31))

    assert verdict.conclusion is Conclusion.NON_CONFORMANT
    assert verdict.waivers[0].state == "not_yet_valid"


def test_a_waiver_of_another_environment_does_not_apply() -> None:
    verdict = judged(TEXT.replace("[mock]", "[sandbox]"))

    assert verdict.conclusion is Conclusion.NON_CONFORMANT
    assert verdict.waivers[0].state == "not_applicable"


def test_a_stale_waiver_fails_its_gate() -> None:
    healthy = record((plan(CASE, "D112"),), (passed(CASE),), (exchange(1, CASE),))

    verdict = judged(found=healthy)

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.CONFORMANT, 1)
    assert (verdict.waivers[0].state, verdict.waivers[0].warning) == ("stale", "")


def test_a_waiver_of_an_unknown_requirement_is_stale() -> None:
    assert judged(TEXT.replace("D112", "D999")).waivers[0].state == "stale"


def test_a_waiver_whose_requirement_was_not_selected_is_not_stale() -> None:
    assert judged(TEXT.replace("D112", "D900")).waivers[0].state == "not_exercised"


def test_a_waiver_is_not_stale_while_its_case_could_not_be_judged() -> None:
    broken = Outcome(CASE, Status.ERROR, message="timed out")
    found = record((plan(CASE, "D112"),), (broken,), (exchange(1, CASE),))

    assert judged(found=found).waivers[0].state == "not_exercised"


def test_a_second_failed_check_keeps_the_case_failing() -> None:
    checks = (
        Check("error.code", Status.FAIL, "DENTATT_009", "201", exchange=1),
        Check("status", Status.FAIL, "400", "201", exchange=1),
    )
    found = record(
        (plan(CASE, "D112"),), (Outcome(CASE, Status.FAIL, checks),), (exchange(1, CASE),)
    )

    verdict = judged(found=found)

    assert verdict.conclusion is Conclusion.NON_CONFORMANT
    assert verdict.waivers[0].warning == f"{CASE} fails by status as well"


def test_without_a_check_a_waiver_covers_all_of_a_case() -> None:
    checks = tuple(
        Check(name, Status.FAIL, "400", "201", exchange=1) for name in ("error.code", "status")
    )
    found = record(
        (plan(CASE, "D112"),), (Outcome(CASE, Status.FAIL, checks),), (exchange(1, CASE),)
    )

    verdict = judged(TEXT.replace("check: error.code, ", ""), found=found)

    assert verdict.conclusion is Conclusion.CONFORMANT_WITH_WAIVERS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("check: error.code", "check: status", id="check"),
        pytest.param(CREATE, "POST /other", id="operation"),
        pytest.param("check: error.code", "fingerprint: a00000000000", id="fingerprint"),
        pytest.param("check: error.code", "case: dental/create/other", id="case"),
        pytest.param("expect: fail", "expect: warn", id="expect"),
    ],
)
def test_a_waiver_lifts_nothing_but_what_it_names(old: str, new: str) -> None:
    assert judged(TEXT.replace(old, new)).conclusion is Conclusion.NON_CONFORMANT


def test_a_waiver_can_name_the_fingerprint_alone() -> None:
    print_ = judged("").findings[0].fingerprint
    narrow = TEXT.replace("check: error.code", f'fingerprint: "{print_}"')

    assert judged(narrow).conclusion is Conclusion.CONFORMANT_WITH_WAIVERS


def test_too_many_waivers_fail_their_gate() -> None:
    names = [f"dental/create/rule-{number}" for number in range(21)]
    plans = [plan(name, "D112") for name in names]
    found = record(plans, [failed(n, exchange=1) for n in names], (exchange(1, names[0]),))
    text = "".join(
        TEXT.replace("WVR-0007", f"W{number}").replace("check:", f"case: {name}, check:")
        for number, name in enumerate(names)
    )

    verdict = judged(text, found=found)

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.CONFORMANT_WITH_WAIVERS, 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("  owner: payer-x\n", "", "1:3: the waiver has no owner.", id="no_owner"),
        pytest.param("  expires: 2026-12-31\n", "", "the waiver has no expires.", id="open_end"),
        pytest.param(
            "2026-12-31", "2027-01-31", "must end within 90 days of 2026-11-01", id="too_long"
        ),
        pytest.param("2026-12-31", "2026-10-31", "must end within 90 days", id="ends_first"),
        pytest.param("2026-12-31", "soon", "9:12: 'soon' is not a date.", id="no_date"),
        pytest.param("D112", '"D*"', "'requirement' must be written out", id="wildcard"),
        pytest.param("check: error.code", 'check: "*"', "'check' must be", id="wildcard_check"),
        pytest.param("[mock]", "[]", "'environment' must be written out", id="no_environment"),
        pytest.param("check:", "chek:", "there is no matcher 'chek'.", id="matcher"),
        pytest.param("  owner:", "  ovner: a\n  owner:", "no waiver member 'ovner'", id="member"),
        pytest.param("expect: fail", "expect: pass", "no expected result 'pass'", id="expect"),
        pytest.param(
            f'check: error.code, operation: "{CREATE}", ', "", "matches too much", id="broad"
        ),
    ],
)
def test_what_a_reviewer_must_not_accept_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(DocumentError, match=r"waivers\.yaml") as caught:
        waivers(TEXT.replace(old, new))

    assert message in str(caught.value)


def test_two_waivers_with_one_id_are_refused() -> None:
    with pytest.raises(DocumentError, match="there are two waivers 'WVR-0007'"):
        waivers(TEXT + TEXT)


def test_a_waiver_file_must_be_a_list() -> None:
    with pytest.raises(DocumentError, match="is not a list of waivers"):
        waivers("id: WVR-0007\n")


def test_a_security_requirement_cannot_be_waived() -> None:
    with pytest.raises(DocumentError, match="D112 is a security requirement"):
        waivers(TEXT, requirement("D112", how=Method.SECURITY))


def test_a_security_recommendation_can_be_waived() -> None:
    assert waivers(TEXT, requirement("D112", Strength.SHOULD, how=Method.SECURITY))


def test_the_waiver_that_the_documentation_shows_is_one() -> None:
    page = (Path(__file__).parents[3] / "docs" / "waivers.md").read_text(encoding="utf-8")
    shown = page.partition("```yaml\n")[2].partition("```")[0]

    waiver = waivers(shown, requirement("D112"))[0]

    assert (waiver.id, waiver.requirement, waiver.case) == ("WVR-0007", "D112", CASE)
    assert waiver.environments == ("sandbox",)
