"""Faults of the retrieval API: what it finds, what it gives out and what it refuses."""

from harness.jsonvalue import items
from harness.mock.fault import Change, Fault, with_media_type, with_member, with_status, without
from harness.mock.reply import Reply
from harness.products.medical.mock.faults import AREA, without_last
from harness.products.medical.mock.retrieval import DATE_FILTERS, TEXT_FILTERS

HITS, HIT, FAILURE, HEALTH = (
    "retrieval.hits",
    "retrieval.hit",
    "retrieval.failure",
    "retrieval.health",
)
# Members of a hit that a caller has to find, one fault each.
_TOLD = (*TEXT_FILTERS, *DATE_FILTERS, "patientControlNumber", "attachmentUploadDate")


def _rule(name: str, breaks: str, sentence: str) -> Fault:
    return Fault(f"retrieval-{name}", AREA, breaks, sentence)


def _change(name: str, breaks: str, sentence: str, point: str, change: Change) -> Fault:
    return Fault(f"retrieval-{name}", AREA, breaks, sentence, point, change)


def _with_first_twice(reply: Reply) -> Reply:
    return Reply(reply.status, [*items(reply.body)[:1], *items(reply.body)], reply.media_type)


def _as_object(reply: Reply) -> Reply:
    # The list wrapped in an object, as many APIs do and this document does not.
    return Reply(reply.status, {"documents": reply.body}, reply.media_type)


_DECISIONS = (
    # The names of these faults are looked up where `retrieval` decides.
    _rule("first-date-unchecked", "A015", "A document search needs no startUploadDate."),
    _rule("last-date-unchecked", "A015", "A document search needs no endUploadDate."),
    _rule("criteria-unchecked", "A015", "A document search takes criteria of any type."),
    _rule("test-mode-unchecked", "A015", "A document search takes any testMode."),
    _rule("test-mode-ignored", "A066", "Test documents are found among the live ones."),
    _rule("days-ignored", "A015", "A document search looks at every day."),
    _rule("size-ignored", "A067", "A document search lists more documents than asked for."),
    _rule("criteria-combined-with-or", "A067", "A document is found by any criterion."),
    _rule("foreign-listed", "O003", "A document search lists every organisation's documents."),
    _rule("foreign-readable", "O003", "Anybody can fetch a document whose id he knows."),
    _rule("loses-a-byte", "A042", "A fetched document lacks its last byte."),
    _rule("swaps-documents", "A042", "Every id fetches the oldest document."),
    _rule("converts-lines", "A042", "A fetched document has other ends of lines."),
    _rule("as-text", "A042", "A fetched document is called text/plain."),
    _rule("unknown-found", "O002", "An unknown document is fetched as one of no bytes."),
    *(
        _rule(f"ignores-{name}", "A066", f"A document search ignores {name}.")
        for name in (*TEXT_FILTERS, *DATE_FILTERS)
    ),
)
_ANSWERS = (
    _change("down", "O017", "The retrieval API is down.", HEALTH, with_status(503)),
    _change(
        "health-unnamed", "O017", "The retrieval health has no status.", HEALTH, without("status")
    ),
    _change("hits-lose-the-last", "A066", "A document search omits a hit.", HITS, without_last),
    _change(
        "hits-repeat-the-first", "A067", "A document is listed twice.", HITS, _with_first_twice
    ),
    _change("hits-as-object", "O002", "Documents found are no array.", HITS, _as_object),
    _change(
        "hits-as-text",
        "O002",
        "Documents found are listed as text/plain.",
        HITS,
        with_media_type("text/plain"),
    ),
    _change("hits-without-id", "O014", "A document found has no id.", HIT, without("documentId")),
    *(
        _change(
            f"hits-without-{name}", "O014", f"A document found has no {name}.", HIT, without(name)
        )
        for name in _TOLD
    ),
    _change(
        "errors-without-code", "O002", "A retrieval error has no code.", FAILURE, without("code")
    ),
    _change(
        "errors-misnumbered",
        "O002",
        "A retrieval error has another code than its status.",
        FAILURE,
        with_member("code", "418"),
    ),
    _change("crashes", "O002", "A refused retrieval ends in 500.", FAILURE, with_status(500)),
)

FAULTS = (*_DECISIONS, *_ANSWERS)
