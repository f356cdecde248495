"""Speak to the medical attachments APIs the way a rule needs: whole requests, or edited ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from harness.client.multipart import Part
from harness.exchange import Headers
from harness.files.upload import Upload
from harness.jsonvalue import Json, items, members, text
from harness.rules.edits import file_parts, request_part
from harness.rules.target import Answered, Target, json_body, multipart_body

GROUP = "medical"
SUBMISSION = "medical-submission"
STATUS = "medical-status"
UPLOAD = "uploadAttachments"
BY_TRACE_ID = "getAttachmentStatus"
SEARCH = "searchAttachmentStatus"
SUBMITTER_HEADER = "X-CHC-Attachment-SubmitterId"
# Of a UUID in text; two more parts follow it (C100).
_TRACE_ID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an upload gave; what is missing is empty, for checks to find."""

    answered: Answered
    attachment_id: str
    trace_headers: tuple[tuple[str, str], ...] = ()
    """The response headers that may carry the trace id."""

    @property
    def trace_id(self) -> str:
        """The UUID with which the attachment id begins; where there is none, that of a header."""
        carried = (value for _, value in self.trace_headers)
        return self.attachment_id[:_TRACE_ID_LENGTH] or next(carried, "")

    @property
    def submitter_id(self) -> str:
        """The last part of the attachment id."""
        return self.attachment_id.rpartition("_")[2]


def upload(target: Target, submission: Json, files: Sequence[Upload]) -> Receipt:
    """Send documents with a good token and read what was given for them."""
    answered = upload_parts(target, (request_part(submission), *file_parts(files)))
    attachment_id = text(members(answered.body).get("attachmentId"))
    return Receipt(answered, attachment_id, _trace_headers(target, answered))


def _trace_headers(target: Target, answered: Answered) -> Headers:
    """Return the header that is configured, or those named like a trace id: no document names it (C100)."""
    wanted = target.environment.trace_header.lower()
    return tuple(
        (name, value)
        for name, value in answered.response.headers
        if (name.lower() == wanted if wanted else "id" in name.lower().partition("trace")[2])
    )


def upload_parts(target: Target, parts: Sequence[Part]) -> Answered:
    """Send an upload made of just these parts."""
    headers, body = multipart_body(parts)
    return upload_body(target, headers, body)


def upload_body(target: Target, headers: Headers, body: bytes) -> Answered:
    """Send an upload with just this body."""
    operation = target.operation(SUBMISSION, UPLOAD)
    return target.call(operation, headers=(*_caller(target), *headers), body=body)


def summary(target: Target, trace_id: str) -> Answered:
    """Ask for the summary of a transaction."""
    return status_of(target, trace_id, "?fieldset=summary")


def detail(target: Target, trace_id: str) -> Answered:
    """Ask for everything on a transaction."""
    return status_of(target, trace_id, "?fieldset=detail")


def status_of(target: Target, trace_id: str, query: str) -> Answered:
    """Ask for the status of a transaction with just this query."""
    operation = target.operation(STATUS, BY_TRACE_ID)
    # Quoted whole: malformed ids hold slashes, blanks and percent signs.
    path = operation.full_path.replace("{traceId}", quote(trace_id, safe=""))
    return target.call(operation, headers=target.authorization(GROUP), path=path, suffix=query)


def search(target: Target, criteria: Json) -> Answered:
    """Search transactions by these criteria and no others."""
    headers, body = json_body(criteria)
    return search_body(target, headers, body)


def search_body(target: Target, headers: Headers, body: bytes) -> Answered:
    """Send a search with just this body."""
    operation = target.operation(STATUS, SEARCH)
    return target.call(operation, headers=(*target.authorization(GROUP), *headers), body=body)


def states(value: Json) -> tuple[dict[str, Json], ...]:
    """Return a list of statuses as objects, none where it is no list."""
    return tuple(dict(members(item)) for item in items(value))


def transaction(body: Json) -> dict[str, Json]:
    """Return a detail, which one published sample wraps into an array (C99)."""
    listed = items(body)
    return dict(members(listed[0] if len(listed) == 1 else body))


def found(answered: Answered) -> tuple[str, ...]:
    """Return the trace ids of a search answer."""
    # The digits of a UUID have no case.
    return tuple(text(members(item).get("traceId")).lower() for item in items(answered.body))


def _caller(target: Target) -> Headers:
    # Whether the gateway knows the submitter from the credentials is nowhere stated.
    submitter_id = target.environment.submitter_id
    # An empty header would name nobody; left out, the gateway decides.
    named = ((SUBMITTER_HEADER, submitter_id),) if submitter_id else ()
    return (*target.authorization(GROUP), *named)
