"""Generate whole valid request parts of the medical attachment submission."""

from collections.abc import Sequence

from hypothesis import strategies as st

from harness.errors import InvalidArgument
from harness.jsonvalue import Json
from harness.strategies.dates import service_dates
from harness.strategies.identifiers import claim_ids, member_ids, npis
from harness.strategies.names import names

# The submitter id that the vendor's sandbox samples carry.
_SANDBOX_ETIN = "999898"


def medical_requests(
    *, payer_id: str, file_names: Sequence[str]
) -> st.SearchStrategy[dict[str, Json]]:
    """Generate solicited and unsolicited requests with one service line for each file.

    Fax number and address are always there: print and fax payers need them, others ignore them.
    """
    if not file_names:
        raise InvalidArgument("a medical request describes at least one file.")
    return st.fixed_dictionaries(
        {
            "controlNumber": st.integers(1, 999_999_999).map("{:09}".format),
            "tradingPartnerServiceId": st.just(payer_id),
            "tradingPartnerName": st.just("Synthetic Test Payer"),
            "payerAddress": st.builds(_address),
            "payerFaxNumber": st.just("5555550100"),
            "submitter": st.builds(_submitter),
            "provider": npis().map(_provider),
            "subscriber": _subscribers(),
            "claimInformation": st.builds(
                _claim_information,
                claim_ids(),
                service_dates(compact=True),
                # A word and no boolean, so that the shrunk example can be read.
                st.sampled_from(("unsolicited", "solicited")),
                st.integers(0, 999_999),
                st.just(tuple(file_names)),
            ),
        }
    )


def _address() -> dict[str, Json]:
    return {
        "address1": "1 Synthetic Way",
        "city": "Testville",
        "state": "TN",
        "postalCode": "372010000",
    }


def _submitter() -> dict[str, Json]:
    return {"organizationName": "Synthetic Billing", "etin": _SANDBOX_ETIN}


def _provider(npi: str) -> dict[str, Json]:
    return {"organizationName": "Happy Test Group", "npi": npi, "address": _address()}


def _subscribers() -> st.SearchStrategy[dict[str, Json]]:
    return st.fixed_dictionaries(
        {
            "memberId": member_ids(),
            # Plain ASCII: no pattern for names is published.
            "firstName": names(max_size=35, plain=True),
            "lastName": names(max_size=60, plain=True),
        }
    )


def _control_number(solicitation: str, number: int, position: int) -> dict[str, Json]:
    if solicitation == "solicited":
        return {"payerClaimControlNumber": f"PCN{number:06}"}
    # Unsolicited documents need a number each, solicited ones share the payer's.
    return {"providerAttachmentControlNumber": f"ACN{number:06}{position:03}"}


def _claim_information(
    patient_control_number: str,
    day: str,
    solicitation: str,
    number: int,
    file_names: tuple[str, ...],
) -> dict[str, Json]:
    return {
        "patientControlNumber": patient_control_number,
        "beginClaimServiceDate": day,
        "endClaimServiceDate": day,
        "serviceLines": [
            {
                **_control_number(solicitation, number, position),
                "attachmentDetails": {"name": file_name},
                "serviceLineDateInformation": {"submissionDate": day},
            }
            for position, file_name in enumerate(file_names, start=1)
        ],
    }
