"""Promises on the use of tokens: again and again, renewed early, at the printed paths (O004, O005, O025)."""

from dataclasses import dataclass

from harness.client.tokens import FORM
from harness.config import Credentials, Environment
from harness.jsonvalue import Json, members, number, text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.product import Health, Products
from harness.products.platform.rules.tokens import token_rule
from harness.rules.checks import allows, check, seen, status
from harness.rules.rule import AnyRule, Checks
from harness.rules.target import Answered, Target, json_body
from harness.rules.token_request import Endpoint, ask, endpoints, good_fields

# Enough to see a token that serves once, or a few times.
_CALLS = 5


def rules(
    products: Products, environment: Environment, credentials: Credentials
) -> tuple[AnyRule, ...]:
    """Return the rules on the tokens of each product for a pair of good credentials."""
    good = good_fields(credentials)
    known = tuple(
        Known(endpoint, health, _another(endpoint, endpoints(products)))
        for endpoint in endpoints(products)
        # A healthcheck shows whether a token opens a door, and changes nothing.
        if (health := products.called(endpoint.group).token_health)
    )
    return (
        *(_reused(candidate, good) for candidate in known if _promises(candidate, "reused")),
        *(_renewed(candidate, good) for candidate in known if _promises(candidate, "renewed")),
        *(_crossed(candidate, candidate.other, good) for candidate in known if candidate.other),
        *(_trailing_slash(candidate, good) for candidate in known if _promises(candidate, "slash")),
        *(
            _not_cached(candidate.endpoint, good)
            for candidate in known
            if _promises(candidate, "crossed")
        ),
        *(
            _allowed_methods(candidate.endpoint)
            for candidate in known
            if _promises(candidate, "method")
        ),
        *(_form(candidate.endpoint, good) for candidate in known if _promises(candidate, "form")),
        *(
            _lifetime(candidate.endpoint, good)
            for candidate in known
            if environment.like == "production" and _promises(candidate, "production-lifetime")
        ),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """A token endpoint with what shows whether its tokens serve."""

    endpoint: Endpoint
    health: Health
    other: Endpoint | None
    """An endpoint at another path, where there is one and something is promised of its tokens."""


def _another(endpoint: Endpoint, every: tuple[Endpoint, ...]) -> Endpoint | None:
    if not endpoint.requirements("crossed"):
        return None
    return next(
        (candidate for candidate in every if candidate.facts.path != endpoint.facts.path), None
    )


def _promises(each: Known, topic: str) -> bool:
    return bool(each.endpoint.requirements(topic))


def _reused(known: Known, good: dict[str, Json]) -> AnyRule:
    endpoint = known.endpoint

    def verify(target: Target, _: object) -> Checks:
        first = target.bearer(endpoint.group)
        granted = ask(target, endpoint, good)
        token = _token(granted)
        yield _given(granted, token)
        # The check above has failed, and calls without a token would fail for another reason.
        if not token:
            return
        for _call in range(_CALLS):
            yield status(_health(target, known.health, token), 200)
        # The run's own token still serves beside the new one: asking must not end it.
        last = _health(target, known.health, first)
        yield status(last, 200)
        # Our own side of the bargain: nobody has asked for a second one meanwhile.
        same = target.bearer(endpoint.group) == first
        yield check(
            "token.own", last, "the same token", "the same" if same else "another", holds=same
        )

    return token_rule(
        endpoint,
        ("reused", "reused"),
        "one token serves call after call, and another one beside it",
        verify,
    )


def _renewed(known: Known, good: dict[str, Json]) -> AnyRule:
    endpoint = known.endpoint

    def verify(target: Target, _: object) -> Checks:
        tokens = []
        for _turn in range(2):
            granted = ask(target, endpoint, good)
            tokens.append(_token(granted))
            yield _given(granted, tokens[-1])
        if not all(tokens):
            return
        # Old, new, new, old: neither may end the other, whichever is used first.
        for token in (*tokens, *reversed(tokens)):
            yield status(_health(target, known.health, token), 200)

    return token_rule(
        endpoint,
        ("renewed-early", "renewed"),
        "a new token can be had while the old one lives, and both serve",
        verify,
        strength=Strength.SHOULD,
    )


def _crossed(known: Known, other: Endpoint, good: dict[str, Json]) -> AnyRule:
    """Call an API with a token of the other endpoint: no document says which takes which (C07)."""
    endpoint = known.endpoint

    def verify(target: Target, _: object) -> Checks:
        # A run of one product may not have the document of the other endpoint.
        if other.api not in target.apis:
            answered = _health(target, known.health, target.bearer(endpoint.group))
            yield seen("crossed", answered, "recorded", f"{other.api} is not part of this run")
            return
        granted = ask(target, other, good)
        yield _given(granted, _token(granted))
        if not _token(granted):
            return
        answered = _health(target, known.health, _token(granted))
        code = answered.response.status
        # Whichever it is, it is recorded: only a crash or another error is wrong (C07).
        yield status(answered, 200, 401, 403)
        yield seen("crossed", answered, "recorded", "accepted" if code == 200 else "refused")

    return token_rule(
        endpoint,
        ("of-the-other-endpoint", "crossed"),
        f"what a token of {other.api} opens here is recorded",
        verify,
        strength=Strength.OBSERVE,
    )


def _trailing_slash(known: Known, good: dict[str, Json]) -> AnyRule:
    endpoint = known.endpoint

    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(endpoint.api, "issueToken")
        headers, body = json_body(good)
        answered = target.call(operation, headers=headers, body=body, suffix="/")
        yield status(answered, 200)
        yield _given(answered, _token(answered))
        yield from answered.conforms()
        if token := _token(answered):
            yield status(_health(target, known.health, token), 200)

    return token_rule(
        endpoint,
        ("trailing-slash", "slash"),
        "a slash at the end of the printed path makes no difference",
        verify,
        strength=Strength.SHOULD,
    )


def _not_cached(endpoint: Endpoint, good: dict[str, Json]) -> AnyRule:
    """RFC 6749, 5.1: who finds a token in a cache can call as its owner."""

    def verify(target: Target, _: object) -> Checks:
        granted = ask(target, endpoint, good)
        yield _given(granted, _token(granted))
        cache_control = granted.response.header("cache-control") or ""
        holds = "no-store" in [part.strip().lower() for part in cache_control.split(",")]
        yield check("cache-control", granted, "no-store", cache_control or "none", holds=holds)

    return token_rule(
        endpoint,
        ("not-cached", "crossed"),
        "the answer with a token forbids to store it",
        verify,
        strength=Strength.SHOULD,
    )


def _allowed_methods(endpoint: Endpoint) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answered = target.call(target.operation(endpoint.api, "issueToken"), method="GET")
        yield status(answered, 404, 405)
        yield from allows(answered)

    return token_rule(
        endpoint,
        ("method-named", "method"),
        "where a wrong method is told so, the right one is named",
        verify,
        strength=Strength.SHOULD,
    )


def _form(endpoint: Endpoint, good: dict[str, Json]) -> AnyRule:
    """Send a form where JSON is documented: examples show it, and clients do it."""

    def verify(target: Target, _: object) -> Checks:
        as_json = ask(target, endpoint, good)
        yield status(as_json, 200)
        as_form = ask(target, endpoint, good, media_type=FORM)
        code = as_form.response.status
        # The endpoint's document has JSON alone (C09), so a refusal is right too.
        yield check("form", as_form, "200 or 4xx", str(code), holds=code < 500)
        yield seen("form.effect", as_form, "recorded", "taken" if code == 200 else "refused")

    return token_rule(
        endpoint,
        ("as-form", "form"),
        "a token request in JSON is taken; whether a form is too is recorded",
        verify,
        strength=Strength.SHOULD,
    )


def _lifetime(endpoint: Endpoint, good: dict[str, Json]) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        granted = ask(target, endpoint, good)
        seconds = number(members(granted.body).get("expires_in"), -1.0)
        yield _given(granted, _token(granted))
        # Seconds, as printed for production (O007).
        yield check("lifetime", granted, "3600", f"{seconds:.0f}", holds=seconds == 3600.0)

    title = "a token of production lives an hour"
    return token_rule(endpoint, ("production-lifetime", "production-lifetime"), title, verify)


def _token(answered: Answered) -> str:
    return text(members(answered.body).get("access_token"))


def _given(answered: Answered, token: str) -> Check:
    return check("token", answered, "a token", "a token" if token else "none", holds=bool(token))


def _health(target: Target, health: Health, token: str) -> Answered:
    operation = target.operation(health.document, health.operation_id)
    return target.call(operation, headers=(("Authorization", f"Bearer {token}"),))
