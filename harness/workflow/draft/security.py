"""Find out how a document wants to be authorized, and write it into a draft."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.hosts import split_url
from harness.jsonvalue import Json, items, lookup, members, text
from harness.openapi.model import Api, Operation
from harness.workflow.draft.examples import resolved
from harness.workflow.draft.naming import Source


@dataclass(frozen=True, slots=True)
class Key:
    """One value that a request carries to be let in."""

    name: str
    location: str
    prefix: str
    input: str
    """The input that holds it where no step of the draft can fetch it."""
    variable: str


BEARER = Key("Authorization", "header", "Bearer ", "accessToken", "ACCESS_TOKEN")
_BASIC = Key("Authorization", "header", "Basic ", "basicCredentials", "BASIC_CREDENTIALS")


def keys(api: Api, operation: Operation) -> tuple[Key, ...]:
    """Return what an operation asks for: the first of its alternatives; none where it is open."""
    if not operation.secured:
        return ()
    raw = members(lookup(api.root, operation.pointer))
    # The operation's own requirement replaces that of the document (OpenAPI 3.1, Operation Object).
    wanted = raw.get("security", members(api.root).get("security"))
    # An empty alternative means that it may be called openly, which a draft does not try.
    names = next((tuple(members(item)) for item in items(wanted) if members(item)), ())
    found = tuple(_key(scheme) for name in names if (scheme := _scheme(api, name)))
    # Secured by a scheme that is not described: a bearer token is the likeliest.
    return found or (BEARER,)


def token_endpoint(source: Source) -> Source | None:
    """Return the document with the one operation that gives tokens, where it says which that is."""
    schemes = members(lookup(source.api.root, "/components/securitySchemes"))
    paths = [_token_path(resolved(source.api, scheme)) for scheme in schemes.values()]
    for path in filter(None, paths):
        for operation in source.api.operations:
            # Compared by the end, since the paths of operations lack that of the server.
            if operation.method == "POST" and path.endswith(operation.path) and operation.body:
                return source
    return None


def token_operation(source: Source) -> Operation:
    """Return the operation that gives tokens; of a document with one operation, that."""
    schemes = members(lookup(source.api.root, "/components/securitySchemes"))
    paths = tuple(_token_path(resolved(source.api, scheme)) for scheme in schemes.values())
    for operation in source.api.operations:
        if operation.method == "POST" and any(
            path and path.endswith(operation.path) for path in paths
        ):
            return operation
    return source.api.operations[0]


def _token_path(scheme: Mapping[str, Json]) -> str:
    flow = members(members(scheme.get("flows")).get("clientCredentials"))
    # Only client credentials can be fetched without a person.
    return split_url(text(flow.get("tokenUrl"))).path if scheme.get("type") == "oauth2" else ""


def _scheme(api: Api, name: str) -> Mapping[str, Json]:
    return resolved(api, members(lookup(api.root, "/components/securitySchemes")).get(name))


def _key(scheme: Mapping[str, Json]) -> Key:
    if scheme.get("type") == "apiKey":
        return Key(text(scheme.get("name")), text(scheme.get("in")), "", "apiKey", "API_KEY")
    if scheme.get("type") == "http" and text(scheme.get("scheme")).lower() == "basic":
        return _BASIC
    return BEARER
