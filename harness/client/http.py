"""Send requests: bounded, paced, only to allowed hosts, and every one of them recorded."""

import itertools
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from urllib.parse import urlsplit

import httpx

from harness.client.pacing import Pacer
from harness.client.redaction import Redactor
from harness.config import Environment
from harness.errors import ConfigurationError, ForbiddenTarget
from harness.exchange import Exchange, Request, Response

MAX_RETRY_AFTER_SECONDS = 30.0
ATTEMPTS = 3

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


class Client:
    """One connection pool for a whole run. Safe to share between threads."""

    def __init__(
        self,
        environment: Environment,
        *,
        time: Time,
        redactor: Redactor,
        record: Callable[[Exchange], None],
        transport: httpx.BaseTransport | None = None,
        first_id: int = 1,
    ) -> None:
        self._environment = environment
        self._time = time
        self._redactor = redactor
        self._record = record
        self._ids = itertools.count(first_id)
        self._pacer = Pacer(environment.requests_per_second, time.monotonic, time.sleep)
        self._http = _open(environment, transport)

    def close(self) -> None:
        self._http.close()

    def bound(self, case: str, *, patient: bool = False) -> Send:
        """Return a function that sends on behalf of a case.

        A patient one waits and sends again when told to by 429 or 503 with Retry-After.
        """

        def send(request: Request) -> Exchange:
            exchange = self._once(request, case)
            for _ in range(ATTEMPTS - 1 if patient else 0):
                wait = _retry_after(exchange)
                if wait is None:
                    break
                self._time.sleep(wait)
                exchange = self._once(request, case)
            return exchange

        return send

    def _once(self, request: Request, case: str) -> Exchange:
        self._check_host(request.url)
        self._pacer.wait()
        started, begun = self._time.now(), self._time.stopwatch()
        deadline = self._time.monotonic() + self._environment.deadline_seconds
        response, failure = self._answer(request, deadline)
        exchange = Exchange(
            id=next(self._ids),
            request=request,
            response=response,
            failure=failure,
            case=case,
            started=started.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            duration_seconds=round(self._time.stopwatch() - begun, 6),
        )
        self._record(self._redactor.exchange(exchange))
        return exchange

    def _check_host(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if host not in self._environment.allowed_hosts:
            raise ForbiddenTarget(
                f"'{host}' is not a host of environment '{self._environment.name}'.",
                advice="Add it to allowed_hosts in harness.yaml if it belongs there.",
            )

    def _answer(self, request: Request, deadline: float) -> tuple[Response | None, str]:
        begun = self._time.stopwatch()
        try:
            message = self._http.build_request(
                request.method,
                request.url,
                headers=[(k.encode("ascii"), v.encode("utf-8")) for k, v in request.headers],
                content=request.body or None,
            )
            answer = self._http.send(message, stream=True)
            try:
                body = self._read(answer, deadline)
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as problem:
            return None, _in_words(problem)
        except UnicodeEncodeError:
            return None, "the request cannot be written (a header or the URL is not encodable)"
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in answer.headers.raw)
        elapsed = round(self._time.stopwatch() - begun, 6)
        return Response(answer.status_code, headers, body, elapsed), ""

    def _read(self, answer: httpx.Response, deadline: float) -> bytes:
        """Read the body; httpx bounds each read, this bounds the whole (a slow drip never ends)."""
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > self._environment.max_answer_bytes:
                limit = int(self._environment.max_answer_bytes)
                raise httpx.ReadError(f"the answer is larger than {limit:,} bytes")
            if self._time.monotonic() > deadline:
                raise httpx.ReadTimeout("the answer was not complete within the deadline")
        return bytes(body)


def _open(environment: Environment, transport: httpx.BaseTransport | None) -> httpx.Client:
    try:
        verify: ssl.SSLContext | bool = (
            ssl.create_default_context(cafile=environment.ca_file) if environment.ca_file else True
        )
        return httpx.Client(
            transport=transport,
            verify=verify,
            proxy=environment.proxy or None,
            timeout=environment.timeout_seconds,
            trust_env=False,
            follow_redirects=False,
            headers={"user-agent": "harness"},
        )
    except (OSError, ValueError) as problem:
        raise ConfigurationError(
            f"the CA file or proxy cannot be used ({problem}).", advice="Check ca_file and proxy."
        ) from None


def _retry_after(exchange: Exchange) -> float | None:
    response = exchange.response
    if response is None or response.status not in (429, 503):
        return None
    value = response.header("retry-after") or ""
    if not (value.isascii() and value.isdigit()):
        return None
    return min(float(value), MAX_RETRY_AFTER_SECONDS)


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


def _in_words(problem: Exception) -> str:
    detail = str(problem).partition("\n")[0][:200]
    words = _WORDS.get(type(problem), "the request failed")
    return f"{words} ({detail})" if detail else words
