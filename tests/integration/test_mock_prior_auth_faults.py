"""Each fault of prior authorization is seen; without it all is well."""

from collections.abc import Callable, Mapping

import httpx
import pytest

from harness.jsonvalue import MISSING, Json
from harness.mock.fault import Fault
from harness.products.prior_auth.mock.faults import FAULTS as DECISIONS
from harness.products.prior_auth.mock.faults_forms import FORM_FAULTS as FORMS
from harness.products.prior_auth.mock.faults_forms import X12
from harness.x12.check import check
from harness.x12.consistency import compare, paired
from harness.x12.review import Kind
from tests.integration.fault_cases import Case, Probe
from tests.integration.mock_api import MockApi
from tests.integration.prior_auth_bench import (
    HEALTH,
    PATHS,
    about,
    action,
    asked,
    asked_in_x12,
    forms,
    value,
    x12,
)

INQUIRY, SUBMISSION = Kind.INQUIRY, Kind.SUBMISSION


def of_member(member: str) -> Probe:
    return lambda api: action(asked(api, INQUIRY, about(member)))


def of_key(key: str) -> Probe:
    return lambda api: action(asked(api, SUBMISSION, {"umClearingHouseId": key}))


def answer_of(see: Callable[[httpx.Response], object]) -> Probe:
    return lambda api: see(asked(api, INQUIRY))


def status_of(kind: Kind, changes: Mapping[str, Json]) -> Probe:
    return lambda api: asked(api, kind, changes).status_code


def rules(kind: Kind) -> Probe:
    """See what is wrong with the X12 form of an answer."""
    return lambda api: sorted(
        {each.rule for each in check(forms(asked_in_x12(api, kind), kind)[0])}
    )


def differences(kind: Kind) -> Probe:
    """See where the two forms of an answer disagree."""
    return lambda api: compare(*forms(asked_in_x12(api, kind), kind), kind)


def mispaired(kind: Kind) -> Probe:
    """See where an answer does not fit its request."""
    return lambda api: paired(x12(kind), forms(asked_in_x12(api, kind), kind)[0])


def decisions_of(kind: Kind, *changes: Mapping[str, Json]) -> Probe:
    """See how many decisions come on requests that differ only in what must not matter."""
    return lambda api: len({str(action(asked(api, kind, change))) for change in changes})


EVENTS: tuple[Mapping[str, Json], ...] = tuple(
    {"patientEventDetail": {"facilityTypeCode": str(code)}} for code in range(11, 21)
)
NAMES: tuple[Mapping[str, Json], ...] = tuple(
    {"subscriber": {"lastName": f"SAMPLE{letter}", "memberId": "TST2"}} for letter in "ABCDEFGH"
)
CASES: dict[str, Case] = {
    **{
        f"tst{n}-decided-otherwise": Case(of_member(f"TST{n}"), decision)
        for n, decision in enumerate(("A1", "A1", "A3", "A4"), start=1)
    },
    **{f"tst{n}-without-decision": Case(of_member(f"TST{n}"), "A4") for n in range(5, 12)},
    "content-decides": Case(decisions_of(INQUIRY, *EVENTS), 1),
    "decision-alternates": Case(decisions_of(INQUIRY, {}, {}), 1),
    "name-decides": Case(decisions_of(INQUIRY, *NAMES), 1),
    "unknown-key-certified": Case(of_key("NOBODYS-KEY"), MISSING),
    "unknown-member-certified": Case(of_member("TST99"), MISSING),
    "inquiry-payer-ignored": Case(
        lambda api: action(asked(api, INQUIRY, {"payerId": "X9"})), MISSING
    ),
    "first-key-denied": Case(of_key("278_217_01_A1"), "A1"),
    "submission-keys-alike": Case(of_key("278_217_03_A3"), "A3"),
    "review-number-missing": Case(
        answer_of(lambda answer: value(answer, "/patientEventDetail/reviewIdentificationNumber")),
        "A062951774",
    ),
    "x12-decides-otherwise": Case(lambda api: action(asked_in_x12(api, INQUIRY)), "A1"),
    "key-fields-optional": Case(status_of(INQUIRY, {"umClearingHouseId": None}), 400),
    "x12-body-unchecked": Case(
        lambda api: api.send("POST", f"{PATHS[INQUIRY]}/x12", json={}).status_code, 400
    ),
    "prior-auth-fields-unchecked": Case(status_of(INQUIRY, {"senderId": None}), 400),
    "prior-auth-dates-unchecked": Case(
        status_of(INQUIRY, {"subscriber": {"dateOfBirth": "2000-01-31"}}), 400
    ),
    "requester-type-unchecked": Case(
        status_of(INQUIRY, {"requester": {"requesterType": "ZZ"}}), 400
    ),
    "prior-auth-errors-with-200": Case(status_of(INQUIRY, {"senderId": None}), 400),
    "error-not-array": Case(
        lambda api: isinstance(asked(api, INQUIRY, {"senderId": None}).json(), list), True
    ),
    "prior-auth-health-down": Case(lambda api: api.send("GET", HEALTH).status_code, 200),
    "prior-auth-health-silent": Case(lambda api: api.send("GET", HEALTH).json(), {"status": "ok"}),
    "authorization-id-missing": Case(
        answer_of(lambda answer: "authorizationId" in answer.json()), True
    ),
    "undocumented-member": Case(
        answer_of(lambda answer: sorted(answer.json())), ["authorizationId", "inquiry"]
    ),
    "transaction-header-missing": Case(
        answer_of(lambda answer: "transaction-id" in answer.headers), True
    ),
    "prior-auth-trace-missing": Case(
        answer_of(lambda answer: "x-amzn-trace-id" in answer.headers), True
    ),
    "answer-version-wrong": Case(mispaired(INQUIRY), ()),
    "isa-trimmed": Case(rules(INQUIRY), []),
    "se-count-wrong": Case(rules(INQUIRY), []),
    "trailer-number-wrong": Case(rules(INQUIRY), []),
    "level-order-wrong": Case(rules(INQUIRY), []),
    "sender-not-swapped": Case(mispaired(INQUIRY), ()),
    "control-number-not-echoed": Case(mispaired(INQUIRY), ()),
    "inquiry-purpose-wrong": Case(mispaired(INQUIRY), ()),
    "submission-purpose-wrong": Case(mispaired(SUBMISSION), ()),
    "transaction-id-differs": Case(differences(INQUIRY), ()),
    "hcr-wrong": Case(differences(INQUIRY), ()),
    "json-x12-disagree": Case(differences(INQUIRY), ()),
    "previous-number-differs": Case(differences(INQUIRY), ()),
    "expiry-differs": Case(differences(INQUIRY), ()),
    "provider-differs": Case(differences(INQUIRY), ()),
    "member-differs": Case(differences(INQUIRY), ()),
    "group-differs": Case(differences(INQUIRY), ()),
    "employer-differs": Case(differences(INQUIRY), ()),
    "contact-differs": Case(differences(INQUIRY), ()),
    "facility-differs": Case(differences(INQUIRY), ()),
    "service-line-differs": Case(differences(SUBMISSION), ()),
    "transport-differs": Case(differences(SUBMISSION), ()),
    "ambulance-differs": Case(differences(SUBMISSION), ()),
    "event-date-differs": Case(differences(SUBMISSION), ()),
    "umrequest-not-null": Case(
        answer_of(lambda answer: value(answer, "/umRequestValidation")), None
    ),
    "answer-date-with-dashes": Case(
        answer_of(lambda answer: value(answer, "/subscriber/dateOfBirth")), "20000131"
    ),
    "inquiry-x12-missing": Case(
        answer_of(lambda answer: sorted(answer.json()["inquiry"])), ["json", "x12"]
    ),
    "submission-x12-missing": Case(
        lambda api: sorted(asked(api, SUBMISSION).json()["submission"]), ["json", "x12"]
    ),
}


def test_every_fault_has_a_case() -> None:
    assert {fault.id for fault in (*DECISIONS, *FORMS)} == set(CASES)


@pytest.fixture(scope="module")
def clean() -> MockApi:
    return MockApi()


@pytest.mark.parametrize("name", sorted(set(CASES) - {"decision-alternates"}))
def test_without_a_fault_all_is_well(clean: MockApi, name: str) -> None:
    assert CASES[name].probe(clean) == CASES[name].clean


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_fault_is_seen(name: str) -> None:
    assert CASES[name].probe(MockApi(name)) != CASES[name].clean


def test_the_opposite_of_a_rejection_is_a_certification() -> None:
    text = x12(INQUIRY, key="000000000000004")

    assert action(asked_in_x12(MockApi("x12-decides-otherwise"), INQUIRY, text)) == "A1"


@pytest.mark.parametrize(
    "fault", [each for each in FORMS if each.point == X12], ids=lambda each: each.id
)
def test_a_fault_of_one_form_leaves_the_other_alone(clean: MockApi, fault: Fault) -> None:
    broken = forms(asked(MockApi(fault.id), INQUIRY), INQUIRY)

    assert broken[1] == forms(asked(clean, INQUIRY), INQUIRY)[1]


@pytest.mark.parametrize(
    "fault", [each for each in FORMS if CASES[each.id].clean == ()], ids=lambda each: each.id
)
def test_a_difference_names_the_requirement_that_is_broken(fault: Fault) -> None:
    seen = CASES[fault.id].probe(MockApi(fault.id))

    assert isinstance(seen, tuple)
    assert fault.breaks in {name for difference in seen for name in difference.requirements}
