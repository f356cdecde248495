"""Let in who carries a valid bearer token, not too often, and to what he is entitled to."""

from collections.abc import Mapping
from math import ceil

from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.mock.fault import ActiveFaults
from harness.mock.settings import Client, MockSettings, RateLimiter
from harness.mock.tokens import Tokens

MISSING = "The access token is missing."
INVALID = "The access token is not valid."
FORBIDDEN = "The client is not entitled to this API."
TOO_MANY = "There were too many requests."
CLIENT = "harness.mock.client"
"""Key of the request's scope that holds the id of the client who was let in."""


class Authenticator:
    """Find out who calls; what all products of a mock share."""

    def __init__(self, settings: MockSettings, tokens: Tokens, faults: ActiveFaults) -> None:
        self._settings = settings
        self._default = settings.clients[0]
        # Shared by all products: a client's rate counts its calls wherever they go.
        self._limiter = RateLimiter()
        self._tokens = tokens
        self._faults = faults

    def caller(self, request: Request, *, is_open: bool) -> Client:
        """Return the calling client; 401 with a challenge (RFC 6750, 3) where there is none."""
        values = request.headers.getlist("authorization") or self._in_query(request)
        # Authorization is no list, so that two fields of it are no credentials (RFC 9110, 5.3 and
        # 11.6.2).
        scheme, _, token = (values[0] if len(values) == 1 else "").strip().partition(" ")
        is_missing = not "".join(values).strip()
        client = self._client_of(scheme, token.strip(), is_missing=is_missing)
        # A bad token is still refused there: the fault is to need none, not to check none.
        if is_missing and is_open:
            client = self._default
        if client is None:
            raise self._refusal(is_missing=is_missing)
        request.scope[CLIENT] = client.client_id
        # After the token: a stranger must not use up what somebody else may call.
        self._check_rate(client)
        return client

    def _check_rate(self, client: Client) -> None:
        rate = client.rate or self._settings.rate
        if rate is None:
            return
        now = self._settings.clock().timestamp()
        # By the mock's clock, so that moving it lets the next call through.
        wait = self._limiter.wait_seconds(client.client_id, rate, now)
        if wait:
            # Whole seconds (RFC 9110, 10.2.3), rounded up, so that who waits as long is let in.
            raise HTTPException(429, TOO_MANY, {"Retry-After": str(ceil(wait))})

    def _in_query(self, request: Request) -> list[str]:
        """Return what a token in the query stands for, where a fault has it taken."""
        token = request.query_params.get("access_token")
        taken = token is not None and "token-in-query-accepted" in self._faults
        return [f"Bearer {token}"] if taken else []

    def _client_of(self, scheme: str, token: str, *, is_missing: bool) -> Client | None:
        if is_missing:
            return self._default if "missing-token-accepted" in self._faults else None
        if scheme != "Bearer" and "scheme-case-sensitive" in self._faults:
            return None
        # Names of schemes are the same in any case (RFC 9110, 11.1).
        if scheme.lower() != "bearer" and "wrong-scheme-accepted" not in self._faults:
            return None
        if not token and "empty-token-accepted" in self._faults:
            return self._default
        return self._tokens.client(token) if token else None

    @staticmethod
    def _refusal(*, is_missing: bool) -> HTTPException:
        # No error code where no credentials came at all (RFC 6750, 3.1).
        challenge = 'Bearer realm="apip"' + ("" if is_missing else ', error="invalid_token"')
        sentence = MISSING if is_missing else INVALID
        return HTTPException(401, sentence, {"WWW-Authenticate": challenge})


class Gate:
    """The door of one product: who comes in is known, and entitled to this product by name."""

    def __init__(
        self,
        authenticator: Authenticator,
        faults: ActiveFaults,
        product: str,
        *,
        open_paths: Mapping[str, str],
        words_entitlement: bool = False,
    ) -> None:
        self._authenticator = authenticator
        self._faults = faults
        self._product = product
        self._open_paths = open_paths
        self._words_entitlement = words_entitlement

    def client(self, request: Request) -> Client:
        """Return the calling client; 401 where there is none, 403 where it has not this product."""
        client = self._authenticator.caller(request, is_open=self._is_open(request.scope["path"]))
        # 403 and not 401: the token is good, and another one would not help (RFC 6750, 3.1).
        if not (self._words_entitlement or client.is_entitled_to(self._product)):
            raise HTTPException(403, FORBIDDEN)
        return client

    def _is_open(self, path: str) -> bool:
        return any(
            path.startswith(base) and name in self._faults
            for name, base in self._open_paths.items()
        )
