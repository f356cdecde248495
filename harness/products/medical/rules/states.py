"""Compare the statuses of a transaction with what its payer is bound to and with what was sent."""

from collections.abc import Mapping, Sequence

from harness.jsonvalue import Json, items, lookup, members, text
from harness.outcome import Check
from harness.products.medical.codes.statuses import BY_CODE
from harness.products.medical.rules.payers import Payer
from harness.rules.checks import check, equal
from harness.rules.rule import Checks
from harness.rules.target import Answered

State = Mapping[str, Json]


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
        holds=bool(codes) and set(codes) == {payer.code} and payer.code in BY_CODE,
    )
    for state in states:
        yield _message(answered, state, payer)
        yield from _documents(answered, state, payer, sent)


def _message(answered: Answered, state: State, payer: Payer) -> Check:
    said = text(state.get("statusMessage"))
    expected = payer.pattern or payer.message
    return check("status.message", answered, expected, said or "none", holds=payer.says(said))


def _documents(answered: Answered, state: State, payer: Payer, sent: Mapping[str, Json]) -> Checks:
    """Compare documents as a set: no order is promised, and two samples differ in it (C113)."""
    documents = [members(document) for document in items(state.get("documents"))]
    expected = sorted(_sent_documents(sent))
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
