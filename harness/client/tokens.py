"""Get bearer tokens (RFC 6749 section 4.4), reuse them, and renew them shortly before they expire."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from urllib.parse import urlencode

from harness.client.http import Send
from harness.config import Credentials, Environment, Settings
from harness.errors import NoToken
from harness.exchange import Exchange, Headers, Request, Response, header
from harness.jsonvalue import Json, compact, members, number, text
from harness.product import TokenEndpoint

RENEW_BEFORE_SECONDS = 60.0
FORM = "application/x-www-form-urlencoded"
MOST_FAILURES = 3
"""Requests in a row without a token before an endpoint is left alone for a while."""
PAUSE_SECONDS = 60.0
_SCHEME = "Bearer "
_ENDED = ("invalid_token", "invalid_access_token")
"""What a refusal says of a token that was good once (RFC 6750, 3.1), and how the gateway spells it."""
_REJECTED = (401, 403)
_CREDENTIAL_ERRORS = ("invalid_client", "unauthorized_client", "access_denied", "InvalidClient")
"""What a refusal says of the caller himself (RFC 6749, 5.2), and how the sntl endpoint spells it."""
_NOT_THERE = "No token endpoint is there; check the base URL and the token path."
_SPECIAL = {
    404: _NOT_THERE,
    405: _NOT_THERE,
    429: "It limits how often it is asked; wait, or lower requests_per_second.",
}
_LONGEST_REASON = 60


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
        # Threads that need a token at the same time wait for one request and share its answer.
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
            # Another thread has had it renewed: all who still carry the old one get the same
            # successor.
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
    answer = _body(response)
    token = text(answer.get("access_token"))
    if response.status != 200 or not token:
        raise refusal(exchange, response, prefix)
    # expires_in is RECOMMENDED and no more (RFC 6749, 5.1).
    return token, number(answer.get("expires_in"), 3600.0)


def renewing(send: Send, owners: Sequence[Tokens]) -> Send:
    """Return a function that sends, and where a token of these owners has ended early, renews it once."""

    def renewed(request: Request) -> Exchange:
        exchange = send(request)
        if exchange.response is None or not _is_ended(exchange.response):
            return exchange
        sent = (header(request.headers, "authorization") or "").partition(_SCHEME)[2]
        # A token of somebody else, or one that a rule made up, has no owner and stays refused.
        fresh = next((each for owner in owners if (each := owner.instead_of(sent))), None)
        if fresh is None:
            return exchange
        return send(replace(request, headers=_with(request.headers, fresh)))

    return renewed


def _is_ended(response: Response) -> bool:
    """Return whether a token was refused as one that is no longer good, and nothing else was."""
    if response.status != 401:
        return False
    # RFC 6750, 3 puts the reason into the header; the gateway says it in the body.
    if _ENDED[0] in (response.header("www-authenticate") or ""):
        return True
    return text(_body(response).get("error")) in _ENDED


def _with(headers: Headers, token: str) -> Headers:
    others = tuple(header for header in headers if header[0].lower() != "authorization")
    return (("Authorization", f"{_SCHEME}{token}"), *others)


def no_answer(exchange: Exchange) -> NoToken:
    """Describe an endpoint that did not answer."""
    return NoToken(
        f"{exchange.request.url} did not answer: {exchange.failure}.",
        advice="Check the base URL and the network.",
        actual=exchange.failure,
        exchange=exchange.id,
        is_answered=False,
    )


def refusal(exchange: Exchange, response: Response, prefix: str) -> NoToken:
    """Describe an answer that holds no token; `prefix` names the variables of the credentials."""
    answer = _body(response)
    # RFC 6749, 5.2 names the reason in `error`, the sntl endpoint in `failureReason`.
    reason = text(answer.get("error")) or text(answer.get("failureReason"))
    actual = f"status {response.status}{f', {reason[:_LONGEST_REASON]}' if reason else ''}"
    is_rejected = response.status in _REJECTED or reason in _CREDENTIAL_ERRORS
    return NoToken(
        f"{exchange.request.url} gave no token ({actual}).",
        advice=_credentials(prefix) if is_rejected else _advice(exchange, response),
        actual=actual,
        exchange=exchange.id,
        rejects_credentials=is_rejected,
    )


def _body(response: Response) -> dict[str, Json]:
    """Return the members of a JSON body; none where it is no JSON, or no object."""
    try:
        return dict(members(response.json()))
    except ValueError:
        return {}


def _credentials(prefix: str) -> str:
    variables = f"{prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET"
    return f"Check {variables}, and that they belong to this environment."


def _advice(exchange: Exchange, response: Response) -> str:
    """Return what to do about an answer that does not speak of the credentials."""
    if (special := _SPECIAL.get(response.status)) is not None:
        return special
    match response.status // 100:
        case 2:
            return f"{_missing(response)} The endpoint has to be mended."
        case 3:
            target = response.header("location") or "another place"
            return f"It redirects to {target[:200]}; check the base URL."
        case 5:
            return "The endpoint itself fails; see the log of its server, then run again."
        case _:
            pass
    media_type = exchange.request.headers[0][1] if exchange.request.headers else "the request"
    return f"It does not take {media_type} as its document describes it; mend the endpoint."


def _missing(response: Response) -> str:
    try:
        names = members(response.json())
    except ValueError:
        return f"The answer is no JSON ({response.media_type or 'no content type'})."
    return "The answer has no access_token." if names else "The answer is no JSON object."
