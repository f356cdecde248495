"""The medical retrieval API: what is kept of documents, the search for them, and one document's bytes."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.codes.dates import is_iso_date
from harness.jsonvalue import Json, members, text
from harness.mock.body import Part, read_json
from harness.mock.fault import ActiveFaults
from harness.mock.gate import Gate
from harness.mock.reply import Reply, written
from harness.mock.settings import Client, Limits, MockSettings
from harness.mock.shapes import is_given
from harness.products.medical.facts import RETRIEVAL_BASE as BASE
from harness.products.medical.mock.sandbox import payers
from harness.products.medical.mock.store import Transaction, fits

# The two documents name the same things differently; both give what was submitted.
_DETAILS = {
    "memberId": "memberId",
    "patientFirstName": "patientFirstName",
    "patientLastName": "patientLastName",
    "providerId": "providerId",
    "providerFirstName": "providerFirstName",
    "organizationName": "providerLastName",
    "beginClaimServiceDate": "claimStartDate",
    "endClaimServiceDate": "claimEndDate",
}
"""Member of a document's data to the member of the transaction's details that it repeats."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One file of a submission, with the data it is found by."""

    id: str
    owner: str
    uploaded: str
    """The moment in UTC, to the millisecond, as criteria write it."""
    is_test: bool
    """Sent to a test payer: found only where test documents are asked for."""
    data: Mapping[str, str | None]
    content: bytes = field(repr=False)


class DocumentStore:
    """Documents by id, bounded in number and in bytes; the oldest go first."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._documents: dict[str, StoredDocument] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._documents)

    def add(self, documents: Iterable[StoredDocument]) -> None:
        for document in documents:
            self._documents[document.id] = document
            self._bytes += len(document.content)
        # Dicts keep their order, so the first key is the oldest; an empty store ends the loop.
        while len(self) > self._limits.documents or self._bytes > self._limits.document_bytes:
            oldest = self._documents.pop(next(iter(self._documents)))
            self._bytes -= len(oldest.content)

    def find(self, document_id: str) -> StoredDocument | None:
        # The digits of a UUID have no case (RFC 9562, 4).
        return self._documents.get(document_id.lower())

    def all(self) -> Iterator[StoredDocument]:
        """Yield every document, the oldest first."""
        return iter(self._documents.values())


def documents_of(
    transaction: Transaction, request: Mapping[str, Json], files: Sequence[Part]
) -> tuple[StoredDocument, ...]:
    """Return the documents of an accepted submission, each with an id of its own."""
    claim = members(request.get("claimInformation"))
    # Data of the submission, which all of its documents have in common.
    shared = {
        **{name: transaction.details[source] for name, source in _DETAILS.items()},
        "patientControlNumber": text(claim.get("patientControlNumber")) or None,
    }
    return tuple(
        StoredDocument(
            # An id of its own: that of the transaction stands for several documents.
            id=str(uuid.uuid4()),
            owner=transaction.owner,
            uploaded=moment(transaction.received),
            is_test=transaction.payer_id in payers(),
            data={"attachmentControlNumber": sent.control_number, **shared},
            content=file.content,
        )
        for sent, file in zip(transaction.documents, files, strict=True)
    )


def moment(time: datetime) -> str:
    """Return a time in UTC as the retrieval API writes it: to the millisecond."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


FIRST, LAST = "startUploadDate", "endUploadDate"
SIZE, TEST_MODE = "size", "testMode"
TEXT_FILTERS = (
    "attachmentControlNumber",
    "patientFirstName",
    "patientLastName",
    "memberId",
    "providerFirstName",
    "organizationName",
    "providerId",
)
DATE_FILTERS = ("beginClaimServiceDate", "endClaimServiceDate")
_DATES = {FIRST: "retrieval-first-date-unchecked", LAST: "retrieval-last-date-unchecked"}
# Milliseconds are part of the documented form.
_TIME = re.compile(r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z", re.ASCII)


def search_complaint(criteria: Json, test_mode: str, faults: ActiveFaults) -> str:
    """Return what is wrong with a search, or nothing."""
    if not isinstance(criteria, Mapping):
        return "The search criteria must be a JSON object."
    # One complaint is reported: the answer has room for one description.
    return next(_complaints(criteria, test_mode, faults), "")


def _complaints(
    criteria: Mapping[str, Json], test_mode: str, faults: ActiveFaults
) -> Iterator[str]:
    if test_mode not in ("true", "false") and "retrieval-test-mode-unchecked" not in faults:
        yield f"{TEST_MODE} must be either true or false."
    for name, fault in _DATES.items():
        if fault not in faults and not _is_moment(criteria.get(name)):
            yield f"{name} is required as YYYY-MM-DD or YYYY-MM-DDThh:mm:ss.fffZ."
    # Times in UTC of one form are ordered as their texts are.
    if text(_from(criteria)) > text(_until(criteria)):
        yield f"{FIRST} must not be after {LAST}."
    if "retrieval-criteria-unchecked" not in faults:
        yield from _filter_complaints(criteria)


def _filter_complaints(criteria: Mapping[str, Json]) -> Iterator[str]:
    for name in TEXT_FILTERS:
        if is_given(criteria.get(name)) and not isinstance(criteria.get(name), str):
            yield f"{name} must be text."
    for name in DATE_FILTERS:
        value = criteria.get(name)
        if is_given(value) and not (isinstance(value, str) and is_iso_date(value)):
            yield f"{name} must be a date as YYYY-MM-DD."
    size = criteria.get(SIZE)
    # True is an int in Python, but no number in JSON.
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 1):
        yield f"{SIZE} must be a whole number, 1 or more."


def matching(
    documents: Iterable[StoredDocument],
    criteria: Mapping[str, Json],
    test_mode: str,
    faults: ActiveFaults,
) -> Iterator[StoredDocument]:
    """Yield the documents that meet every criterion given."""
    combined = any if "retrieval-criteria-combined-with-or" in faults else all
    first, last = _from(criteria), _until(criteria)
    for document in documents:
        if (
            document.is_test != (test_mode == "true")
            and "retrieval-test-mode-ignored" not in faults
        ):
            continue
        if not first <= document.uploaded <= last and "retrieval-days-ignored" not in faults:
            continue
        met = [*_met(document, criteria, faults)]
        # Without criteria the days alone decide; `any` of nothing would find nothing.
        if not met or combined(met):
            yield document


def _met(
    document: StoredDocument, criteria: Mapping[str, Json], faults: ActiveFaults
) -> Iterator[bool]:
    """Yield for each criterion given whether it is met."""
    for name in (*TEXT_FILTERS, *DATE_FILTERS):
        if is_given(criteria.get(name)) and f"retrieval-ignores-{name}" not in faults:
            yield fits(name, text(criteria.get(name)), document.data[name] or "", faults)


def size_of(criteria: Mapping[str, Json], faults: ActiveFaults) -> int | None:
    """Return how many documents are wanted; None: all."""
    size = criteria.get(SIZE)
    return size if isinstance(size, int) and "retrieval-size-ignored" not in faults else None


def _from(criteria: Mapping[str, Json]) -> str:
    # Only where a fault lets a day be missing: then the range is open on that side.
    value = text(criteria.get(FIRST)) or "0001-01-01"
    return value if "T" in value else f"{value}T00:00:00.000Z"


def _until(criteria: Mapping[str, Json]) -> str:
    value = text(criteria.get(LAST)) or "9999-12-31"
    # A day is meant whole, up to its last millisecond.
    return value if "T" in value else f"{value}T23:59:59.999Z"


def _is_moment(value: Json) -> bool:
    if not isinstance(value, str) or not is_iso_date(value[:10]):
        return False
    return len(value) == 10 or _TIME.fullmatch(value[10:]) is not None


BYTES = "application/octet-stream"
_NOT_FOUND = "There is no such document."
# Only these two are printed in the document besides the general one.
_VALUES = {404: "ClientErrors.NOT_FOUND", 500: "SystemErrors.INTERNAL_ERROR"}


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The endpoints of the retrieval API."""

    settings: MockSettings
    faults: ActiveFaults
    gate: Gate
    store: DocumentStore

    def routes(self) -> list[Route]:
        """Return the routes in the order in which they are tried."""
        return [
            Route(f"{BASE}/healthcheck", self.health, methods=["GET"]),
            Route(f"{BASE}/search", self.search, methods=["POST"]),
            Route(f"{BASE}/{{document_id}}", self.document, methods=["GET"]),
        ]

    async def health(self, request: Request) -> Response:
        self.gate.client(request)
        return self._written("retrieval.health", Reply(200, {"status": "OK"}))

    async def search(self, request: Request) -> Response:
        client = self.gate.client(request)
        criteria = await read_json(request, self.settings.limits.json_body_bytes)
        # Without a mode the live documents are meant.
        test_mode = request.query_params.get(TEST_MODE, "false")
        if complaint := search_complaint(criteria, test_mode, self.faults):
            return self._failed(400, complaint)
        wanted = criteria if isinstance(criteria, Mapping) else {}
        mine = (
            stored_document
            for stored_document in self.store.all()
            if self._is_open(stored_document, client, "listed")
        )
        found = matching(mine, wanted, test_mode, self.faults)
        hits: Json = [
            self._hit(stored_document)
            for stored_document in islice(found, size_of(wanted, self.faults))
        ]
        return self._written("retrieval.hits", Reply(200, hits))

    async def document(self, request: Request) -> Response:
        document_id = request.path_params["document_id"]
        # A GET lands here, as the path has the form of a document's.
        if document_id == "search":
            raise HTTPException(405, headers={"Allow": "POST"})
        client = self.gate.client(request)
        found = self.store.find(document_id)
        # One answer for both: a stranger must not learn which ids exist.
        if found is None or not self._is_open(found, client, "readable"):
            return self._not_found()
        media_type = "text/plain" if "retrieval-as-text" in self.faults else BYTES
        return Response(self._content(found), 200, media_type=media_type)

    def _is_open(self, document: StoredDocument, client: Client, fault: str) -> bool:
        """Return whether a document is the caller's; to others it does not exist."""
        return document.owner == client.organisation or f"retrieval-foreign-{fault}" in self.faults

    def _content(self, document: StoredDocument) -> bytes:
        if "retrieval-swaps-documents" in self.faults:
            return next(self.store.all()).content
        if "retrieval-converts-lines" in self.faults:
            # What a copy in text mode does; a check of the size alone may miss it.
            return document.content.replace(b"\n", b"\r\n")
        return document.content[: -1 if "retrieval-loses-a-byte" in self.faults else None]

    def _hit(self, document: StoredDocument) -> Json:
        info: Json = {
            "documentId": document.id,
            **document.data,
            "attachmentUploadDate": document.uploaded,
        }
        return self.faults.changed_value("retrieval.hit", info)

    def _not_found(self) -> Response:
        if "retrieval-unknown-found" in self.faults:
            return Response(b"", 200, media_type=BYTES)
        return self._failed(404, _NOT_FOUND)

    def _failed(self, status: int, description: str) -> Response:
        return self._written("retrieval.failure", failure(status, description))

    def _written(self, point: str, reply: Reply) -> Response:
        return written(self.faults.changed(point, reply))


def failure(status: int, description: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return the error of the retrieval API for an HTTP status."""
    body: Json = {
        "code": str(status),
        "description": description,
        "typeInfo": {
            "type": "ErrorResponse",
            "value": _VALUES.get(status, "ClientErrors.BAD_REQUEST"),
        },
    }
    return Reply(status, body, headers=headers)
