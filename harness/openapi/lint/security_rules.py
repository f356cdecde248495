"""Check security schemes and requirements, and what the document says of itself."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from harness.jsonvalue import Json, items, members, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node

_HTTP_SCHEMES = frozenset(
    [
        "basic",
        "bearer",
        "concealed",
        "digest",
        "dpop",
        "gnap",
        "hoba",
        "mutual",
        "negotiate",
        "oauth",
        "privatetoken",
        "scram-sha-1",
        "scram-sha-256",
        "vapid",
        "hmac",
    ]
)
"""The IANA HTTP Authentication Scheme Registry, and hmac, which many write."""

_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "apiKey": ("name", "in"),
        "http": ("scheme",),
        "oauth2": ("flows",),
        "openIdConnect": ("openIdConnectUrl",),
        "implicit": ("authorizationUrl",),
        "password": ("tokenUrl",),
        "clientCredentials": ("tokenUrl",),
        "application": ("tokenUrl",),
        "authorizationCode": ("authorizationUrl", "tokenUrl"),
        "accessCode": ("authorizationUrl", "tokenUrl"),
        "deviceAuthorization": ("deviceAuthorizationUrl", "tokenUrl"),
    }
)


def _schemes(subject: Subject) -> Mapping[str, Json]:
    if subject.version is Version.V2_0:
        return members(members(subject.root).get("securityDefinitions"))
    return members(members(members(subject.root).get("components")).get("securitySchemes"))


def _incomplete(subject: Subject, node: Node) -> Iterator[Hit]:
    if node.reference:
        return
    kind = text(node.object.get("type"))
    needed = _NEEDED.get(kind, ())
    # In Swagger 2.0 the flow stands in the scheme itself.
    if subject.version is Version.V2_0 and kind == "oauth2":
        needed = ("flow", "scopes", *_NEEDED.get(text(node.object.get("flow")), ()))
    for name in needed:
        # Scopes may be empty: a token need not be limited to any.
        if name not in node.object or (name != "scopes" and not node.object[name]):
            yield Hit(node.pointer, f"a security scheme of the type {kind} has no '{name}'")
    scheme = text(node.object.get("scheme"))
    if kind == "http" and scheme and scheme.lower() not in _HTTP_SCHEMES:
        yield Hit(node.at("scheme"), f"'{scheme}' is no registered scheme of HTTP authentication")


def _flows(_: Subject, node: Node) -> Iterator[Hit]:
    name = node.key
    for field in _NEEDED.get(name, ()):
        if not node.object.get(field):
            yield Hit(node.pointer, f"the flow {name} has no '{field}'")


def _requirements(subject: Subject) -> Iterator[tuple[str, str, Json]]:
    """Yield pointer, name and scopes of every security requirement's entries."""
    for node in subject.of(Kind.SECURITY_REQUIREMENT):
        for name, scopes in node.object.items():
            yield node.at(name), name, scopes


def _undefined(subject: Subject, _: Node) -> Iterator[Hit]:
    known = _schemes(subject)
    for pointer, name, _scopes in _requirements(subject):
        is_uri = subject.version is Version.V3_2 and ("/" in name or "#" in name)  # 3.2.0, 4.30
        if name not in known and not is_uri:
            yield Hit(pointer, f"there is no security scheme '{name}'")


def _scopes(subject: Subject, _: Node) -> Iterator[Hit]:
    known = _schemes(subject)
    without: defaultdict[str, list[tuple[str, Json]]] = defaultdict(list)
    for pointer, name, scopes in _requirements(subject):
        scheme = members(known.get(name))
        kind = text(scheme.get("type"))
        # A scheme that is a reference is checked where it is defined.
        if kind == "oauth2" and "$ref" not in scheme:
            unknown = [scope for scope in items(scopes) if scope not in _offered(scheme)]
            yield from (Hit(pointer, f"no flow of '{name}' has the scope '{e}'") for e in unknown)
        elif kind in ("apiKey", "http", "basic") and scopes and not subject.version.has_json_schema:
            # OpenAPI 3.0.4, 4.7.30.1: for other types the list must be empty; 3.1 allows roles.
            without[name].append((pointer, scopes))
    for name, places in without.items():
        kind = text(members(known[name]).get("type"))
        times = f", here and in {len(places) - 1} more places" if len(places) > 1 else ""
        what = f"'{name}' is of the type {kind}, which has no scopes{times}"
        yield Hit(places[0][0], what, places[0][1])


def _offered(scheme: Mapping[str, Json]) -> set[str]:
    # Swagger 2.0 has the scopes in the scheme, OpenAPI 3 in each flow.
    flows = [members(flow) for flow in members(scheme.get("flows")).values()]
    return {name for flow in (scheme, *flows) for name in members(flow.get("scopes"))}


def _bearer_as_key(_: Subject, node: Node) -> Iterator[Hit]:
    kind, header = (text(node.object.get(key)) for key in ("type", "name"))
    place = node.object.get("in")
    if kind == "apiKey" and header.lower() == "authorization" and place == "header":
        name = node.key
        what = f"the security scheme '{name}' is an API key in the header Authorization"
        yield Hit(node.pointer, what)


def _unsecured(subject: Subject, _: Node) -> Iterator[Hit]:
    """Report operations for which nothing is said; `security: []` says that anyone may call."""
    if "security" in members(subject.root):
        return
    # Whoever fetches a token has none yet.
    all_ = [operation for operation in subject.operations if not operation[0].endswith("/token")]
    silent = [
        (path, method, node) for path, method, _, node in all_ if "security" not in node.object
    ]
    # Said of none of them it is one omission, not one for each operation.
    if silent and len(silent) == len(all_) > 1:
        yield Hit("", f"none of the {len(all_)} operations names security")
        return
    for path, method, node in silent:
        yield Hit(node.pointer, f"{method.upper()} {path} names no security")


def _urls(_: Subject, node: Node) -> Iterator[Hit]:
    for key, value in node.object.items():
        # Fields of all objects that are addresses by their names.
        is_url = key == "url" or key.endswith("Url") or key == "termsOfService"
        if is_url and isinstance(value, str) and not _is_reference(value):
            yield Hit(node.at(key), f"'{key}' is {'no URL' if value else 'empty'}", value)
    mail = node.object.get("email")
    if isinstance(mail, str) and not re.fullmatch(r"[^@\s]+@[^@\s]+", mail):
        what = f"'email' is {'no e-mail address' if mail else 'empty'}"
        yield Hit(node.at("email"), what, mail)


def _is_reference(value: str) -> bool:
    """Decide whether a text is a URI reference (RFC 3986, 4.1); what is empty names nothing."""
    try:
        urlsplit(value)
    except ValueError:
        return False
    return bool(value) and not re.search(r"[\s<>\"{}|\\^`]", value)


def _cleartext(_: Subject, node: Node) -> Iterator[Hit]:
    for key in ("tokenUrl", "authorizationUrl", "refreshUrl", "openIdConnectUrl"):
        value = text(node.object.get(key))
        host = urlsplit(value).hostname if _is_reference(value) else None
        # Credentials that stay on one machine are not heard on the way.
        if value.startswith("http://") and host not in ("localhost", "127.0.0.1", "::1"):
            yield Hit(node.at(key), f"'{key}' asks for credentials without TLS", value)


def _about(subject: Subject, node: Node) -> Iterator[Hit]:
    for key in ("title", "version"):
        if node.object.get(key) == "":
            yield Hit(node.at(key), f"the {key} of the document is empty")
    license_ = members(node.object.get("license"))
    if subject.version.has_json_schema and "url" in license_ and "identifier" in license_:
        yield Hit(node.at("license"), "a license has url and identifier, of which one may stand")


def _no_description(_: Subject, node: Node) -> Iterator[Hit]:
    if not node.reference and not text(node.object.get("description")).strip():
        name = text(node.object.get("name")) or text(node.object.get("operationId"))
        called = f"the {node.kind.value.replace('_', ' ')} object"
        yield Hit(node.pointer, f"{called}{f' {name!r}' if name else ''} has no description")


def _no_contact(_: Subject, node: Node) -> Iterator[Hit]:
    for key in ("contact", "license"):
        if not members(node.object.get(key)):
            yield Hit(node.pointer, f"the document names no {key}")


def _untagged(_: Subject, node: Node) -> Iterator[Hit]:
    if node.pointer.startswith("/paths/") and not items(node.object.get("tags")):
        yield Hit(node.pointer, "the operation has no tag")


_DOCUMENT = (Kind.DOCUMENT,)
_FLOW = (Kind.OAUTH_FLOW, Kind.SECURITY_SCHEME)
RULES = (
    Rule(
        "security-undefined",
        Severity.ERROR,
        _DOCUMENT,
        _undefined,
        "Every security requirement names a declared scheme.",
        "OpenAPI 3.1.1, 4.8.30.1",
        "No credentials can be sent, so every call is refused.",
    ),
    Rule(
        "security-scope-undefined",
        Severity.WARNING,
        _DOCUMENT,
        _scopes,
        "Every required scope is one of a flow of the scheme.",
        "OpenAPI 3.1.1, 4.8.30.1",
        "A token for the scope cannot be asked for.",
    ),
    Rule(
        "security-scheme-incomplete",
        Severity.ERROR,
        (Kind.SECURITY_SCHEME,),
        _incomplete,
        "A security scheme has the fields that its type needs.",
        "OpenAPI 3.1.1, 4.8.27.1",
        "No credentials can be sent.",
    ),
    Rule(
        "oauth-flow-incomplete",
        Severity.ERROR,
        (Kind.OAUTH_FLOW,),
        _flows,
        "A flow has the addresses that it needs.",
        "OpenAPI 3.1.1, 4.8.29.1",
        "No token can be fetched.",
    ),
    Rule(
        "bearer-as-api-key",
        Severity.WARNING,
        (Kind.SECURITY_SCHEME,),
        _bearer_as_key,
        "No API key stands in the header Authorization.",
        "OpenAPI 3.1.1, 4.8.27.1: type http, scheme bearer",
        "Tools send the token without the word Bearer before it.",
    ),
    Rule(
        "operation-unsecured",
        Severity.WARNING,
        _DOCUMENT,
        _unsecured,
        "Security is named for every operation; an empty list says that anyone may call.",
        "OpenAPI 3.1.1, 4.8.10",
        "Tools call it without a token, and checks of access leave it out.",
    ),
    Rule(
        "cleartext-credentials",
        Severity.WARNING,
        _FLOW,
        _cleartext,
        "Addresses that take credentials use TLS.",
        "RFC 6749, 3.1 and 3.2",
        "Who listens learns the credentials.",
    ),
    Rule(
        "url-malformed",
        Severity.ERROR,
        (Kind.INFO, Kind.CONTACT, Kind.LICENSE, Kind.EXTERNAL_DOCS, *_FLOW),
        _urls,
        "Addresses are URLs, and e-mail addresses have the form of one.",
        "OpenAPI 3.1.1, 4.8.2 to 4.8.4, 4.8.11, 4.8.27, 4.8.29",
        "Nobody gets there; other tools refuse the document.",
    ),
    Rule(
        "info-incomplete",
        Severity.WARNING,
        (Kind.INFO,),
        _about,
        "Title and version are not empty, and a license has one address.",
        "OpenAPI 3.1.1, 4.8.2.1 and 4.8.4.1",
        "Reports cannot say which document was tested.",
    ),
    Rule(
        "description-missing",
        Severity.NOTE,
        (Kind.INFO, Kind.OPERATION, Kind.PARAMETER, Kind.TAG),
        _no_description,
        "Document, operations, parameters and tags have a description.",
        "OpenAPI 3.1.1, 4.8.2, 4.8.10, 4.8.12, 4.8.22",
        "A reader has to guess.",
        is_optional=True,
    ),
    Rule(
        "contact-missing",
        Severity.NOTE,
        (Kind.INFO,),
        _no_contact,
        "The document names contact and license.",
        "OpenAPI 3.1.1, 4.8.2.1",
        "A reader does not know whom to ask.",
        is_optional=True,
    ),
    Rule(
        "operation-untagged",
        Severity.NOTE,
        (Kind.OPERATION,),
        _untagged,
        "Every operation has a tag.",
        "OpenAPI 3.1.1, 4.8.10",
        "Documentation cannot group it.",
        is_optional=True,
    ),
)
