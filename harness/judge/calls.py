"""What a client sent and what it was answered, as one frozen value per call."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.exchange import Headers, header
from harness.jsonvalue import Json


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a call. `status` is 0 where the judge closed the connection without one."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case, or None."""
        return header(self.headers, name)

    def json(self) -> Json:
        """Return the JSON body, or null where there is none that can be read."""
        return json_or_null(self.body)


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the client under judgement, whole, with its answer."""

    number: int
    """From 1, in the order of arrival."""
    started: str
    """RFC 3339, UTC."""
    at: float
    """Monotonic seconds of the arrival of the request's head."""
    ended: float
    """Monotonic seconds of the end of the answer."""
    method: str
    path: str
    """Below the session's base URL, percent-encoding as it was sent."""
    query: str
    """As it was sent, without the question mark."""
    headers: Headers = ()
    """In the order and case of the wire, as far as the server keeps it."""
    body: bytes = field(default=b"", repr=False)
    is_cut: bool = False
    """The request ended before its body did, or the body was larger than the judge keeps."""
    operation: str = ""
    """operationId of the document; empty where no operation has this method and path."""
    label: str = ""
    """Method and path template for reports: `POST /a/{b}`."""
    reply: Reply = Reply(0)
    scripted: bool = False
    """The answer came from the scenario's script and says nothing about the request."""
    token: int = 0
    """Which token of the session was sent: 1 is the first one issued; 0 none of them."""
    scenario: str = ""

    @property
    def target(self) -> str:
        """Path and query as they were sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def media_type(self) -> str:
        """The content type without parameters, lower case; empty where none was sent."""
        return (header(self.headers, "content-type") or "").partition(";")[0].strip().lower()

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case, or None."""
        return header(self.headers, name)

    def json(self) -> Json:
        """Return the JSON body, or null where there is none that can be read."""
        return json_or_null(self.body)


def of_operation(calls: Iterable[Call], operation: str) -> tuple[Call, ...]:
    """Return the calls of one operation; `*` is every call except those for a token."""
    if operation == "*":
        return tuple(call for call in calls if call.operation not in TOKEN_OPERATIONS)
    return tuple(call for call in calls if call.operation == operation)


TOKEN_OPERATIONS = ("issueToken",)
"""The one operation that is not protected; it never shows what a client does with the API itself."""


def json_or_null(body: bytes) -> Json:
    """Parse a JSON body (RFC 8259); null where it is none."""
    try:
        value: Json = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Decode headers as ASGI gives them: names and values are Latin-1 (RFC 9110, 5.5)."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
