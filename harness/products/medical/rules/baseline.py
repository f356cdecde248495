"""A valid medical submission and files to edit, and the test payers, each bound to one status."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from harness import document
from harness.files.samples import sample
from harness.files.upload import Upload
from harness.jsonvalue import Json, items, members, text
from harness.resources import shipped


@dataclass(frozen=True, slots=True)
class Payer:
    """A test payer: the status it is bound to, and the contact that a submission to it has to carry."""

    id: str
    code: str
    message: str
    pattern: str
    """Of the message, where that varies; empty where it does not."""
    is_print_fax: bool
    delivery: str
    """`fax`, `mail` or `none`."""
    is_terminal: bool
    document_codes: tuple[str, ...]
    """Codes that all occur among two or more documents; empty where documents have none."""
    requirement: str

    @property
    def slug(self) -> str:
        """The id as part of a case id."""
        return self.id.lower()

    def says(self, message: str) -> bool:
        """Return whether a status message is this payer's."""
        if self.pattern:
            # Tracking numbers and dates vary; the pattern holds what does not (A035, A036).
            return re.fullmatch(self.pattern, message) is not None
        return message == self.message


# The table is read from a file, and a rule is made for each of its rows.
@cache
def payers() -> tuple[Payer, ...]:
    """Return the 18 test payers in the order of the vendor's table."""
    table = document.read(shipped("specs") / "medical" / "sandbox.yaml")
    return tuple(map(_payer, items(members(table.data).get("payers"))))


def payer(payer_id: str) -> Payer:
    """Return the test payer of that id. An id that is none is our bug."""
    return next(payer for payer in payers() if payer.id == payer_id)


def _payer(row: Json) -> Payer:
    fields = members(row)
    documents = items(fields.get("documents"))
    return Payer(
        id=text(fields.get("id")),
        code=text(fields.get("code")),
        message=text(fields.get("message")),
        pattern=text(fields.get("message_pattern")),
        is_print_fax=fields.get("kind") == "print_fax",
        delivery=text(fields.get("delivery")),
        is_terminal=fields.get("terminal") is True,
        document_codes=tuple(text(members(document).get("code")) for document in documents),
        requirement=text(fields.get("requirement")),
    )


WRITES = ("writes_allowed",)
REFUSES = ("validates_requests", "writes_allowed")
"""An upload that should have been refused and was not has been written."""

# Accepted by the payer: the plain case.
ELECTRONIC = "TESTEP06"
# Its submission carries an address, so that a whole one has that object too.
MAIL = "TESTPP15"
KINDS = ("jpeg", "tiff", "png", "pdf")
"""File types on the current medical list; older pages add some and the dental list differs."""

ADDRESS: dict[str, Json] = {
    "address1": "1 Harness Street",
    "city": "Sampletown",
    "state": "WA",
    "postalCode": "000000000",
}
PERSON: dict[str, Json] = {"lastName": "Atreides-Test", "firstName": "Leto"}


def documents(count: int) -> tuple[Upload, ...]:
    """Return so many small PDF files with different names and contents."""
    return tuple(
        Upload(name, "application/pdf", sample("pdf", text=f"harness test file {name}"))
        for name in names_of(count)
    )


def names_of(count: int) -> tuple[str, ...]:
    """Return the names of so many documents."""
    return tuple(f"harness-{number:02}.pdf" for number in range(1, count + 1))


def submission(
    names: Sequence[str] = ("harness-01.pdf",),
    *,
    payer_id: str = ELECTRONIC,
    solicited: bool = False,
) -> dict[str, Json]:
    """Return a valid submission of documents with these names."""
    lines = [_line(name, number, solicited=solicited) for number, name in enumerate(names, 1)]
    return {
        # Nine characters, as the schema wants them; the samples of answers differ (C89).
        "controlNumber": "000000001",
        "tradingPartnerServiceId": payer_id,
        "tradingPartnerName": "Harness Test Payer",
        "submitter": {"organizationName": "Harness Test Submitter", "etin": "1234567893"},
        "provider": {
            "npi": "1234567893",  # the example of the CMS check-digit note; it is nobody's
            "organizationName": "Harness Test Clinic",
            "address": ADDRESS,
        },
        "subscriber": {
            "memberId": "HARNESS0001",
            "firstName": "Paul",
            "lastName": "Atreides-Test",
        },
        "claimInformation": {
            # Values that say where they come from, should they turn up in somebody's data (P008).
            "patientControlNumber": "HARNESS-PATIENT-1",
            "beginClaimServiceDate": "20260114",
            "endClaimServiceDate": "20260115",
            "claimNumber": "HARNESS-CLAIM-1",
            "serviceLines": lines,
        },
    }


def for_payer(
    chosen: Payer, names: Sequence[str] = ("harness-01.pdf",), *, solicited: bool = False
) -> dict[str, Json]:
    """Return a valid submission with the contact that this payer's delivery wants."""
    sent = submission(names, payer_id=chosen.id, solicited=solicited)
    if chosen.delivery == "fax":
        # A number that no exchange has, should a fax ever be dialled.
        return {**sent, "payerFaxNumber": "0000000000"}
    if chosen.delivery == "mail":
        return {**sent, "payerAddress": ADDRESS}
    return sent


def whole(*, person: bool = False, solicited: bool = False) -> dict[str, Json]:
    """Return a submission that has every optional object too; its parties are people if wanted."""
    sent = for_payer(payer(MAIL), solicited=solicited)
    claim = members(sent["claimInformation"])
    line = {
        **_line("harness-01.pdf", 1, solicited=solicited),
        "procedureCodeModifier": {"serviceChangeNumber": "HARNESS-1"},
        "procedureOrRevenueDetails": {
            "procedureOrRevenueCode": "CPT",
            "procedureOrRevenueValue": "99213",
        },
        "claimStatus": [
            {
                "additionalInformationRequestCode": "11503-0",
                "claimStatusCategoryCode": "R4",
            }
        ],
    }
    full: dict[str, Json] = {
        **sent,
        "dependent": {"firstName": "Alia", "lastName": "Atreides-Test"},
        "claimInformation": {**claim, "serviceLines": [line]},
    }
    if person:
        full["submitter"] = PERSON
        full["provider"] = {"npi": "1234567893", **PERSON, "address": ADDRESS}
    return full


def _line(name: str, number: int, *, solicited: bool) -> dict[str, Json]:
    numbered = (
        {"payerClaimControlNumber": "HARNESS-PAYER-1"}
        # A solicited attachment carries the payer's number, an unsolicited one the provider's.
        if solicited
        else {"providerAttachmentControlNumber": f"HARNESS-{number:04}"}
    )
    return {
        "attachmentDetails": {"name": name},
        "serviceLineDateInformation": {"submissionDate": "20260116"},
        **numbered,
    }
