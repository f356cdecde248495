"""Decide whose calls a mock of a document answers, by the security schemes of the document."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request

from harness.jsonvalue import members, text
from harness.mock.document.wire import cookies_of
from harness.openapi.merged import resolved
from harness.openapi.model import Api

TOKEN = "harness-mock-token"
USER = "harness-mock-user"


@dataclass(frozen=True, slots=True)
class Caller:
    """One way to authenticate: where the credential stands and what it has to be."""

    location: str
    """`header`, `query`, `cookie`, or `connection` for a client certificate."""
    name: str
    value: str

    def is_known(self, request: Request) -> bool:
        """Return whether a request carries the credential."""
        match self.location:
            case "connection":
                return True
            case "header":
                # Names of schemes are the same in any case (RFC 9110, 11.1).
                return request.headers.get(self.name, "").lower() == self.value.lower()
            case "query":
                return request.query_params.get(self.name) == self.value
            case _:
                return cookies_of(request.headers.get("cookie", "")).get(self.name) == self.value


def callers_of(api: Api) -> tuple[Caller, ...]:
    """Return what a mock of the document accepts: one credential for each of its schemes."""
    # A document may call operations secured and define no scheme.
    return tuple(_callers(api)) or (Caller("header", "authorization", f"Bearer {TOKEN}"),)


def _callers(api: Api) -> Iterator[Caller]:
    schemes = members(members(members(api.root).get("components")).get("securitySchemes"))
    for raw in schemes.values():
        scheme = resolved(api, raw)
        match text(scheme.get("type")), text(scheme.get("scheme")).lower():
            case "apiKey", _:
                # Many documents describe a bearer token as an API key named Authorization.
                name = text(scheme.get("name"))
                is_bearer = name.lower() == "authorization"
                yield Caller(
                    text(scheme.get("in")), name, f"Bearer {TOKEN}" if is_bearer else TOKEN
                )
                if is_bearer:
                    yield Caller("header", name, TOKEN)
            case "mutualTLS", _:
                # Who has come through the handshake is known; a mock without one knows everybody.
                yield Caller("connection", "", "")
            case "http", "basic":
                # RFC 7617, 2: user and password with a colon between, in base64.
                pair = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
                yield Caller("header", "authorization", f"Basic {pair}")
            case _:
                yield Caller("header", "authorization", f"Bearer {TOKEN}")
