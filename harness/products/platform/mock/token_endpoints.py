"""Both token endpoints: `sntl` takes forms and answers in its own words, `v2` speaks RFC 6749."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.jsonvalue import Json, members, text
from harness.mock.body import JSON, json_value, media_type, read
from harness.mock.fault import ActiveFaults
from harness.mock.reply import Reply, written
from harness.mock.settings import Client, MockSettings
from harness.mock.tokens import Tokens
from harness.products.platform.facts import SNTL_PATH, V2_PATH

TWO_HOURS = "dental-token-lives-two-hours"
FORM = "application/x-www-form-urlencoded"
GRANT_TYPE = "client_credentials"
_FIELDS = ("grant_type", "client_id", "client_secret")
# A request has three; parsing millions of empty fields would be a way to stop the mock.
_MOST_FIELDS = 20
_NOT_STORED = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))  # RFC 6749, 5.1
# Reasons that the document of this endpoint lists.
_SNTL_REASONS = {401: "InvalidClient", 415: "UnsupportedMediaType", 500: "ServerError"}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why no token is given: an HTTP status, an error code of RFC 6749 (5.2) and a sentence."""

    status: int
    error: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TokenEndpoints:
    """The endpoints that trade credentials for a token."""

    settings: MockSettings
    faults: ActiveFaults
    tokens: Tokens

    def routes(self) -> list[Route]:
        """Return the routes; the documents print v2 with and without a slash at its end."""
        v2_methods = ["POST", "GET"] if "token-by-get" in self.faults else ["POST"]
        slashed = Route(f"{V2_PATH}/", self.v2, methods=v2_methods)
        return [
            Route(SNTL_PATH, self.sntl, methods=["POST"]),
            Route(V2_PATH, self.v2, methods=v2_methods),
            *([] if "v2-slash-missing" in self.faults else [slashed]),
        ]

    async def sntl(self, request: Request) -> Response:
        # Only a form is documented for this endpoint (C09).
        taken = {FORM, JSON} if "sntl-json-accepted" in self.faults else {FORM}
        fields = await self._fields(request, taken)
        client = self._client(fields, "sntl-grant-type-unchecked")
        if isinstance(client, Refused):
            reply = sntl_failure(client.status, self._sentence(client, fields))
            return written(self.faults.changed("token.sntl.error", reply))
        body = {
            **self._body(client, self._dental_seconds),
            "scope": "create_txn read_txn read_healthcheck",
        }
        return written(self.faults.changed("token.sntl", Reply(200, body, headers=_NOT_STORED)))

    async def v2(self, request: Request) -> Response:
        if request.method != "POST":
            return written(Reply(200, self._body(self.settings.clients[0], self._seconds)))
        taken = {FORM} if "v2-json-refused" in self.faults else {FORM, JSON}
        fields = await self._fields(request, taken)
        client = self._client(fields, "grant-type-unchecked")
        if isinstance(client, Refused):
            reply = v2_failure(client.status, client.error, self._sentence(client, fields))
            return written(self.faults.changed("token.v2.error", reply))
        reply = Reply(200, self._body(client, self._seconds), headers=_NOT_STORED)
        return written(self.faults.changed("token.v2", reply))

    async def _fields(self, request: Request, taken: set[str]) -> Mapping[str, Json]:
        """Return the fields of the body; 415 for another media type, 400 where it is broken."""
        essence = media_type(request)[0]
        if essence not in taken:
            raise HTTPException(415, f"The body has to be {' or '.join(sorted(taken))}.")
        content = await read(request, self.settings.limits.token_body_bytes)
        try:
            return members(json_value(content)) if essence == JSON else _form_fields(content)
        except ValueError:
            raise HTTPException(400, "The body is not well formed.") from None

    def _client(self, fields: Mapping[str, Json], grant_fault: str) -> Client | Refused:
        # Numbers and null count as missing: the fields are texts.
        missing = [name for name in _FIELDS if not text(fields.get(name)).strip()]
        if missing:
            return Refused(400, "invalid_request", f"{', '.join(missing)} must be given as text.")
        if fields["grant_type"] != GRANT_TYPE and grant_fault not in self.faults:
            return Refused(400, "unsupported_grant_type", f"grant_type must be {GRANT_TYPE}.")
        # Last, so that a malformed request does not tell whether its credentials are good.
        client = self.tokens.authenticated(text(fields["client_id"]), text(fields["client_secret"]))
        return client or Refused(401, "invalid_client", "The client is unknown or not proved.")

    @property
    def _seconds(self) -> int:
        return self.settings.token_lifetime_seconds

    @property
    def _dental_seconds(self) -> int:
        """Return how long a dental token lives: the documents name one hour and two."""
        return 7200 if TWO_HOURS in self.faults else self._seconds

    def _body(self, client: Client, seconds: int) -> dict[str, Json]:
        return {
            "access_token": self.tokens.issue(client, seconds),
            # Compared without regard to case (RFC 6749, 5.1).
            "token_type": "bearer",
            "expires_in": seconds,
        }

    def _sentence(self, refused: Refused, fields: Mapping[str, Json]) -> str:
        if "token-error-echoes-secret" in self.faults:
            return f"{refused.sentence} Received: {text(fields.get('client_secret'))}"
        return refused.sentence


def sntl_failure(status: int, sentence: str) -> Reply:
    """Return a refusal as the sntl endpoint words it."""
    reason = _SNTL_REASONS.get(status, "ValidationError")
    body: Json = {"status": str(status), "failureReason": reason, "Errors": [sentence]}
    return Reply(status, body, headers=_refusal_headers(status))


def v2_failure(status: int, error: str, sentence: str) -> Reply:
    """Return a refusal as RFC 6749 (5.2) words it."""
    body: Json = {"error": error, "error_description": sentence}
    return Reply(status, body, headers=_refusal_headers(status))


def _refusal_headers(status: int) -> tuple[tuple[str, str], ...]:
    # A 401 has to carry a challenge (RFC 9110, 15.5.2).
    challenge = (("WWW-Authenticate", 'Bearer realm="apip"'),) if status == 401 else ()
    return (*_NOT_STORED, *challenge)


def _form_fields(content: bytes) -> Mapping[str, Json]:
    """Return the fields of a form; each may come once (RFC 6749, 3.2). Raises ValueError."""
    pairs = parse_qsl(
        content.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
    )
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field comes twice")
    return dict(fields)
