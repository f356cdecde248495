"""A valid dental claim and files to bend: the same ones every time, and plainly synthetic."""

from collections.abc import Sequence

from harness.codes.media_types import MediaType
from harness.config import Environment
from harness.files.samples import sample
from harness.files.upload import Upload
from harness.jsonvalue import Json
from harness.products.dental.strategies.claim_rules import MEMBERS

MEMBER_FIELDS = tuple(member.field for member in MEMBERS)
"""All of them or none (DENTATT_112)."""

REFUSES = ("validates_requests", "writes_allowed")
"""What a target must be able to do before a faulty create is sent: one that let it in would write."""

WRITES = ("writes_allowed",)


def claim(environment: Environment) -> dict[str, Json]:
    """Return a whole valid claim that this environment's credentials are entitled to send."""
    return {
        "claimId": "HARNESS-CLAIM-0001",
        "payerId": "ABC12",
        "memberId": "HARNESS0001",
        "providerNPI": "1234567893",  # the example of the CMS check-digit note; it is nobody's
        "submitterId": environment.submitter_id,
        "dateOfService": "2026-01-15",
        "patientLastName": "Atreides-Test",
        "patientFirstName": "Paul",
        "patientDateOfBirth": "2000-01-01",
        "billingProviderTaxId": environment.tax_id,
    }


def uploads(count: int) -> tuple[Upload, ...]:
    """Return so many small text files, which keep a failing request readable as a `curl`."""
    return tuple(
        Upload(f"harness-{n:02}.txt", "text/plain", sample("txt", text=f"harness test file {n}"))
        for n in range(1, count + 1)
    )


def of_kind(kind: MediaType, number: int = 1) -> Upload:
    """Return a small valid file of a type, under its canonical media type and first extension."""
    content = sample(kind.kind, text=f"harness {kind.kind} {number}")
    return Upload(f"harness-{number:02}{kind.extensions[0]}", kind.canonical, content)


def file_metadata(uploads: Sequence[Upload]) -> list[dict[str, Json]]:
    """Return the entry that image intelligence wants for each file, in the files' order."""
    return [
        {
            "fileName": upload.file_name,
            "mimeType": upload.media_type,
            "procedureCodes": "D0220,D0230",
            "serviceDate": "2026-01-15",
            "toothNumbers": "14,16",
        }
        for upload in uploads
    ]
