"""Promises of the two token endpoints (RFC 6749; D001-D014, O004-O026, P001-P028, S001)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from harness.client.tokens import FORM
from harness.config import Credentials
from harness.jsonvalue import Json, compact, members, number, parsed, text
from harness.outcome import Check
from harness.products.platform.rules.token_errors import in_oauth_words, in_own_words
from harness.rules.checks import check, equal, silent_about, status
from harness.rules.rule import Checks, Rule
from harness.rules.target import Answered, Target

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A token endpoint: its document, the form it wants, and its requirements by topic."""

    api: str
    group: str
    prefix: str
    media_type: str
    lifetimes: tuple[float, ...]
    """Seconds that the documents allow for `expires_in` (C12)."""
    requirements: Mapping[str, tuple[str, ...]]


SNTL = Endpoint(
    api="token-sntl",
    group="dental",
    prefix="dental/token",
    media_type=FORM,
    lifetimes=(3600.0, 7200.0),
    requirements={
        "granted": ("D001", "D010", "D011", "D012"),
        "grant": ("D010",),
        "id": ("D011",),
        "secret": ("D012", "O016"),
        "media": ("D001",),
        "method": ("D001",),
    },
)
V2 = Endpoint(
    api="token-v2",
    group="medical",
    prefix="medical/token",
    media_type=JSON,
    lifetimes=(3600.0,),
    requirements={
        "granted": ("O006", "O025", "O026", "P001", "P002", "P018", "P019", "S001", "S002"),
        "grant": ("O022", "P011"),
        "id": ("P010",),
        "secret": ("P010", "O016"),
        "media": ("O020",),
        "method": ("P027",),
    },
)
V2_PRIOR_AUTH = Endpoint(
    api="token-v2",
    group="prior-auth",
    prefix="prior-auth/token",
    media_type=JSON,
    lifetimes=(3600.0,),
    requirements={
        "granted": ("P001", "P002", "P018", "P019", "P028", "S001"),
        "grant": ("P011",),
        "id": ("P010",),
        "secret": ("P010", "P013"),
        "media": ("P028",),
        "method": ("P027",),
    },
)
ENDPOINTS = (SNTL, V2, V2_PRIOR_AUTH)
"""The second and the third are one endpoint, asked on behalf of two APIs."""

GRANT = "client_credentials"
WRONG_GRANTS = ("password", "refresh_token", "authorization_code", "CLIENT_CREDENTIALS", "")


def rules(credentials: Credentials) -> tuple[Rule, ...]:
    """Return the rules of all endpoints for a pair of good credentials."""
    return tuple(rule for endpoint in ENDPOINTS for rule in _endpoint_rules(endpoint, credentials))


def _endpoint_rules(endpoint: Endpoint, credentials: Credentials) -> tuple[Rule, ...]:
    good: dict[str, Json] = {
        "grant_type": GRANT,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }

    def rule(name: str, title: str, topic: str, verify: Callable[[Target, object], Checks]) -> Rule:
        requirements = endpoint.requirements[topic]
        return Rule(f"{endpoint.prefix}/{name}", title, requirements, verify, needs=())

    def refuses(fields: dict[str, Json]) -> Callable[[Target, object], Checks]:
        secrets = (credentials.client_secret, text(fields.get("client_secret")))
        return lambda target, _: _refused(endpoint, ask(target, endpoint, fields), secrets)

    changes = _single_changes(good)
    return (
        rule("granted", "good credentials get a token", "granted", _granted(endpoint, good)),
        *(rule(name, title, topic, refuses(fields)) for name, title, topic, fields in changes),
        *((_failure_reason(good),) if endpoint is SNTL else ()),
        rule("wrong-media-type", "another body format is refused", "media", _media(endpoint, good)),
        rule("get", "GET is refused", "method", _other_method(endpoint, "GET")),
        rule("put", "PUT is refused", "method", _other_method(endpoint, "PUT")),
        rule("delete", "DELETE is refused", "method", _other_method(endpoint, "DELETE")),
    )


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
    for grant in WRONG_GRANTS[:-1]:
        other = {**good, "grant_type": grant}
        changes.append((f"grant-{grant}", f"grant type {grant} is refused", "grant", other))
    return tuple(changes)


def ask(
    target: Target, endpoint: Endpoint, fields: Mapping[str, Json], *, media_type: str = ""
) -> Answered:
    """Send fields to a token endpoint, in the format it wants unless told otherwise."""
    chosen = media_type or endpoint.media_type
    written = (
        urlencode({k: str(v) for k, v in fields.items()}) if chosen == FORM else compact(fields)
    )
    operation = target.operation(endpoint.api, "issueToken")
    return target.call(operation, headers=(("Content-Type", chosen),), body=written.encode())


def _granted(endpoint: Endpoint, good: dict[str, Json]) -> Callable[[Target, object], Checks]:
    def verify(target: Target, _: object) -> Checks:
        answered = ask(target, endpoint, good)
        body = members(answered.body)
        lifetime = number(body.get("expires_in"), -1.0)
        yield status(answered, 200)
        yield equal("token.type", answered, "bearer", text(body.get("token_type")).lower())
        yield check(
            "token.lifetime",
            answered,
            " or ".join(f"{each:.0f}" for each in endpoint.lifetimes),
            f"{lifetime:.0f}",
            holds=lifetime in endpoint.lifetimes,
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
    if len(segments) != 3 or not all(segments):
        return f"{len(segments)} segments"
    try:
        header, claims = (members(parsed(_decoded(each).decode())) for each in segments[:2])
    except ValueError:
        return "segments that are not base64url JSON"
    if text(header.get("alg")).lower() in ("", "none"):
        return "an unsigned token"
    issued = number(claims.get("iat"), number(claims.get("nbf"), -1.0))
    expires = number(claims.get("exp"), -1.0)
    if min(issued, expires) >= 0 and abs(expires - issued - lifetime) > 5:
        return f"exp {expires - issued:.0f} s after iat, expires_in {lifetime:.0f}"
    return ""


def _decoded(segment: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except binascii.Error as problem:
        raise ValueError(str(problem)) from None


def _refused(endpoint: Endpoint, answered: Answered, secrets: tuple[str, ...]) -> Checks:
    yield status(answered, 400, 401)
    yield from (in_oauth_words if endpoint.api == V2.api else in_own_words)(answered)
    yield silent_about(answered, secrets)
    yield from answered.conforms()


def _failure_reason(good: dict[str, Json]) -> Rule:
    """Ask for the reason that all examples have, although the schema knows `Errors` only."""

    def verify(target: Target, _: object) -> Checks:
        answered = ask(target, SNTL, {**good, "client_id": "harness-wrong-value"})
        reason = text(members(answered.body).get("failureReason"))
        yield check("error.reason", answered, "a reason", reason or "none", holds=bool(reason))

    title, case = "a refusal gives a failureReason", f"{SNTL.prefix}/failure-reason"
    return Rule(case, title, SNTL.requirements["id"], verify, strength="SHOULD", needs=())


def _media(endpoint: Endpoint, good: dict[str, Json]) -> Callable[[Target, object], Checks]:
    def verify(target: Target, _: object) -> Checks:
        # v2 is seen to take forms too, so it is asked with a type that nobody documents.
        other = JSON if endpoint is SNTL else "text/plain"
        answered = ask(target, endpoint, good, media_type=other)
        yield status(answered, 400, 415)
        yield from answered.conforms()

    return verify


def _other_method(endpoint: Endpoint, method: str) -> Callable[[Target, object], Checks]:
    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(endpoint.api, "issueToken")
        yield status(target.call(operation, method=method), 404, 405)

    return verify
