"""Promises of the two token endpoints (RFC 6749; D001-D014, O004-O026, P001-P028, S001)."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping

from harness.config import Credentials
from harness.jsonvalue import Json, items, members, number, parsed, text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.product import Products
from harness.rules.checks import check, equal, silent_about, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target
from harness.rules.token_request import JSON, Endpoint, ask, endpoints, good_fields

Verify = Callable[[Target, object], Checks]

# Other grants of RFC 6749, and the right one in capitals: its values are case-sensitive.
WRONG_GRANTS = ("password", "refresh_token", "authorization_code", "CLIENT_CREDENTIALS", "")


def rules(products: Products, credentials: Credentials) -> tuple[AnyRule, ...]:
    """Return the rules of all endpoints for a pair of good credentials."""
    return tuple(
        rule for endpoint in endpoints(products) for rule in _endpoint_rules(endpoint, credentials)
    )


def token_rule(
    endpoint: Endpoint,
    names: tuple[str, str],
    title: str,
    verify: Verify,
    *,
    strength: Strength = Strength.SHALL,
) -> AnyRule:
    """Return a rule on tokens; `names` are the end of its case id and its topic of requirements.

    Any target gives tokens, so nothing has to be offered; and nothing runs beside it, for the case
    may end the life of a token that others use.
    """
    name, topic = names
    return Rule(
        f"{endpoint.prefix}/{name}",
        title,
        endpoint.requirements(topic),
        verify,
        strength=strength,
        needs=(),
        alone=True,
    )


def _endpoint_rules(endpoint: Endpoint, credentials: Credentials) -> Iterator[AnyRule]:
    good = good_fields(credentials)

    def rule(name: str, title: str, topic: str, verify: Verify) -> Iterator[AnyRule]:
        # Where the documents of an endpoint say nothing of a topic, nothing is demanded of it.
        if endpoint.requirements(topic):
            yield token_rule(endpoint, (name, topic), title, verify)

    def refuses(fields: dict[str, Json]) -> Verify:
        # The good secret and the wrong one: neither belongs into an error.
        secrets = (credentials.client_secret, text(fields.get("client_secret")))
        return lambda target, _: _refused(endpoint, ask(target, endpoint, fields), secrets)

    yield from rule("granted", "good credentials get a token", "granted", _granted(endpoint, good))
    for name, title, topic, fields in _single_changes(good):
        yield from rule(name, title, topic, refuses(fields))
    if endpoint.facts.takes_form:
        yield _failure_reason(endpoint, good)
    media = _media(endpoint, good)
    yield from rule("wrong-media-type", "another body format is refused", "media", media)
    for method in ("GET", "PUT", "DELETE"):
        refused = _other_method(endpoint, method)
        yield from rule(method.lower(), f"{method} is refused", "method", refused)


def _single_changes(good: dict[str, Json]) -> tuple[tuple[str, str, str, dict[str, Json]], ...]:
    """Return (case name, title, topic, fields), each with exactly one thing wrong."""
    topics = {"grant_type": "grant", "client_id": "id", "client_secret": "secret"}
    changes = []
    for field, topic in topics.items():
        slug = field.replace("_", "-")
        fewer = {name: value for name, value in good.items() if name != field}
        changes.append((f"missing-{slug}", f"a request without {field} is refused", topic, fewer))
        blank = {**good, field: ""}
        changes.append((f"blank-{slug}", f"a blank {field} is refused", topic, blank))
    for field in ("client_id", "client_secret"):
        slug = field.replace("_", "-")
        wrong = {**good, field: "harness-wrong-value"}
        changes.append((f"wrong-{slug}", f"a wrong {field} is refused", topics[field], wrong))
    # The empty grant is among the blank fields already.
    for grant in WRONG_GRANTS[:-1]:
        other = {**good, "grant_type": grant}
        changes.append((f"grant-{grant}", f"grant type {grant} is refused", "grant", other))
    return tuple(changes)


def _granted(endpoint: Endpoint, good: dict[str, Json]) -> Verify:
    def verify(target: Target, _: object) -> Checks:
        answered = ask(target, endpoint, good)
        body = members(answered.body)
        lifetime = number(body.get("expires_in"), -1.0)
        yield status(answered, 200)
        # The type is compared without regard to case (RFC 6749, 5.1).
        yield equal("token.type", answered, "bearer", text(body.get("token_type")).lower())
        yield check(
            "token.lifetime",
            answered,
            " or ".join(f"{other:.0f}" for other in endpoint.facts.lifetimes),
            f"{lifetime:.0f}",
            holds=lifetime in endpoint.facts.lifetimes,
            where="response.body#/expires_in",
        )
        yield _jwt(answered, text(body.get("access_token")), lifetime)
        yield from answered.conforms()

    return verify


def _jwt(answered: Answered, token: str, lifetime: float) -> Check:
    """Check the form of the token: RFC 7519, algorithm not none, exp in step with expires_in."""
    problem = _jwt_problem(token, lifetime)
    return check(
        "token.jwt", answered, "a signed JWT", problem or "a signed JWT", holds=not problem
    )


def _jwt_problem(token: str, lifetime: float) -> str:
    segments = token.split(".")
    # A JWS in compact form (RFC 7515, 7.1); an empty third segment is a token without signature.
    if len(segments) != 3 or not all(segments):
        return f"{len(segments)} segments"
    try:
        header, claims = (members(parsed(_decoded(segment).decode())) for segment in segments[:2])
    except ValueError:
        return "segments that are not base64url JSON"
    if text(header.get("alg")).lower() in ("", "none"):
        return "an unsigned token"
    # Both are optional (RFC 7519, 4.1); without either there is nothing to compare.
    issued = number(claims.get("iat"), number(claims.get("nbf"), -1.0))
    expires = number(claims.get("exp"), -1.0)
    # Five seconds for rounding and for the time that issuing takes.
    if min(issued, expires) >= 0 and abs(expires - issued - lifetime) > 5:
        return f"exp {expires - issued:.0f} s after iat, expires_in {lifetime:.0f}"
    return ""


def _decoded(segment: str) -> bytes:
    try:
        # JWTs leave the padding out (RFC 7515, 2); Python wants it.
        return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except binascii.Error as problem:
        raise ValueError(str(problem)) from None


def _refused(endpoint: Endpoint, answered: Answered, secrets: tuple[str, ...]) -> Checks:
    yield status(answered, 400, 401)
    # The endpoint that takes forms is the one with error bodies of its own.
    yield from (in_own_words if endpoint.facts.takes_form else in_oauth_words)(answered)
    yield silent_about(answered, secrets)
    yield from answered.conforms()


def _failure_reason(endpoint: Endpoint, good: dict[str, Json]) -> AnyRule:
    """Ask for the reason that all examples have, although the schema knows `Errors` only."""

    def verify(target: Target, _: object) -> Checks:
        answered = ask(target, endpoint, {**good, "client_id": "harness-wrong-value"})
        reason = text(members(answered.body).get("failureReason"))
        yield check("error.reason", answered, "a reason", reason or "none", holds=bool(reason))

    title = "a refusal gives a failureReason"
    return token_rule(endpoint, ("failure-reason", "id"), title, verify, strength=Strength.SHOULD)


def _media(endpoint: Endpoint, good: dict[str, Json]) -> Verify:
    def verify(target: Target, _: object) -> Checks:
        # One that takes JSON is seen to take forms too: it is asked with a type that nobody documents.
        other = JSON if endpoint.facts.takes_form else "text/plain"
        answered = ask(target, endpoint, good, media_type=other)
        yield status(answered, 400, 415)
        yield from answered.conforms()

    return verify


def _other_method(endpoint: Endpoint, method: str) -> Verify:
    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(endpoint.api, "issueToken")
        # A gateway may not know the path at all under another method.
        yield status(target.call(operation, method=method), 404, 405)

    return verify


_CLIENT = ("invalid_client", "unauthorized_client")


_CODES = ("invalid_request", *_CLIENT, "invalid_grant", "unsupported_grant_type", "invalid_scope")


_REASONS = (
    "ValidationError",
    "InvalidClient",
    "InsufficientScope",
    "UnsupportedMediaType",
    "ServerError",
)


def in_oauth_words(answered: Answered) -> Checks:
    """Judge an error of RFC 6749: one of its codes, and for 401 one that speaks of the client."""
    body = members(answered.body)
    error = text(body.get("error"))
    # 401 is for failed client authentication alone (RFC 6749, 5.2).
    allowed = _CLIENT if answered.response.status == 401 else _CODES
    shown = error or _names(body)
    yield check("error.body", answered, " or ".join(allowed), shown, holds=error in allowed)


def in_own_words(answered: Answered) -> Checks:
    """Judge an error of the sntl endpoint, of which the schema promises less than its examples show."""
    body, code = members(answered.body), str(answered.response.status)
    reason = text(body.get("failureReason"))
    holds = bool(reason or items(body.get("Errors")))
    yield check("error.body", answered, "failureReason, Errors", _names(body), holds=holds)
    said = text(body.get("status")) if "status" in body else code
    yield check("error.status", answered, code, said, holds=said == code)
    # The schema does not demand it; where it is given it has to be one of those listed.
    if reason:
        allowed = ("InvalidClient",) if code == "401" else _REASONS
        yield check("error.reason", answered, " or ".join(allowed), reason, holds=reason in allowed)


def _names(body: Mapping[str, Json]) -> str:
    return ", ".join(body) or "no JSON"
