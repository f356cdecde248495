"""Promises on requests with a fault: what is refused, and in which words (P015-P024, S022, S047, S059-S061)."""

from collections.abc import Mapping

from hypothesis import strategies as st

from harness.jsonvalue import Json, items, members
from harness.openapi.requirements import Strength
from harness.products.prior_auth.rules.checks import refused_in_words, undecided, words
from harness.products.prior_auth.rules.requests import (
    API,
    INQUIRY,
    INVENTS,
    REFUSES,
    SUBMISSION,
    VARIANTS,
    WRITES,
    Decided,
    RequestVariant,
    request_of,
)
from harness.products.prior_auth.strategies.mutations import PriorAuthMutation, prior_auth_mutations
from harness.products.prior_auth.strategies.requests import prior_auth_requests
from harness.rules.checks import allows, check, seen, status
from harness.rules.part import FAILS, troubled
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
from harness.x12.review import Kind

_JSON_VARIANTS = (INQUIRY, SUBMISSION)
_KEYS = ("payerId", "umClearingHouseId")
# Mutations that misspell a name are known by their only requirement.
_CASE = ("P021",)
# Codes that look like numbers, which clients send as such (S061).
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


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on faults in JSON, on bodies that are none, and on what a sandbox lets pass."""
    return (
        *(
            _mutation(variant, mutation)
            for variant in _JSON_VARIANTS
            for mutation in _mutations(variant)
        ),
        *(_any_mutation(variant) for variant in _JSON_VARIANTS),
        *(_without_key(variant, field) for variant in _JSON_VARIANTS for field in _KEYS),
        *(
            _body(variant, name, body)
            for variant in _JSON_VARIANTS
            for name, body in _BODIES.items()
        ),
        *(_unreadable(variant) for variant in VARIANTS),
        *(_media_type(variant) for variant in VARIANTS),
        *(
            _method(variant, method)
            for variant in VARIANTS
            for method in ("GET", "PUT", "DELETE", "PATCH")
        ),
        *(_number(*number) for number in _NUMBERS),
        _unvalidated(),
    )


def _mutations(variant: RequestVariant) -> tuple[PriorAuthMutation, ...]:
    return prior_auth_mutations(request_of(variant.kind).json, kind=variant.kind)


def _mutation(variant: RequestVariant, mutation: PriorAuthMutation) -> AnyRule:
    is_case = mutation.requirements == _CASE

    def verify(target: Target, _: object) -> Checks:
        answered = variant.send(target, mutation.request)
        if is_case:
            # Not to recognise the member is what matters; a canned answer need not refuse it.
            return undecided(Decided(variant, request_of(variant.kind), answered))
        return refused_in_words(answered)

    # That something is missing is what production checks and the sandbox does not.
    missing = ("P016",) if mutation.rule.endswith("-missing") else ()
    return Rule(
        f"{variant.prefix}/{mutation.rule}",
        f"a request in which {mutation.description} is {'not certified' if is_case else 'refused'}",
        (*mutation.requirements, *missing),
        verify,
        strength=_strength(variant, lacks_house="umClearingHouseId" not in mutation.request)
        if is_case
        else Strength.SHALL,
        needs=variant.needs(*(() if is_case else REFUSES)),
    )


def _strength(variant: RequestVariant, *, lacks_house: bool) -> Strength:
    """Record only what becomes of an inquiry without a clearing house, for which the payer stands in.

    The field mapping says so; the onboarding page wants both.
    """
    return Strength.OBSERVE if lacks_house and variant.kind is Kind.INQUIRY else Strength.SHALL


def _any_mutation(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, mutation: PriorAuthMutation) -> Checks:
        return refused_in_words(variant.send(target, mutation.request))

    def one_of(request: dict[str, Json]) -> st.SearchStrategy[PriorAuthMutation]:
        mutations = prior_auth_mutations(request, kind=variant.kind)
        return st.sampled_from(
            [candidate for candidate in mutations if candidate.requirements != _CASE]
        )

    return Rule(
        f"{variant.prefix}/any-request-with-a-fault",
        "whatever a request asks, a single fault has it refused",
        ("S047", "S059", "S060", "P016"),
        verify,
        values=prior_auth_requests(kind=variant.kind).flatmap(one_of),
        needs=variant.needs(*REFUSES),
    )


def _without_key(variant: RequestVariant, field: str) -> AnyRule:
    """Leave a selecting field out, or blank. A canned submission is selected by one of them only."""
    selects = variant.kind is Kind.INQUIRY or field == "umClearingHouseId"

    def verify(target: Target, _: object) -> Checks:
        request = request_of(variant.kind)
        left = {name: value for name, value in request.json.items() if name != field}
        # A blank key must not stand for any.
        for body in (left, {**left, field: ""}):
            yield from undecided(Decided(variant, request, variant.send(target, body)))

    slug = "payer-id" if field == "payerId" else "clearing-house-id"
    return Rule(
        f"{variant.prefix}/without-{slug}",
        f"without {field} nothing is certified",
        ("P024",),
        verify,
        strength=_strength(variant, lacks_house=field == "umClearingHouseId"),
        needs=variant.needs(*(() if selects else REFUSES)),
    )


def _body(variant: RequestVariant, name: str, body: Json) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return refused_in_words(variant.send(target, body))

    return Rule(
        f"{variant.prefix}/body-{name}",
        "a body that is no request is refused, in an array of strings",
        ("S047", "P030"),
        verify,
        needs=variant.needs(*REFUSES),
    )


def _unreadable(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        kind = (("Content-Type", "application/json"),)
        # Cut off, nothing at all, and a byte order mark of UTF-16.
        for body in (b'{"senderId": ', b"", b"\xff\xfe{}"):
            yield from refused_in_words(variant.send_bytes(target, kind, body))

    return Rule(
        f"{variant.prefix}/unreadable-body",
        "a body that is no JSON is refused in words",
        ("S022" if variant.is_x12 else "S047",),
        verify,
        needs=variant.needs(*REFUSES),
    )


def _media_type(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answered = variant.send_bytes(target, (("Content-Type", "text/plain"),), b"INQDEMO")
        yield status(answered, 400, 415)
        yield words(answered)
        yield from answered.conforms()

    return Rule(
        f"{variant.prefix}/media-type",
        "a body that is announced as text is refused",
        ("P030",),
        verify,
        strength=Strength.SHOULD,
        needs=variant.needs(*REFUSES),
    )


def _method(variant: RequestVariant, method: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(API, variant.operation_id)
        answered = target.call(operation, method=method, headers=target.authorization(API))
        yield status(answered, 403, 404, 405)
        yield from allows(answered)

    return Rule(
        f"{variant.prefix}/method-{method.lower()}",
        f"{method} is refused",
        ("P030",),
        verify,
        strength=Strength.SHOULD,
        needs=(),
    )


def _number(name: str, outer: str, inner: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        request = request_of(Kind.SUBMISSION).json
        # 11 is a number that could stand for each of the codes.
        mutated = {**request, outer: {**members(request[outer]), inner: 11}}
        answered = SUBMISSION.send(target, mutated)
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


def _unvalidated() -> AnyRule:
    """Leave out what the sandbox is said not to look for (P015)."""

    def verify(target: Target, _: object) -> Checks:
        request = request_of(Kind.INQUIRY)
        # The requester: required by the schema, and no part of what selects an answer.
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


def prior_auth_health_rule() -> AnyRule:
    """Return the rule on a healthcheck that fails."""
    case, title = "prior-auth/health/when-down", "a failing healthcheck answers 500"
    return Rule(case, title, ("S021",), _down, needs=FAILS)


def _down(target: Target, _: object) -> Checks:
    operation = target.operation("prior-auth", "checkPriorAuthHealth")
    ill = troubled(target, "down")
    answered = ill.call(operation, headers=target.authorization("prior-auth"))
    yield status(answered, 500)
    has_texts = bool(items(answered.body)) and all(
        isinstance(item, str) for item in items(answered.body)
    )
    yield check("error", answered, "texts", "texts" if has_texts else "none", holds=has_texts)
    yield from answered.conforms()
    # Without the trouble it is well again: the failure was of that call alone.
    well = target.call(operation, headers=target.authorization("prior-auth"))
    yield status(well, 200)
