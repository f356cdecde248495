"""Get bearer tokens (RFC 6749 section 4.4), reuse them, and renew them shortly before they expire."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlencode

from harness.client.http import Send
from harness.client.token_problems import no_answer, refusal
from harness.config import Credentials, Environment, Settings
from harness.errors import NoToken
from harness.exchange import Exchange, Request
from harness.jsonvalue import compact, members, number, text
from harness.product import TokenEndpoint

RENEW_BEFORE_SECONDS = 60.0
FORM = "application/x-www-form-urlencoded"
MOST_FAILURES = 3
"""Requests in a row without a token before an endpoint is left alone for a while."""
PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    renew_at: float
    endpoint: TokenEndpoint


@dataclass(frozen=True, slots=True)
class _Failures:
    """The requests in a row that brought no token, and why the last one did not."""

    count: int
    last: NoToken
    ask_again_at: float


class Tokens:
    """One token per endpoint and lifetime; one request at a time asks for it."""

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials,
        *,
        send: Send,
        monotonic: Callable[[], float],
        learn: Callable[[str], None],
        role: str = "",
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._send = send
        self._monotonic = monotonic
        self._learn = learn
        self._prefix = f"HARNESS_{role.upper()}" if role else "HARNESS"
        self._tokens: dict[str, _Token] = {}
        self._refused: dict[str, str] = {}
        """Each token that was refused early, to the endpoint that gave it."""
        self._failures: dict[str, _Failures] = {}
        self._lock = Lock()
        learn(credentials.client_secret)

    def bearer(self, api: str) -> str:
        """Return a token that is good for an API. Raises NoToken."""
        endpoint = self._settings.token_endpoint(api)
        with self._lock:
            token = self._tokens.get(endpoint.path)
            if token is None or self._monotonic() >= token.renew_at:
                token = self._fetch(endpoint)
            return token.value

    def instead_of(self, value: str) -> str | None:
        """Return a token for one of ours that was refused early; None where there is none, or no more.

        Each endpoint is asked once in a run: what is refused again and again is the API's doing.
        """
        with self._lock:
            if value in self._refused:
                return self._tokens[self._refused[value]].value
            path = next(
                (path for path, candidate in self._tokens.items() if candidate.value == value), None
            )
            # Asked twice, an endpoint that gives bad tokens would be asked by every case of a
            # run.
            if path is None or path in self._refused.values():
                return None
            token = self._fetch(self._tokens[path].endpoint)
            self._refused[value] = path
            return token.value

    def problem(self, api: str) -> NoToken | None:
        """Return why an API has no token at present; None where it has one or nobody has asked."""
        with self._lock:
            failures = self._failures.get(self._settings.token_endpoint(api).path)
            return failures.last if failures else None

    def _fetch(self, endpoint: TokenEndpoint) -> _Token:
        """Ask for a token. An endpoint that keeps failing is not asked by every case of a run."""
        path = endpoint.path
        failures = self._failures.get(path)
        is_given_up = failures is not None and failures.count >= MOST_FAILURES
        if failures and is_given_up and self._monotonic() < failures.ask_again_at:
            raise failures.last
        try:
            token = self._asked(endpoint)
        except NoToken as problem:
            count = failures.count + 1 if failures else 1
            again = self._monotonic() + PAUSE_SECONDS
            self._failures[path] = _Failures(count, problem, again)
            raise
        self._failures.pop(path, None)
        return token

    def _asked(self, endpoint: TokenEndpoint) -> _Token:
        exchange = self._send(
            token_request(self._settings.environment, self._credentials, endpoint)
        )
        value, lifetime = _granted(exchange, self._prefix)
        self._learn(value)
        # Early, since a request under way is judged by the server's clock when it arrives; at
        # half its life at the soonest, or every call would renew a token that lives for a minute.
        renew_at = self._monotonic() + max(lifetime - RENEW_BEFORE_SECONDS, lifetime / 2)
        self._tokens[endpoint.path] = _Token(value, renew_at, endpoint)
        return self._tokens[endpoint.path]


def token_request(
    environment: Environment, credentials: Credentials, endpoint: TokenEndpoint
) -> Request:
    """Build the request that fits the endpoint: a form, or JSON."""
    # RFC 6749, 4.4.2, with the client's credentials in the body, which 2.3.1 permits besides HTTP
    # Basic.
    fields = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
    body = urlencode(fields) if endpoint.takes_form else compact(fields)
    return Request(
        method="POST",
        url=environment.base_url + endpoint.path,
        headers=(
            ("Content-Type", FORM if endpoint.takes_form else "application/json"),
            ("Accept", "application/json"),
        ),
        body=body.encode(),
        operation=f"POST {endpoint.path}",
    )


def _granted(exchange: Exchange, prefix: str) -> tuple[str, float]:
    response = exchange.response
    if response is None:
        raise no_answer(exchange)
    try:
        answer = members(response.json())
    except ValueError:
        answer = {}
    token = text(answer.get("access_token"))
    if response.status != 200 or not token:
        raise refusal(exchange, response, prefix)
    # expires_in is RECOMMENDED and no more (RFC 6749, 5.1).
    return token, number(answer.get("expires_in"), 3600.0)
