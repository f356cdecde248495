"""Decide who may see and steer the sessions, and derive what a session is known by from one secret of the judge."""

import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.errors import ConfigurationError, StorageError
from harness.hosts import host_in, is_loopback
from harness.judge.session import Credentials
from harness.session.judge.serve.terminal import HEADER

FILE_NAME = "judge-key"
_KEY = 32


@dataclass(frozen=True, slots=True)
class Identity:
    """The address and the credentials of one session, and nobody else's."""

    key: str = field(repr=False)
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The secret that everything is derived from; it lies beside the runs, for its owner's eyes alone."""

    raw: bytes = field(repr=False)

    def identity(self, run_id: str) -> Identity:
        """Return what a session is known by: the same for the same run, not to be guessed for another."""
        # Derived and not stored: a judge that starts again knows its sessions by their ids.
        return Identity(
            self._text("path", run_id)[:24],
            Credentials(
                f"client-{sha256(run_id.encode()).hexdigest()[:12]}",
                self._text("secret", run_id)[:40],
            ),
        )

    def signed(self, value: str) -> str:
        """Return a value that only this judge can have given out."""
        return f"{value}.{self._text('pass', value)[:32]}"

    def is_signed(self, given: str) -> bool:
        """Return whether a value was given out by this judge."""
        # In constant time, so that nobody can find a signature sign by sign.
        return hmac.compare_digest(self.signed(given.partition(".")[0]).encode(), given.encode())

    def _text(self, purpose: str, value: str) -> str:
        digest = hmac.new(self.raw, f"{purpose}:{value}".encode(), sha256).digest()
        # No sign that a shell, an address or a header would read as anything but itself.
        return urlsafe_b64encode(digest).decode().rstrip("=").replace("-", "x").replace("_", "y")


def load_or_make(path: Path) -> MasterKey:
    """Return the secret at a path, made where there is none. Raises ConfigurationError, StorageError."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Exclusively, and for its owner alone from the first byte on.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_hex(_KEY))
        raw = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, UnicodeDecodeError):
        raw = b""
    except OSError as problem:
        raise StorageError(path, problem) from None
    if len(raw) != _KEY:
        raise ConfigurationError(
            f"{path} is no key of a judge.",
            advice="Move it away; sessions that were given out by it then get new addresses.",
        )
    return MasterKey(raw)


COOKIE = "harness_judge"
# Without I, O, 0 and 1, which people misread: 32 signs, so that twelve are 60 bits.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_SIGNS = 12
# After so many wrong ones the code is another, so that none is found by trying.
MOST_WRONG = 10


class Guard:
    """The one question that every route of the page asks first."""

    def __init__(
        self, master: MasterKey, *, is_open: bool, announce: Callable[[str], None] = lambda _: None
    ) -> None:
        self._master = master
        self._is_open = is_open
        self._announce = announce
        self._wrong = 0
        self._code = ""
        self.terminal = master.signed("terminal")
        """What commands on this machine send; it lies in a file that only their owner can read."""

    @property
    def is_open(self) -> bool:
        return self._is_open

    def new_code(self) -> None:
        """Make a code that lets one browser in, and announce it."""
        self._code = "".join(secrets.choice(_ALPHABET) for _ in range(_SIGNS))
        self._wrong = 0
        self._announce(self._code)

    def enter(self, given: str) -> str:
        """Return the pass of a browser that knows the code, which is used up by that; "" for others."""
        plain = given.strip().upper().replace("-", "").replace(" ", "")
        if self._code and hmac.compare_digest(plain.encode(), self._code.encode()):
            self.new_code()
            return self._master.signed(secrets.token_hex(16))
        self._wrong += 1
        if self._wrong >= MOST_WRONG:
            self.new_code()
        return ""

    def check_page(self, request: Request) -> None:
        """Let a page be read that holds nothing. Raises HTTPException."""
        if not self._is_open:
            _check_loopback(request)

    def check(self, request: Request) -> None:
        """Let in who may see and steer everything. Raises HTTPException."""
        if self._is_open:
            self._check_pass(request)
        else:
            _check_loopback(request)
        _check_origin(request)
        # A form of another page can send neither; a script is asked for permission first, and gets none.
        is_json = request.headers.get("content-type", "").startswith("application/json")
        if request.method == "POST" and not (is_json or HEADER in request.headers):
            raise HTTPException(403, "Send JSON.")

    def _check_pass(self, request: Request) -> None:
        given = request.headers.get(HEADER, "")
        if given and hmac.compare_digest(given.encode(), self.terminal.encode()):
            return
        cookie = request.cookies.get(COOKIE, "")
        # The pass of the terminal counts in its header alone, which no page of another site can
        # send.
        if not cookie or cookie.startswith("terminal.") or not self._master.is_signed(cookie):
            raise HTTPException(401, "Give the access code that the judge has printed.")


def _check_loopback(request: Request) -> None:
    """Let in who is on this machine and is no page of somebody else's (DNS rebinding)."""
    if request.client is None:  # in-process callers have no address
        return
    if not (
        is_loopback(request.client.host) and is_loopback(host_in(request.headers.get("host", "")))
    ):
        raise HTTPException(404, "Nothing is at this path.")


def _check_origin(request: Request) -> None:
    """Refuse what a page of another origin sends (CSRF)."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    site = request.headers.get("sec-fetch-site", "")
    if origin is not None and origin.partition("://")[2] != host:
        raise HTTPException(404, "Nothing is at this path.")
    # Browsers say where a request comes from (Fetch Metadata); other programs say nothing.
    if site not in ("", "same-origin", "none"):
        raise HTTPException(404, "Nothing is at this path.")
