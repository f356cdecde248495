"""Promises on what selects an answer: the key does, steadily and in both forms, and nothing else does."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.prior_auth.rules.checks import (
    canned_members,
    inquiry_keys,
    submission_keys,
    undecided,
    whole,
)
from harness.products.prior_auth.rules.requests import (
    FIRST_KEY,
    INQUIRIES,
    INQUIRY,
    INQUIRY_X12,
    INVENTS,
    SUBMISSION,
    SUBMISSION_X12,
    VARIANTS,
    Decided,
    RequestVariant,
    inquiry,
    submission,
)
from harness.products.prior_auth.strategies.requests import PriorAuthRequest, inquiry_payer
from harness.rules.checks import check, equal, seen, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
from harness.x12.review import Kind

# Neighbours of the eleven test members, other spellings of them, and one from elsewhere (S015).
_STRANGERS = ("TST0", "TST12", "TST01", "tst1", "TST1 0", "HARNESSNOBODY")
# Places of service that say nothing of the member: eight, so that a dependence on content shows.
_FACILITIES = ("11", "12", "13", "19", "21", "22", "31", "41")
_UNKNOWN_KEYS = st.from_regex(r"HARNESS[0-9A-Z]{1,8}", fullmatch=True)
"""No key of the vendor begins like this; ISA08 has room for fifteen characters."""

Verify = Callable[[Target, object], Checks]


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on steadiness, both forms, other content and unknown values."""
    return (
        *(_steady(variant) for variant in VARIANTS),
        _both_forms(INQUIRY, INQUIRY_X12, ("S064",), _inquiries()),
        _both_forms(SUBMISSION, SUBMISSION_X12, ("S064",), _submissions()),
        *(_other_content(variant) for variant in VARIANTS),
        _other_name(),
        _distinct_inquiries(),
        _distinct_submissions(),
        *(_stranger(variant, stranger) for variant in INQUIRIES for stranger in _STRANGERS),
        *(_unknown_key(variant) for variant in VARIANTS),
        *(_unknown_key_answer(variant) for variant in VARIANTS),
        *(_other_case_key(variant) for variant in VARIANTS),
        *(_other_payer(variant) for variant in INQUIRIES),
    )


def _rule(
    variant: RequestVariant, name: str, title: str, requirements: tuple[str, ...], verify: Verify
) -> Rule[object]:
    case = f"{variant.prefix}/{name}"
    return Rule(case, title, requirements, verify, needs=variant.needs())


def _invented(rule: Rule[object]) -> AnyRule:
    """Return a rule as one that records what becomes of invented values."""
    return replace(rule, strength=Strength.OBSERVE, needs=(*rule.needs, *INVENTS))


def _request(variant: RequestVariant) -> PriorAuthRequest:
    # Denied ones: a default of "certified" would not be noticed otherwise.
    return inquiry("TST3") if variant in INQUIRIES else submission("278_217_03_A3")


def _inquiries() -> tuple[PriorAuthRequest, ...]:
    by_member = (inquiry(canned.id) for canned in canned_members())
    return (*by_member, *(inquiry("TST3", inquiry_key.id) for inquiry_key in inquiry_keys()))


def _submissions() -> tuple[PriorAuthRequest, ...]:
    return tuple(submission(submission_key.id) for submission_key in submission_keys())


def _steady(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        # Four times: a decision that alternates, or that changes once, is seen.
        first, *later = (variant.ask(target, _request(variant)) for _ in range(4))
        yield _is_decided(first)
        for decided in later:
            yield equal("decision.again", decided.answered, first.decision, decided.decision)
        last = later[-1]
        ids = [first.authorization_id, last.authorization_id]
        actual = "others" if ids[0] != ids[1] else "the same"
        yield seen("authorization-id.again", last.answered, "another id each time", actual)

    title = "the same request brings the same decision, call after call"
    return _rule(variant, "steady", title, ("P014",), verify)


def _is_decided(answer: Decided) -> Check:
    actual = answer.decision
    return check("decided", answer.answered, "a decision", actual, holds=bool(answer.action))


def _both_forms(
    json: RequestVariant,
    x12: RequestVariant,
    requirements: tuple[str, ...],
    sent: tuple[PriorAuthRequest, ...],
) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        for request in sent:
            one, other = json.ask(target, request), x12.ask(target, request)
            yield status(one.answered, 200)
            yield equal("decision.twin", other.answered, one.decision, other.decision)

    title = "JSON and X12 bring the same decision for the same key"
    return _rule(json, "both-forms", title, requirements, verify)


def _other_content(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        plain = _request(variant)
        first = variant.ask(target, plain)
        yield _is_decided(first)
        for facility in _FACILITIES:
            event = replace(plain.review.event, facility_type=facility)
            changed = replace(plain, review=replace(plain.review, event=event))
            answer = variant.ask(target, changed)
            yield equal("decision.same", answer.answered, first.decision, answer.decision)

    title = "another place of service leaves the decision as it was"
    requirements = ("P009", "S018") if variant in INQUIRIES else ("P009",)
    return _rule(variant, "other-content", title, requirements, verify)


def _other_name() -> AnyRule:
    def verify(target: Target, endings: list[str]) -> Checks:
        plain = inquiry("TST2")
        first = INQUIRY.ask(target, plain)
        yield _is_decided(first)
        for ending in endings:
            member = replace(plain.review.member, last_name=f"HARNESS{ending}")
            changed = replace(plain, review=replace(plain.review, member=member))
            answer = INQUIRY.ask(target, changed)
            yield equal("decision.same", answer.answered, first.decision, answer.decision)

    case, title = f"{INQUIRY.prefix}/other-name", "another name leaves the decision as it was"
    endings = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20)
    # Four names at a time, so that a decision by a hash of the name is found within a trial or two.
    names = st.lists(endings, min_size=4, max_size=4, unique=True)
    return Rule(case, title, ("S018", "P009"), verify, values=names, needs=INVENTS)


def _distinct_inquiries() -> AnyRule:
    """Send requests of which each differs from the first in the member id or in the payer id."""

    def verify(target: Target, _: object) -> Checks:
        # Two members of one payer, and one of them at another payer.
        sent = (inquiry("TST1"), inquiry("TST3"), inquiry("TST1", "000000000000004"))
        return _all_differ([INQUIRY.ask(target, request) for request in sent])

    title = "another member, or another payer, brings another answer"
    return _rule(INQUIRY, "selected-by", title, ("S019",), verify)


def _distinct_submissions() -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return _all_differ([SUBMISSION.ask(target, submission) for submission in _submissions()])

    title = "each key brings an answer of its own"
    return _rule(SUBMISSION, "selected-by", title, ("S050",), verify)


def _all_differ(answers: list[Decided]) -> Checks:
    # By the action code: review numbers differ anyway, and prove no selection.
    decisions = [answer.action or answer.decision for answer in answers]
    holds = len(set(decisions)) == len(decisions)
    last = answers[-1].answered
    yield check(
        "decisions", last, f"{len(decisions)} different ones", ", ".join(decisions), holds=holds
    )


def _stranger(variant: RequestVariant, member_id: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return undecided(variant.ask(target, inquiry(member_id)))

    slug = member_id.replace(" ", "-")
    title = f"member id '{member_id}', which is no test member's, is not certified"
    requirements = ("S015", "P020", "P023")
    return _invented(_rule(variant, f"unknown-member-{slug}", title, requirements, verify))


def _unknown_key(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, key: str) -> Checks:
        sent = inquiry("TST1", key) if variant in INQUIRIES else submission(key)
        answer = variant.ask(target, sent)
        yield from undecided(answer)
        holds = bool(answer.rejects) or answer.answered.response.status != 200
        yield check("reject", answer.answered, "an error", answer.decision, holds=holds)

    return Rule(
        f"{variant.prefix}/unknown-key",
        "an invented key gets an error and no decision",
        ("P020", "P023"),
        verify,
        values=_UNKNOWN_KEYS,
        strength=Strength.SHOULD,
        needs=variant.needs(*INVENTS),
    )


def _unknown_key_answer(variant: RequestVariant) -> AnyRule:
    """Judge the answer to an invented key where it is none of the refusals: both forms, agreeing."""

    def verify(target: Target, key: str) -> Checks:
        sent = inquiry("TST1", key) if variant in INQUIRIES else submission(key)
        answer = variant.ask(target, sent)
        # An error inside a 200 has both forms, a refusal has none.
        if answer.answered.response.status == 200:
            yield from whole(answer)
        else:
            yield from undecided(answer)

    return Rule(
        f"{variant.prefix}/unknown-key-answer",
        "what an invented key is answered has two forms that agree",
        ("S064", "S025", "S026"),
        verify,
        values=_UNKNOWN_KEYS,
        needs=variant.needs(*INVENTS),
    )


def _other_case_key(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = (
            inquiry("TST1", inquiry_payer().lower())
            if variant.kind is Kind.INQUIRY
            else submission(FIRST_KEY.lower())
        )
        return undecided(variant.ask(target, sent))

    title = "a key in another case is not taken for the key"
    return _invented(_rule(variant, "key-in-other-case", title, ("P023",), verify))


def _other_payer(variant: RequestVariant) -> AnyRule:
    """Change one field of those that have to hold the demo payer (P022)."""

    def verify(target: Target, _: object) -> Checks:
        plain = inquiry("TST1")
        payer = replace(plain.review.payer, id="HARNESSPAYER")
        other_payer = replace(plain, review=replace(plain.review, payer=payer))
        other_house = replace(plain, envelope=replace(plain.envelope, receiver="HARNESSHOUSE"))
        # Each alone is wrong, with the other one right.
        for sent in (other_payer, other_house):
            yield from undecided(variant.ask(target, sent))

    title = "with only one of payer and clearing house the demo payer's, nothing is certified"
    return _invented(_rule(variant, "one-field-other", title, ("P022", "P023"), verify))
