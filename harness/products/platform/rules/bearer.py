"""Promises on where a bearer token stands: in the Authorization header and nowhere else (O021)."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

from harness.client.tokens import FORM
from harness.openapi.requirements import Strength
from harness.product import Products, Protected
from harness.rules.checks import allows, status, unauthorized
from harness.rules.protected import call_protected
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target

Verify = Callable[[Target, object], Checks]

_METHODS = ("PUT", "DELETE", "PATCH")


def rules(products: Products) -> tuple[Rule, ...]:
    """Return, for every protected operation, the rules on tokens in other places (RFC 6750, 2.2, 2.3)."""
    every = products.protected
    return (
        *(_in_query(protected) for protected in every),
        *(_in_body(protected) for protected in every if not protected.is_health),
        *(_unknown_path(protected) for protected in every if protected.is_health),
        *(_scheme_in_lower_case(protected) for protected in every if protected.is_health),
        *(
            _method(protected, method)
            for protected in every
            for method in (*_METHODS, "POST" if protected.is_read else "GET")
            if not protected.judges_methods
        ),
    )


def _in_query(each: Protected) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        token = quote(target.bearer(each.group), safe="")
        query = f"{each.suffix}&" if each.suffix else "?"
        answered = call_protected(target, each, suffix=f"{query}access_token={token}")
        yield unauthorized(answered)

    return _observed(each, "token-in-query", "a token in the query is not taken", verify)


def _in_body(each: Protected) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        form = urlencode({"access_token": target.bearer(each.group)}).encode()
        answered = call_protected(target, each, headers=(("Content-Type", FORM),), body=form)
        yield unauthorized(answered)

    return _observed(each, "token-in-body", "a token in the body is not taken", verify)


def _scheme_in_lower_case(each: Protected) -> Rule:
    """RFC 9110, 11.1: the name of a scheme may be written in any case."""

    def verify(target: Target, _: object) -> Checks:
        token = target.bearer(each.group)
        answered = call_protected(target, each, headers=(("Authorization", f"bearer {token}"),))
        yield status(answered, 200)

    title = "the scheme may be written in lower case"
    return _observed(each, "scheme-in-lower-case", title, verify)


def _unknown_path(each: Protected) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        headers = target.authorization(each.group)
        answered = call_protected(target, each, headers=headers, suffix="/harness-unknown")
        yield status(answered, 403, 404)

    case, title = f"{each.prefix}/unknown-path", "a path beside the documented ones has no answer"
    return Rule(case, title, ("O017",), verify, strength=Strength.SHOULD, needs=each.needs)


def _method(each: Protected, method: str) -> Rule:
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


def _observed(each: Protected, name: str, title: str, verify: Verify) -> Rule:
    case = f"{each.prefix}/{name}"
    return Rule(case, title, ("O021",), verify, strength=Strength.OBSERVE, needs=each.needs)
