"""Promises on headers: the tenant and correlation ids of a request, the ids of an answer (S029, P030)."""

import uuid

from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.prior_auth.rules.checks import whole
from harness.products.prior_auth.rules.requests import (
    CORRELATION,
    INVENTS,
    TENANT,
    VARIANTS,
    Decided,
    RequestVariant,
    request_of,
)
from harness.rules.answers import undocumented
from harness.rules.checks import check, equal, seen, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target, json_body

_UUID = "00000000-0000-4000-8000-00000000000a"
_TRANSACTION, _TRACE = "transaction-id", "x-amzn-trace-id"
# The tenant id is asked for in one place and left blank in another (C86).
_TENANTS = (("absent", None), ("blank", ""), ("malformed", "no-uuid"))


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on headers, and on members that the document does not list."""
    return (
        *(_tenant_present(variant) for variant in VARIANTS),
        *(_tenant(variant, name, value) for variant in VARIANTS for name, value in _TENANTS),
        *(_correlation(variant) for variant in VARIANTS),
        *(_malformed_correlation(variant) for variant in VARIANTS),
        *(_ids(variant) for variant in VARIANTS),
        *(_authorization_ids(variant) for variant in VARIANTS),
        *(_listed(variant) for variant in VARIANTS),
    )


def _tenant_present(variant: RequestVariant) -> AnyRule:
    """Send the run's own tenant, and where it has none, one that is made up."""

    def verify(target: Target, _: object) -> Checks:
        environment = target.environment
        is_invented = not environment.tenant_id
        # A made-up tenant is an invented value, which such a sandbox must not be sent.
        if is_invented and environment.capabilities.canned_values_only:
            yield _without_tenant(variant.ask(target, request_of(variant.kind)))
            return
        answer = _asked_as(target, variant, environment.tenant_id or _UUID)
        yield from whole(answer)
        yield seen("tenant", answer.answered, "the effect of a tenant id", answer.decision)

    return Rule(
        f"{variant.prefix}/tenant-present",
        "what a tenant id does is recorded",
        ("S029",),
        verify,
        strength=Strength.OBSERVE,
        needs=variant.needs(),
    )


def _without_tenant(answer: Decided) -> Check:
    actual = f"no tenant id is configured, so none was sent: {answer.decision}"
    return seen("tenant", answer.answered, "the effect of a tenant id", actual)


def _tenant(variant: RequestVariant, name: str, value: str | None) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answer = _asked_as(target, variant, value)
        code = answer.answered.response.status
        yield check("tenant", answer.answered, "200 or 4xx", str(code), holds=code < 500)
        yield seen("tenant.effect", answer.answered, "recorded", answer.decision)
        yield from answer.answered.conforms()

    return Rule(
        f"{variant.prefix}/tenant-{name}",
        f"what a tenant id that is {name} does is recorded",
        ("S029",),
        verify,
        strength=Strength.OBSERVE,
        needs=variant.needs(*(INVENTS if name == "malformed" else ())),
    )


def _asked_as(target: Target, variant: RequestVariant, tenant_id: str | None) -> Decided:
    """Ask in the name of just this tenant, or of none, whatever the run's own is."""
    sent = request_of(variant.kind)
    headers, body = json_body(variant.body(sent))
    # An empty header is sent, None leaves it out.
    named = ((TENANT, tenant_id),) if tenant_id is not None else ()
    return Decided(variant, sent, variant.send_bytes(target, (*headers, *named), body))


def _correlation(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        plain = variant.ask(target, request_of(variant.kind))
        answer = variant.ask(target, request_of(variant.kind), ((CORRELATION, _UUID),))
        yield from whole(answer)
        # The id is for tracing; it must not change what is decided.
        yield equal("decision.same", answer.answered, plain.decision, answer.decision)
        echoed = answer.answered.response.header(CORRELATION) or "none"
        yield seen("correlation.echo", answer.answered, "echoed or not", echoed)

    return Rule(
        f"{variant.prefix}/correlation-id",
        "a call may carry a correlation id of the caller's",
        ("P030",),
        verify,
        strength=Strength.SHOULD,
        needs=variant.needs(),
    )


def _malformed_correlation(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answer = variant.ask(target, request_of(variant.kind), ((CORRELATION, "no-uuid"),))
        code = answer.answered.response.status
        yield check("correlation", answer.answered, "200 or 4xx", str(code), holds=code < 500)
        yield from answer.answered.conforms()

    return Rule(
        f"{variant.prefix}/correlation-id-malformed",
        "what a correlation id that is no UUID does is recorded",
        ("P030",),
        verify,
        strength=Strength.OBSERVE,
        needs=variant.needs(),
    )


def _ids(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        one, other = (variant.ask(target, request_of(variant.kind)) for _ in range(2))
        for name in (_TRANSACTION, _TRACE):
            first, second = (
                decided.answered.response.header(name) or "" for decided in (one, other)
            )
            # Twice the same id would make two calls one in a log.
            holds = bool(first) and bool(second) and first != second
            actual = f"{first or 'none'}, {second or 'none'}"
            yield check(f"header.{name}", other.answered, "another each time", actual, holds=holds)
        given = other.answered.response.header(_TRANSACTION) or ""
        yield check("transaction-id.form", other.answered, "a UUID", given, holds=_is_uuid(given))
        yield status(one.answered, 200)
        yield from one.answered.conforms()

    return Rule(
        f"{variant.prefix}/answer-ids",
        "every answer has a transaction id and a trace id of its own",
        ("P030", "S030"),
        verify,
        needs=variant.needs(),
    )


def _authorization_ids(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        one, other = (variant.ask(target, request_of(variant.kind)) for _ in range(2))
        ids = [one.authorization_id, other.authorization_id]
        holds = ids[0] != ids[1] and all(map(_is_uuid, ids))
        expected = "a UUID, another each time"
        yield check("authorization-id", other.answered, expected, ", ".join(ids), holds=holds)

    return Rule(
        f"{variant.prefix}/authorization-ids",
        "every answer has an authorization id of its own",
        ("S030",),
        verify,
        strength=Strength.OBSERVE,
        needs=variant.needs(),
    )


def _is_uuid(value: str) -> bool:
    try:
        # UUID() also takes braces, a URN and no hyphens at all.
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _listed(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answered = variant.ask(target, request_of(variant.kind)).answered
        yield status(answered, 200)
        # Without `additionalProperties: false` in a schema, `conforms` does not see them.
        strangers = undocumented(answered)
        actual = ", ".join(strangers) or "none"
        yield check("members", answered, "only documented ones", actual, holds=not strangers)

    return Rule(
        f"{variant.prefix}/documented-members",
        "an answer has no member that the document does not list",
        ("P030",),
        verify,
        strength=Strength.OBSERVE,
        needs=variant.needs(),
    )
