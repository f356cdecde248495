"""Promises on the detail of a transaction: it repeats what was submitted, beside the statuses."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from harness.jsonvalue import MISSING, Json, compact, lookup, members, text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.medical.rules.baseline import (
    ELECTRONIC,
    WRITES,
    Payer,
    documents,
    for_payer,
    names_of,
    payer,
    payers,
    whole,
)
from harness.products.medical.rules.checks import (
    SUBMITTED,
    accepted,
    in_time,
    judge_states,
    same_states,
)
from harness.products.medical.rules.requests import (
    Receipt,
    detail,
    states,
    summary,
    transaction,
    upload,
)
from harness.products.medical.strategies.submissions import medical_requests
from harness.rules.answers import recent
from harness.rules.checks import check, equal, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target

ECHOED = {
    "memberId": ("member-id", "A052"),
    "patientFirstName": ("patient-first-name", "A053"),
    "patientLastName": ("patient-last-name", "A054"),
    "payerId": ("payer-id", "A055"),
    "providerId": ("provider-id", "A056"),
    "providerFirstName": ("provider-first-name", "A057"),
    "providerLastName": ("provider-last-name", "A058"),
    "payerName": ("payer-name", "A061"),
}
"""Members of transactionDetails that repeat a value of the submission."""
_ECHOES = tuple(requirement for _, requirement in ECHOED.values())
_DETAILS = "response.body#/transactionDetails"


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on details."""
    return (
        *(_detail(payer) for payer in payers()),
        Rule(
            "medical/status/detail-any-submission",
            "whatever was submitted, its detail repeats it",
            (*_ECHOES, "O014"),
            _any,
            values=st.sampled_from(payers()).flatmap(
                # Drawn per payer, as the payer decides which contact a request needs.
                lambda payer: medical_requests(payer_id=payer.id, file_names=names_of(1))
            ),
            needs=WRITES,
        ),
        *(_echo(member, *row) for member, row in ECHOED.items()),
        _rule("submitter-id", "a detail has the submitter id", ("A051",), _submitter),
        _rule(
            "people",
            "the patient may be a dependent, and the provider a person with two names",
            ("A053", "A054", "A057", "A058"),
            _people,
        ),
        _rule("submitted-date", "a detail has the time of the upload", ("A062",), _submitted),
        _rule("rejection", "a detail says why, or null", ("A007", "A063"), _rejection),
        # The dates of `submission`, written with hyphens (C106).
        _claim_date("claimStartDate", "claim-start", "A059", "2026-01-14"),
        _claim_date("claimEndDate", "claim-end", "A060", "2026-01-15"),
    )


def _rule(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    verify: Callable[[Target, object], Checks],
    strength: Strength = Strength.SHALL,
) -> AnyRule:
    return Rule(
        f"medical/status/detail-{name}",
        title,
        requirements,
        verify,
        strength=strength,
        needs=WRITES,
    )


def _detail(each: Payer) -> AnyRule:
    """Compare a detail with the summary of the same transaction."""

    def verify(target: Target, _: object) -> Checks:
        # Two documents, for TESTEP10 treats them differently (A038).
        sent = for_payer(each, names_of(2))
        receipt, answered = _sent(target, sent, 2)
        yield from judge_detail(receipt, answered)
        reported = states(transaction(answered.body).get("status"))
        yield from judge_states(answered, reported, each, sent)
        # Asked after the detail: a status that moved meanwhile differs in its time only.
        short = states(summary(target, receipt.trace_id).body)
        yield from same_states(answered, short, reported)
        yield in_time(answered, details_of(answered), reported)

    return _rule(
        each.slug,
        f"the detail of an upload for {each.id} has the statuses of its summary",
        (each.requirement, "A014", "A050", "A064"),
        verify,
    )


def _sent(target: Target, sent: Json, count: int = 1) -> tuple[Receipt, Answered]:
    receipt = upload(target, sent, documents(count))
    return receipt, detail(target, receipt.trace_id)


def judge_detail(receipt: Receipt, answered: Answered) -> Checks:
    """Judge a detail's form: 200, and an object, or one in an array, with details and statuses."""
    yield from accepted(receipt)
    yield status(answered, 200)
    yield from answered.conforms()
    given = transaction(answered.body)
    for name in ("transactionDetails", "status"):
        yield check(
            "detail.member", answered, name, ", ".join(given) or "none", holds=name in given
        )
    # One published sample has the trace id, another has not (C99).
    trace_id = text(given.get("traceId")) or receipt.trace_id
    # UUIDs are compared without regard to case.
    yield equal("detail.trace-id", answered, receipt.trace_id.lower(), trace_id.lower())


def details_of(answered: Answered) -> Mapping[str, Json]:
    """Return the transactionDetails of a detail."""
    return members(transaction(answered.body).get("transactionDetails"))


def expected_details(sent: Json, reported: Mapping[str, Json]) -> dict[str, Json]:
    """Return what the echoed members repeat.

    Where there is a dependent, no document says which of the two the patient is: in the submission's
    loops it is the subscriber. So either may be reported, but with both names.
    """
    subscriber, provider = members(lookup(sent, "/subscriber")), members(lookup(sent, "/provider"))
    dependent = members(lookup(sent, "/dependent"))
    # Decided by the first name, so that a mixture of both persons fails on the last.
    is_subscriber = reported.get("patientFirstName") == subscriber.get("firstName")
    patient = subscriber if is_subscriber or not dependent else dependent
    return {
        "memberId": subscriber.get("memberId"),
        "patientFirstName": patient.get("firstName"),
        "patientLastName": patient.get("lastName"),
        "payerId": members(sent).get("tradingPartnerServiceId"),
        "providerId": provider.get("npi"),
        "providerFirstName": provider.get("firstName"),
        # Organisations have no member of their own in a detail.
        "providerLastName": provider.get("organizationName") or provider.get("lastName"),
        "payerName": members(sent).get("tradingPartnerName"),
    }


def _any(target: Target, sent: dict[str, Json]) -> Checks:
    receipt, answered = _sent(target, sent)
    yield from judge_detail(receipt, answered)
    for name, value in expected_details(sent, details_of(answered)).items():
        yield _repeats(answered, name, value)


def _people(target: Target, _: object) -> Checks:
    return _any(target, whole(person=True))


def _repeats(answered: Answered, name: str, expected: Json) -> Check:
    given = details_of(answered)
    actual = given.get(name, "no such member")
    return equal(f"details.{name}", answered, expected, actual, where=f"{_DETAILS}/{name}")


def _echo(name: str, slug: str, requirement: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = for_payer(payer(ELECTRONIC))
        _, answered = _sent(target, sent)
        yield status(answered, 200)
        yield _repeats(answered, name, expected_details(sent, details_of(answered))[name])

    return _rule(slug, f"a detail repeats {name}", (requirement,), verify)


def _claim_date(name: str, slug: str, requirement: str, expected: str) -> AnyRule:
    """Compare with the claim's own date; the status document lists neither of the two (C106)."""

    def verify(target: Target, _: object) -> Checks:
        _, answered = _sent(target, for_payer(payer(ELECTRONIC)))
        yield status(answered, 200)
        yield _repeats(answered, name, expected)

    return _rule(
        slug, f"a detail has {name}, written with hyphens", (requirement,), verify, Strength.SHOULD
    )


def _submitter(target: Target, _: object) -> Checks:
    receipt, answered = _sent(target, for_payer(payer(ELECTRONIC)))
    yield from judge_detail(receipt, answered)
    yield _repeats(answered, "submitterId", receipt.submitter_id)


def _submitted(target: Target, _: object) -> Checks:
    receipt, answered = _sent(target, for_payer(payer(ELECTRONIC)))
    yield from judge_detail(receipt, answered)
    given = details_of(answered).get(SUBMITTED)
    yield recent(f"details.{SUBMITTED}", answered, given, where=_DETAILS)


def _rejection(target: Target, _: object) -> Checks:
    # Rejected by the clearinghouse, by the payer, and accepted: the member is always there.
    for payer_id in ("TESTEP51", "TESTEP52", ELECTRONIC):
        receipt, answered = _sent(target, for_payer(payer(payer_id)))
        yield from judge_detail(receipt, answered)
        reason = details_of(answered).get("rejectionInformation", MISSING)
        yield check(
            "details.rejectionInformation",
            answered,
            "text or null",
            "no such member" if reason is MISSING else compact(reason),
            holds=reason is None or isinstance(reason, str),
            where=_DETAILS,
        )
