"""Send what Schemathesis generates through our own client: guarded, paced, recorded."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, TypeAlias

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.exceptions import InvalidHeader
from schemathesis import Case
from schemathesis.core.transport import Response as Answer
from schemathesis.transport.requests import RequestsTransport
from urllib3 import HTTPHeaderDict, HTTPResponse

from harness.client.multipart import Part
from harness.exchange import Exchange, Headers, Request, Response
from harness.openapi.model import Operation
from harness.rules.target import Target, multipart_body

AnyCase: TypeAlias = Case[Any]

CASE_HEADER = "X-Schemathesis-TestCaseId"
_OURS = ("content-length", "connection", "user-agent", CASE_HEADER.lower())
"""Headers that our client writes itself or that no server should see."""
_DECODED = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that no longer hold for a body that our client has read and decoded."""

# A field value has no NUL, CR or LF and no space at its ends (RFC 9110, 5.5).
_SENDABLE = re.compile(r"(?! )[^\0\r\n]*(?<! )")

Rewrite = Callable[[str], Sequence[Part] | None]
"""Returns the parts to send for a case instead of those that Schemathesis wrote; None leaves them."""


class ClientAdapter(BaseAdapter):
    """Stands where a session of Schemathesis looks for a connection, and hands on to our client."""

    def __init__(self, target: Target, operation: Operation, rewrite: Rewrite) -> None:
        super().__init__()
        self._target = target
        self._operation = operation
        self._rewrite = rewrite
        self.exchanges: dict[str, int] = {}
        """The exchange behind each generated case, the last one where there were several."""
        self.silent: list[Exchange] = []
        """Exchanges that got no response."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]  # its settings are ours
        case = _text(request.headers.get(CASE_HEADER, ""))
        ours = self._ours(request, case)
        if not all(_SENDABLE.fullmatch(value) for _, value in ours.headers):
            # Schemathesis skips a case that its client refuses to send, and asks for another.
            raise InvalidHeader("a header that HTTP cannot carry", request=request)
        exchange = self._target.send(ours)
        # The header of the case is the only link between a finding and the exchange behind it.
        self.exchanges[case] = exchange.id
        if exchange.response is None:
            self.silent.append(exchange)
            # What Schemathesis expects of a silent server; the reason is in the exchange.
            raise requests.ConnectionError(exchange.failure, request=request)
        return _theirs(request, exchange.response)

    def close(self) -> None:
        """Leave our client open: others use it."""

    def _ours(self, request: requests.PreparedRequest, case: str) -> Request:
        headers, body = _headers(request.headers), _body(request)
        announced = str(request.headers.get("Content-Type", ""))
        # Only a form that was really written as one: a case without a body has none to rewrite.
        parts = self._rewrite(case) if "boundary=" in announced else None
        if parts is not None:
            kept = tuple(header for header in headers if header[0].lower() != "content-type")
            # The boundary changes with the content, hence the new Content-Type.
            written, body = multipart_body(parts)
            headers = (*kept, *written)
        return Request(
            method=request.method or self._operation.method,
            url=request.url or "",
            headers=headers,
            body=body,
            operation=self._operation.label,
        )


@contextmanager
def routed_through(adapter: ClientAdapter, report: Callable[[AnyCase], None]) -> Iterator[None]:
    """Report every case and send it by our adapter, also what a check derives from another case.

    Hooks and sessions of the engine miss the latter, which open a session of their own.
    """
    send = RequestsTransport.send

    def send_through_adapter(
        transport: RequestsTransport,
        case: AnyCase,
        *,
        session: requests.Session | None = None,
        **kwargs: Any,
    ) -> Answer:
        report(case)
        # Without one the transport would open its own, past our guard and our record.
        session = session or requests.Session()
        for scheme in ("http://", "https://"):
            session.mount(scheme, adapter)
        return send(transport, case, session=session, **kwargs)

    RequestsTransport.send = send_through_adapter  # type: ignore[method-assign,assignment]  # put back below
    try:
        yield
    finally:
        RequestsTransport.send = send  # type: ignore[method-assign]  # as it was


def _body(request: requests.PreparedRequest) -> bytes:
    body = request.body or b""
    if isinstance(body, str | bytes):
        return body.encode() if isinstance(body, str) else body
    # A stream cannot be read twice, once to record and once to send.
    raise TypeError(f"a body of type {type(body).__name__} cannot be recorded")


def _headers(headers: Mapping[str, str | bytes]) -> Headers:
    written = ((_text(name), _text(value)) for name, value in headers.items())
    return tuple(each for each in written if each[0].lower() not in _OURS)


def _text(value: object) -> str:
    # The encoding that keeps every byte of a header as one character.
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _theirs(request: requests.PreparedRequest, response: Response) -> requests.Response:
    headers = HTTPHeaderDict()
    for name, value in response.headers:
        if name.lower() not in _DECODED:
            headers.add(name, value)
    # Built by the adapter of requests, so that checks get cookies, encoding and history as usual.
    raw = HTTPResponse(
        body=BytesIO(response.body),
        headers=headers,
        status=response.status,
        preload_content=False,
    )
    built: requests.Response = HTTPAdapter().build_response(request, raw)
    return built
