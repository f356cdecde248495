"""Find the transactions that a metadata search asks for."""

from collections.abc import Iterable, Iterator, Mapping

from harness.codes.dates import is_iso_date
from harness.jsonvalue import Json, text
from harness.mock.fault import ActiveFaults
from harness.mock.medical_store import Transaction
from harness.mock.rules import is_given

FIRST_DAY, LAST_DAY = "transactionReceivedStartDate", "transactionReceivedEndDate"
CLAIM_NUMBER = "claimNumber"
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
TOO_MANY = "There are more than 100 records found. Please refine your search criteria."


def search_complaint(criteria: Json) -> str:
    """Return what is wrong with a search's criteria, or nothing."""
    if not isinstance(criteria, Mapping):
        return "The search criteria must be a JSON object."
    first, last = criteria.get(FIRST_DAY), criteria.get(LAST_DAY)
    if not (_is_date(first) and _is_date(last)):
        return f"{FIRST_DAY} and {LAST_DAY} are required as YYYY-MM-DD."
    if text(first) > text(last):
        return f"{FIRST_DAY} must not be after {LAST_DAY}."
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
        if not _is_in_days(transaction, criteria) and "search-days-ignored" not in faults:
            continue
        met = [*_met(transaction, criteria, faults)]
        if not met or combined(met):
            yield transaction


def _met(
    transaction: Transaction, criteria: Mapping[str, Json], faults: ActiveFaults
) -> Iterator[bool]:
    """Yield for each criterion given whether it is met; names are compared without regard to case."""
    if "metadata-filter-ignored" in faults:
        return
    for name in (*TEXT_FILTERS, *DATE_FILTERS):
        if is_given(criteria.get(name)) and f"search-ignores-{name}" not in faults:
            wanted = text(criteria.get(name)).casefold()
            yield (transaction.details[name] or "").casefold() == wanted
    if is_given(criteria.get(CLAIM_NUMBER)) and f"search-ignores-{CLAIM_NUMBER}" not in faults:
        yield text(criteria.get(CLAIM_NUMBER)) in transaction.claim_numbers


def _is_in_days(transaction: Transaction, criteria: Mapping[str, Json]) -> bool:
    day = transaction.received.date().isoformat()
    return text(criteria.get(FIRST_DAY)) <= day <= text(criteria.get(LAST_DAY))


def _is_date(value: Json) -> bool:
    return isinstance(value, str) and is_iso_date(value)
