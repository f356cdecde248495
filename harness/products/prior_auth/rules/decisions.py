"""Promises on what is decided: by test member and by key, in JSON as in X12 (S003-S016, S049, S050)."""

from harness.jsonvalue import compact, lookup
from harness.openapi.requirements import Strength
from harness.products.prior_auth.rules.checks import (
    Canned,
    canned_members,
    decided,
    inquiry_keys,
    member,
    paired,
    same_member,
    submission_key,
    submission_keys,
    whole,
)
from harness.products.prior_auth.rules.requests import (
    FIRST_KEY,
    INQUIRIES,
    INQUIRY,
    INVENTS,
    SENDER,
    SUBMISSION,
    SUBMISSION_X12,
    SUBMISSIONS,
    WRITES,
    RequestVariant,
    inquiry,
    submission,
)
from harness.products.prior_auth.strategies.requests import PriorAuthRequest, paired_requests
from harness.rules.checks import check, equal, seen
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

# What each answer shows at once, whatever it decides.
_EVERY = ("O027", "S025", "S026", "S045", "S053", "S054", "S059")
_SHARED = ("S035", "S036", "S040", "S042", "S044")
INQUIRY_FORMS = (
    *_EVERY,
    *_SHARED,
    *("S003", "S024", "S028", "S030", "S031", "S037", "S038", "S039", "S041", "S043"),
)
SUBMISSION_FORMS = (*_EVERY, *_SHARED, "S051", "S055", "S056", "S057", "S058")
# Only an X12 request has numbers and parties that its answer can repeat.
PAIRED = ("S023", "S027", "S032", "S033", "S034")
_MODIFIED = "278_217_05_A5"


def member_rules(extra: tuple[str, ...] = ()) -> tuple[AnyRule, ...]:
    """Return a rule for each test member in each form; `extra` is verified besides."""
    return tuple(
        _member(variant, canned, extra) for variant in INQUIRIES for canned in canned_members()
    )


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on keys, and those on generated requests under known members and keys."""
    return (
        *(
            _inquiry_key(variant, inquiry_key)
            for variant in INQUIRIES
            for inquiry_key in inquiry_keys()
        ),
        *(
            _submission_key(variant, submission_key)
            for variant in SUBMISSIONS
            for submission_key in submission_keys()
        ),
        *(_any_inquiry(variant) for variant in INQUIRIES),
        *(_any_submission(variant) for variant in SUBMISSIONS),
        _paired_submission(),
        _own_sender(),
        _modified(),
        _dependent(),
    )


def _member(variant: RequestVariant, canned: Canned, extra: tuple[str, ...]) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answer = variant.ask(target, inquiry(canned.id))
        yield from decided(answer, canned)
        # A right decision on another member would be the worst kind of mistake.
        yield same_member(answer)
        if variant.is_x12:
            yield from paired(answer)
        # Of these only that the answer stays the same can be demanded.
        if not canned.is_published:
            again = variant.ask(target, inquiry(canned.id))
            yield equal("decision.again", again.answered, answer.decision, again.decision)

    decision = "the published decision" if canned.is_published else "a decision, the same each time"
    return Rule(
        f"{variant.prefix}/{canned.id}",
        f"an inquiry about member {canned.id} gets {decision}",
        (*canned.requirements, *INQUIRY_FORMS, *(PAIRED if variant.is_x12 else ()), *extra),
        verify,
        needs=(),
    )


def _inquiry_key(variant: RequestVariant, canned: Canned) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        # The member is a known one, so that it is the key that brings the answer.
        return decided(variant.ask(target, inquiry("TST3", canned.id)), canned)

    return Rule(
        f"{variant.prefix}/{canned.id}",
        f"an inquiry at payer {canned.id} gets the answer of that key",
        ("S019", "O027", *INQUIRY_FORMS[1:]),
        verify,
        needs=(),
    )


def _submission_key(variant: RequestVariant, canned: Canned) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answer = variant.ask(target, _submitted(variant, canned.id))
        yield from decided(answer, canned)

    return Rule(
        f"{variant.prefix}/{canned.id}",
        f"a submission under {canned.id} gets the answer of that key",
        (*canned.requirements, *SUBMISSION_FORMS, "S052"),
        verify,
        needs=WRITES,
    )


def _submitted(variant: RequestVariant, key: str) -> PriorAuthRequest:
    """Return a submission: in JSON the sender is the key too, in X12 only the receiver is."""
    return submission(key, sender=SENDER if variant.is_x12 else "")


def _any_inquiry(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, sent: PriorAuthRequest) -> Checks:
        answer = variant.ask(target, sent)
        yield from decided(answer, member(sent.review.member.member_id))
        yield same_member(answer)
        if variant.is_x12:
            yield from paired(answer)

    return Rule(
        f"{variant.prefix}/any-inquiry",
        "whatever else an inquiry says, its member alone brings the answer",
        ("P009", "S018", *INQUIRY_FORMS, *(PAIRED if variant.is_x12 else ())),
        verify,
        # Drawn as one request in both forms, under a known member.
        values=paired_requests(kind=INQUIRY.kind),
        needs=INVENTS,
    )


def _any_submission(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, sent: PriorAuthRequest) -> Checks:
        # The key is drawn with the rest of the request.
        return decided(variant.ask(target, sent), submission_key(sent.envelope.receiver))

    return Rule(
        f"{variant.prefix}/any-submission",
        "whatever else a submission says, its key alone brings the answer",
        ("P009", *SUBMISSION_FORMS),
        verify,
        values=paired_requests(kind=SUBMISSION.kind),
        needs=(*WRITES, *INVENTS),
    )


def _paired_submission() -> AnyRule:
    """Ask for the numbers and parties of the request; the published answer has others (C76, C77)."""

    def verify(target: Target, _: object) -> Checks:
        answer = SUBMISSION_X12.ask(target, _submitted(SUBMISSION_X12, FIRST_KEY))
        yield from whole(answer)
        yield from paired(answer)

    return Rule(
        f"{SUBMISSION_X12.prefix}/paired",
        "an X12 submission's answer has its numbers, and its parties the other way round",
        ("S052", "S023"),
        verify,
        strength=Strength.OBSERVE,
        needs=WRITES,
    )


def _own_sender() -> AnyRule:
    """Send the key as clearing house id only, as the published request does (C71)."""

    def verify(target: Target, _: object) -> Checks:
        canned = submission_key(FIRST_KEY)
        # Empty stands for the key itself, as `submission` fills it in.
        for sender in ("", SENDER):
            yield from decided(SUBMISSION.ask(target, submission(canned.id, sender=sender)), canned)

    return Rule(
        f"{SUBMISSION.prefix}/sender-of-its-own",
        "a key is known by the clearing house id, whoever sends it",
        ("S048", "S049"),
        verify,
        needs=WRITES,
    )


def _modified() -> AnyRule:
    """Record which code a modified certification has: the key says A5, the X12 list A6."""

    def verify(target: Target, _: object) -> Checks:
        canned = submission_key(_MODIFIED)
        for variant in SUBMISSIONS:
            answer = variant.ask(target, _submitted(variant, canned.id))
            yield from decided(answer, canned)
            yield seen("modified.code", answer.answered, "A6, or A5 by the key", answer.action)

    return Rule(
        f"{SUBMISSION.prefix}/modified-code",
        "which action code a modified certification has is recorded",
        ("S050",),
        verify,
        strength=Strength.OBSERVE,
        needs=WRITES,
    )


def _dependent() -> AnyRule:
    canned = next(inquiry_key for inquiry_key in inquiry_keys() if inquiry_key.is_on_dependent)

    def verify(target: Target, _: object) -> Checks:
        answer = INQUIRY.ask(target, inquiry("TST1", canned.id))
        yield from decided(answer, canned)
        # The published answer of this key is about a dependent whom the request does not name.
        name = answer.value("/dependent/lastName")
        yield check("dependent", answer.answered, "a name", name or "none", holds=bool(name))
        ids = lookup(answer.json, "/dependent/supplementalIdentification")
        empty = "an empty object" if ids == {} else compact(ids)
        yield seen("dependent.ids", answer.answered, "an empty object or more", empty)

    return Rule(
        f"{INQUIRY.prefix}/dependent",
        "who the answer of the dependent's key is about, and its empty objects, are recorded",
        ("S019", "S046"),
        verify,
        strength=Strength.OBSERVE,
        needs=(),
    )
