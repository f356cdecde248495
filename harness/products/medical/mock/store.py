"""What is kept of medical submissions, and the metadata search over it."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.codes.dates import is_iso_date
from harness.jsonvalue import Json, members, text
from harness.mock.body import Part
from harness.mock.fault import ActiveFaults
from harness.mock.settings import Limits
from harness.mock.shapes import is_given
from harness.products.medical.mock.rules import service_lines
from harness.products.medical.mock.tolerances import CLAIM_DAYS_BOUND, SUBMITTER_WANTED


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
            # One in, at most one out: the bound holds after each call.
            del self._transactions[next(iter(self._transactions))]

    def find(self, trace_id: str) -> Transaction | None:
        # Callers may write the digits of a UUID in capitals.
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
    # A search by claim number may give either; the documents do not say which is meant.
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
    # The dependent is the patient where there is one; a tolerance takes the other reading.
    patient = members(request.get("dependent")) or subscriber
    # A claim of one day begins and ends on it.
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
        # Names first, for clients may send lines and files in different orders.
        SentDocument(name, _control_number(named.get(name) or ordered.get(index, {}), request))
        for index, name in enumerate(names)
    )


def _control_number(line: Mapping[str, Json], request: Mapping[str, Json]) -> str:
    own, asked = line.get("providerAttachmentControlNumber"), line.get("payerClaimControlNumber")
    # Own, the payer's, and at last that of the whole submission: every document has one (A040).
    return text(own) or text(asked) or text(request.get("controlNumber"))


def _known(value: Mapping[str, Json], name: str) -> str | None:
    return text(value.get(name)) or None


def _iso(compact: str) -> str | None:
    return f"{compact[:4]}-{compact[4:6]}-{compact[6:]}" if len(compact) == 8 else None


FIRST_DAY, LAST_DAY = "transactionReceivedStartDate", "transactionReceivedEndDate"
CLAIM_NUMBER, TRACE_ID = "claimNumber", "traceId"
DATE_FILTERS = ("claimStartDate", "claimEndDate")
TEXT_FILTERS = (
    "submitterId",
    "payerId",
    "patientFirstName",
    "patientLastName",
    "memberId",
    "providerId",
    "providerFirstName",
    "providerLastName",
    "payerName",
)
_MEMORY = 4
"""How many criteria a faulty search looks at."""
TOO_MANY = "There are more than 100 records found. Please refine your search criteria."


def search_complaint(criteria: Json, faults: ActiveFaults) -> str:
    """Return what is wrong with a search's criteria, or nothing."""
    if "search-criteria-unchecked" in faults:
        return ""
    if not isinstance(criteria, Mapping):
        return "The search criteria must be a JSON object."
    first, last = criteria.get(FIRST_DAY), criteria.get(LAST_DAY)
    if not (_is_date(first) and _is_date(last)):
        return f"{FIRST_DAY} and {LAST_DAY} are required as YYYY-MM-DD."
    # ISO dates are ordered as their texts are.
    if text(first) > text(last) and "search-days-swapped" not in faults:
        return f"{FIRST_DAY} must not be after {LAST_DAY}."
    if SUBMITTER_WANTED in faults and not is_given(criteria.get("submitterId")):
        return "submitterId is required."
    return next(_filter_complaints(criteria), "")


def _filter_complaints(criteria: Mapping[str, Json]) -> Iterator[str]:
    for name in DATE_FILTERS:
        if is_given(criteria.get(name)) and not _is_date(criteria.get(name)):
            yield f"{name} must be a date as YYYY-MM-DD."
    for name in (*TEXT_FILTERS, CLAIM_NUMBER):
        if is_given(criteria.get(name)) and not isinstance(criteria.get(name), str):
            yield f"{name} must be text."


def matching(
    transactions: Iterable[Transaction], criteria: Mapping[str, Json], faults: ActiveFaults
) -> Iterator[Transaction]:
    """Yield the transactions that meet every criterion given."""
    combined = any if "criteria-combined-with-or" in faults else all
    for transaction in transactions:
        if not _is_in_days(transaction, criteria, faults):
            continue
        met = [*_met(transaction, criteria, faults)]
        # Each criterion works alone under this fault, so only a rule that combines them sees it.
        met = met[:_MEMORY] if "criteria-forgotten-in-company" in faults else met
        if not met or combined(met):
            yield transaction


def _met(
    transaction: Transaction, criteria: Mapping[str, Json], faults: ActiveFaults
) -> Iterator[bool]:
    """Yield for each criterion given whether it is met."""
    if "metadata-filter-ignored" in faults:
        return
    for name in (*TEXT_FILTERS, *DATE_FILTERS):
        if is_given(criteria.get(name)) and f"search-ignores-{name}" not in faults:
            yield fits(name, text(criteria.get(name)), transaction.details[name] or "", faults)
    # It is no documented criterion, and is otherwise passed over.
    if is_given(criteria.get(TRACE_ID)) and "trace-id-as-criterion" in faults:
        yield text(criteria.get(TRACE_ID)) == transaction.trace_id
    if is_given(criteria.get(CLAIM_NUMBER)) and f"search-ignores-{CLAIM_NUMBER}" not in faults:
        yield text(criteria.get(CLAIM_NUMBER)) in transaction.claim_numbers


def fits(name: str, wanted: str, actual: str, faults: ActiveFaults) -> bool:
    """Return whether a value fits a criterion; names are compared without regard to case."""
    # No document says whether the two dates are compared exactly or bound a range.
    if name.endswith("Date") and CLAIM_DAYS_BOUND in faults:
        is_end = "end" in name.casefold()
        return bool(actual) and (actual <= wanted if is_end else wanted <= actual)
    return actual.casefold() == wanted.casefold()


def _is_in_days(
    transaction: Transaction, criteria: Mapping[str, Json], faults: ActiveFaults
) -> bool:
    if "search-days-ignored" in faults:
        return True
    # In UTC, as all times of the API are (A041).
    day = transaction.received.date().isoformat()
    first, last = text(criteria.get(FIRST_DAY)), text(criteria.get(LAST_DAY))
    if "search-days-swapped" in faults:
        first, last = min(first, last), max(first, last)
    if "last-day-excluded" in faults and day == last:
        return False
    return first <= day <= last


def _is_date(value: Json) -> bool:
    return isinstance(value, str) and is_iso_date(value)
