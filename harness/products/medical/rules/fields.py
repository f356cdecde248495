"""Know every member of a medical submission: whether it is needed, and how long it may be."""

import re
from dataclasses import dataclass

from harness.jsonvalue import Json
from harness.products.medical.rules.baseline import whole

# The first line stands for all; rules on several lines are in `lines`.
LINE = "claimInformation.serviceLines.0"
QUALIFIER = f"{LINE}.procedureOrRevenueDetails.procedureOrRevenueCode"
QUALIFIERS = ("CPT", "F8", "FO", "PRT", "RB", "VP", "YJ", "ZZ")
# Submitter and provider may be people or organisations; these members are of people.
_PERSON_MEMBERS = re.compile(r"(submitter|provider)\.(lastName|firstName|middleName|suffix)")
# Before a capital that follows a small letter: memberId becomes member-id.
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
INVALID = ("A006",)
MISSING = ("A006", "A044")
ADDRESS = ("A048",)
CONTROL_NUMBER = ("O013",)
PAYER_ID = ("O010",)


@dataclass(frozen=True, slots=True)
class Field:
    """A text member: where it stands, whether it is needed, and its length where that is bounded."""

    path: str
    required: bool = False
    shortest: int = 0
    longest: int = 0
    """0: nothing is published."""
    fill: str = "Harness"
    """What a text of any length is made of, so that nothing but its length is wrong."""
    invalid: tuple[str, ...] = INVALID
    missing: tuple[str, ...] = MISSING
    is_code: bool = False
    """One of a few codes, so that not every text of a good length is good."""

    @property
    def slug(self) -> str:
        return slug(self.path)

    def of_length(self, size: int) -> str:
        """Return an otherwise plausible value of exactly this length."""
        return (self.fill * (size // len(self.fill) + 1))[:size]


def slug_of(name: str) -> str:
    """Return a criterion's name as part of a case id: `payerId` is `payer-id`."""
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in name)


def slug(path: str) -> str:
    """Return a path as part of a case id; members of a service line go by their own name."""
    if path.startswith(f"{LINE}."):
        path = f"line.{path.rpartition('.')[2]}"
    words = path.replace("claimInformation", "claim").replace(".", "-")
    return _CAPITAL.sub("-", words).lower()


def surroundings(path: str) -> dict[str, Json]:
    """Return a valid submission in which a member at this path makes sense."""
    return whole(
        # Names of people make sense only where no organisation is named.
        person=_PERSON_MEMBERS.fullmatch(path) is not None,
        solicited=path.endswith(".payerClaimControlNumber"),
    )


def _needed(path: str, shortest: int = 0, longest: int = 0, fill: str = "Harness") -> Field:
    return Field(path, required=True, shortest=shortest, longest=longest, fill=fill)


def _optional(path: str, longest: int = 0, shortest: int = 1, fill: str = "Harness") -> Field:
    return Field(path, shortest=shortest, longest=longest, fill=fill)


def _address(path: str, requirements: tuple[str, ...]) -> tuple[Field, ...]:
    def member(name: str, shortest: int, longest: int, fill: str) -> Field:
        return Field(
            f"{path}.{name}",
            required=name != "address2",
            shortest=shortest,
            longest=longest,
            fill=fill,
            missing=requirements,
        )

    return (
        member("address1", 1, 55, "1 Harness Street-"),
        member("address2", 1, 55, "Harness"),
        member("city", 2, 30, "Harness"),
        member("state", 2, 2, "WA"),
        # Zeros: a text of digits that no conversion to a number may shorten.
        member("postalCode", 3, 15, "0"),
    )


FIELDS = (
    Field(
        "controlNumber",
        required=True,
        shortest=9,
        longest=9,
        # Digits only, for letters would be wrong whatever their number.
        fill="0000000012",
        invalid=CONTROL_NUMBER,
        missing=CONTROL_NUMBER,
    ),
    Field("tradingPartnerServiceId", required=True, invalid=PAYER_ID, missing=PAYER_ID),
    _needed("tradingPartnerName"),
    _optional("tradingPartnerId"),
    _optional("payerFaxNumber"),
    # With a requirement of its own: what post needs (A048).
    *_address("payerAddress", ADDRESS),
    _optional("submitter.organizationName", 60),
    _optional("submitter.lastName", 60),
    _optional("submitter.firstName", 35),
    _optional("submitter.etin", 80, shortest=2, fill="1234567893"),
    _needed("provider.npi", 2, 80, "1234567893"),
    _optional("provider.organizationName", 60),
    _optional("provider.lastName", 60),
    _optional("provider.firstName", 35),
    _optional("provider.middleName", 25),
    _optional("provider.suffix", 10),
    _optional("provider.phoneNumber"),
    _optional("provider.faxNumber"),
    _optional("provider.taxonomyCode", 50),
    _optional("provider.locationNumber", 50),
    _optional("provider.providerUpinNumber", 50),
    _optional("provider.stateLicenseNumber", 50),
    _optional("provider.providerCommercialNumber", 50),
    *_address("provider.address", MISSING),
    _needed("subscriber.memberId"),
    _needed("subscriber.firstName", 1, 35),
    _needed("subscriber.lastName", 1, 60),
    _optional("subscriber.middleName", 25),
    _optional("subscriber.suffix", 10),
    _needed("dependent.firstName"),
    _needed("dependent.lastName"),
    _needed("claimInformation.patientControlNumber", 1, 50),
    _optional("claimInformation.claimNumber", 50),
    _optional("claimInformation.billingTypeIdentifier", 50),
    _optional("claimInformation.medicalRecordIdentifier", 50),
    _optional(f"{LINE}.providerAttachmentControlNumber", 50),
    _optional(f"{LINE}.payerClaimControlNumber", 50),
    _optional(f"{LINE}.lineItemControlNumber", 50),
    _optional(f"{LINE}.providerControlNumber", 50),
    _needed(f"{LINE}.attachmentDetails.name"),
    _needed(f"{LINE}.procedureCodeModifier.serviceChangeNumber", 1, 50),
    Field(QUALIFIER, required=True, shortest=2, longest=3, fill="CPT-", is_code=True),
    _needed(f"{LINE}.procedureOrRevenueDetails.procedureOrRevenueValue", 1, 20, "9"),
    _needed(f"{LINE}.claimStatus.0.additionalInformationRequestCode", 1, 30, "1"),
    _needed(f"{LINE}.claimStatus.0.claimStatusCategoryCode", 1, 30, "R"),
)
"""Every text member with published facts."""

NEEDED_DATE = f"{LINE}.serviceLineDateInformation.submissionDate"
DATES = (
    "claimInformation.claimServiceDate",
    "claimInformation.beginClaimServiceDate",
    "claimInformation.endClaimServiceDate",
    NEEDED_DATE,
    f"{LINE}.serviceLineDateInformation.serviceDate",
    f"{LINE}.serviceLineDateInformation.beginServiceDate",
    f"{LINE}.serviceLineDateInformation.endServiceDate",
)
"""Written YYYYMMDD by every document, while the schema bounds the length alone (1 to 35)."""

OBJECTS = (
    "submitter",
    "provider",
    "provider.address",
    "subscriber",
    "claimInformation",
    "claimInformation.serviceLines",
    f"{LINE}.attachmentDetails",
    f"{LINE}.serviceLineDateInformation",
)
"""The members that hold others and are needed."""
