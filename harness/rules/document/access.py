"""Work out how calls to an API authenticate, from its security schemes and the variables that are set."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.jsonvalue import Json, members, text
from harness.openapi.merged import resolved
from harness.openapi.model import Api
from harness.rules.document.draft import NO_ACCESS, Access
from harness.rules.target import Target

TOKEN = "TOKEN"
USER = "USER"
PASSWORD = "PASSWORD"


@dataclass(frozen=True, slots=True, eq=False)
class AccessPlan:
    """What a user has given for an API: secrets from the environment, values, operations left out.

    It is compared by identity: a product is a key of caches, and maps have no hash.
    """

    token: str = field(default="", repr=False)
    """A bearer token or an API key, as the document's scheme asks."""
    user: str = ""
    password: str = field(default="", repr=False)
    scheme: str = ""
    """The name of the security scheme to use; the first that can be used where none is named."""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    members: Mapping[str, Json] = field(default_factory=dict)
    # By operation id once `products.document` has looked up what the user wrote.
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Operations that are not called, each with the reason."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be written anywhere."""
        # The user name is no secret: it stands in logs and requests anyway.
        return tuple(each for each in (self.token, self.password) if each)


def access_for(api: Api, plan: AccessPlan, target: Target) -> Access:
    """Return what authenticates a call; nothing where the document asks for nothing we have."""
    schemes = members(members(members(api.root).get("components")).get("securitySchemes"))
    # In the order of the document, which says nothing of preference; any one that works will do.
    names = [plan.scheme] if plan.scheme else list(schemes)
    for name in names:
        found = next(_accesses(resolved(api, schemes.get(name)), api, plan, target), None)
        if found is not None:
            return found
    if plan.token and _has_authorization_parameter(api):
        # Documents that describe the header as a parameter mean a scheme; see `is_ignored`.
        return Access(headers=(("Authorization", f"Bearer {plan.token}"),))
    return NO_ACCESS


def has_mutual_tls(api: Api) -> bool:
    """Return whether a document lets the connection authenticate its callers (OpenAPI 3.1, 4.8.27)."""
    schemes = members(members(members(api.root).get("components")).get("securitySchemes"))
    return any(resolved(api, raw).get("type") == "mutualTLS" for raw in schemes.values())


def _has_authorization_parameter(api: Api) -> bool:
    return any(
        each.location == "header" and each.name.lower() == "authorization"
        for operation in api.operations
        for each in operation.parameters
    )


def _accesses(
    scheme: Mapping[str, Json], api: Api, plan: AccessPlan, target: Target
) -> Iterator[Access]:
    kind = text(scheme.get("type"))
    if kind == "apiKey" and plan.token:
        yield _key(text(scheme.get("in")), text(scheme.get("name")), plan.token)
    # Names of HTTP schemes are case-insensitive (RFC 9110, 11.1).
    elif kind == "http" and text(scheme.get("scheme")).lower() == "basic":
        if plan.user or plan.password:
            pair = base64.b64encode(f"{plan.user}:{plan.password}".encode()).decode()
            yield Access(headers=(("Authorization", f"Basic {pair}"),))
    # A token that the user gave is preferred to one that we would have to fetch.
    elif kind in ("http", "oauth2", "openIdConnect") and plan.token:
        yield Access(headers=(("Authorization", f"Bearer {plan.token}"),))
    elif kind == "oauth2" and members(scheme.get("flows")).get("clientCredentials"):
        yield Access(headers=target.authorization(api.name))


def _key(location: str, name: str, value: str) -> Access:
    match location:
        case "query":
            return Access(query=((name, value),))
        case "cookie":
            return Access(cookies=((name, value),))
        case _:
            return Access(headers=((name, value),))
