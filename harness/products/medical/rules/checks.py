"""Compare what the medical attachments APIs answer with what they promise, one comparison a function."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from harness.jsonvalue import Json, compact, items, lookup, members, text
from harness.outcome import Check
from harness.products.medical.codes.statuses import BY_CODE
from harness.products.medical.rules.baseline import Payer
from harness.products.medical.rules.requests import Receipt
from harness.rules.answers import answer_time, loose
from harness.rules.checks import check, equal, matches, refused, silent_about, status
from harness.rules.rule import Checks
from harness.rules.target import Answered

TRACE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")
ERRORS = "response.body#/errors"
_PATIENT = ("Atreides-Test", "Paul", "HARNESS0001")
"""What the submissions of `medical_baseline` hold that no error has to repeat."""
# Errors may number the items of a list or not, in brackets or after a dot.
_INDEX = re.compile(r"\[[0-9]+\]|(?<=\.)[0-9]+\.")


def accepted(receipt: Receipt) -> Checks:
    """Judge a successful upload: 200, `success`, and an id that begins with a trace id."""
    answered = receipt.answered
    yield status(answered, 200)
    yield equal("upload.status", answered, "success", members(answered.body).get("status"))
    yield matches("trace-id", answered, TRACE_ID, receipt.trace_id)
    yield from answered.conforms()


def refused_upload(answered: Answered, path: str) -> Checks:
    """Judge a refused upload: 400 and a list of errors, one of which names the field to blame."""
    yield status(answered, 400)
    yield equal("error.status", answered, "errors", members(answered.body).get("status"))
    yield field_named(answered, path)
    yield _described(answered)
    yield silent_about(answered, _PATIENT)
    yield from answered.conforms()


def refused_plainly(answered: Answered) -> Checks:
    """Judge a refusal of which no more is published than that it is the client's fault."""
    yield refused(answered)
    yield silent_about(answered, _PATIENT)
    yield from answered.conforms()


def field_named(answered: Answered, path: str) -> Check:
    """Check that an error names a field, with its parents or without, or a member of it."""
    wanted = _INDEX.sub("", path)
    fields = [
        text(members(error).get("field")) for error in items(lookup(answered.body, "/errors"))
    ]
    holds = any(_is_named(wanted, _INDEX.sub("", field)) for field in fields)
    actual = ", ".join(fields) or f"status {answered.response.status} and no field"
    return check("error.field", answered, wanted, actual, holds=holds, where=ERRORS)


def _described(answered: Answered) -> Check:
    """Check that every error says in words what is wrong."""
    said = [
        text(members(error).get("description")) for error in items(lookup(answered.body, "/errors"))
    ]
    holds = bool(said) and all(each.strip() for each in said)
    actual = "; ".join(said) or "no error"
    return check("error.description", answered, "words", actual, holds=holds, where=ERRORS)


def _is_named(wanted: str, field: str) -> bool:
    return bool(field) and (
        # With its parents, without them, or a member of it: no notation is published.
        wanted == field or wanted.endswith(f".{field}") or field.startswith(f"{wanted}.")
    )


State = Mapping[str, Json]

SUBMITTED = "transactionSubmittedDate"
_TOLD = ("documentName", "controlNumber", "statusCode", "statusMessage")
"""The payer's own words are optional, and so may stand in one form only (A007)."""
_DETAILS = (
    *("claimEndDate", "claimStartDate", "memberId", "patientFirstName", "patientLastName"),
    *("payerId", "payerName", "providerFirstName", "providerId", "providerLastName"),
    *("rejectionInformation", "submitterId"),
)
"""The published members of transactionDetails but its time; what else is there may differ."""
_TOLERANCE = timedelta(minutes=5)
"""A status may be reported as of the moment of asking."""


def same_states(answered: Answered, expected: Sequence[State], actual: Sequence[State]) -> Checks:
    """Check that statuses are reported twice alike: codes, messages, documents in any order, times."""
    # In the order of the answer: statuses are a history.
    yield equal("states.twin", answered, _plain(expected), _plain(actual))
    # A different number of statuses fails the check before.
    pairs = list(zip(_times(expected), _times(actual), strict=False))
    apart = [f"{one} and {other}" for one, other in pairs if not _are_near(one, other)]
    moved_names = ", ".join(apart) or "the same"
    yield check("states.twin-times", answered, "the same times", moved_names, holds=not apart)


def same_details(answered: Answered, expected: Json, actual: Json) -> Check:
    """Check that a transaction's details are the same across the board, as the guide puts it (C98)."""
    one, other = members(expected), members(actual)
    differing = [name for name in _DETAILS if one.get(name) != other.get(name)]
    # One form may round to minutes and the other may not.
    if not _are_near(text(one.get(SUBMITTED)), text(other.get(SUBMITTED))):
        differing.append(SUBMITTED)
    differing_names = ", ".join(differing) or "none"
    return check("details.twin", answered, "no difference", differing_names, holds=not differing)


def in_time(answered: Answered, details: Mapping[str, Json], states: Sequence[State]) -> Check:
    """Check that every time is one, not before the transaction and not after the answer."""
    first, last = loose(text(details.get(SUBMITTED))), answer_time(answered.response)
    # Documents need not carry a time of their own.
    odd = [time for time in _times(states) if time and not _is_between(loose(time), first, last)]
    expected = "times between the upload and the answer"
    return check("states.times", answered, expected, ", ".join(odd) or "none other", holds=not odd)


def _is_between(moment: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    if moment is None:
        return False
    # An unreadable time of the upload is a matter for the check of that member.
    is_late_enough = first is None or first - _TOLERANCE <= moment
    return is_late_enough and (last is None or moment <= last + _TOLERANCE)


def _are_near(one: str, other: str) -> bool:
    first, second = loose(one), loose(other)
    if first is None or second is None:
        # What cannot be read as a time is compared as text.
        return one == other
    return abs(first - second) <= _TOLERANCE


def _plain(states: Sequence[State]) -> Json:
    return [
        [text(state.get("statusCode")), text(state.get("statusMessage")), *_documents(state)]
        for state in states
    ]


def _documents(state: State) -> list[str]:
    listed = [members(document) for document in items(state.get("documents"))]
    return sorted(compact({name: item.get(name) for name in _TOLD}) for item in listed)


def _times(states: Sequence[State]) -> tuple[str, ...]:
    """Return all times, those of documents in the order of their names; empty where none is reported."""
    return tuple(time for state in states for time in _times_of(state))


def _times_of(state: State) -> tuple[str, ...]:
    listed = [members(document) for document in items(state.get("documents"))]
    ordered = sorted(listed, key=lambda each: text(each.get("documentName")))
    return tuple(text(item.get("statusTimeStamp")) for item in (state, *ordered))


def judge_states(
    answered: Answered, states: Sequence[State], payer: Payer, sent: Mapping[str, Json]
) -> Checks:
    """Judge every status by its payer's code and message, and its documents by those sent."""
    codes = [text(state.get("statusCode")) for state in states]
    yield check(
        "status.codes",
        answered,
        payer.code,
        ", ".join(codes) or "no status",
        # A fax that fails has one status for each attempt, all with the same code (A047).
        holds=bool(codes) and set(codes) == {payer.code} and payer.code in BY_CODE,
    )
    for state in states:
        yield _message(answered, state, payer)
        yield from _documents_of(answered, state, payer, sent)


def _message(answered: Answered, state: State, payer: Payer) -> Check:
    said = text(state.get("statusMessage"))
    expected = payer.pattern or payer.message
    return check("status.message", answered, expected, said or "none", holds=payer.says(said))


def _documents_of(
    answered: Answered, state: State, payer: Payer, sent: Mapping[str, Json]
) -> Checks:
    """Compare documents as a set: no order is promised, and two samples differ in it (C113)."""
    documents = [members(document) for document in items(state.get("documents"))]
    expected = sorted(_sent_documents(sent))
    # Solicited lines have no number of the provider, so only names are compared.
    numbered = any(number for _, number in expected)
    actual = sorted(
        (
            text(document.get("documentName")),
            text(document.get("controlNumber")) if numbered else "",
        )
        for document in documents
    )
    yield equal("status.documents", answered, [list(each) for each in expected], _lists(actual))
    bare = [
        text(document.get("documentName"))
        for document in documents
        if not document.get("controlNumber")
    ]
    yield equal("status.unnumbered-documents", answered, "", ", ".join(bare))
    # With a single document the two verdicts of TESTEP10 cannot both occur (A038).
    if payer.document_codes and len(expected) > 1:
        yield from _own_verdicts(answered, documents, payer)


def _lists(pairs: Sequence[tuple[str, str]]) -> Json:
    return [list(pair) for pair in pairs]


def _sent_documents(sent: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Return (name, number of the provider) of what was sent; a solicited line has no such number."""
    lines = items(lookup(sent, "/claimInformation/serviceLines"))
    return [
        (
            text(lookup(line, "/attachmentDetails/name")),
            text(members(line).get("providerAttachmentControlNumber")),
        )
        for line in lines
    ]


def _own_verdicts(answered: Answered, documents: Sequence[State], payer: Payer) -> Checks:
    codes = {text(document.get("statusCode")) for document in documents}
    yield equal("documents.codes", answered, sorted(payer.document_codes), sorted(codes))
    for document in documents:
        known = BY_CODE.get(text(document.get("statusCode")))
        is_complete = bool(text(document.get("statusTimeStamp"))) and known is not None
        actual = f"{document.get('statusCode')} {document.get('statusMessage')} {document.get('statusTimeStamp')}"
        holds = (
            is_complete
            and known is not None
            and text(document.get("statusMessage")) == known.message
        )
        yield check(
            "documents.verdict", answered, "code, its message and a time", actual, holds=holds
        )
