"""Faults in what the dental API refuses, and in what it answers: receipts, found files, problems and health."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from harness.codes.media_types import MEDIA_TYPES
from harness.jsonvalue import Json, items, lookup, members, text
from harness.mock.fault import (
    Change,
    Fault,
    with_changed,
    with_each,
    with_media_type,
    with_member,
    with_status,
    without,
)
from harness.mock.reply import Reply
from harness.products.dental.mock.problems import failure, refusal

AREA = "dental"
_TYPE_REQUIREMENTS = {
    "bmp": "D026",
    "jpeg": "D027",
    "tiff": "D028",
    "png": "D029",
    "pdf": "D030",
    "txt": "D031",
    "doc": "D032",
    "docx": "D032",
    "dicom": "D033",
    "gif": "D034",
    "rtf": "D035",
}


# These change no reply: the rule of that name is asked for by its id where the mock decides.
def _unchecked(name: str, breaks: str, what: str) -> Fault:
    return Fault(name, AREA, breaks, f"Accepts {what}.")


# One for each rule of the mock: a check that no fault trips would prove nothing.
_RULES = (
    _unchecked("submitter-requirement-unchecked", "D102", "a claim without submitter id"),
    _unchecked("tax-id-requirement-unchecked", "D103", "a claim without tax id"),
    _unchecked("tax-id-format-unchecked", "D104", "a malformed tax id"),
    _unchecked("claim-id-requirement-unchecked", "D107", "a claim without claim id"),
    _unchecked("claim-id-length-unchecked", "D108", "a claim id of 51 characters"),
    _unchecked("payer-id-requirement-unchecked", "D109", "a claim without payer id"),
    _unchecked("payer-id-pattern-unchecked", "D110", "a payer id of other than five characters"),
    _unchecked("npi-requirement-unchecked", "D111", "a claim without NPI"),
    _unchecked("npi-checksum-unchecked", "D112", "an NPI with a wrong check digit"),
    _unchecked("npi-digits-unchecked", "D113", "an NPI of other than ten digits"),
    _unchecked("service-date-requirement-unchecked", "D114", "a claim without date of service"),
    _unchecked("service-date-format-unchecked", "D115", "a malformed date of service"),
    _unchecked("birth-date-unchecked", "D116", "a malformed birth date"),
    _unchecked("last-name-pattern-unchecked", "D117", "a last name of 76 characters"),
    _unchecked("first-name-pattern-unchecked", "D118", "a first name of 51 characters"),
    _unchecked("member-id-pattern-unchecked", "D119", "a member id of 51 characters"),
    _unchecked("member-data-completeness-unchecked", "D133", "member data given in part"),
    _unchecked("attachment-ids-requirement-unchecked", "D120", "a search without ids"),
    _unchecked("attachment-id-pattern-unchecked", "D121", "a malformed attachment id"),
    _unchecked("containers-mixed", "D132", "a search across two containers"),
    _unchecked("unknown-id-overlooked", "D135", "an attachment id that does not exist"),
    _unchecked("policies-unchecked", "D136", "calls by a client without the dental product"),
    _unchecked("foreign-attachment-readable", "D138", "a search for another's attachment"),
    _unchecked("foreign-submitter-accepted", "D050", "a foreign submitter id"),
    _unchecked("foreign-tax-id-accepted", "D051", "a foreign tax id"),
    _unchecked("roles-unchecked", "D074", "searches by providers and uploads by payers"),
    _unchecked("healthcheck-open", "D009", "a healthcheck without a token"),
    _unchecked("unsupported-type-accepted", "D036", "files of any type"),
    _unchecked("disguised-type-accepted", "D036", "files of another type than they claim"),
    _unchecked("no-files-accepted", "D037", "a call without files"),
    _unchecked("eleven-files-accepted", "D038", "more than ten files"),
    _unchecked("empty-id-list-accepted", "D065", "an empty list of ids"),
    _unchecked("eleven-ids-accepted", "D064", "more than ten ids"),
    _unchecked("file-metadata-unrequired", "D083", "image intelligence without metadata"),
    _unchecked("metadata-count-unchecked", "D090", "fewer metadata entries than files"),
    _unchecked("metadata-file-name-unchecked", "D091", "metadata for another file name"),
    _unchecked("metadata-media-type-unchecked", "D092", "metadata for another media type"),
    _unchecked("procedure-codes-unchecked", "D093", "malformed procedure codes"),
    _unchecked("long-procedure-code-accepted", "D094", "a procedure code of 26 characters"),
    _unchecked("metadata-date-unchecked", "D095", "a malformed service date in the metadata"),
    _unchecked("tooth-numbers-unchecked", "D096", "malformed tooth numbers"),
    _unchecked("tooth-letters-accepted", "D097", "tooth numbers that are letters"),
)
_REFUSALS = (
    Fault("ten-files-refused", AREA, "D038", "Refuses ten files."),
    Fault("ten-ids-refused", AREA, "D064", "Refuses ten ids."),
    Fault("bare-ids-refused", AREA, "D068", "Refuses ids without prefix."),
    Fault("control-number-refused", AREA, "D067", "Refuses control numbers in a search."),
    Fault("error-echoes-patient", AREA, "D060", "A refusal repeats the patient's last name."),
    *(
        Fault(
            f"{media_type.kind}-refused",
            AREA,
            _TYPE_REQUIREMENTS[media_type.kind],
            f"Refuses {media_type.kind}.",
        )
        for media_type in MEDIA_TYPES
    ),
)

REFUSAL_FAULTS = (*_RULES, *_REFUSALS)


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
    # Only where the request had this mistake, as code that trips over one value.
    return lambda reply: failure(500) if key in _keys(reply) else reply


def _blaming(right: str, wrong: str) -> Change:
    return lambda reply: refusal([wrong if key == right else key for key in _keys(reply)])


def _without_codes(reply: Reply) -> Reply:
    # A code that the published table does not have.
    errors: Json = [{**members(e), "code": "DENTATT_999"} for e in _errors(reply)]
    return with_member("properties", {"errors": errors})(reply)


def _errors(reply: Reply) -> Sequence[Json]:
    return items(lookup(reply.body, "/properties/errors"))


def _five_hours_earlier(value: Json) -> Json:
    # Local time of New York in winter, marked as UTC: the usual slip.
    moment = datetime.fromisoformat(text(value)) - timedelta(hours=5)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _all_the_first(value: Json) -> Json:
    # One more than files, so that neither their number nor their being distinct holds.
    return [items(value)[0]] * (len(items(value)) + 1)


def _unprefixed(value: Json) -> Json:
    return text(value).partition("#")[2]


_SEARCHES = (
    # What happens on the way to the wire is decided in `search`, by these names.
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
    # 202 would mean that the container is not closed yet (RFC 9110, 15.3.3).
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

ANSWER_FAULTS = (*_SEARCHES, *_RECEIPTS, *_PROBLEMS, *_HEALTH)
