"""Promises on the status of each test payer's transactions, in summary, and on what time does to it."""

from collections.abc import Callable

from hypothesis import strategies as st

from harness.jsonvalue import Json, compact, text
from harness.openapi.requirements import Strength
from harness.products.medical.rules.baseline import (
    ELECTRONIC,
    WRITES,
    Payer,
    documents,
    for_payer,
    names_of,
    payer,
    payers,
)
from harness.products.medical.rules.checks import TIME, accepted, judge_states
from harness.products.medical.rules.requests import states, summary, upload
from harness.products.medical.strategies.submissions import medical_requests
from harness.rules.answers import recent
from harness.rules.checks import check, equal, matches, seen, status
from harness.rules.rule import AnyRule, Checks, Drawn, Rule
from harness.rules.target import Answered, Target

_PARTLY = "TESTEP10"
# What each row of the table shows at once: code, message, documents, form and time.
_EVERY = ("A001", "A002", "A007", "A011", "A014", "A016", "A019", "A040", "A065", "O027")
_FURTHER = {
    "TESTEP05": ("A072",),
    "TESTEP10": ("A039",),
    "TESTEP51": ("A043",),
}
_KINDS = st.tuples(st.integers(2, 3), st.booleans())
"""How many documents, and whether the payer asked for them."""


def status_rules() -> tuple[AnyRule, ...]:
    """Return the rules on summaries."""
    return (
        *(_summary(payer) for payer in payers()),
        Rule(
            "medical/status/any-submission",
            "whatever was submitted, its summary names its payer's status and its documents",
            ("A002", "A011", "A016", "A040", "O002", "O011", "O014"),
            _any,
            values=st.sampled_from(payers()).flatmap(
                lambda payer: st.tuples(
                    st.just(payer), medical_requests(payer_id=payer.id, file_names=names_of(2))
                )
            ),
            needs=WRITES,
        ),
        _rule("steady", "a test payer's status is the same when asked again", ("A016",), _steady),
        Rule(
            "medical/status/declared-shape",
            "a summary has the shape that the vendor's document declares: an object",
            ("A014",),
            _declared,
            strength=Strength.OBSERVE,
            needs=WRITES,
        ),
        _rule(
            "time-form", "a status time is UTC without seconds", ("A041",), _times, Strength.SHOULD
        ),
        _rule(
            "one-document-partly-accepted",
            "what a single document gets under partial acceptance is recorded",
            ("A038",),
            _one_document,
            Strength.SHOULD,
        ),
    )


def _rule(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    verify: Callable[[Target, Drawn], Checks],
    strength: Strength = Strength.SHALL,
) -> AnyRule:
    return Rule(
        f"medical/status/{name}", title, requirements, verify, strength=strength, needs=WRITES
    )


def _summary(each: Payer) -> AnyRule:
    def verify(target: Target, drawn: tuple[int, bool]) -> Checks:
        count, solicited = drawn
        sent = for_payer(each, names_of(count), solicited=solicited)
        return _round(target, each, sent, count)

    return Rule(
        f"medical/status/summary-{each.slug}",
        f"an upload for {each.id} gets status {each.code}",
        (each.requirement, *_EVERY, *_FURTHER.get(each.id, ())),
        verify,
        values=_KINDS,
        needs=WRITES,
    )


def _any(target: Target, drawn: tuple[Payer, dict[str, Json]]) -> Checks:
    each, sent = drawn
    return _round(target, each, sent, 2)


def _round(target: Target, each: Payer, sent: dict[str, Json], count: int) -> Checks:
    receipt = upload(target, sent, documents(count))
    yield from accepted(receipt)
    answered = summary(target, receipt.trace_id)
    yield from judge_summary(answered)
    yield from judge_states(answered, states(answered.body), each, sent)


def judge_summary(answered: Answered) -> Checks:
    """Judge a summary's form: 200 and an array of statuses without the transaction."""
    yield status(answered, 200)
    yield from answered.conforms()
    # The samples are arrays; the document declares an object (see `_declared`).
    yield equal("summary.array", answered, "array", _kind(answered.body))
    codes = [text(state.get("statusCode")) for state in states(answered.body)]
    actual = ", ".join(codes) or "none"
    yield check("summary.states", answered, "a status", actual, holds=bool(codes))
    more = [state for state in states(answered.body) if "transactionDetails" in state]
    # Details in a summary would be a detail under another name (A014).
    yield equal("summary.transactions", answered, 0, len(more))


def _kind(body: Json) -> str:
    return "array" if isinstance(body, list) else "object" if isinstance(body, dict) else "other"


def _steady(target: Target, _: object) -> Checks:
    receipt = upload(target, for_payer(payer(ELECTRONIC)), documents(1))
    first, *later = (summary(target, receipt.trace_id) for _ in range(3))
    yield from judge_summary(first)
    for answered in later:
        # Whole bodies: a test payer's status does not move, its time included (A016).
        yield equal("summary.again", answered, first.body, answered.body)


def _declared(target: Target, _: object) -> Checks:
    """Check that a summary is the array of the samples: for both fieldsets one shape is declared."""
    receipt = upload(target, for_payer(payer(ELECTRONIC)), documents(1))
    yield from accepted(receipt)
    answered = summary(target, receipt.trace_id)
    yield status(answered, 200)
    # Observed alone: the samples and the declared shape contradict each other.
    yield equal("summary.declared", answered, "object", _kind(answered.body))


def _times(target: Target, _: object) -> Checks:
    receipt = upload(target, for_payer(payer(ELECTRONIC)), documents(1))
    answered = summary(target, receipt.trace_id)
    yield from judge_summary(answered)
    for state in states(answered.body):
        value = state.get("statusTimeStamp")
        # One sample has another form (C88), hence SHOULD.
        yield matches("status.time-form", answered, TIME, text(value))
        yield recent("status.time", answered, value, where="response.body#/0/statusTimeStamp")


def _one_document(target: Target, _: object) -> Checks:
    receipt = upload(target, for_payer(payer(_PARTLY)), documents(1))
    yield from accepted(receipt)
    answered = summary(target, receipt.trace_id)
    yield from judge_summary(answered)
    codes = [text(state.get("statusCode")) for state in states(answered.body)]
    yield seen("status.codes", answered, "any published code", compact(codes))


_DAY = 24 * 3600.0
_FAX_FAILS = "TESTPP14"
# A day, says the guide (A047).
_ATTEMPTS = 3


def passing_time_rules() -> tuple[AnyRule, ...]:
    """Return the rules on statuses a day later."""
    return (
        Rule(
            "medical/status/all-payers/after-a-day",
            "a day later each test payer's transaction has the status it had",
            ("A002", "A016"),
            _bound,
            needs=WRITES,
            alone=True,
        ),
        Rule(
            "medical/status/fax-attempts/after-a-day",
            "each attempt at a failing fax is reported, three a day",
            ("A047",),
            _attempts,
            strength=Strength.OBSERVE,
            needs=WRITES,
            alone=True,
        ),
    )


def _bound(target: Target, _: object) -> Checks:
    # All uploads before the clock moves, so that it moves once.
    receipts = [(payer, upload(target, for_payer(payer), documents(1))) for payer in payers()]
    _pass_a_day(target)
    for each, receipt in receipts:
        yield from accepted(receipt)
        answered = summary(target, receipt.trace_id)
        yield status(answered, 200)
        codes = sorted({text(state.get("statusCode")) for state in states(answered.body)})
        yield equal("status.codes", answered, [each.code], codes)


def _attempts(target: Target, _: object) -> Checks:
    receipt = upload(target, for_payer(payer(_FAX_FAILS)), documents(1))
    yield from accepted(receipt)
    first = summary(target, receipt.trace_id)
    _pass_a_day(target)
    later = summary(target, receipt.trace_id)
    for answered, most in ((first, 1), (later, _ATTEMPTS)):
        times = {text(state.get("statusTimeStamp")) for state in states(answered.body)}
        actual = f"{len(times)} attempts"
        # Told apart by their times: three attempts at one moment are one.
        yield check("attempts", answered, f"{most} attempts", actual, holds=len(times) == most)


def _pass_a_day(target: Target) -> None:
    if target.advance is not None:
        target.advance(_DAY)
