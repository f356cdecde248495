"""Generate whole valid claims as the dental create operations expect them in their request part."""

from hypothesis import strategies as st

from harness.jsonvalue import Json
from harness.strategies.dates import birth_dates, service_dates
from harness.strategies.identifiers import claim_ids, member_ids, payer_ids
from harness.strategies.names import names
from harness.strategies.npis import npis

LONGEST_LAST_NAME = 75
LONGEST_FIRST_NAME = 50


def claims(*, submitter_id: str, tax_id: str) -> st.SearchStrategy[dict[str, Json]]:
    """Generate claims of exactly the ten documented fields for a submitter and a tax id.

    Names stay within ASCII, for the vendor never prints its pattern for names.
    """
    return st.fixed_dictionaries(
        {
            "claimId": claim_ids(),
            "payerId": payer_ids(),
            "memberId": member_ids(),
            "providerNPI": npis(),
            "submitterId": st.just(submitter_id),
            "dateOfService": service_dates(),
            "patientLastName": names(max_size=LONGEST_LAST_NAME, plain=True),
            "patientFirstName": names(max_size=LONGEST_FIRST_NAME, plain=True),
            "patientDateOfBirth": birth_dates(),
            "billingProviderTaxId": st.just(tax_id),
        }
    )
