"""Let in who carries a valid bearer token, not too often, and to what he is entitled to."""

from math import ceil

from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.mock.fault import ActiveFaults
from harness.mock.rate_limit import RateLimiter
from harness.mock.settings import Client, MockSettings, Product
from harness.mock.tokens import Tokens

MISSING = "The access token is missing."
INVALID = "The access token is not valid."
FORBIDDEN = "The client is not entitled to this API."
TOO_MANY = "There were too many requests."
CLIENT = "harness.mock.client"
"""Key of the request's scope that holds the id of the client who was let in."""
# What the dental API tells clients without its product is a code of its own: Dental sees to that.
_PRODUCTS = {
    "/medicalnetwork/": Product.MEDICAL,
    "/rcm/prior-authorization/": Product.PRIOR_AUTH,
}
OPENED = {
    "upload-without-token": "/medicalnetwork/attachments/submission/",
    "status-without-token": "/medicalnetwork/attachments/status/",
    "retrieval-without-token": "/medicalnetwork/attachments/retrieval/",
    "prior-auth-without-token": "/rcm/prior-authorization/",
}
"""Faults that let anybody in, each at the paths of one API."""


class Gate:
    """Find out who calls."""

    def __init__(self, settings: MockSettings, tokens: Tokens, faults: ActiveFaults) -> None:
        self._settings = settings
        self._default = settings.clients[0]
        self._limiter = RateLimiter()
        self._tokens = tokens
        self._faults = faults

    def client(self, request: Request) -> Client:
        """Return the calling client; 401 with a challenge (RFC 6750, 3) where there is none."""
        values = request.headers.getlist("authorization") or self._in_query(request)
        scheme, _, token = (values[0] if len(values) == 1 else "").strip().partition(" ")
        is_missing = not "".join(values).strip()
        client = self._let_in(scheme, token.strip(), is_missing=is_missing)
        if is_missing and self._is_open(request.scope["path"]):
            client = self._default
        if client is None:
            raise self._refusal(is_missing=is_missing)
        request.scope[CLIENT] = client.client_id
        self._check_rate(client)
        if not is_entitled(client, request.scope["path"]):
            raise HTTPException(403, FORBIDDEN)
        return client

    def _check_rate(self, client: Client) -> None:
        rate = client.rate or self._settings.rate
        if rate is None:
            return
        now = self._settings.clock().timestamp()
        wait = self._limiter.wait_seconds(client.client_id, rate, now)
        if wait:
            raise HTTPException(429, TOO_MANY, {"Retry-After": str(ceil(wait))})

    def _is_open(self, path: str) -> bool:
        return any(path.startswith(base) and name in self._faults for name, base in OPENED.items())

    def _in_query(self, request: Request) -> list[str]:
        """Return what a token in the query stands for, where a fault has it taken."""
        token = request.query_params.get("access_token")
        taken = token is not None and "token-in-query-accepted" in self._faults
        return [f"Bearer {token}"] if taken else []

    def _let_in(self, scheme: str, token: str, *, is_missing: bool) -> Client | None:
        if is_missing:
            return self._default if "missing-token-accepted" in self._faults else None
        if scheme != "Bearer" and "scheme-case-sensitive" in self._faults:
            return None
        if scheme.lower() != "bearer" and "wrong-scheme-accepted" not in self._faults:
            return None
        if not token and "empty-token-accepted" in self._faults:
            return self._default
        return self._tokens.client(token) if token else None

    @staticmethod
    def _refusal(*, is_missing: bool) -> HTTPException:
        challenge = 'Bearer realm="apip"' + ("" if is_missing else ', error="invalid_token"')
        sentence = MISSING if is_missing else INVALID
        return HTTPException(401, sentence, {"WWW-Authenticate": challenge})


def is_entitled(client: Client, path: str) -> bool:
    """Tell whether a client has the product that a path belongs to."""
    return all(
        product in client.products for base, product in _PRODUCTS.items() if path.startswith(base)
    )
