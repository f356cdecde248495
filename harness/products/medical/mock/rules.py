"""Judge a medical submission: its request, its files, and whether the two fit each other."""

import re
from collections.abc import Iterator, Mapping, Sequence

from harness.jsonvalue import Json, items, members, text
from harness.mock.body import Part
from harness.mock.fault import ActiveFaults
from harness.mock.shapes import (
    Complaint,
    Group,
    List,
    Shape,
    Text,
    compact_date,
    complaints,
    is_given,
)
from harness.products.medical.mock.sandbox import Delivery, TestPayer, payers

_NINE_DIGITS = re.compile(r"[0-9]{9}")
# Lengths here and below are those of the document's schema.
_ID = Text(50)
_PERSON: Mapping[str, Shape] = {
    "organizationName": Text(60),
    "lastName": Text(60),
    "firstName": Text(35),
    "middleName": Text(25),
    "suffix": Text(10),
}


def _address(*, required: bool, fault: str) -> Group:
    shapes: Mapping[str, Shape] = {
        "address1": Text(55, required=True),
        "address2": Text(55),
        "city": Text(30, 2, required=True),
        "state": Text(2, 2, required=True),
        "postalCode": Text(15, 3, required=True),
    }
    return Group(shapes, required=required, fault=fault)


_SERVICE_LINE = Group(
    {
        "providerAttachmentControlNumber": _ID,
        "payerClaimControlNumber": _ID,
        "lineItemControlNumber": _ID,
        "providerControlNumber": _ID,
        "attachmentDetails": Group({"name": Text(255, required=True)}, required=True),
        "serviceLineDateInformation": Group(
            {
                "submissionDate": compact_date(required=True),
                "serviceDate": compact_date(),
                "beginServiceDate": compact_date(),
                "endServiceDate": compact_date(),
            },
            required=True,
        ),
        "procedureCodeModifier": Group({"serviceChangeNumber": Text(50, required=True)}),
        "procedureOrRevenueDetails": Group(
            {
                # A qualifier of two or three characters, such as F8 or CPT.
                "procedureOrRevenueCode": Text(3, 2, required=True),
                "procedureOrRevenueValue": Text(20, required=True),
            }
        ),
        "claimStatus": List(
            Group(
                {
                    "additionalInformationRequestCode": Text(30, required=True),
                    "claimStatusCategoryCode": Text(30, required=True),
                }
            ),
            # The maxItems of the schema.
            most=3,
        ),
    }
)

SUBMISSION = Group(
    {
        "controlNumber": Text(
            9,
            9,
            required=True,
            form=lambda value: _NINE_DIGITS.fullmatch(value) is not None,
            form_name="nine digits",
            fault="control-number-unchecked",
        ),
        # The payer id under its general name (O010).
        "tradingPartnerServiceId": Text(80, 2, required=True, fault="payer-id-unchecked"),
        "tradingPartnerName": Text(60, required=True, fault="payer-name-unchecked"),
        "tradingPartnerId": Text(80),
        "payerAddress": _address(required=False, fault="payer-address-unchecked"),
        "payerFaxNumber": Text(50),
        "submitter": Group({**_PERSON, "etin": Text(80, 2)}, required=True),
        "provider": Group(
            {
                "npi": Text(80, 2, required=True),
                **_PERSON,
                "phoneNumber": Text(),
                "faxNumber": Text(),
                "taxonomyCode": _ID,
                "locationNumber": _ID,
                "providerUpinNumber": _ID,
                "stateLicenseNumber": _ID,
                "providerCommercialNumber": _ID,
                "address": _address(required=True, fault=""),
            },
            required=True,
        ),
        "subscriber": Group(
            {
                "memberId": Text(80, required=True),
                "firstName": Text(35, required=True),
                "lastName": Text(60, required=True),
                "middleName": Text(25),
                "suffix": Text(10),
            },
            required=True,
        ),
        "dependent": Group(
            {"firstName": Text(35, required=True), "lastName": Text(60, required=True)}
        ),
        "claimInformation": Group(
            {
                "patientControlNumber": Text(50, required=True),
                "claimServiceDate": compact_date(),
                "beginClaimServiceDate": compact_date(),
                "endClaimServiceDate": compact_date(),
                "claimNumber": _ID,
                "billingTypeIdentifier": _ID,
                "medicalRecordIdentifier": _ID,
                "payerControlNumber": _ID,
                "serviceLines": List(_SERVICE_LINE, required=True),
            },
            required=True,
        ),
    }
)


_LINES = "claimInformation.serviceLines"
_OWN_NUMBER = "providerAttachmentControlNumber"
_PAYER_NUMBER = "payerClaimControlNumber"
_CONTACT_NEEDED = (
    "The payer takes no electronic attachments: payerFaxNumber or payerAddress is needed."
)
_MAIL_FAULT = "mail-address-unchecked"


def submission_complaints(
    request: Mapping[str, Json], files: Sequence[Part], faults: ActiveFaults
) -> tuple[Complaint, ...]:
    """Return everything that is wrong with a submission, its files first."""
    if "invalid-request-accepted" in faults:
        return ()
    return (
        *_file_complaints(files, faults),
        *complaints(SUBMISSION, request, "", faults),
        *_contact_complaints(request, faults),
        *_line_complaints(service_lines(request), files, faults),
    )


def service_lines(request: Mapping[str, Json]) -> tuple[Mapping[str, Json], ...]:
    """Return the service lines of a request, one for each document."""
    claim = members(request.get("claimInformation"))
    return tuple(map(members, items(claim.get("serviceLines"))))


def _file_complaints(files: Sequence[Part], faults: ActiveFaults) -> Iterator[Complaint]:
    if not files and "no-file-accepted" not in faults:
        yield Complaint("files", "At least one file is required.")
    if not all(file.content for file in files) and "empty-file-accepted" not in faults:
        yield Complaint("files", "A file is empty.")


def _contact_complaints(request: Mapping[str, Json], faults: ActiveFaults) -> Iterator[Complaint]:
    """Demand what a print and fax payer needs; an electronic one needs neither fax nor address."""
    payer = payers().get(text(request.get("tradingPartnerServiceId")))
    # Of other payers nobody here knows how they take attachments.
    if payer is None or "payer-contact-unchecked" in faults:
        return
    has_fax = is_given(request.get("payerFaxNumber"))
    has_address = is_given(request.get("payerAddress"))
    if not has_fax and not has_address and _needs_contact(payer, faults):
        yield Complaint("tradingPartnerServiceId", _CONTACT_NEEDED)
    # The other contact alone does not do: A046 wants the number, A049 the address.
    elif payer.delivery is Delivery.FAX and not has_fax and "fax-number-unchecked" not in faults:
        yield Complaint("payerFaxNumber", "The payer takes faxes: this is required.")
    elif payer.delivery is Delivery.MAIL and not has_address and _MAIL_FAULT not in faults:
        yield Complaint("payerAddress", "The payer takes post: this is required.")


def _needs_contact(payer: TestPayer, faults: ActiveFaults) -> bool:
    return payer.is_print_fax or "electronic-payer-needs-contact" in faults


def _line_complaints(
    lines: Sequence[Mapping[str, Json]], files: Sequence[Part], faults: ActiveFaults
) -> Iterator[Complaint]:
    """Demand one line a file: unsolicited ones with a number each, solicited ones with one for all."""
    # Either is a complaint of its own; to compare with nothing would add a second one.
    if not lines or not files:
        return
    if len(lines) != len(files) and "service-lines-uncounted" not in faults:
        yield Complaint(_LINES, "One service line is needed for each file.")
    # Unsolicited documents are told apart by this number (A040).
    own = [text(line.get(_OWN_NUMBER)) for line in lines if is_given(line.get(_OWN_NUMBER))]
    if len(set(own)) < len(own) and "duplicate-control-numbers-accepted" not in faults:
        yield Complaint(f"{_LINES}.{_OWN_NUMBER}", "Each service line needs a number of its own.")
    # Solicited ones answer one request of the payer, so all lines carry its number.
    asked = [text(line.get(_PAYER_NUMBER)) for line in lines if is_given(line.get(_PAYER_NUMBER))]
    if asked and (len(set(asked)) > 1 or "solicited-refused" in faults):
        yield Complaint(f"{_LINES}.{_PAYER_NUMBER}", "All service lines need the same number.")
