"""Promises on documents that were sent in: the payer fetches them as they were."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.jsonvalue import Json, text
from harness.outcome import Check
from harness.products.medical.facts import RETRIEVES
from harness.products.medical.rules.baseline import KINDS
from harness.products.medical.rules.checks import accepted
from harness.products.medical.rules.requests import GROUP
from harness.products.medical.rules.retrieval_requests import (
    FILTERS,
    NUMBER,
    RETRIEVAL,
    TEST,
    WRITES,
    Sent,
    absent,
    fetch,
    found,
    id_of,
    lists,
    look_for,
    refused_with,
    send_in,
)
from harness.products.medical.rules.search import days_around
from harness.rules.checks import check, equal, status
from harness.rules.edits import at
from harness.rules.rule import AnyRule, Checks, Drawn, Rule
from harness.rules.target import Answered, Target

_NARROW = "memberId"
# A well-formed UUID that nobody has issued.
_UNKNOWN = "00000000-0000-4000-8000-00000000ffff"
_NO_ID = "harness-no-such-document"
_FOREIGN = "foreign"


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on documents; those on strangers take a stranger's credentials."""
    return (
        Rule(
            "medical/retrieval/health/offered",
            "there is a retrieval API for these credentials",
            ("O017",),
            _offered,
            needs=RETRIEVES,
        ),
        _rule(
            "bytes",
            "a document is fetched as it was sent",
            ("A042",),
            _bytes,
            st.sampled_from(KINDS),
        ),
        _rule("each", "each id of several fetches its own document", ("A042", "O014"), _each),
        _rule("data", "a document is listed with what was said of it", ("O014",), _data),
        _rule(
            "unknown",
            "an id that is no document's is not found",
            ("O002",),
            _unknown,
            needs=RETRIEVES,
        ),
        _rule("no-id", "a path that is no id is refused", ("O002",), _no_id, needs=RETRIEVES),
        *(replace(stranger, role=_FOREIGN) for stranger in _of_strangers()),
    )


def _of_strangers() -> tuple[Rule[object], ...]:
    return (
        _rule("foreign", "another's document is not given out", ("O003", "O014"), _foreign),
        _rule(
            "foreign-listed", "another's document is not listed", ("O003", "O014"), _foreign_listed
        ),
    )


def _rule(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    verify: Callable[[Target, Drawn], Checks],
    values: SearchStrategy[Drawn] | None = None,
    needs: tuple[str, ...] = WRITES,
) -> Rule[Drawn]:
    case = f"medical/retrieval/document/{name}"
    return Rule(case, title, requirements, verify, values, needs=needs)


def _offered(target: Target, _: object) -> Checks:
    """Say how to configure a target without the retrieval API, which no requirement demands."""
    operation = target.operation(RETRIEVAL, "checkRetrievalHealth")
    answered = target.call(operation, headers=target.authorization(GROUP))
    code = answered.response.status
    expected = "200, or capabilities.retrieves_uploads: false in harness.yaml where there is none"
    yield check("offered", answered, expected, str(code), holds=code == 200)


def _bytes(target: Target, kind: str) -> Checks:
    sent = send_in(target, kind=kind)
    return _fetched_as_sent(target, sent)


def _each(target: Target, _: object) -> Checks:
    # The oldest comes last, so that an API which gives the first it has for every id is seen.
    return _fetched_as_sent(target, send_in(target, 3))


def _fetched_as_sent(target: Target, sent: Sent) -> Checks:
    # The member id is the upload's own, so that no other document fits.
    criteria = sent.criteria(_NARROW)
    yield from lists(target, criteria, sent)
    answered = look_for(target, criteria)
    for number, file in reversed([*zip(sent.numbers, sent.files, strict=True)]):
        # Without an id something is fetched all the same, so that the failure shows a request.
        document = fetch(target, id_of(answered, number) or _NO_ID)
        yield status(document, 200)
        yield from document.conforms()
        yield _same_bytes(document, file.content)


def _same_bytes(answered: Answered, expected: bytes) -> Check:
    content = answered.response.body
    size = f"{len(content)} bytes"
    same = content == expected
    return check(
        "bytes",
        answered,
        f"the {len(expected)} bytes sent",
        size if same else f"other {size}",
        holds=same,
    )


def _data(target: Target, _: object) -> Checks:
    sent = send_in(target)
    yield from accepted(sent.receipt)
    # By the control number alone: what else is found with it shows how it was stored.
    answered = look_for(target, sent.criteria(NUMBER))
    listed: Mapping[str, Json] = next(iter(found(answered)), {})
    yield from answered.conforms()
    yield check(
        "documentId",
        answered,
        "an id",
        text(listed.get("documentId")) or "none",
        holds=bool(listed.get("documentId")),
    )
    for name in FILTERS:
        # How the dates are written is not documented: their digits are compared.
        clean = _digits if name.endswith("Date") else str
        yield equal(name, answered, clean(sent.value(name)), clean(text(listed.get(name))))
    patient = at(sent.submission, "claimInformation.patientControlNumber")
    yield equal("patientControlNumber", answered, patient, listed.get("patientControlNumber"))
    # A day to either side: the zone in which days are counted is not documented.
    first, last = map(str, days_around(sent.receipt.answered).values())
    day = text(listed.get("attachmentUploadDate"))[:10]
    yield check(
        "attachmentUploadDate",
        answered,
        "the day of the upload",
        day or "none",
        holds=first <= day <= last,
    )


def _digits(value: str) -> str:
    return "".join(each for each in value if each.isdigit())


def _unknown(target: Target, _: object) -> Checks:
    return refused_with(fetch(target, _UNKNOWN), 404)


def _no_id(target: Target, _: object) -> Checks:
    return refused_with(fetch(target, _NO_ID), 400, 404)


def _foreign(target: Target, _: object) -> Checks:
    sent = send_in(target)
    criteria = sent.criteria(_NARROW)
    yield from lists(target, criteria, sent)
    document_id = id_of(look_for(target, criteria), sent.numbers[0]) or _NO_ID
    answered = fetch(target.acting_as(_FOREIGN), document_id)
    code = answered.response.status
    # Not to know of it is as good an answer as not to be allowed to know.
    yield check("foreign", answered, "4xx", str(code), holds=400 <= code <= 499)
    yield from answered.conforms()
    # Whatever the status, the bytes must not be there.
    is_disclosed = sent.files[0].content in answered.response.body
    yield check(
        "body",
        answered,
        "no document",
        "the document" if is_disclosed else "none",
        holds=not is_disclosed,
    )


def _foreign_listed(target: Target, _: object) -> Checks:
    sent = send_in(target)
    criteria = sent.criteria(_NARROW)
    yield from lists(target, criteria, sent)
    answered = look_for(target.acting_as(_FOREIGN), criteria, TEST)
    code = answered.response.status
    holds = code == 200 or 400 <= code <= 499
    yield check("status", answered, "200 or 4xx", str(code), holds=holds)
    yield absent(answered, sent)
    yield from answered.conforms()
