"""Promises on uploading medical documents: what is accepted, and what is given for it."""

from collections.abc import Callable

from hypothesis import strategies as st

from harness.codes.media_types import media_type_of_kind
from harness.files.samples import sample_upload
from harness.jsonvalue import Json, compact, members, text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.medical.rules.baseline import (
    ELECTRONIC,
    KINDS,
    WRITES,
    documents,
    names_of,
    payers,
    submission,
)
from harness.products.medical.rules.checks import TRACE_ID, accepted
from harness.products.medical.rules.requests import Receipt, upload
from harness.products.medical.strategies.submissions import medical_requests
from harness.rules.answers import leaks_nothing
from harness.rules.checks import check, equal, status
from harness.rules.part import FAILS, troubled
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

# No limit is published for this API; ten is that of the dental one.
_COUNTS = (1, 2, 5, 10)
_ANY_PAYER = st.sampled_from([payer.id for payer in payers()])


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on uploads that succeed."""
    return (
        Rule(
            "medical/upload/accepted",
            "any valid submission to any test payer is accepted",
            ("A005", "A012", "O013"),
            _accepted,
            values=_ANY_PAYER.flatmap(
                lambda payer_id: medical_requests(payer_id=payer_id, file_names=names_of(2))
            ),
            needs=WRITES,
        ),
        _rule(
            "receipt",
            "the receipt is JSON and joins trace, payer and submitter id",
            ("A012", "O002", "O011"),
            _receipt,
        ),
        _rule("trace-ids-differ", "every upload gets a trace id of its own", ("A012",), _differ),
        *_observations(),
        *(_file_type(kind) for kind in KINDS),
        *(_files(count, solicited=solicited) for count in _COUNTS for solicited in (False, True)),
    )


def _rule(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    verify: Callable[[Target, object], Checks],
) -> AnyRule:
    return Rule(f"medical/upload/{name}", title, requirements, verify, needs=WRITES)


def _accepted(target: Target, sent: dict[str, Json]) -> Checks:
    return accepted(upload(target, sent, documents(2)))


def _one(target: Target) -> Receipt:
    return upload(target, submission(), documents(1))


def _receipt(target: Target, _: object) -> Checks:
    receipt = _one(target)
    yield from accepted(receipt)
    # Without one in the settings the gateway's own choice has to do.
    submitter_id = target.environment.submitter_id or receipt.submitter_id
    expected = "_".join((receipt.trace_id, ELECTRONIC, submitter_id))
    yield equal("attachment-id", receipt.answered, expected, receipt.attachment_id)


def _differ(target: Target, _: object) -> Checks:
    receipts = [_one(target) for _ in range(3)]
    for receipt in receipts:
        yield from accepted(receipt)
    different = len({receipt.trace_id for receipt in receipts})
    yield equal("trace-ids.distinct", receipts[-1].answered, 3, different)


def _file_type(kind: str) -> AnyRule:
    known = media_type_of_kind(kind)
    name = f"harness-01{known.extensions[0]}"

    def verify(target: Target, _: object) -> Checks:
        # The service line names the file, as a document is found by its name (A040).
        return accepted(upload(target, submission((name,)), (sample_upload(kind, name),)))

    title = f"a {kind.upper()} file is accepted"
    return _rule(f"file-type-{kind}", title, ("A004",), verify)


def _files(count: int, *, solicited: bool) -> AnyRule:
    """Upload documents that answer a payer's request, or that come on the provider's own account."""
    kind = "solicited" if solicited else "unsolicited"

    def verify(target: Target, _: object) -> Checks:
        sent = submission(names_of(count), solicited=solicited)
        return accepted(upload(target, sent, documents(count)))

    title = f"{count} {kind} document{'s are' if count > 1 else ' is'} accepted"
    return _rule(f"{count}-{kind}", title, ("A019",), verify)


def _observations() -> tuple[AnyRule, ...]:
    """Look for what the documents mention and never pin down."""

    def observation(
        name: str, title: str, requirement: str, verify: Callable[[Target, object], Checks]
    ) -> AnyRule:
        return Rule(
            f"medical/upload/{name}",
            title,
            (requirement,),
            verify,
            strength=Strength.OBSERVE,
            needs=WRITES,
        )

    return (
        observation(
            "trace-header",
            "some response header named like trace id carries the trace id",
            "A013",
            _trace_header,
        ),
        observation("meta", "a meta object, where there is one, holds texts", "O019", _meta),
    )


def _trace_header(target: Target, _: object) -> Checks:
    # Twice, so that a constant header of that name is not taken for the trace id.
    for _turn in range(2):
        yield _carried(_one(target))


def _carried(receipt: Receipt) -> Check:
    """Return by which ways the trace id came: a header, by its name, and the attachment id."""
    named = receipt.trace_headers
    carries = [name for name, value in named if value.lower() == receipt.trace_id.lower()]
    carriers = (
        ", ".join(carries or (f"{name} with another value" for name, _ in named)) or "no header"
    )
    way = "and attachmentId" if receipt.attachment_id else "and no attachmentId"
    return check(
        "trace-header",
        receipt.answered,
        "a header like *trace*id*, and attachmentId",
        f"{carriers} {way}",
        holds=bool(carries) and TRACE_ID.fullmatch(receipt.trace_id) is not None,
        where="response.headers",
    )


def _meta(target: Target, _: object) -> Checks:
    receipt = _one(target)
    yield from accepted(receipt)
    answered = receipt.answered
    meta = members(answered.body).get("meta")
    # The guide mentions the object for support (O019), and lists none of its members.
    texts = isinstance(meta, dict) and all(isinstance(value, str) for value in meta.values())
    actual = "none" if meta is None else compact(meta)
    yield check("meta", answered, "texts, or no meta", actual, holds=meta is None or texts)


_AGAIN = "try again"


def upload_rule() -> AnyRule:
    """Return the rule on temporary faults of an upload."""
    return Rule(
        "medical/upload/when-temporarily-unable",
        "a temporary fault is told as one, and the upload can be sent again",
        ("A070",),
        _unable,
        needs=(*FAILS, "writes_allowed"),
    )


def _unable(target: Target, _: object) -> Checks:
    sent = submission()
    answered = upload(troubled(target, "temporary"), sent, documents(1)).answered
    # The status that the framework behind the upload answers with (A070).
    yield status(answered, 500)
    said = text(members(answered.body).get("message"))
    yield check("message", answered, _AGAIN, said or "nothing", holds=_AGAIN in said.lower())
    yield from answered.conforms()
    person = members(sent["subscriber"])
    yield from leaks_nothing(answered, [text(value) for value in person.values()])
    # The same upload without the trouble: the fault was a temporary one.
    yield from accepted(upload(target, sent, documents(1)))
