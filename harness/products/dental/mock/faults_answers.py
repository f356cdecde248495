"""Faults in what the dental API answers: receipts, found files, problems and health."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from harness.jsonvalue import Json, items, lookup, members, text
from harness.mock.changes import (
    with_changed,
    with_each,
    with_media_type,
    with_member,
    with_status,
    without,
)
from harness.mock.fault import Change, Fault
from harness.mock.reply import Reply
from harness.products.dental.mock.problems import failure, refusal

AREA = "dental"
RECEIPT, PROBLEM = "dental.receipt", "dental.problem"


def _search(name: str, breaks: str, sentence: str) -> Fault:
    return Fault(f"search-{name}", AREA, breaks, f"A search {sentence}.")


def _receipt(name: str, breaks: str, sentence: str, change: Change) -> Fault:
    return Fault(name, AREA, breaks, sentence, RECEIPT, change)


def _problem(name: str, breaks: str, sentence: str, change: Change) -> Fault:
    return Fault(name, AREA, breaks, sentence, PROBLEM, change)


def _keys(reply: Reply) -> tuple[str, ...]:
    errors = items(lookup(reply.body, "/properties/errors"))
    return tuple(text(members(error).get("field")) for error in errors)


def _crashing_on(key: str) -> Change:
    return lambda reply: failure(500) if key in _keys(reply) else reply


def _blaming(right: str, wrong: str) -> Change:
    return lambda reply: refusal([wrong if key == right else key for key in _keys(reply)])


def _without_codes(reply: Reply) -> Reply:
    errors: Json = [{**members(e), "code": "DENTATT_999"} for e in _errors(reply)]
    return with_member("properties", {"errors": errors})(reply)


def _errors(reply: Reply) -> Sequence[Json]:
    return items(lookup(reply.body, "/properties/errors"))


def _five_hours_earlier(value: Json) -> Json:
    moment = datetime.fromisoformat(text(value)) - timedelta(hours=5)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _all_the_first(value: Json) -> Json:
    return [items(value)[0]] * (len(items(value)) + 1)


def _unprefixed(value: Json) -> Json:
    return text(value).partition("#")[2]


_SEARCHES = (
    _search("loses-a-byte", "D062", "loses the last byte of each file"),
    _search("adds-a-line-end", "D062", "adds a line end to each file"),
    _search("cuts-large-files", "D062", "gives no more than 64 kB of a file"),
    _search("claims-base64", "D062", "says of raw bytes that they are base64"),
    _search("swaps-files", "D072", "gives each id the content of another"),
    _search("omits-a-file", "D069", "leaves out the first file"),
    _search("names-parts-otherwise", "D070", "calls its parts attachment"),
    _search("renames-files", "D070", "gives files other names"),
    _search("mangles-unicode-names", "D022", "replaces what is not ASCII in file names"),
    _search("gives-wrong-control-number", "D071", "gives another control number"),
    _search("gives-wrong-id", "D072", "gives another attachment id"),
    _search("prefixes-ids", "D071", "leaves the prefix on the ids"),
    _search("changes-media-type", "D073", "gives files another content type"),
    _search("without-terminator", "D075", "ends without the closing boundary"),
    _search("as-octets", "D069", "answers as application/octet-stream"),
    Fault("control-number-finds-one-file", AREA, "D067", "A control number finds one file only."),
)
_RECEIPTS = (
    Fault("control-number-reused", AREA, "D023", "Each create gets the last control number."),
    _receipt("created-with-202", "D054", "A create answers 202.", with_status(202)),
    _receipt("created-as-text", "O002", "A receipt is text/plain.", with_media_type("text/plain")),
    _receipt("status-missing", "D055", "A receipt has no status.", without("status")),
    _receipt("status-open", "D025", "A new container is open.", with_member("status", "ACTIVE")),
    _receipt("created-at-missing", "D056", "A receipt has no createdAt.", without("createdAt")),
    _receipt(
        "created-at-local-time",
        "D056",
        "createdAt is five hours behind UTC.",
        with_changed("createdAt", _five_hours_earlier),
    ),
    _receipt(
        "attachment-ids-missing",
        "D057",
        "A receipt has no attachmentIds.",
        without("attachmentIds"),
    ),
    _receipt(
        "attachment-ids-as-text",
        "D057",
        "attachmentIds is a string.",
        with_changed("attachmentIds", lambda value: ",".join(map(text, items(value)))),
    ),
    _receipt(
        "attachment-ids-duplicated",
        "D057",
        "The first attachment id stands for every file and once more.",
        with_changed("attachmentIds", _all_the_first),
    ),
    _receipt(
        "attachment-ids-unprefixed",
        "D058",
        "Attachment ids come without prefix.",
        with_each("attachmentIds", _unprefixed),
    ),
    _receipt(
        "control-number-unprefixed",
        "D059",
        "The control number comes without prefix.",
        with_changed("attachmentControlNumber", _unprefixed),
    ),
    _receipt(
        "claim-id-changed",
        "D024",
        "A receipt names another claim.",
        with_changed("claimId", lambda value: f"{text(value)}-0"),
    ),
    Fault(
        "transaction-id-missing",
        AREA,
        "D099",
        "Image intelligence gives no transaction id.",
        "dental.created-with-images",
        without("imageIntelligenceTransactionId"),
    ),
    Fault(
        "transaction-id-on-plain-create",
        AREA,
        "D100",
        "A plain create gives a transaction id.",
        "dental.created",
        with_member("imageIntelligenceTransactionId", "0" * 24),
    ),
)
_PROBLEMS = (
    _problem(
        "crash-on-bad-date",
        "D115",
        "A malformed date of service ends in 500.",
        _crashing_on("Pattern.req.dateOfService"),
    ),
    _problem(
        "npi-length-blamed-on-checksum",
        "D113",
        "An NPI of other than ten digits gets code 009.",
        _blaming("Pattern.req.providerNpi", "Checksum.req.providerNpi"),
    ),
    _problem("refusal-with-200", "D060", "A refusal has status 200.", with_status(200)),
    _problem(
        "error-as-plain-json",
        "D060",
        "A problem is application/json.",
        with_media_type("application/json"),
    ),
    _problem("error-list-missing", "D060", "A problem has no errors.", without("properties")),
    _problem("error-code-unpublished", "D060", "Every error has code 999.", _without_codes),
    _problem(
        "error-status-contradicts",
        "D060",
        "A problem's status member is 200.",
        with_member("status", 200),
    ),
)
_HEALTH = (
    Fault(
        "health-silent",
        AREA,
        "D016",
        "The health answer is empty.",
        "dental.health",
        without("message"),
    ),
    Fault(
        "health-down", AREA, "D015", "The dental API is down.", "dental.health", with_status(503)
    ),
)

FAULTS = (*_SEARCHES, *_RECEIPTS, *_PROBLEMS, *_HEALTH)
