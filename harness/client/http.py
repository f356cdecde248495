"""Send requests: bounded, paced, only to allowed hosts, and every one of them recorded."""

import itertools
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from time import perf_counter

import httpx

from harness.client import redaction
from harness.client.carriage import carriage
from harness.client.pacing import Breaker, Pacer
from harness.client.redaction import Redactor
from harness.client.wire import ExchangeDeadline, Wire, exceeded
from harness.config import Environment, within_rate
from harness.errors import Unreachable
from harness.exchange import BEYOND_LIMITS, UNSENT, Exchange, Request, Response, header
from harness.guard import Guard
from harness.hosts import host_in, login_of, origin_of
from harness.shortening import shortened

# A server may ask for a pause of hours; a run waits so long at most.
MAX_RETRY_AFTER_SECONDS = 30.0
# The first request and two more: what is refused still is an answer to judge.
ATTEMPTS = 3
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that may be repeated unasked (RFC 9110, 9.2.1)."""
_MOST_ENCODINGS = 1
"""Each further one multiplies what a small answer can grow to."""

Send = Callable[[Request], Exchange]


@dataclass(frozen=True, slots=True)
class Time:
    """The clocks of a run, to be replaced in tests."""

    now: Callable[[], datetime]
    """Aware, UTC."""
    monotonic: Callable[[], float]
    """Seconds, ahead by what `sleep` only pretended to wait; deadlines and lifetimes go by it."""
    sleep: Callable[[float], None]
    stopwatch: Callable[[], float] = perf_counter
    """Seconds that really pass; what is reported as a duration goes by it."""


class LimitReached(Exception):
    """The answer is more than we read."""


class Client:
    """One connection pool for a whole run. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 each is a part that tests replace
        self,
        environment: Environment,
        *,
        time: Time,
        redactor: Redactor,
        record: Callable[[Exchange], None],
        transport: httpx.BaseTransport | None = None,
        first_id: int = 1,
        prepare: Callable[[Request], Request] = lambda request: request,
    ) -> None:
        """`prepare` may change a request before it is looked at, recorded and sent."""
        self._prepare = prepare
        self._environment = environment
        self._time = time
        self._redactor = redactor
        self._record = record
        self._ids = itertools.count(first_id)
        self._guard = Guard(environment)
        # One for each rate, so that hosts with the same bound share it.
        self._pacer = cache(self._pacer_at)
        self._breaker = Breaker(self._is_alive, time.sleep)
        self._wire = Wire(time.monotonic)
        # Every request would connect to the proxy, whatever host it names itself.
        self._guard.check_proxy()
        # Before the first request, so that no failure of it can show them.
        redaction.learn(redactor, (*environment.logins, login_of(environment.proxy)))
        self._transport = transport or carriage(environment, self._wire)
        self._extensions = {"timeout": httpx.Timeout(environment.timeout_seconds).as_dict()}

    def close(self) -> None:
        self._transport.close()

    @property
    def tripped(self) -> Unreachable | None:
        """The error for the environment's server where it has fallen silent for good."""
        return self._breaker.tripped(self._environment.base_url)

    def bound(self, case: str, *, patient: bool = False) -> Send:
        """Return a function that sends on behalf of a case.

        A patient one waits and sends again when asked to by 429 or 503 with Retry-After.
        """

        def send(request: Request) -> Exchange:
            exchange = self._sent(request, case)
            for _ in range(ATTEMPTS - 1 if patient else 0):
                wait = _retry_after(exchange)
                if wait is None:
                    break
                self._time.sleep(wait)
                exchange = self._sent(request, case)
            return exchange

        return send

    def is_alive(self, url: str) -> bool:
        """Find out whether the server of a URL answers anything at all."""
        return self._is_alive(origin_of(url))

    def _is_alive(self, origin: str) -> bool:
        # The bare root, without a token: the question must change nothing and need nothing.
        probe = self._admitted(Request("GET", f"{origin}/", operation="GET /"))
        return self._once(probe, "run/alive")[0].response is not None

    def _sent(self, request: Request, case: str) -> Exchange:
        request = self._admitted(self._prepare(request))
        self._breaker.check(request.url)
        exchange, problem = self._once(request, case)
        # A server may close an idle connection just as it is used again; what changes nothing may
        # then be sent once more (RFC 9112, 9.3.1; RFC 9110, 9.2.2).
        if request.method in SAFE and _was_closed(problem, self._wire.exchange_deadline):
            exchange, _ = self._once(request, case)
        return exchange

    def _once(self, request: Request, case: str) -> tuple[Exchange, Exception | None]:
        # The bound belongs to the host: a run against two hosts spares each as its owner asks.
        self._pacer(within_rate(host_in(request.url), self._environment.requests_per_second)).wait()
        # Before it leaves, since the answer may repeat a secret of this very request.
        self._redactor.prepare(request)
        started, begun = self._time.now(), self._time.stopwatch()
        response, problem = self._answer(request)
        exchange = Exchange(
            id=next(self._ids),
            request=request,
            response=response,
            failure=_in_words(problem) if problem else "",
            case=case,
            started=started.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            duration_seconds=round(self._time.stopwatch() - begun, 6),
        )
        self._note(exchange, problem)
        self._record(self._redactor.exchange(exchange, is_prepared=True))
        return exchange, problem

    def _note(self, exchange: Exchange, problem: Exception | None) -> None:
        url = exchange.request.url
        # A part of an answer shows as well that the server is there.
        if exchange.response is not None or self._wire.exchange_deadline.bytes_received:
            self._breaker.record_success(url)
        elif not isinstance(problem, _OURS):
            is_timeout = isinstance(problem, httpx.TimeoutException)
            self._breaker.record_failure(url, exchange.failure, is_timeout=is_timeout)

    def _pacer_at(self, per_second: float) -> Pacer:
        return Pacer(per_second, self._time.monotonic, self._time.sleep)

    def _admitted(self, request: Request) -> Request:
        """Return a request that may leave, its login in a header. Raises ForbiddenTarget."""
        try:
            # Read as httpx itself reads it: what is judged here is where it would connect to.
            url = _parsed(request.url)
        except httpx.InvalidURL:
            return request  # it cannot leave; the exchange says why
        login = login_of(request.url)
        # Over plain http only a request may leave in which nobody can read anything.
        has_nothing = not (request.headers or request.body or login)
        self._guard.check_logins([login])
        host = url.raw_host.decode("ascii")
        self._guard.check(url.scheme, host, carries_nothing=has_nothing)
        # A gateway may route by this header, whatever address the connection goes to.
        if named := header(request.headers, "host"):
            self._guard.check_header(named)
        redaction.learn(self._redactor, [login])
        return redaction.moved_to_header(request, self._environment.logins)

    def _answer(self, request: Request) -> tuple[Response | None, Exception | None]:
        begun = self._time.stopwatch()
        # Timeouts bound single reads and writes; a slow server could string together any number of
        # them.
        self._wire.begin(self._environment.deadline_seconds)
        try:
            message = self._message(request)
            # Nothing of httpx stands between: a redirect is an answer to judge, and may lead to a
            # host that nobody has allowed; and what one case receives (cookies), no other repeats.
            answer = self._transport.handle_request(message)
            try:
                _check_location(answer)
                body = self._read(answer)
            finally:
                answer.close()
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            ssl.SSLError,
            UnicodeError,
            LimitReached,
        ) as problem:
            return None, problem
        # Octets above 7F have no agreed meaning (RFC 9110, 5.5); Latin-1 maps each to a character
        # and back.
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in answer.headers.raw)
        elapsed = round(self._time.stopwatch() - begun, 6)
        return Response(answer.status_code, headers, body, elapsed), None

    def _message(self, request: Request) -> httpx.Request:
        # Names are tokens of ASCII (RFC 9110, 5.6.2); values may hold any octet above 7F (5.5:
        # obs-text).
        given = [(k.encode("ascii"), v.encode("utf-8")) for k, v in request.headers]
        named = {name.lower() for name, _ in given}
        # A header that the request names itself replaces the usual one: none is sent twice.
        usual = [each for each in _USUAL if each[0].lower() not in named]
        return httpx.Request(
            request.method,
            _parsed(request.url),
            headers=[*usual, *given],
            content=request.body or None,
            extensions=self._extensions,
        )

    def _read(self, answer: httpx.Response) -> bytes:
        # As a stream, so that an answer without end is cut off at the limit and not collected first.
        # Codings lie within each other in the order listed (RFC 9110, 8.4): a bomb may be packed
        # again and again.
        named = answer.headers.get_list("content-encoding", split_commas=True)
        encodings = [each for each in named if each.lower() != "identity"]
        if len(encodings) > _MOST_ENCODINGS:
            raise httpx.DecodingError(f"{len(encodings)} encodings, one within the other")
        body = bytearray()
        # What is not encoded has to pass no decoder.
        for chunk in answer.iter_bytes() if encodings else _raw(answer):
            body += chunk
            if len(body) > self._environment.max_answer_bytes:
                limit = int(self._environment.max_answer_bytes)
                raise httpx.ReadError(f"the answer is larger than {limit:,} bytes")
            # A byte now and then keeps to every read timeout; only the deadline ends such an
            # answer.
            self._wire.seconds_left(None, httpx.ReadTimeout)
        if problem := exceeded(bytes(body)):
            raise LimitReached(problem)
        return bytes(body)


def _raw(answer: httpx.Response) -> Iterator[bytes]:
    return iter(answer.stream)  # type: ignore[arg-type]  # built by a transport that waits


_parsed = lru_cache(maxsize=256)(httpx.URL)
"""A URL as httpx itself reads it."""
_USUAL = (
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"gzip, deflate"),
    (b"Connection", b"keep-alive"),
    (b"user-agent", b"harness"),
)
"""What is sent beside what a request has, unless that says otherwise."""


def _check_location(answer: httpx.Response) -> None:
    """Raise RemoteProtocolError where a redirect leads to what is no URL."""
    if answer.has_redirect_location:
        try:
            httpx.URL(answer.headers["location"])
        except httpx.InvalidURL as problem:
            what = f"Invalid URL in location header: {problem}."
            raise httpx.RemoteProtocolError(what) from None


def _was_closed(problem: Exception | None, exchange_deadline: ExchangeDeadline) -> bool:
    """Return whether a kept connection ended while it waited, before a byte of the answer came."""
    broke = isinstance(problem, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError)
    return broke and exchange_deadline.is_kept and not exchange_deadline.bytes_received


def _retry_after(exchange: Exchange) -> float | None:
    response = exchange.response
    if response is None or response.status not in (429, 503):
        return None
    value = response.header("retry-after") or ""
    # The form with a date (RFC 9110, 10.2.3) would have to be read by the server's clock.
    # isascii, since isdigit holds for digits of every script.
    if not (value.isascii() and value.isdigit()):
        return None
    return min(float(value), MAX_RETRY_AFTER_SECONDS)


_OURS = (httpx.InvalidURL, httpx.LocalProtocolError, httpx.UnsupportedProtocol, UnicodeError)
"""What keeps a request from being sent at all; it says nothing about the server."""
_SILENT_CLOSE = "Server disconnected without sending a response"
_WANTS_CERTIFICATE = ("certificate required", "certificate_required", "alert unknown ca")
"""How OpenSSL words the alerts of a server that got no client certificate, or one it does not know."""
_WORDS: Mapping[type[Exception], str] = {
    httpx.ConnectError: "no connection",
    httpx.ConnectTimeout: "no connection in time",
    httpx.ReadTimeout: "no answer in time",
    httpx.WriteTimeout: "the request could not be sent in time",
    httpx.ReadError: "the connection broke while reading the answer",
    httpx.WriteError: "the connection broke while sending",
    httpx.RemoteProtocolError: "the answer is not HTTP",
    httpx.DecodingError: "the answer's content encoding is broken",
}


_MOST_DETAIL = 200


def _in_words(problem: Exception) -> str:
    if isinstance(problem, LimitReached):
        return f"{BEYOND_LIMITS}: {problem}"
    if isinstance(problem, UnicodeError):
        return f"{UNSENT} (a header or the URL is not encodable)"
    if _SILENT_CLOSE in str(problem):
        return "the connection was closed without an answer"
    # Some errors carry several lines, of which the first names the problem.
    detail = shortened(str(problem).partition("\n")[0], _MOST_DETAIL)
    if any(words in detail.lower() for words in _WANTS_CERTIFICATE):
        detail = f"{detail}; the server asks for a client certificate: set client_certificate"
    ours = UNSENT if isinstance(problem, _OURS) else "the request failed"
    words = _WORDS.get(type(problem), ours)
    return f"{words} ({detail})" if detail else words
