"""Find the transactions that a metadata search asks for."""

from collections.abc import Iterable, Iterator, Mapping

from harness.codes.dates import is_iso_date
from harness.jsonvalue import Json, text
from harness.mock.fault import ActiveFaults
from harness.mock.rules import is_given
from harness.products.medical.mock.store import Transaction
from harness.products.medical.mock.tolerances import CLAIM_DAYS_BOUND, SUBMITTER_WANTED

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
    if is_given(criteria.get(TRACE_ID)) and "trace-id-as-criterion" in faults:
        yield text(criteria.get(TRACE_ID)) == transaction.trace_id
    if is_given(criteria.get(CLAIM_NUMBER)) and f"search-ignores-{CLAIM_NUMBER}" not in faults:
        yield text(criteria.get(CLAIM_NUMBER)) in transaction.claim_numbers


def fits(name: str, wanted: str, actual: str, faults: ActiveFaults) -> bool:
    """Return whether a value fits a criterion; case tells no names apart."""
    if name.endswith("Date") and CLAIM_DAYS_BOUND in faults:
        is_end = "end" in name.casefold()
        return bool(actual) and (actual <= wanted if is_end else wanted <= actual)
    return actual.casefold() == wanted.casefold()


def _is_in_days(
    transaction: Transaction, criteria: Mapping[str, Json], faults: ActiveFaults
) -> bool:
    if "search-days-ignored" in faults:
        return True
    day = transaction.received.date().isoformat()
    first, last = text(criteria.get(FIRST_DAY)), text(criteria.get(LAST_DAY))
    if "search-days-swapped" in faults:
        first, last = min(first, last), max(first, last)
    if "last-day-excluded" in faults and day == last:
        return False
    return first <= day <= last


def _is_date(value: Json) -> bool:
    return isinstance(value, str) and is_iso_date(value)
