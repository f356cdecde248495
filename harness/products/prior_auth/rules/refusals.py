"""Promises on requests with a fault: what is refused, and in which words (P015-P024, S022, S047, S059-S061)."""

from collections.abc import Mapping

from hypothesis import strategies as st

from harness.jsonvalue import Json, members
from harness.openapi.requirements import Strength
from harness.products.prior_auth.rules.baseline import INVENTS, REFUSES, WRITES, request_of
from harness.products.prior_auth.rules.checks import refused_in_words, undecided, words
from harness.products.prior_auth.rules.requests import (
    API,
    INQUIRY,
    SUBMISSION,
    SUBMISSIONS,
    WAYS,
    Decided,
    Way,
)
from harness.products.prior_auth.strategies.mutations import PriorAuthMutation, prior_auth_mutations
from harness.products.prior_auth.strategies.requests import prior_auth_requests
from harness.rules.checks import allows, check, seen, status
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target
from harness.x12.kinds import Kind

_JSON_WAYS = (INQUIRY, SUBMISSION)
_KEYS = ("payerId", "umClearingHouseId")
_CASE = ("P021",)
_NUMBERS: tuple[tuple[str, str, str], ...] = (
    ("gender", "subscriber", "genderCode"),
    ("service-type", "patientEventDetail", "serviceTypeCode"),
    ("facility", "patientEventDetail", "facilityTypeCode"),
)
_BODIES: Mapping[str, Json] = {
    "empty-object": {},
    "null": None,
    "array": [],
    "text": "INQDEMO",
    "number": 1,
}


def rules() -> tuple[Rule, ...]:
    """Return the rules on faults in JSON, on bodies that are none, and on what a sandbox lets pass."""
    return (
        *(_mutation(way, mutation) for way in _JSON_WAYS for mutation in _mutations(way)),
        *(_any_mutation(way) for way in _JSON_WAYS),
        *(_without_key(way, field) for way in _JSON_WAYS for field in _KEYS),
        *(_body(way, name, body) for way in _JSON_WAYS for name, body in _BODIES.items()),
        *(_unreadable(way) for way in WAYS),
        *(_media_type(way) for way in WAYS),
        *(_method(way, method) for way in WAYS for method in ("GET", "PUT", "DELETE", "PATCH")),
        *(_number(*number) for number in _NUMBERS),
        _unvalidated(),
    )


def _needs(way: Way, *more: str) -> tuple[str, ...]:
    return (*(WRITES if way in SUBMISSIONS else ()), *more)


def _mutations(way: Way) -> tuple[PriorAuthMutation, ...]:
    return prior_auth_mutations(request_of(way.kind).json, kind=way.kind)


def _mutation(way: Way, mutation: PriorAuthMutation) -> Rule:
    is_case = mutation.requirements == _CASE

    def verify(target: Target, _: object) -> Checks:
        answered = way.send(target, mutation.request)
        if is_case:
            # Not to recognise the member is what matters; a canned answer need not refuse it.
            return undecided(Decided(way, request_of(way.kind), answered))
        return refused_in_words(answered)

    missing = ("P016",) if mutation.rule.endswith("-missing") else ()
    return Rule(
        f"{way.prefix}/{mutation.rule}",
        f"a request in which {mutation.description} is {'not certified' if is_case else 'refused'}",
        (*mutation.requirements, *missing),
        verify,
        strength=_strength(way, lacks_house="umClearingHouseId" not in mutation.request)
        if is_case
        else Strength.SHALL,
        needs=_needs(way, *(() if is_case else REFUSES)),
    )


def _strength(way: Way, *, lacks_house: bool) -> Strength:
    """Record only what becomes of an inquiry without a clearing house, for which the payer stands in.

    The field mapping says so; the onboarding page wants both.
    """
    return Strength.OBSERVE if lacks_house and way.kind is Kind.INQUIRY else Strength.SHALL


def _any_mutation(way: Way) -> Rule:
    def verify(target: Target, mutation: PriorAuthMutation) -> Checks:
        return refused_in_words(way.send(target, mutation.request))

    def one_of(request: dict[str, Json]) -> st.SearchStrategy[PriorAuthMutation]:
        found = prior_auth_mutations(request, kind=way.kind)
        return st.sampled_from(
            [candidate for candidate in found if candidate.requirements != _CASE]
        )

    return Rule(
        f"{way.prefix}/any-request-with-a-fault",
        "whatever a request asks, a single fault has it refused",
        ("S047", "S059", "S060", "P016"),
        verify,
        values=prior_auth_requests(kind=way.kind).flatmap(one_of),
        needs=_needs(way, *REFUSES),
    )


def _without_key(way: Way, field: str) -> Rule:
    """Leave a selecting field out, or blank. A canned submission is selected by one of them only."""
    selects = way.kind is Kind.INQUIRY or field == "umClearingHouseId"

    def verify(target: Target, _: object) -> Checks:
        request = request_of(way.kind)
        left = {name: value for name, value in request.json.items() if name != field}
        for body in (left, {**left, field: ""}):
            yield from undecided(Decided(way, request, way.send(target, body)))

    slug = "payer-id" if field == "payerId" else "clearing-house-id"
    return Rule(
        f"{way.prefix}/without-{slug}",
        f"without {field} nothing is certified",
        ("P024",),
        verify,
        strength=_strength(way, lacks_house=field == "umClearingHouseId"),
        needs=_needs(way, *(() if selects else REFUSES)),
    )


def _body(way: Way, name: str, body: Json) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        return refused_in_words(way.send(target, body))

    return Rule(
        f"{way.prefix}/body-{name}",
        "a body that is no request is refused, in an array of strings",
        ("S047", "P030"),
        verify,
        needs=_needs(way, *REFUSES),
    )


def _unreadable(way: Way) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        kind = (("Content-Type", "application/json"),)
        for body in (b'{"senderId": ', b"", b"\xff\xfe{}"):
            yield from refused_in_words(way.send_bytes(target, kind, body))

    return Rule(
        f"{way.prefix}/unreadable-body",
        "a body that is no JSON is refused in words",
        ("S022" if way.is_x12 else "S047",),
        verify,
        needs=_needs(way, *REFUSES),
    )


def _media_type(way: Way) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        answered = way.send_bytes(target, (("Content-Type", "text/plain"),), b"INQDEMO")
        yield status(answered, 400, 415)
        yield words(answered)
        yield from answered.conforms()

    return Rule(
        f"{way.prefix}/media-type",
        "a body that is announced as text is refused",
        ("P030",),
        verify,
        strength=Strength.SHOULD,
        needs=_needs(way, *REFUSES),
    )


def _method(way: Way, method: str) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(API, way.operation_id)
        answered = target.call(operation, method=method, headers=target.authorization(API))
        yield status(answered, 403, 404, 405)
        yield from allows(answered)

    return Rule(
        f"{way.prefix}/method-{method.lower()}",
        f"{method} is refused",
        ("P030",),
        verify,
        strength=Strength.SHOULD,
        needs=(),
    )


def _number(name: str, outer: str, inner: str) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        request = request_of(Kind.SUBMISSION).json
        bent = {**request, outer: {**members(request[outer]), inner: 11}}
        answered = SUBMISSION.send(target, bent)
        code = answered.response.status
        yield check("number", answered, "200 or 4xx", str(code), holds=code < 500)
        yield from answered.conforms()

    return Rule(
        f"{SUBMISSION.prefix}/number-for-{name}",
        f"what a number in place of {inner} does is recorded",
        ("S061",),
        verify,
        strength=Strength.OBSERVE,
        needs=(*WRITES, *INVENTS),
    )


def _unvalidated() -> Rule:
    """Leave out what the sandbox is said not to look for (P015)."""

    def verify(target: Target, _: object) -> Checks:
        request = request_of(Kind.INQUIRY)
        left = {name: value for name, value in request.json.items() if name != "requester"}
        answer = Decided(INQUIRY, request, INQUIRY.send(target, left))
        yield status(answer.answered, 200)
        yield seen("decision", answer.answered, "the member's own", answer.decision)

    return Rule(
        f"{INQUIRY.prefix}/unvalidated",
        "a sandbox of canned answers does not ask for what is missing",
        ("P015",),
        verify,
        strength=Strength.OBSERVE,
        needs=("canned_values_only",),
    )
