"""Promises on the end of a token's life, for targets whose clock can be moved (RFC 7519, 4.1.4)."""

from harness.config import Credentials
from harness.jsonvalue import members, number, text
from harness.product import Products, Protected
from harness.rules.checks import check, unauthorized
from harness.rules.protected import call_protected
from harness.rules.rule import Checks, Rule
from harness.rules.target import Answered, Target
from harness.rules.token_request import Endpoint, ask, endpoints, good_fields

MARGIN_SECONDS = 30.0
"""Time passes also while nobody moves the clock, and tokens are dated in whole seconds."""


def rules(products: Products, credentials: Credentials) -> tuple[Rule, ...]:
    """Return, for every protected operation, one rule on both sides of its token's end."""
    known = {endpoint.group: endpoint for endpoint in endpoints(products)}
    return tuple(
        _rule(protected, known[protected.group], credentials)
        for protected in products.protected
        if protected.group in known
    )


def _rule(each: Protected, endpoint: Endpoint, credentials: Credentials) -> Rule:
    good = good_fields(credentials)

    def verify(target: Target, _: object) -> Checks:
        target.bearer(each.group)  # without one there is nothing to judge here, and that says so
        granted = ask(target, endpoint, good)
        token = text(members(granted.body).get("access_token"))
        lifetime = number(members(granted.body).get("expires_in"), -1.0)
        yield check("token", granted, "a token", token[:3] or "none", holds=bool(token))
        if target.advance is None or lifetime < MARGIN_SECONDS:
            return
        target.advance(lifetime - MARGIN_SECONDS)
        early = _call(target, each, token)
        refused = early.response.status in (401, 403)
        yield check("token.lives", early, "accepted", f"{early.response.status}", holds=not refused)
        target.advance(MARGIN_SECONDS)
        yield unauthorized(_call(target, each, token))

    return Rule(
        f"{each.prefix}/expired-token",
        "a token is good until shortly before its end and for nothing from then on",
        each.requirements,
        verify,
        needs=each.needs,
        alone=True,
    )


def _call(target: Target, each: Protected, token: str) -> Answered:
    return call_protected(target, each, headers=(("Authorization", f"Bearer {token}"),))
