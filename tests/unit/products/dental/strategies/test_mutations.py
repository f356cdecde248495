import re
from collections.abc import Mapping

import pytest
from hypothesis import given

from harness.codes.dates import is_iso_date
from harness.codes.identifiers import is_npi, is_tax_id, is_ten_digits
from harness.errors import InvalidArgument
from harness.jsonvalue import Json, text
from harness.products.dental.strategies.claims import claims
from harness.products.dental.strategies.mutations import (
    Mutation,
    boundary_cases,
    mutations,
    without,
)

SAMPLE: dict[str, Json] = {
    "claimId": "CLM-2024-001234",
    "payerId": "ABC12",
    "memberId": "44444444",
    "providerNPI": "1234567893",
    "submitterId": "999898",
    "dateOfService": "2024-01-15",
    "patientLastName": "Atreides",
    "patientFirstName": "Paul",
    "patientDateOfBirth": "2000-01-01",
    "billingProviderTaxId": "123456789",
}
MEMBER_FIELDS = ("memberId", "patientLastName", "patientFirstName", "patientDateOfBirth")
each_mutation = pytest.mark.parametrize(
    "mutation", mutations(SAMPLE), ids=[mutation.rule for mutation in mutations(SAMPLE)]
)


def broken_keys(claim: Mapping[str, Json]) -> set[str]:
    """Judge a claim by the printed rules, independently of the table of faults."""
    given_texts = {field: text(value) for field, value in claim.items()}
    keys = missing_keys(given_texts) | malformed_keys(given_texts)
    present = [field for field in MEMBER_FIELDS if field in claim]
    if 0 < len(present) < 4:
        keys.add("Attachments.req.memberMetadata.missing")
    return keys


def missing_keys(claim: Mapping[str, str]) -> set[str]:
    keys = {
        "claimId": "Required.req.claimId",
        "payerId": "Required.req.payerId",
        "providerNPI": "Required.req.providerNpi",
        "submitterId": "Required.req.submitterId",
        "dateOfService": "Required.req.dateOfService",
        "billingProviderTaxId": "Required.req.billingProviderTaxId",
    }
    lacking = {field for field in keys if not claim.get(field)}
    blank_claim_id = {"claimId"} if not claim.get("claimId", "").strip() else set[str]()
    return {keys[field] for field in lacking | blank_claim_id}


def malformed_keys(claim: Mapping[str, str]) -> set[str]:
    npi = claim.get("providerNPI", "1234567893")
    name = re.compile(r"[^\W\d_]([^\W\d_]|['-])*")
    valid = {
        "Pattern.req.claimId": len(claim.get("claimId", "")) <= 50,
        "Pattern.req.payerId": re.fullmatch(r"[A-Za-z0-9]{5}", claim.get("payerId", "ABC12")),
        "Pattern.req.providerNpi": is_ten_digits(npi),
        "Checksum.req.providerNpi": is_npi(npi) or not is_ten_digits(npi),
        "Pattern.req.dateOfService": is_iso_date(claim.get("dateOfService", "2024-01-15")),
        "Pattern.req.patientDateOfBirth": is_iso_date(
            claim.get("patientDateOfBirth", "2000-01-01")
        ),
        "Pattern.req.patientLastName": name.fullmatch(claim.get("patientLastName", "X"))
        and len(claim.get("patientLastName", "X")) <= 75,
        "Pattern.req.patientFirstName": name.fullmatch(claim.get("patientFirstName", "X"))
        and len(claim.get("patientFirstName", "X")) <= 50,
        "Pattern.req.memberId": re.fullmatch(r"[A-Za-z0-9]{1,50}", claim.get("memberId", "4")),
        "Pattern.req.billingProviderTaxId": is_tax_id(
            claim.get("billingProviderTaxId", "123456789")
        ),
    }
    return {key for key, holds in valid.items() if not holds}


def test_the_sample_breaks_no_rule() -> None:
    assert broken_keys(SAMPLE) == set()


@each_mutation
def test_a_mutation_breaks_exactly_the_rule_it_names(mutation: Mutation) -> None:
    assert broken_keys(mutation.claim) == {mutation.error.key}


@each_mutation
def test_a_mutation_touches_one_field_or_part_of_the_member_data(mutation: Mutation) -> None:
    changed = {field for field in SAMPLE if mutation.claim.get(field, ...) != SAMPLE[field]}

    assert mutation.field in changed
    assert len(changed) == 1 or changed < set(MEMBER_FIELDS)
    assert list(mutation.claim) == [field for field in SAMPLE if field in mutation.claim]


def test_mutations_have_distinct_names_and_never_change_the_original() -> None:
    before = dict(SAMPLE)

    found = mutations(SAMPLE)

    assert len({mutation.rule for mutation in found}) == len(found) == 94
    assert before == SAMPLE
    assert found == mutations(SAMPLE)


def test_all_rules_of_the_request_part_are_covered() -> None:
    codes = {mutation.error.code for mutation in mutations(SAMPLE)}
    numbers = [*(f"{number:03}" for number in range(4, 17)), "112", "XXX"]

    assert codes == {f"DENTATT_{number}" for number in numbers}


def test_all_requirements_of_single_faults_are_covered() -> None:
    named = {each for mutation in mutations(SAMPLE) for each in mutation.requirements}

    assert named == {
        *(f"D{number:03}" for number in range(40, 50)),
        "D052",
        *(f"D{number}" for number in (102, 103, 104, *range(107, 120), 133)),
    }


def test_image_intelligence_has_requirements_of_its_own() -> None:
    named = {
        each
        for mutation in mutations(SAMPLE, image_intelligence=True)
        for each in mutation.requirements
    }

    assert {f"D{number:03}" for number in (*range(78, 83), *range(84, 89))} <= named
    assert not named & {f"D{number:03}" for number in range(40, 50)}


def test_member_data_is_cut_in_all_14_ways() -> None:
    cuts = [mutation for mutation in mutations(SAMPLE) if mutation.error.code == "DENTATT_112"]

    assert len({frozenset(mutation.claim) for mutation in cuts}) == 14
    assert [error.code for error in cuts[0].alternatives] == ["DENTATT_016"]


def test_only_whole_claims_are_mutated() -> None:
    with pytest.raises(InvalidArgument, match="payerId, providerNPI missing"):
        mutations(without(SAMPLE, "payerId", "providerNPI"))


@given(claims(submitter_id="999898", tax_id="123456789"))
def test_every_generated_claim_is_broken_in_exactly_the_named_ways(claim: dict[str, Json]) -> None:
    assert broken_keys(claim) == set()
    assert all(broken_keys(mutation.claim) == {mutation.error.key} for mutation in mutations(claim))


def test_stretches_break_no_rule() -> None:
    found = boundary_cases(SAMPLE)

    assert len({stretch.rule for stretch in found}) == len(found) == 26
    assert [stretch.rule for stretch in found if broken_keys(stretch.claim)] == []


def test_stretches_reach_the_limits() -> None:
    claims_by_rule = {stretch.rule: stretch.claim for stretch in boundary_cases(SAMPLE)}

    assert len(text(claims_by_rule["claim-id-50-characters"]["claimId"])) == 50
    assert len(text(claims_by_rule["last-name-75-characters"]["patientLastName"])) == 75
    assert len(text(claims_by_rule["first-name-50-characters"]["patientFirstName"])) == 50
    assert text(claims_by_rule["npi-check-digit-0"]["providerNPI"])[-1] == "0"
    assert claims_by_rule["service-date-leap-day"]["dateOfService"] == "2024-02-29"
