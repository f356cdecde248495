"""Compare what prior authorization answers with what it promises, one comparison a function."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.outcome import Check
from harness.products.prior_auth.rules.requests import Decided
from harness.resources import shipped
from harness.rules.answers import leaks_nothing
from harness.rules.checks import REFUSAL, check, is_refusal, refused, status
from harness.rules.rule import Checks
from harness.rules.target import Answered
from harness.x12.check import ACTIONS, CERTIFIED, errors
from harness.x12.consistency import Difference, compare
from harness.x12.consistency import paired as differences
from harness.x12.interchange import USUAL
from harness.x12.parse import parse
from harness.x12.review import Kind


@dataclass(frozen=True, slots=True)
class Canned:
    """A member or a key with its answer, as far as that is published."""

    id: str
    actions: tuple[str, ...]
    """Certification action codes, of which one has to come; empty where none is published."""
    authorization: str
    procedure: str
    rejects: tuple[str, ...]
    """Reason codes where the request is turned down, of which one has to come; else empty."""
    reject_at: str
    """Where the reason has to stand; empty where no document says."""
    is_on_dependent: bool
    requirement: str

    @property
    def is_published(self) -> bool:
        """Whether any document gives the answer."""
        return bool(self.actions or self.rejects)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirement of this very value, where it has one."""
        return (self.requirement,) if self.requirement else ()


@cache
def canned_members() -> tuple[Canned, ...]:
    """Return the members that the demo payer's inquiries are selected by."""
    return _rows("members")


@cache
def inquiry_keys() -> tuple[Canned, ...]:
    """Return the payer ids that inquiries are selected by."""
    return _rows("inquiry_keys")


@cache
def submission_keys() -> tuple[Canned, ...]:
    """Return the clearing house ids that submissions are selected by."""
    return _rows("submission_keys")


def member(member_id: str) -> Canned:
    """Return the test member of that id. An id that is none is our bug."""
    return next(canned for canned in canned_members() if canned.id == member_id)


def submission_key(key: str) -> Canned:
    """Return the submission key of that id. An id that is none is our bug."""
    return next(submission_key for submission_key in submission_keys() if submission_key.id == key)


def _rows(name: str) -> tuple[Canned, ...]:
    return tuple(map(_canned, items(members(_table()).get(name))))


def _canned(row: Json) -> Canned:
    fields = members(row)
    also = tuple(map(text, items(fields.get("also"))))
    action, reject = text(fields.get("action")), text(fields.get("reject"))
    return Canned(
        id=text(fields.get("id")),
        # `also` lists other codes that documents give for the same row.
        actions=(action, *also) if action else (),
        authorization=text(fields.get("authorization")),
        procedure=text(fields.get("procedure")),
        rejects=(reject, *also) if reject else (),
        # The table names a level for the mock even where no document does.
        reject_at=text(fields.get("reject_at")) if fields.get("place") == "published" else "",
        is_on_dependent=fields.get("patient") == "dependent",
        requirement=text(fields.get("requirement")),
    )


@cache
def _table() -> Json:
    return document.read(shipped("specs") / "prior-auth" / "sandbox.yaml").data


_PENDED, _MORE = "A4", "19"
_DATE = re.compile(r"[0-9]{8}")


def whole(answer: Decided) -> Checks:
    """Judge what holds for every answer, whatever was decided."""
    answered = answer.answered
    yield status(answered, 200)
    yield from answered.conforms()
    given = answer.authorization_id
    yield check("authorization-id", answered, "an id", given or "none", holds=bool(given))
    # First each form alone, then both against each other.
    yield from _forms(answer)
    yield from _sound(answer)
    yield from _differences("twins", answer, compare(answer.x12, answer.json, answer.variant.kind))
    yield _transaction(answer)
    yield _dates(answer)
    yield _same_rejects(answer)
    # An inquiry that is turned down may keep the purpose of its request.
    if answer.variant.kind is Kind.SUBMISSION or answer.action:
        yield _purpose(answer)
    if answer.action:
        yield _nothing_rejected(answer)
        yield _numbered(answer)


def decided(answer: Decided, canned: Canned) -> Checks:
    """Judge an answer by the table: the whole of it, and the decision that the value brings."""
    yield from whole(answer)
    if canned.rejects:
        yield from rejected(answer, canned)
        return
    # Where none is published, any known decision will do.
    wanted = canned.actions or tuple(sorted(ACTIONS))
    answered, where = answer.answered, "response.body#/patientEventDetail/certificationActionCode"
    holds = answer.action in wanted
    expected = " or ".join(wanted)
    yield check("decision", answered, expected, answer.decision, holds=holds, where=where)
    if canned.authorization:
        number = answer.review_number
        holds = number == canned.authorization
        yield check("decision.number", answered, canned.authorization, number, holds=holds)
    if canned.procedure:
        actual = ", ".join(answer.procedures) or "none"
        holds = canned.procedure in answer.procedures
        yield check("decision.procedure", answered, canned.procedure, actual, holds=holds)


def rejected(answer: Decided, canned: Canned) -> Checks:
    """Judge an answer that has to give a reason in place of a decision."""
    expected = f"{' or '.join(canned.rejects)} at {canned.reject_at or 'any level'}"
    reasons = {reject.reason for reject in answer.rejects if canned.reject_at in ("", reject.at)}
    # A decision beside a reason would say both yes and no.
    holds = not answer.action and not reasons.isdisjoint(canned.rejects)
    yield check("reject", answer.answered, expected, answer.decision, holds=holds)


def same_member(answer: Decided) -> Check:
    """Check that the answer is about the member who was asked for."""
    wanted, actual = answer.sent.review.member.member_id, answer.value("/subscriber/memberId")
    holds = actual == wanted
    return check("member", answer.answered, wanted, actual or "none", holds=holds)


def paired(answer: Decided) -> Checks:
    """Judge whether an X12 answer fits its request: numbers kept, parties swapped, own purpose."""
    return _differences("paired", answer, differences(answer.sent.x12, answer.x12))


def undecided(answer: Decided) -> Checks:
    """Judge what must not lead to a certification: a refusal will do, a rejection too."""
    answered = answer.answered
    actual = answer.decision
    yield check(
        "undecided", answered, "nothing certified", actual, holds=answer.action not in CERTIFIED
    )
    code = answered.response.status
    holds = code == 200 or is_refusal(code)
    yield check("status", answered, f"200, or {REFUSAL}", str(code), holds=holds)
    yield from answered.conforms()


def refused_in_words(answered: Answered) -> Checks:
    """Judge a refusal: 4xx, an array of strings, and nothing in it that is nobody's business."""
    yield refused(answered)
    yield words(answered)
    yield from answered.conforms()
    # The name and birth date that the requests of these rules carry.
    yield from leaks_nothing(answered, ("SAMPLETON", "20000131"))


def words(answered: Answered) -> Check:
    """Check that an error is a non-empty array of non-empty strings."""
    said = items(answered.body)
    holds = bool(said) and all(isinstance(item, str) and item.strip() for item in said)
    actual = f"{len(said)} entries" if said else type(answered.body).__name__
    return check("error.words", answered, "an array of strings", actual, holds=holds)


def _differences(name: str, answer: Decided, found: tuple[Difference, ...]) -> Checks:
    answered = answer.answered
    for difference in found:
        actual = difference.actual or "nothing"
        expected = difference.expected or "nothing"
        yield check(f"{name}.{difference.name}", answered, expected, actual, holds=False)
    if not found:
        yield check(name, answered, "no difference", "none", holds=True)


def _forms(answer: Decided) -> Checks:
    shown = [name for name, form in (("x12", answer.x12), ("json", answer.json)) if form]
    actual = " and ".join(shown) or "neither"
    yield check("forms", answer.answered, "x12 and json", actual, holds=len(shown) == 2)


def _sound(answer: Decided) -> Checks:
    """Check the X12 form by every rule that no published example breaks."""
    answered, found = answer.answered, errors(answer.x12)
    # Three errors are enough to find the place; one mistake often breaks several rules.
    actual = "; ".join(map(str, found[:3])) or "sound"
    yield check("x12", answered, "a sound 278", actual, holds=not found)
    delimiters = parse(answer.x12).interchange.delimiters
    marks = delimiters.repetition + delimiters.component
    wanted = USUAL.repetition + USUAL.component
    yield check("x12.delimiters", answered, wanted, marks, holds=marks == wanted)


def _purpose(answer: Decided) -> Check:
    """Check BHT02, and BHT06: 18 says that no more will follow, 19 that it will (S052)."""
    bht = parse(answer.x12).interchange.first("BHT")
    actual = (bht.value(2), bht.value(6)) if bht else ("", "")
    purpose, last = answer.variant.kind.response_purpose, answer.variant.kind.response_type
    # A pended review is followed by another answer.
    allowed = [(purpose, last), *([(purpose, _MORE)] if answer.action == _PENDED else [])]
    expected = " or ".join(" ".join(each) for each in allowed)
    return check(
        "x12.purpose", answer.answered, expected, " ".join(actual), holds=actual in allowed
    )


def _transaction(answer: Decided) -> Check:
    wanted = answer.sent.review.transaction_id
    actual = answer.value("/submitterTransactionIdentifier")
    return check("transaction", answer.answered, wanted, actual or "none", holds=actual == wanted)


def _dates(answer: Decided) -> Check:
    bad = [f"{name} {value}" for name, value in _dated(answer.json) if not _DATE.fullmatch(value)]
    actual = ", ".join(bad) or "all of them"
    return check("dates", answer.answered, "eight digits", actual, holds=not bad)


def _dated(value: Json) -> Iterator[tuple[str, str]]:
    # A member may lie at any depth; JSON has no cycles, so the walk ends.
    for item in items(value):
        yield from _dated(item)
    for name, inner in members(value).items():
        # By name: every date of this API is compact (S059), whatever member holds it.
        if "date" in name.lower() and isinstance(inner, str):
            yield name, inner
        yield from _dated(inner)


def _same_rejects(answer: Decided) -> Check:
    """Check that the AAA segments say what the JSON form says."""
    rejects = sorted(
        (reject.response, reject.reason, reject.follow_up) for reject in answer.rejects
    )
    segments = [
        segment for segment in parse(answer.x12).interchange.segments if segment.id == "AAA"
    ]
    # Sorted: the levels come in another order in the two forms.
    written = sorted((segment.value(1), segment.value(3), segment.value(4)) for segment in segments)
    return check("twins.AAA", answer.answered, str(rejects), str(written), holds=rejects == written)


def _nothing_rejected(answer: Decided) -> Check:
    reasons = [reject.reason for reject in answer.rejects]
    actual = ", ".join(reasons) or "none"
    return check("rejection", answer.answered, "none with a decision", actual, holds=not reasons)


def _numbered(answer: Decided) -> Check:
    holds = answer.action not in CERTIFIED or bool(answer.review_number)
    actual = answer.review_number or "none"
    return check(
        "review-number", answer.answered, f"a number with {answer.action}", actual, holds=holds
    )
