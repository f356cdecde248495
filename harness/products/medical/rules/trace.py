"""Promises on asking for a status: trace ids that lead nowhere, that belong to others, and forms that there are not."""

from collections.abc import Callable
from uuid import UUID

from hypothesis import strategies as st

from harness.jsonvalue import text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.medical.rules.baseline import REFUSES, WRITES, documents, submission
from harness.products.medical.rules.checks import accepted, refused_plainly
from harness.products.medical.rules.requests import detail, search, status_of, summary, upload
from harness.products.medical.rules.search import Own, finds, fresh, own, unlisted
from harness.rules.checks import REFUSAL, check, is_refusal, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target

# Each misses the form of a UUID in one way: length, alphabet, separators, braces.
_MALFORMED = (
    "0",
    "harness",
    "00000000000040008000000000000000",
    "00000000-0000-4000-8000-00000000000",
    "00000000-0000-4000-8000-0000000000000",
    "00000000-0000-4000-8000-00000000000g",
    "00000000-0000-4000-8000-000000000000 ",
    "00000000_0000_4000_8000_000000000000",
    "{00000000-0000-4000-8000-000000000000}",
    "%00",
)
# Values and names of parameters are case-sensitive (RFC 3986, 6.2.2.1).
_NO_FIELDSETS = ("?fieldset=", "?fieldset=harness", "?fieldset=SUMMARY", "?fieldSet=summary")


def trace_rules() -> tuple[AnyRule, ...]:
    """Return the rules on requests for a status that cannot be given."""
    return (*_trace_ids(), *_fieldsets())


def _trace_ids() -> tuple[AnyRule, ...]:
    return (
        Rule(
            "medical/status/unknown-trace-id",
            "a trace id that nobody has finds nothing",
            ("A073",),
            _unknown,
            # All 122 free bits of a version 4 UUID: that one exists is next to impossible.
            st.integers(0, 2**122 - 1).map(_uuid),
            needs=(),
        ),
        Rule(
            "medical/status/unknown-trace-id-refused",
            "a trace id that nobody has is refused, and not answered with nothing",
            ("A073",),
            _unknown_refused,
            st.integers(0, 2**122 - 1).map(_uuid),
            strength=Strength.OBSERVE,
            needs=(),
        ),
        Rule(
            "medical/status/malformed-trace-id",
            "a trace id that is no UUID is refused with 400",
            ("A073",),
            _malformed,
            st.sampled_from(_MALFORMED),
            needs=("validates_requests",),
        ),
    )


def _fieldsets() -> tuple[AnyRule, ...]:
    return (
        Rule(
            "medical/status/unknown-fieldset",
            "a fieldset other than summary and detail is refused",
            ("A014",),
            _unknown_fieldset,
            st.sampled_from(_NO_FIELDSETS),
            strength=Strength.SHOULD,
            needs=REFUSES,
        ),
        _observed("no-fieldset", "without fieldset there is a summary, or a refusal", _no_fieldset),
        _observed(
            "fieldset-detailed",
            "what becomes of fieldset=detailed, as one page spells it, is recorded",
            _detailed,
        ),
    )


def _observed(name: str, title: str, verify: Callable[[Target, object], Checks]) -> AnyRule:
    case = f"medical/status/{name}"
    return Rule(case, title, ("A014",), verify, strength=Strength.OBSERVE, needs=WRITES)


def _uuid(number: int) -> str:
    """Return a version 4 UUID from 122 bits (RFC 9562, 5.4)."""
    return str(UUID(int=number, version=4))


def _unknown(target: Target, trace_id: str) -> Checks:
    """Judge by what has to hold whichever way it is reported: an error, or a list without a status."""
    # Both forms: one may know what the other does not.
    for ask in (summary, detail):
        answered = ask(target, trace_id)
        code = answered.response.status
        empty = code == 200 and answered.body == []
        actual = "an empty list" if empty else str(code)
        yield check(
            "unknown", answered, f"{REFUSAL}, or []", actual, holds=empty or is_refusal(code)
        )
        yield from answered.conforms()


def _unknown_refused(target: Target, trace_id: str) -> Checks:
    """Judge by the stricter reading, which the documents do not settle: an error."""
    for ask in (summary, detail):
        yield from refused_plainly(ask(target, trace_id))


def _malformed(target: Target, trace_id: str) -> Checks:
    answered = summary(target, trace_id)
    yield status(answered, 400)
    yield from answered.conforms()


def _unknown_fieldset(target: Target, query: str) -> Checks:
    receipt = upload(target, submission(), documents(1))
    yield from accepted(receipt)
    yield from refused_plainly(status_of(target, receipt.trace_id, query))


def _no_fieldset(target: Target, _: object) -> Checks:
    """Ask without; the document needs it and yet speaks of summary as its default."""
    return _recorded(target, "a summary", "")


def _detailed(target: Target, _: object) -> Checks:
    return _recorded(target, "a detail", "?fieldset=detailed")


def _recorded(target: Target, wanted: str, query: str) -> Checks:
    receipt = upload(target, submission(), documents(1))
    yield from accepted(receipt)
    answered = status_of(target, receipt.trace_id, query)
    yield status(answered, 200, 400)
    yield from answered.conforms()
    actual = "nothing" if answered.body == [] else f"status {answered.response.status}"
    expected = f"{wanted}, or a refusal with 400"
    yield check("recorded", answered, expected, actual, holds=bool(answered.body))


_FOREIGN = "foreign"


def foreign_rules() -> tuple[AnyRule, ...]:
    """Return the rules on strangers, which take a stranger's credentials."""
    return (
        Rule(
            "medical/status/foreign-trace-id",
            "another organisation's transaction is not told by its trace id",
            ("O003", "A073"),
            _status,
            needs=WRITES,
            role=_FOREIGN,
        ),
        Rule(
            "medical/metadata/foreign-transaction",
            "another organisation's transaction is not found by its data",
            ("O003", "O014"),
            _search,
            needs=WRITES,
            role=_FOREIGN,
        ),
    )


def _status(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    yield from finds(target, mine.criteria("memberId"), mine)
    stranger = target.acting_as(_FOREIGN)
    for ask in (summary, detail):
        answered = ask(stranger, mine.trace_id)
        code = answered.response.status
        # Not to know of it is as good an answer as not to be allowed to know.
        # A list without a status gives nothing away either.
        holds = 400 <= code <= 499 or (code == 200 and answered.body == [])
        yield check("foreign", answered, "4xx or an empty list", str(code), holds=holds)
        yield _silent(answered, mine)
        yield from answered.conforms()


def _search(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    yield from finds(target, mine.criteria("memberId"), mine)
    answered = search(target.acting_as(_FOREIGN), mine.criteria("memberId"))
    code = answered.response.status
    yield check(
        "status", answered, "200 or 4xx", str(code), holds=code == 200 or 400 <= code <= 499
    )
    yield unlisted(answered, mine.trace_id)
    yield _silent(answered, mine)
    yield from answered.conforms()


def _silent(answered: Answered, mine: Own) -> Check:
    # The member id is the upload's own token: nothing else in an answer can be equal to it.
    is_told = text(mine.fitting["memberId"]) in answered.response.body.decode("utf-8", "replace")
    actual = "the member id" if is_told else "nothing"
    return check("body", answered, "nothing of the transaction", actual, holds=not is_told)
