"""Find the documents that a retrieval search asks for."""

import re
from collections.abc import Iterable, Iterator, Mapping

from harness.codes.dates import is_iso_date
from harness.jsonvalue import Json, text
from harness.mock.fault import ActiveFaults
from harness.mock.rules import is_given
from harness.products.medical.mock.metadata import fits
from harness.products.medical.mock.retrieval_store import StoredDocument

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
_TIME = re.compile(r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z", re.ASCII)


def search_complaint(criteria: Json, test_mode: str, faults: ActiveFaults) -> str:
    """Return what is wrong with a search, or nothing."""
    if not isinstance(criteria, Mapping):
        return "The search criteria must be a JSON object."
    return next(_complaints(criteria, test_mode, faults), "")


def _complaints(
    criteria: Mapping[str, Json], test_mode: str, faults: ActiveFaults
) -> Iterator[str]:
    if test_mode not in ("true", "false") and "retrieval-test-mode-unchecked" not in faults:
        yield f"{TEST_MODE} must be either true or false."
    for name, fault in _DATES.items():
        if fault not in faults and not _is_moment(criteria.get(name)):
            yield f"{name} is required as YYYY-MM-DD or YYYY-MM-DDThh:mm:ss.fffZ."
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
    value = text(criteria.get(FIRST)) or "0001-01-01"
    return value if "T" in value else f"{value}T00:00:00.000Z"


def _until(criteria: Mapping[str, Json]) -> str:
    value = text(criteria.get(LAST)) or "9999-12-31"
    return value if "T" in value else f"{value}T23:59:59.999Z"


def _is_moment(value: Json) -> bool:
    if not isinstance(value, str) or not is_iso_date(value[:10]):
        return False
    return len(value) == 10 or _TIME.fullmatch(value[10:]) is not None
