"""Decide who may see and steer the sessions: this machine alone, or who has a code of one use."""

import hmac
import secrets
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.hosts import host_in, is_loopback
from harness.session.judge.serve.identity import MasterKey
from harness.session.judge.serve.terminal import HEADER

COOKIE = "harness_judge"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_SIGNS = 12
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
        told = request.headers.get(HEADER, "")
        if told and hmac.compare_digest(told.encode(), self.terminal.encode()):
            return
        cookie = request.cookies.get(COOKIE, "")
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
    if site not in ("", "same-origin", "none"):
        raise HTTPException(404, "Nothing is at this path.")
