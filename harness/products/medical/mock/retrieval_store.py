"""What is kept of the documents themselves, for the payer to fetch."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from harness.jsonvalue import Json, members, text
from harness.mock.form import Part
from harness.mock.settings import Limits
from harness.products.medical.mock.sandbox import payers
from harness.products.medical.mock.store import Transaction

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
        while len(self) > self._limits.documents or self._bytes > self._limits.document_bytes:
            oldest = self._documents.pop(next(iter(self._documents)))
            self._bytes -= len(oldest.content)

    def find(self, document_id: str) -> StoredDocument | None:
        return self._documents.get(document_id.lower())

    def all(self) -> Iterator[StoredDocument]:
        """Yield every document, the oldest first."""
        return iter(self._documents.values())


def documents_of(
    transaction: Transaction, request: Mapping[str, Json], files: Sequence[Part]
) -> tuple[StoredDocument, ...]:
    """Return the documents of an accepted submission, each with an id of its own."""
    claim = members(request.get("claimInformation"))
    shared = {
        **{name: transaction.details[source] for name, source in _DETAILS.items()},
        "patientControlNumber": text(claim.get("patientControlNumber")) or None,
    }
    return tuple(
        StoredDocument(
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
