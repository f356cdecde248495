"""Build the requests of the dental attachments API, valid ones and edited ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.client.multipart import Part
from harness.codes.media_types import MediaType
from harness.config import Environment
from harness.exchange import Headers
from harness.files.samples import sample
from harness.files.upload import Upload
from harness.jsonvalue import Json, items, lookup, members, text
from harness.products.dental.strategies.claims import IMAGE_INTELLIGENCE_TWINS, MEMBERS
from harness.rules.edits import file_parts, json_part, request_part
from harness.rules.target import Answered, Target, json_body, multipart_body

MEMBER_FIELDS = tuple(member.field for member in MEMBERS)
"""All of them or none (DENTATT_112)."""

REFUSES = ("validates_requests", "writes_allowed")
"""What a target must be able to do before a faulty create is sent: one that let it in would write."""

WRITES = ("writes_allowed",)


def claim(environment: Environment) -> dict[str, Json]:
    """Return a whole valid claim that this environment's credentials are entitled to send."""
    return {
        # Values that say where they come from, should they turn up in somebody's data (P008).
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
        # Two digits, so that the names of eleven files sort as they are counted.
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


GROUP = "dental"
SEARCH = "searchAttachments"

# The same promises under other numbers, as the seed lists them once for each operation.
_TWINS = {**IMAGE_INTELLIGENCE_TWINS, "D039": "D077", "D021": "D089"}


@dataclass(frozen=True, slots=True)
class Creation:
    """One of the two operations that store files, and the part of case ids that stands for it."""

    group: str
    operation_id: str
    wants_metadata: bool

    def requirements(self, *ids: str) -> tuple[str, ...]:
        """Return the requirements of plain create as they are numbered for this operation."""
        return tuple(_TWINS.get(other, other) if self.wants_metadata else other for other in ids)


PLAIN = Creation("create", "createAttachments", wants_metadata=False)
IMAGES = Creation(
    "image-intelligence", "createAttachmentsWithImageIntelligence", wants_metadata=True
)
CREATIONS = (PLAIN, IMAGES)


@dataclass(frozen=True, slots=True)
class Created:
    """What a successful create gave: the control number and one id a file."""

    answered: Answered
    control_number: str
    attachment_ids: tuple[str, ...]

    def by_id(self, uploads: Sequence[Upload]) -> dict[str, Upload]:
        """Return each upload under an id, as if both had one order, which no document says.

        Where ids are missing, another check says so.
        """
        return dict(zip(self.attachment_ids, uploads, strict=False))


def parts_of(claim: Json, uploads: Sequence[Upload], by: Creation = PLAIN) -> tuple[Part, ...]:
    """Return the parts of a whole request, with metadata that fits the files where it is wanted."""
    # Image intelligence takes a third part (D089, C28).
    metadata = (json_part("fileMetadata", file_metadata(uploads)),) if by.wants_metadata else ()
    return (request_part(claim), *metadata, *file_parts(uploads))


def create(
    target: Target, claim: Json, uploads: Sequence[Upload], by: Creation = PLAIN
) -> Answered:
    """Send a create request with a good token."""
    return create_parts(target, parts_of(claim, uploads, by), by)


def create_described(
    target: Target, claim: Json, uploads: Sequence[Upload], metadata: Json
) -> Answered:
    """Send a request to image intelligence with just this metadata."""
    described = json_part("fileMetadata", metadata)
    # Written by hand: `parts_of` would bring metadata that fits the files.
    return create_parts(target, (request_part(claim), described, *file_parts(uploads)), IMAGES)


def create_parts(target: Target, parts: Sequence[Part], by: Creation = PLAIN) -> Answered:
    """Send a create request made of just these parts."""
    headers, body = multipart_body(parts)
    return create_body(target, headers, body, by)


def create_body(target: Target, headers: Headers, body: bytes, by: Creation = PLAIN) -> Answered:
    """Send just this body to a create operation, with a good token."""
    operation = target.operation(GROUP, by.operation_id)
    return target.call(operation, headers=(*target.authorization(GROUP), *headers), body=body)


def search(target: Target, attachment_ids: Json) -> Answered:
    """Ask for attachments by a list of ids."""
    return search_json(target, {"attachmentIds": attachment_ids})


def search_json(target: Target, value: Json) -> Answered:
    """Send a search request with just this JSON body."""
    headers, body = json_body(value)
    return search_body(target, headers, body)


def search_body(target: Target, headers: Headers, body: bytes) -> Answered:
    """Send just this body to the search operation, with a good token."""
    operation = target.operation(GROUP, SEARCH)
    return target.call(operation, headers=(*target.authorization(GROUP), *headers), body=body)


def created(answered: Answered) -> Created:
    """Read what a create answer gives; what is missing is empty, for checks to find."""
    body = members(answered.body)
    # In the order of the answer, which no document promises to be that of the files.
    ids = tuple(
        text(attachment_id) for attachment_id in items(lookup(answered.body, "/attachmentIds"))
    )
    return Created(answered, text(body.get("attachmentControlNumber")), ids)


def bare(identifier: str) -> str:
    """Return an id without its three-letter prefix (C38)."""
    # Also where there is no prefix: a search answer gives ids without (C38).
    return identifier.rpartition("#")[2]
