"""Promises on bearer tokens: without a good one, nothing is given (RFC 6750, RFC 7519; D009, O003)."""

import base64
import json
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, urlencode

from harness.client.tokens import FORM
from harness.config import Credentials
from harness.exchange import Headers
from harness.jsonvalue import members, number, text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.product import Health, Products, Protected
from harness.rules.checks import allows, check, status, unauthorized
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target
from harness.rules.token_request import Endpoint, ask, call_protected, endpoints, good_fields

Forge = Callable[[Callable[[], str]], Headers]
"""Makes headers; asks for a good token only where it needs one, so that the others are judged without."""


def authorization_rules(products: Products) -> tuple[AnyRule, ...]:
    """Return, for every protected operation, one rule for each way to lack a good token."""
    # Every operation and not one an API: a gateway can be open at a single path.
    every = products.protected
    refusals = (
        _rule(protected, name, title, forge) for protected in every for name, title, forge in _WAYS
    )
    return (*refusals, *(_challenge(protected) for protected in every))


def _challenge(each: Protected) -> AnyRule:
    """RFC 9110, 15.5.2: a 401 has to say which scheme would open the door."""

    def verify(target: Target, _: object) -> Checks:
        answered = call_protected(target, each)
        yield unauthorized(answered)
        challenge = answered.response.header("www-authenticate") or ""
        # A 403 needs no challenge.
        holds = answered.response.status != 401 or challenge.lower().startswith("bearer")
        yield check("challenge", answered, "Bearer", challenge or "none", holds=holds)

    title = "a 401 names the Bearer scheme"
    case = f"{each.prefix}/challenge"
    return Rule(
        case, title, each.missing_requirements, verify, strength=Strength.SHOULD, needs=each.needs
    )


def _bearer(token: str) -> Headers:
    return (("Authorization", f"Bearer {token}"),)


def _without_signature(token: str) -> str:
    """Rewrite the header to `alg: none` and drop the signature (RFC 8725 section 2.1)."""
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    # The good token's own claims, so that only the signature is wrong; "e30" is {} in base64url.
    claims = token.split(".")[1] if token.count(".") == 2 else "e30"
    return f"{unsigned.rstrip(b'=').decode()}.{claims}."


def _with_other_claims(token: str) -> str:
    """Change one character of the claims and keep the signature."""
    head, dot, rest = token.partition(".")
    # Some other character of the alphabet of base64url.
    changed = ("A" if rest[:1] != "A" else "B") + rest[1:]
    return f"{head}{dot}{changed}"


def _with_other_signature(token: str) -> str:
    body, dot, signature = token.rpartition(".")
    # Reversed: the length stays, and no signature reads the same from its end.
    return f"{body}{dot}{signature[::-1]}"


_WAYS: tuple[tuple[str, str, Forge], ...] = (
    ("no-token", "without an Authorization header", lambda _: ()),
    ("empty-token", "with an empty Authorization header", lambda _: (("Authorization", ""),)),
    ("no-bearer", "with a token but no scheme", lambda token: (("Authorization", token()),)),
    (
        "basic-scheme",
        "with the Basic scheme",
        lambda _: (("Authorization", "Basic aGFybmVzczp0ZXN0"),),
    ),
    ("empty-bearer", "with Bearer and no token", lambda _: (("Authorization", "Bearer"),)),
    (
        "other-scheme",
        "with a good token under another scheme",
        lambda token: (("Authorization", f"Basic {token()}"),),
    ),
    ("malformed-token", "with a token that is no JWT", lambda _: _bearer("not-a-token")),
    ("tampered-claims", "with changed claims", lambda token: _bearer(_with_other_claims(token()))),
    (
        "tampered-signature",
        "with another signature",
        lambda token: _bearer(_with_other_signature(token())),
    ),
    ("unsigned-token", "with algorithm none", lambda token: _bearer(_without_signature(token()))),
)
_TAMPERED = ("tampered-claims", "tampered-signature", "unsigned-token")


def _rule(each: Protected, name: str, title: str, forge: Forge) -> AnyRule:
    more = each.missing_requirements if name == "no-token" else ()
    tampered = ("P003",) if name in _TAMPERED else ()

    def verify(target: Target, _: object) -> Checks:
        # Lazily: ways that need no good token also run where none can be had.
        forged = forge(partial(target.bearer, each.group))
        answered = call_protected(target, each, headers=forged)
        yield unauthorized(answered)
        yield from answered.conforms()

    return Rule(
        f"{each.prefix}/{name}",
        f"a call {title} is refused",
        (*each.requirements, *more, *tampered),
        verify,
        needs=each.needs,
    )


def health_rules(products: Products) -> tuple[AnyRule, ...]:
    """Return one rule for each healthcheck: 200 and a body that says so (D015, D016, O017, O018)."""
    return tuple(_health(health, facts.name) for facts in products.facts for health in facts.health)


def _health(health: Health, group: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(health.document, health.operation_id)
        answered = target.call(operation, headers=target.authorization(group))
        yield status(answered, 200)
        yield _says_healthy(answered)
        yield from answered.conforms()

    return Rule(
        f"{health.prefix}/healthy",
        "the healthcheck says that all is well",
        health.requirements,
        verify,
        needs=health.needs,
    )


def _says_healthy(answered: Answered) -> Check:
    """Check for `status` or `message`, in any case, that says healthy, OK or UP (C110)."""
    body = answered.body if isinstance(answered.body, dict) else {}
    said = [str(value) for name, value in body.items() if name.lower() in ("status", "message")]
    holds = any(word in each.lower() for each in said for word in ("healthy", "ok", "up"))
    # "unhealthy" holds the word "healthy".
    holds = holds and not any("unhealthy" in each.lower() for each in said)
    return check(
        "health", answered, "healthy, OK or UP", ", ".join(said) or "no such member", holds=holds
    )


Verify = Callable[[Target, object], Checks]

_METHODS = ("PUT", "DELETE", "PATCH")


def bearer_rules(products: Products) -> tuple[AnyRule, ...]:
    """Return, for every protected operation, the rules on tokens in other places (RFC 6750, 2.2, 2.3)."""
    every = products.protected
    return (
        *(_in_query(protected) for protected in every),
        # A healthcheck is a GET, which carries no form.
        *(_in_body(protected) for protected in every if not protected.is_health),
        # Once an API is enough for what does not depend on the operation.
        *(_unknown_path(protected) for protected in every if protected.is_health),
        *(_scheme_in_lower_case(protected) for protected in every if protected.is_health),
        *(
            _method(protected, method)
            for protected in every
            for method in (*_METHODS, "POST" if protected.is_read else "GET")
            if not protected.judges_methods
        ),
    )


def _in_query(each: Protected) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        token = quote(target.bearer(each.group), safe="")
        query = f"{each.suffix}&" if each.suffix else "?"
        answered = call_protected(target, each, suffix=f"{query}access_token={token}")
        yield unauthorized(answered)

    return _observed(each, "token-in-query", "a token in the query is not taken", verify)


def _in_body(each: Protected) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        form = urlencode({"access_token": target.bearer(each.group)}).encode()
        answered = call_protected(target, each, headers=(("Content-Type", FORM),), body=form)
        yield unauthorized(answered)

    return _observed(each, "token-in-body", "a token in the body is not taken", verify)


def _scheme_in_lower_case(each: Protected) -> AnyRule:
    """RFC 9110, 11.1: the name of a scheme may be written in any case."""

    def verify(target: Target, _: object) -> Checks:
        token = target.bearer(each.group)
        answered = call_protected(target, each, headers=(("Authorization", f"bearer {token}"),))
        yield status(answered, 200)

    title = "the scheme may be written in lower case"
    return _observed(each, "scheme-in-lower-case", title, verify)


def _unknown_path(each: Protected) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        headers = target.authorization(each.group)
        answered = call_protected(target, each, headers=headers, suffix="/harness-unknown")
        # Some gateways hide behind 403 what they do not know.
        yield status(answered, 403, 404)

    case, title = f"{each.prefix}/unknown-path", "a path beside the documented ones has no answer"
    return Rule(case, title, ("O017",), verify, strength=Strength.SHOULD, needs=each.needs)


def _method(each: Protected, method: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        headers = target.authorization(each.group)
        answered = call_protected(target, each, method=method, headers=headers)
        # By GET, metadata looks like the trace id of another operation, and a malformed one.
        also = (400,) if method == "GET" else ()
        yield status(answered, 403, 404, 405, *also)
        yield from allows(answered)

    case = f"{each.prefix}/method-{method.lower()}"
    title = f"{method} is refused"
    return Rule(case, title, each.requirements, verify, strength=Strength.SHOULD, needs=each.needs)


def _observed(each: Protected, name: str, title: str, verify: Verify) -> AnyRule:
    case = f"{each.prefix}/{name}"
    return Rule(case, title, ("O021",), verify, strength=Strength.OBSERVE, needs=each.needs)


MARGIN_SECONDS = 30.0
"""Time passes also while nobody moves the clock, and tokens are dated in whole seconds."""


def expiry_rules(products: Products, credentials: Credentials) -> tuple[AnyRule, ...]:
    """Return, for every protected operation, one rule on both sides of its token's end."""
    known = {endpoint.group: endpoint for endpoint in endpoints(products)}
    return tuple(
        _expiry_rule(protected, known[protected.group], credentials)
        for protected in products.protected
        if protected.group in known
    )


def _expiry_rule(each: Protected, endpoint: Endpoint, credentials: Credentials) -> AnyRule:
    good = good_fields(credentials)

    def verify(target: Target, _: object) -> Checks:
        target.bearer(each.group)  # without one there is nothing to judge here, and that says so
        granted = ask(target, endpoint, good)
        token = text(members(granted.body).get("access_token"))
        lifetime = number(members(granted.body).get("expires_in"), -1.0)
        yield check("token", granted, "a token", token[:3] or "none", holds=bool(token))
        # Where the clock can be moved this never happens, unless a token lives for seconds only.
        if target.advance is None or lifetime < MARGIN_SECONDS:
            return
        target.advance(lifetime - MARGIN_SECONDS)
        early = _call(target, each, token)
        refused = early.response.status in (401, 403)
        yield check("token.lives", early, "accepted", f"{early.response.status}", holds=not refused)
        # At the very end a token is no longer good (RFC 7519, 4.1.4).
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
