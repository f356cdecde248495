"""What is kept of a medical submission, and for how long."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.jsonvalue import Json, members, text
from harness.mock.form import Part
from harness.mock.settings import Limits
from harness.products.medical.mock.rules import service_lines


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document's name and the number that its service line gave it."""

    name: str
    control_number: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """One submission; status answers repeat these values, never the documented samples."""

    trace_id: str
    owner: str
    received: datetime
    payer_id: str
    details: Mapping[str, str | None]
    """Member of `transactionDetails` to the value that was submitted."""
    claim_numbers: frozenset[str]
    documents: tuple[SentDocument, ...]

    @property
    def submitter_id(self) -> str:
        return self.details["submitterId"] or ""


class TransactionStore:
    """Transactions by trace id; the oldest goes first."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.transactions
        self._transactions: dict[str, Transaction] = {}

    def __len__(self) -> int:
        return len(self._transactions)

    def add(self, transaction: Transaction) -> None:
        self._transactions[transaction.trace_id] = transaction
        if len(self._transactions) > self._most:
            del self._transactions[next(iter(self._transactions))]

    def find(self, trace_id: str) -> Transaction | None:
        return self._transactions.get(trace_id.lower())

    def all(self) -> Iterable[Transaction]:
        return self._transactions.values()

    def of(self, owner: str) -> Iterator[Transaction]:
        """Yield an organisation's transactions, the oldest first."""
        return (
            transaction for transaction in self._transactions.values() if transaction.owner == owner
        )


def transaction_of(
    request: Mapping[str, Json],
    files: Sequence[Part],
    *,
    owner: str,
    submitter_id: str,
    received: datetime,
) -> Transaction:
    """Return what is to be kept of an accepted submission."""
    claim = members(request.get("claimInformation"))
    details = {"submitterId": submitter_id, **_details(request, claim)}
    numbers = (text(claim.get(name)) for name in ("claimNumber", "patientControlNumber"))
    return Transaction(
        trace_id=str(uuid.uuid4()),
        owner=owner,
        received=received,
        payer_id=text(request.get("tradingPartnerServiceId")),
        details=details,
        claim_numbers=frozenset(number for number in numbers if number),
        documents=_documents(request, files),
    )


def _details(request: Mapping[str, Json], claim: Mapping[str, Json]) -> dict[str, str | None]:
    subscriber, provider = members(request.get("subscriber")), members(request.get("provider"))
    patient = members(request.get("dependent")) or subscriber
    one_day = text(claim.get("claimServiceDate"))
    return {
        "memberId": _known(subscriber, "memberId"),
        "patientFirstName": _known(patient, "firstName"),
        "patientLastName": _known(patient, "lastName"),
        "payerId": _known(request, "tradingPartnerServiceId"),
        "providerId": _known(provider, "npi"),
        "providerFirstName": _known(provider, "firstName"),
        "providerLastName": _known(provider, "organizationName") or _known(provider, "lastName"),
        "claimStartDate": _iso(text(claim.get("beginClaimServiceDate")) or one_day),
        "claimEndDate": _iso(text(claim.get("endClaimServiceDate")) or one_day),
        "payerName": _known(request, "tradingPartnerName"),
    }


def _documents(request: Mapping[str, Json], files: Sequence[Part]) -> tuple[SentDocument, ...]:
    """Pair files with service lines, by the document's name and else by their order."""
    lines = service_lines(request)
    named = {text(members(line.get("attachmentDetails")).get("name")): line for line in lines}
    ordered = dict(enumerate(lines))
    names = [file.filename or "" for file in files]
    return tuple(
        SentDocument(name, _control_number(named.get(name) or ordered.get(index, {}), request))
        for index, name in enumerate(names)
    )


def _control_number(line: Mapping[str, Json], request: Mapping[str, Json]) -> str:
    own, asked = line.get("providerAttachmentControlNumber"), line.get("payerClaimControlNumber")
    return text(own) or text(asked) or text(request.get("controlNumber"))


def _known(value: Mapping[str, Json], name: str) -> str | None:
    return text(value.get(name)) or None


def _iso(compact: str) -> str | None:
    return f"{compact[:4]}-{compact[4:6]}-{compact[6:]}" if len(compact) == 8 else None
