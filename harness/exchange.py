"""One request and its response, as values that know no HTTP library."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.jsonvalue import Json, parsed

BEYOND_LIMITS = "the answer exceeds our limits"
"""How the failure of an exchange begins whose answer we did not read."""

UNSENT = "the request cannot be sent"
"""How the failure of an exchange begins whose request no client can write: it says nothing of the API."""

_ASKED_FOR = ("", "identity", "gzip", "x-gzip", "deflate")
"""Content codings that the client takes, and has taken off a body."""

Headers = tuple[tuple[str, str], ...]


def header(headers: Headers, name: str) -> str | None:
    """Return the first header of that name, in any case, or None."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON (RFC 8259, section 6)")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `url` is absolute; `operation` names it in reports, as in `POST /a/{b}`."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    operation: str = ""
    step: str = ""
    """Id of the workflow step that sends it, where one does."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, with the whole body in memory (the client bounds it)."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    elapsed_seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case, or None."""
        return header(self.headers, name)

    @property
    def media_type(self) -> str:
        """The content type without parameters, lower case; empty where none was sent."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def content_type(self) -> str:
        """The content type as it was sent; empty where none was."""
        return self.header("content-type") or ""

    @property
    def packed_as(self) -> str:
        """The content codings that no request of ours asks for; the body is still packed in them."""
        named = (self.header("content-encoding") or "").lower().split(",")
        # Of several codings any that was not asked for leaves the body packed.
        return ", ".join(each.strip() for each in named if each.strip() not in _ASKED_FOR)

    def json(self, *, number: Callable[[str], object] = float) -> Json:
        """Decode the body as JSON (RFC 8259, UTF-8). Raises ValueError where it is none.

        `number` reads what has a fraction or an exponent.
        """
        # NaN and Infinity are no JSON, though Python's reader takes them.
        return parsed(self.body.decode("utf-8"), constant=_no_constant, number=number)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its response, or with the reason why none came."""

    id: int
    request: Request
    response: Response | None = None
    failure: str = ""
    """Why no response came, in words; empty where one did."""
    case: str = ""
    started: str = ""
    """RFC 3339, UTC."""
    duration_seconds: float = field(default=0.0)

    @property
    def is_beyond_limits(self) -> bool:
        """Whether an answer came that we could not read for limits of our own."""
        return self.failure.startswith(BEYOND_LIMITS)

    @property
    def is_unsent(self) -> bool:
        """Whether the request never left, because it cannot be written."""
        return self.failure.startswith(UNSENT)
