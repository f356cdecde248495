import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsonvalue import Json
from harness.mock.fault import ActiveFaults
from harness.mock.settings import FOREIGN_CLIENT, MAIN_CLIENT
from harness.products.dental.mock.rules import FIELDS, MEMBER_FIELDS, broken_rules, denied
from tests.integration.mock_api import CLAIM
from tests.products import active

REQUIRED = {
    "claimId": "Required.req.claimId",
    "payerId": "Required.req.payerId",
    "providerNPI": "Required.req.providerNpi",
    "submitterId": "Required.req.submitterId",
    "dateOfService": "Required.req.dateOfService",
    "billingProviderTaxId": "Required.req.billingProviderTaxId",
    **dict.fromkeys(MEMBER_FIELDS, "Attachments.req.memberMetadata.missing"),
}


def keys(**changes: Json) -> tuple[str, ...]:
    return broken_rules({**CLAIM, **changes}, active(()))


def test_the_sample_claim_breaks_nothing() -> None:
    assert keys() == ()


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", [None, "", "  \t"])
def test_every_field_is_required(name: str, value: Json) -> None:
    assert keys(**{name: value}) == (REQUIRED[name],)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", [0, 1.5, True, [], {}, ["x"]], ids=repr)
def test_a_value_that_is_no_text_is_malformed(name: str, value: Json) -> None:
    (key,) = keys(**{name: value})

    assert key.startswith("Pattern.req.")


@pytest.mark.parametrize(
    ("name", "longest"),
    [("claimId", 50), ("memberId", 50), ("patientLastName", 75), ("patientFirstName", 50)],
)
def test_lengths_end_where_the_document_says(name: str, longest: int) -> None:
    assert keys(**{name: "x" * longest}) == ()
    assert keys(**{name: "x" * (longest + 1)}) == (f"Pattern.req.{name}",)


@pytest.mark.parametrize(
    "name", ["O'Sample-Ten", "\u00c5ngstr\u00f6m", "d'\u00c9t\u00e9", "\u674e", "Sample Ten Jr."]
)
def test_names_of_all_tongues_are_names(name: str) -> None:
    assert keys(patientLastName=name, patientFirstName=name) == ()


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "\x1b[31m", "a\x7f"])
def test_a_name_with_a_control_character_is_malformed(name: str) -> None:
    assert keys(patientLastName=name) == ("Pattern.req.patientLastName",)


@pytest.mark.parametrize(
    "payer", ["PAY1", "PAY001", "PAY-1", "PAY 1", "\u0661\u0662\u0663\u0664\u0665", "PAY1\n"]
)
def test_a_payer_id_is_five_ascii_letters_or_digits(payer: str) -> None:
    assert keys(payerId=payer) == ("Pattern.req.payerId",)


@pytest.mark.parametrize("day", ["20260115", "2026-1-15", "2026-02-30", "2026-13-01", "01/15/2026"])
def test_a_day_is_a_real_one_in_iso_form(day: str) -> None:
    assert keys(dateOfService=day) == ("Pattern.req.dateOfService",)
    assert keys(patientDateOfBirth=day) == ("Pattern.req.patientDateOfBirth",)


@given(digit=st.sampled_from("012456789"))
def test_every_wrong_check_digit_is_found(digit: str) -> None:
    assert keys(providerNPI=f"123456789{digit}") == ("Checksum.req.providerNpi",)


@given(st.text(st.characters(categories=("Nd", "L")), max_size=20).filter(lambda t: t.strip()))
def test_what_is_not_ten_ascii_digits_never_gets_to_the_checksum(text: str) -> None:
    if not (len(text) == 10 and text.isascii() and text.isdigit()):
        assert keys(providerNPI=text) == ("Pattern.req.providerNpi",)


def test_a_rule_is_lifted_by_its_fault_alone() -> None:
    claim = {**CLAIM, "providerNPI": "1234567890", "claimId": None}

    assert broken_rules(claim, active(["npi-checksum-unchecked"])) == ("Required.req.claimId",)


@pytest.mark.parametrize("name", ["submitterId", "billingProviderTaxId"])
def test_a_client_is_held_to_its_entitlements(name: str, no_faults: ActiveFaults) -> None:
    foreign = {"submitterId": "888787", "billingProviderTaxId": "987654321"}
    claim = {**CLAIM, name: foreign[name]}

    assert denied(claim, MAIN_CLIENT, no_faults)
    assert denied(CLAIM, FOREIGN_CLIENT, no_faults)
    assert not denied(CLAIM, MAIN_CLIENT, no_faults)
