"""Describe the request of a medical submission: every documented member, length and date."""

import re
from collections.abc import Mapping

from harness.mock.shapes import Group, List, Shape, Text, compact_date

_NINE_DIGITS = re.compile(r"[0-9]{9}")
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
