"""Each prior authorization rule holds for the mock as it is, and each fault of the mock breaks one."""

import pytest

from harness.jsonvalue import Json, lookup, members, text
from harness.products.prior_auth.mock.faults import FAULTS as DECISIONS
from harness.products.prior_auth.mock.faults_forms import FORM_FAULTS as FORMS
from harness.products.prior_auth.strategies.requests import (
    inquiry_payer,
    known_member_ids,
    submission_keys,
)
from harness.x12.parse import parse
from tests.integration.prior_auth_rule_bench import CANNED, RULES, STRICT, Bench, broken

CAUGHT_BY = {
    "tst1-decided-otherwise": "prior-auth/inquiry/TST1",
    "tst2-decided-otherwise": "prior-auth/inquiry-x12/TST2",
    "tst3-decided-otherwise": "prior-auth/inquiry/TST3",
    "tst4-decided-otherwise": "prior-auth/inquiry-x12/TST4",
    **{f"tst{n}-without-decision": f"prior-auth/inquiry/TST{n}" for n in range(5, 12)},
    "content-decides": "prior-auth/inquiry/other-content",
    "decision-alternates": "prior-auth/submission/steady",
    "unknown-key-certified": "prior-auth/submission/unknown-key",
    "unknown-member-certified": "prior-auth/inquiry/unknown-member-tst1",
    "name-decides": "prior-auth/inquiry/other-name",
    "inquiry-payer-ignored": "prior-auth/inquiry/selected-by",
    "first-key-denied": "prior-auth/submission/278_217_01_A1",
    "submission-keys-alike": "prior-auth/submission/selected-by",
    "review-number-missing": "prior-auth/inquiry/any-inquiry",
    "x12-decides-otherwise": "prior-auth/inquiry/both-forms",
    "key-fields-optional": "prior-auth/inquiry/without-payer-id",
    "x12-body-unchecked": "prior-auth/inquiry-x12/body-missing",
    "prior-auth-fields-unchecked": "prior-auth/inquiry/requester-missing",
    "prior-auth-dates-unchecked": "prior-auth/inquiry/birth-date-with-dashes",
    "requester-type-unchecked": "prior-auth/submission/requester-type-unknown",
    "prior-auth-errors-with-200": "prior-auth/submission/event-missing",
    "error-not-array": "prior-auth/inquiry/body-empty-object",
    "authorization-id-missing": "prior-auth/inquiry/any-inquiry",
    "undocumented-member": "prior-auth/inquiry-x12/documented-members",
    "transaction-header-missing": "prior-auth/submission/answer-ids",
    "prior-auth-trace-missing": "prior-auth/inquiry/answer-ids",
    "answer-version-wrong": "prior-auth/inquiry-x12/TST1",
    "isa-trimmed": "prior-auth/inquiry/TST1",
    "se-count-wrong": "prior-auth/submission/any-submission",
    "trailer-number-wrong": "prior-auth/inquiry/000000000000003",
    "level-order-wrong": "prior-auth/inquiry-x12/TST5",
    "sender-not-swapped": "prior-auth/inquiry-x12/TST1",
    "control-number-not-echoed": "prior-auth/inquiry-x12/any-inquiry",
    "inquiry-purpose-wrong": "prior-auth/inquiry-x12/TST1",
    "submission-purpose-wrong": "prior-auth/submission/278_217_01_A1",
    "transaction-id-differs": "prior-auth/inquiry/TST2",
    "hcr-wrong": "prior-auth/inquiry/TST2",
    "json-x12-disagree": "prior-auth/inquiry/TST2",
    "previous-number-differs": "prior-auth/inquiry/TST2",
    "expiry-differs": "prior-auth/inquiry/TST2",
    "provider-differs": "prior-auth/inquiry/TST2",
    "member-differs": "prior-auth/submission/278_217_02_A2",
    "group-differs": "prior-auth/inquiry/TST2",
    "employer-differs": "prior-auth/inquiry/TST2",
    "contact-differs": "prior-auth/inquiry/TST2",
    "facility-differs": "prior-auth/submission/278_217_03_A3",
    "service-line-differs": "prior-auth/submission/278_217_04_A4",
    "transport-differs": "prior-auth/submission-x12/278_217_05_A5",
    "ambulance-differs": "prior-auth/submission-x12/278_217_06_C",
    "event-date-differs": "prior-auth/submission/AAA_217_07_73",
    "umrequest-not-null": "prior-auth/inquiry/TST3",
    "answer-date-with-dashes": "prior-auth/inquiry/TST2",
    "inquiry-x12-missing": "prior-auth/inquiry/TST1",
    "submission-x12-missing": "prior-auth/submission/278_217_01_A1",
}
"""Fault of the mock to one rule that sees it."""

HEALTH = {"prior-auth-health-down", "prior-auth-health-silent"}
"""Seen by the healthcheck's rule, which all APIs share."""


def test_a_sound_mock_keeps_every_promise() -> None:
    target = Bench().target
    fitting = [rule for rule in RULES.values() if all(map(STRICT.can, rule.needs))]

    found = {rule.id: checks for rule in fitting if (checks := broken(rule, target))}

    assert found == {}


def test_every_fault_has_a_rule_that_sees_it() -> None:
    assert set(CAUGHT_BY) | HEALTH == {fault.id for fault in (*DECISIONS, *FORMS)}


@pytest.mark.parametrize(("fault", "case"), CAUGHT_BY.items(), ids=CAUGHT_BY)
def test_a_fault_breaks_the_rule_that_speaks_of_it(fault: str, case: str) -> None:
    found = broken(RULES[case], Bench(fault).target)

    assert found
    assert all(check.exchange for check in found)


def test_a_sandbox_of_canned_answers_is_held_to_them_and_sent_nothing_invented() -> None:
    bench = Bench(environment=CANNED)
    fitting = [rule for rule in RULES.values() if all(map(CANNED.can, rule.needs))]
    target = bench.target

    found = {rule.id: checks for rule in fitting if (checks := broken(rule, target))}

    assert found == {}
    assert "prior-auth/inquiry/unvalidated" in {rule.id for rule in fitting}
    inquiry_keys = {"", inquiry_payer(), *(f"{n:015}" for n in range(1, 5))}
    assert {payer for payer, _ in asked(bench)} <= {*inquiry_keys, "UHC"}
    assert {key for _, key in asked(bench)} <= {*inquiry_keys, *submission_keys()}
    assert members_asked(bench) == {*known_member_ids(), "HARNESS0001"}


def asked(bench: Bench) -> set[tuple[str, str]]:
    """Return payer and clearing house of every request, whichever form it had."""
    return {_keys(body) for body in bench.bodies if "client_id" not in members(body)}


def _keys(body: Json) -> tuple[str, str]:
    x12 = text(members(body).get("x12"))
    if not x12:
        return text(members(body).get("payerId")), text(members(body).get("umClearingHouseId"))
    interchange = parse(x12).interchange
    payer = next(each for each in interchange.segments if each.id == "NM1")
    return payer.value(9), interchange.segments[0].value(8).strip()


def members_asked(bench: Bench) -> set[str]:
    found = {lookup(body, "/subscriber/memberId") for body in bench.bodies}
    return {each for each in found if isinstance(each, str)}
