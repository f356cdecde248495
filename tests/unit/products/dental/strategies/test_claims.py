import re

from hypothesis import given

from harness.codes.dates import is_iso_date
from harness.codes.identifiers import is_npi
from harness.jsonvalue import Json, text
from harness.products.dental.strategies.claims import claims


@given(claims(submitter_id="999898", tax_id="123456789"))
def test_claims_have_the_ten_documented_fields_within_their_limits(claim: dict[str, Json]) -> None:
    texts = {field: text(value) for field, value in claim.items()}

    assert set(texts) == {
        "claimId",
        "payerId",
        "memberId",
        "providerNPI",
        "submitterId",
        "dateOfService",
        "patientLastName",
        "patientFirstName",
        "patientDateOfBirth",
        "billingProviderTaxId",
    }
    assert (texts["submitterId"], texts["billingProviderTaxId"]) == ("999898", "123456789")
    assert 1 <= len(texts["claimId"]) <= 50
    assert 1 <= len(texts["memberId"]) <= 50
    assert 1 <= len(texts["patientLastName"]) <= 75
    assert 1 <= len(texts["patientFirstName"]) <= 50
    assert re.fullmatch(r"[A-Za-z0-9]{5}", texts["payerId"])
    assert is_npi(texts["providerNPI"])
    assert is_iso_date(texts["dateOfService"])
    assert is_iso_date(texts["patientDateOfBirth"])
