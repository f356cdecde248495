"""Speak to the medical retrieval API, and send in what can be looked for there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from harness.exchange import Headers
from harness.files.samples import sample
from harness.files.upload import Upload
from harness.jsonvalue import Json, items, members, text
from harness.outcome import Check
from harness.products.medical.facts import RETRIEVES
from harness.products.medical.rules.baseline import names_of, submission
from harness.products.medical.rules.checks import accepted
from harness.products.medical.rules.requests import GROUP, Receipt, upload
from harness.products.medical.rules.search import FIRST_DAY, LAST_DAY, days_around, fresh, marked
from harness.rules.answers import leaks_nothing
from harness.rules.checks import check, equal
from harness.rules.edits import at, put
from harness.rules.rule import Checks
from harness.rules.target import Answered, Target, json_body

RETRIEVAL = "medical-retrieval"
FIRST, LAST = "startUploadDate", "endUploadDate"
NUMBER = "attachmentControlNumber"
READS = ("validates_requests", *RETRIEVES)
WRITES = ("writes_allowed", *RETRIEVES)
TEST, LIVE, DEFAULT = "?testMode=true", "?testMode=false", ""
_PLACES = {
    "patientFirstName": "subscriber.firstName",
    "patientLastName": "subscriber.lastName",
    "memberId": "subscriber.memberId",
    "providerFirstName": "provider.firstName",
    # So the document maps it; the uploads here name a person as provider.
    "organizationName": "provider.lastName",
    "providerId": "provider.npi",
    "beginClaimServiceDate": "claimInformation.beginClaimServiceDate",
    "endClaimServiceDate": "claimInformation.endClaimServiceDate",
}
"""Where a submission holds the value that each criterion looks for."""
FILTERS = (NUMBER, *_PLACES)


@dataclass(frozen=True, slots=True)
class Sent:
    """Documents of ours that a search can single out."""

    receipt: Receipt
    submission: Json
    files: tuple[Upload, ...]
    numbers: tuple[str, ...]
    """The control number of each file."""

    def criteria(self, *names: str) -> dict[str, Json]:
        """Return the days of the upload with the values that fit its first document."""
        # The days of the upload and not of the search, which may run after midnight.
        days = days_around(self.receipt.answered)
        return {
            FIRST: days[FIRST_DAY],
            LAST: days[LAST_DAY],
            **{name: self.value(name) for name in names},
        }

    def value(self, name: str) -> str:
        """Return what a criterion has to be to fit."""
        if name == NUMBER:
            return self.numbers[0]
        found = text(at(self.submission, _PLACES[name]))
        # Submissions write dates without hyphens, searches with them (C106).
        return f"{found[:4]}-{found[4:6]}-{found[6:]}" if name.endswith("Date") else found


def send_in(target: Target, count: int = 1, kind: str = "pdf") -> Sent:
    """Upload documents whose contents, numbers and people no other upload has."""
    token = fresh(target)
    names = names_of(count)
    numbers = tuple(f"{token}-{number}" for number in range(1, count + 1))
    wanted: Json = marked(token)
    lines = items(at(submission(names), "claimInformation.serviceLines"))
    wanted = put(wanted, "claimInformation.serviceLines", _numbered(lines, numbers))
    files = tuple(
        # Two lines of text, so that a conversion of line ends changes the bytes.
        Upload(name, "application/octet-stream", sample(kind, text=f"harness {number}\n\nline two"))
        for name, number in zip(names, numbers, strict=True)
    )
    return Sent(upload(target, wanted, files), wanted, files, numbers)


def _numbered(lines: Sequence[Json], numbers: Sequence[str]) -> list[Json]:
    named = zip(lines, numbers, strict=True)
    return [{**members(line), "providerAttachmentControlNumber": each} for line, each in named]


def look_for(target: Target, criteria: Json, mode: str = TEST) -> Answered:
    """Search documents by these criteria and no others."""
    headers, body = json_body(criteria)
    return look_for_body(target, headers, body, mode)


def look_for_body(target: Target, headers: Headers, body: bytes, mode: str = TEST) -> Answered:
    """Send a document search with just this body."""
    operation = target.operation(RETRIEVAL, "searchDocuments")
    sent = (*target.authorization(GROUP), *headers)
    return target.call(operation, headers=sent, body=body, suffix=mode)


def fetch(target: Target, document_id: str) -> Answered:
    """Ask for the bytes of one document."""
    operation = target.operation(RETRIEVAL, "getDocument")
    path = operation.full_path.replace("{documentId}", quote(document_id, safe=""))
    return target.call(operation, headers=target.authorization(GROUP), path=path)


def found(answered: Answered) -> tuple[Mapping[str, Json], ...]:
    """Return the documents that a search lists."""
    return tuple(members(item) for item in items(answered.body))


def numbers_of(answered: Answered) -> list[str]:
    """Return the control numbers of the documents that a search lists, in their order."""
    return [text(item.get(NUMBER)) for item in found(answered)]


def id_of(answered: Answered, number: str) -> str:
    """Return the id that a search gives for a control number, empty where it lists none."""
    # By the control number: a search lists documents in no promised order.
    ids = (text(item.get("documentId")) for item in found(answered) if item.get(NUMBER) == number)
    return next(ids, "")


def lists(target: Target, criteria: Json, sent: Sent) -> Checks:
    """Judge a search that fits all documents of an upload, and fits no other: it lists just these."""
    yield from accepted(sent.receipt)
    answered = look_for(target, criteria)
    yield from answered.conforms()
    # Sorted, as no order is promised.
    yield equal("hits", answered, sorted(sent.numbers), sorted(numbers_of(answered)))
    ids = {text(item.get("documentId")) for item in found(answered)}
    # An id that is missing counts as none, two that are equal as one.
    distinct = len(ids - {""})
    yield check(
        "ids",
        answered,
        f"{len(sent.numbers)} ids",
        str(distinct),
        holds=distinct == len(sent.numbers),
    )


def lists_not(target: Target, criteria: Json, sent: Sent, mode: str = TEST) -> Checks:
    """Judge a search that does not fit an upload of ours: whatever it lists, it is not that."""
    answered = look_for(target, criteria, mode)
    yield _empty_or_others(answered)
    yield from answered.conforms()
    yield absent(answered, sent)


def _empty_or_others(answered: Answered) -> Check:
    """Check for 200, or for the 404 that the document has for a search too."""
    code = answered.response.status
    return check("status", answered, "200 or 404", str(code), holds=code in (200, 404))


def absent(answered: Answered, sent: Sent) -> Check:
    """Check that none of an upload's documents is listed."""
    seen = [each for each in numbers_of(answered) if each in sent.numbers]
    return check(
        "hits", answered, "none of these documents", f"{len(seen)} of them", holds=not seen
    )


def refused_with(answered: Answered, *statuses: int) -> Checks:
    """Judge a refusal: one of these statuses, and the error that the document shows for it."""
    code = answered.response.status
    expected = " or ".join(map(str, statuses))
    yield check("status", answered, expected, str(code), holds=code in statuses)
    yield equal("error.code", answered, str(code), members(answered.body).get("code"))
    yield from leaks_nothing(answered, ())
    yield from answered.conforms()
