"""Promises on the use of tokens: again and again, renewed early, at the printed paths (O004, O005, O025)."""

from collections.abc import Callable

from harness.client.tokens import FORM
from harness.config import Credentials, Environment
from harness.jsonvalue import Json, members, number, text
from harness.outcome import Check
from harness.products.medical.rules.checks import seen
from harness.products.platform.rules.tokens import (
    ENDPOINTS,
    GRANT,
    SNTL,
    V2,
    V2_PRIOR_AUTH,
    Endpoint,
    ask,
)
from harness.rules.checks import allows, check, status
from harness.rules.rule import Checks, Rule
from harness.rules.target import Answered, Target, json_body

_HEALTHCHECKS = {
    "dental": ("dental", "checkDentalHealth"),
    "medical": ("medical-status", "checkStatusHealth"),
    "prior-auth": ("prior-auth", "checkPriorAuthHealth"),
}
_REUSED = {
    "dental": ("D013", "D014"),
    "medical": ("O004", "O008", "O026"),
    "prior-auth": ("P017", "S002"),
}
_RENEWED = {"dental": ("D014",), "medical": ("O005",), "prior-auth": ("P017",)}
_CROSSED = {"dental": ("D009",), "medical": ("O003",), "prior-auth": ("O003", "P006")}
_CALLS = 5

Verify = Callable[[Target, object], Checks]


def rules(environment: Environment, credentials: Credentials) -> tuple[Rule, ...]:
    """Return the rules on tokens of each API for a pair of good credentials."""
    good: dict[str, Json] = {
        "grant_type": GRANT,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
    return (
        *(_reused(endpoint, good) for endpoint in ENDPOINTS),
        *(_renewed(endpoint, good) for endpoint in ENDPOINTS),
        *(_crossed(endpoint, good) for endpoint in ENDPOINTS),
        *(_trailing_slash(endpoint, good) for endpoint in (V2, V2_PRIOR_AUTH)),
        *(_not_cached(endpoint, good) for endpoint in ENDPOINTS),
        *(_told_methods(endpoint) for endpoint in ENDPOINTS),
        _form(good),
        *((_lifetime(good),) if environment.like == "production" else ()),
    )


def _reused(endpoint: Endpoint, good: dict[str, Json]) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        first = target.bearer(endpoint.group)
        granted = ask(target, endpoint, good)
        token = _token(granted)
        yield _given(granted, token)
        for _call in range(_CALLS):
            yield status(_health(target, endpoint.group, token), 200)
        last = _health(target, endpoint.group, first)
        yield status(last, 200)
        # Our own side of the bargain: nobody has asked for a second one meanwhile.
        same = target.bearer(endpoint.group) == first
        yield check(
            "token.own", last, "the same token", "the same" if same else "another", holds=same
        )

    return Rule(
        f"{endpoint.prefix}/reused",
        "one token serves call after call, and another one beside it",
        _REUSED[endpoint.group],
        verify,
        needs=(),
    )


def _renewed(endpoint: Endpoint, good: dict[str, Json]) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        tokens = []
        for _turn in range(2):
            granted = ask(target, endpoint, good)
            tokens.append(_token(granted))
            yield _given(granted, tokens[-1])
        for token in (*tokens, *reversed(tokens)):
            yield status(_health(target, endpoint.group, token), 200)

    return Rule(
        f"{endpoint.prefix}/renewed-early",
        "a new token can be had while the old one lives, and both serve",
        _RENEWED[endpoint.group],
        verify,
        strength="SHOULD",
        needs=(),
    )


def _crossed(endpoint: Endpoint, good: dict[str, Json]) -> Rule:
    """Call an API with a token of the other endpoint: no document tells which takes which (C07)."""
    other = V2 if endpoint is SNTL else SNTL

    def verify(target: Target, _: object) -> Checks:
        if other.api not in target.apis:
            answered = _health(target, endpoint.group, target.bearer(endpoint.group))
            yield seen("crossed", answered, "recorded", f"{other.api} is not part of this run")
            return
        granted = ask(target, other, good)
        yield _given(granted, _token(granted))
        answered = _health(target, endpoint.group, _token(granted))
        code = answered.response.status
        yield status(answered, 200, 401, 403)
        yield seen("crossed", answered, "recorded", "accepted" if code == 200 else "refused")

    return Rule(
        f"{endpoint.prefix}/of-the-other-endpoint",
        f"what a token of {other.api} opens here is recorded",
        _CROSSED[endpoint.group],
        verify,
        strength="OBSERVE",
        needs=(),
    )


def _trailing_slash(endpoint: Endpoint, good: dict[str, Json]) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(endpoint.api, "issueToken")
        headers, body = json_body(good)
        answered = target.call(operation, headers=headers, body=body, suffix="/")
        yield status(answered, 200)
        yield _given(answered, _token(answered))
        yield from answered.conforms()
        if token := _token(answered):
            yield status(_health(target, endpoint.group, token), 200)

    return Rule(
        f"{endpoint.prefix}/trailing-slash",
        "a slash at the end of the printed path makes no difference",
        ("O025",),
        verify,
        strength="SHOULD",
        needs=(),
    )


def _not_cached(endpoint: Endpoint, good: dict[str, Json]) -> Rule:
    """RFC 6749, 5.1: who finds a token in a cache can call as its owner."""

    def verify(target: Target, _: object) -> Checks:
        granted = ask(target, endpoint, good)
        yield _given(granted, _token(granted))
        told = granted.response.header("cache-control") or ""
        holds = "no-store" in [each.strip().lower() for each in told.split(",")]
        yield check("cache-control", granted, "no-store", told or "none", holds=holds)

    return Rule(
        f"{endpoint.prefix}/not-cached",
        "the answer with a token forbids to store it",
        _CROSSED[endpoint.group],
        verify,
        strength="SHOULD",
        needs=(),
    )


def _told_methods(endpoint: Endpoint) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        answered = target.call(target.operation(endpoint.api, "issueToken"), method="GET")
        yield status(answered, 404, 405)
        yield from allows(answered)

    return Rule(
        f"{endpoint.prefix}/method-named",
        "where a wrong method is told so, the right one is named",
        endpoint.requirements["method"],
        verify,
        strength="SHOULD",
        needs=(),
    )


def _form(good: dict[str, Json]) -> Rule:
    """Send a form where JSON is documented: examples show it, and clients do it."""

    def verify(target: Target, _: object) -> Checks:
        as_json = ask(target, V2_PRIOR_AUTH, good)
        yield status(as_json, 200)
        as_form = ask(target, V2_PRIOR_AUTH, good, media_type=FORM)
        code = as_form.response.status
        yield check("form", as_form, "200 or 4xx", str(code), holds=code < 500)
        yield seen("form.effect", as_form, "recorded", "taken" if code == 200 else "refused")

    return Rule(
        f"{V2_PRIOR_AUTH.prefix}/as-form",
        "a token request in JSON is taken; whether a form is too is recorded",
        ("P028",),
        verify,
        strength="SHOULD",
        needs=(),
    )


def _lifetime(good: dict[str, Json]) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        granted = ask(target, V2, good)
        seconds = number(members(granted.body).get("expires_in"), -1.0)
        yield _given(granted, _token(granted))
        yield check("lifetime", granted, "3600", f"{seconds:.0f}", holds=seconds == 3600.0)

    title = "a token of production lives an hour"
    return Rule(f"{V2.prefix}/production-lifetime", title, ("O007",), verify, needs=())


def _token(answered: Answered) -> str:
    return text(members(answered.body).get("access_token"))


def _given(answered: Answered, token: str) -> Check:
    return check("token", answered, "a token", "a token" if token else "none", holds=bool(token))


def _health(target: Target, group: str, token: str) -> Answered:
    operation = target.operation(*_HEALTHCHECKS[group])
    return target.call(operation, headers=(("Authorization", f"Bearer {token}"),))
