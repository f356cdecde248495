"""Keep secrets and patient data out of everything that is written down."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, quote_plus

from harness.exchange import Exchange, Headers, Request, Response

MASK = "[masked]"
MAX_REQUEST_BODY = 64 * 1024
MAX_RESPONSE_BODY = 16 * 1024
MIN_SECRET_LENGTH = 6

_SECRET_HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key")
_SECRET_MEMBERS = re.compile(
    r'("(?:access_token|refresh_token|id_token|client_secret|password)"\s*:\s*")((?:[^"\\]|\\.)*)'
)
_SECRET_FIELDS = re.compile(
    r"((?:^|&)(?:client_secret|access_token|refresh_token|password)=)([^&]*)"
)
_PATIENT_MEMBERS = re.compile(
    r'("(?:patientFirstName|patientLastName|patientDateOfBirth|memberId|dateOfBirth|firstName'
    r'|lastName|middleName|address1|address2|phoneNumber|ssn)"\s*:\s*")((?:[^"\\]|\\.)*)'
)


class Redactor:
    """Mask what it was told is secret, in any encoding, and what by its name must be."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._synthetic: set[str] = set()
        self._forms: set[str] = set()
        self._lengths: dict[str, tuple[int, ...]] = {}
        """By the first characters of a form: how long the forms are that begin so, longest first."""
        self._beginnings: re.Pattern[str] | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value learnt so far; for the leak scan only."""
        return tuple(sorted(self._secrets))

    def learn(self, secret: str) -> None:
        """Mask this value from now on, also URL-encoded, JSON-escaped and in base64.

        A run may learn thousands of tokens. They begin alike, so that only their few beginnings are
        searched for; a pattern of them all would take longer to build with every token.
        """
        if len(secret) < MIN_SECRET_LENGTH or secret in self._secrets:
            return
        self._secrets.add(secret)
        for form in _forms(secret):
            self._forms.add(form)
            self._add_length(form[:MIN_SECRET_LENGTH], len(form))

    def _add_length(self, beginning: str, length: int) -> None:
        known = self._lengths.get(beginning, ())
        self._lengths[beginning] = tuple(sorted({*known, length}, reverse=True))
        if not known:
            self._beginnings = re.compile("|".join(map(re.escape, self._lengths)))

    def text(self, value: str) -> str:
        """Return the text with every known secret masked."""
        if self._beginnings is None:
            return value
        pieces, kept = [], 0
        found = self._beginnings.search(value)
        while found:
            start = found.start()
            end = self._end(value, start)
            if end:
                pieces += [value[kept:start], MASK]
                kept = end
            found = self._beginnings.search(value, end or start + 1)
        return "".join((*pieces, value[kept:]))

    def _end(self, value: str, start: int) -> int:
        """Return where the longest secret ends that begins here; 0 where none does."""
        ends = (start + each for each in self._lengths[value[start : start + MIN_SECRET_LENGTH]])
        return next((end for end in ends if value[start:end] in self._forms), 0)

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return what may be recorded of an exchange."""
        request = self._request(exchange.request)
        response = self._response(exchange.response) if exchange.response else None
        return replace(
            exchange, request=request, response=response, failure=self.text(exchange.failure)
        )

    def _request(self, request: Request) -> Request:
        # What we send is synthetic; seen again in an answer it need not be hidden.
        self._synthetic.update(_patient_values(request.body))
        body = self._body(request.body, MAX_REQUEST_BODY)
        return replace(
            request, url=self.text(request.url), headers=self._headers(request.headers), body=body
        )

    def _response(self, response: Response) -> Response:
        body = self._body(response.body, MAX_RESPONSE_BODY, patients=True)
        return replace(response, headers=self._headers(response.headers), body=body)

    def _headers(self, headers: Headers) -> Headers:
        return tuple(
            (name, _masked_header(value) if name.lower() in _SECRET_HEADERS else self.text(value))
            for name, value in headers
        )

    def _body(self, body: bytes, limit: int, *, patients: bool = False) -> bytes:
        if len(body) > limit:
            digest = hashlib.sha256(body).hexdigest()
            return f"[{len(body):,} bytes, sha256 {digest}]".encode()
        # Latin-1 maps every byte to one character and back, so that binary parts stay what they are.
        decoded = self.text(body.decode("latin-1"))
        decoded = _SECRET_MEMBERS.sub(rf"\1{MASK}", decoded)
        decoded = _SECRET_FIELDS.sub(rf"\1{MASK}", decoded)
        if patients:
            decoded = _PATIENT_MEMBERS.sub(self._patient, decoded)
        return decoded.encode("latin-1")

    def _patient(self, found: re.Match[str]) -> str:
        return found[0] if not found[2] or found[2] in self._synthetic else f"{found[1]}{MASK}"


def _patient_values(body: bytes) -> Iterator[str]:
    for found in _PATIENT_MEMBERS.finditer(body.decode("latin-1")):
        yield found[2]
        # An answer may escape what the request spelt out, or the other way round.
        yield json.dumps(found[2].encode("latin-1").decode("utf-8", "replace"))[1:-1]


def _masked_header(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {MASK}" if space and scheme.isalpha() else MASK


def _forms(secret: str) -> set[str]:
    """Every spelling in which a secret could reach a file."""
    raw = secret.encode()
    escaped = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    plain = {secret, quote(secret, safe=""), quote_plus(secret), *escaped}
    # Bodies are searched as Latin-1, where a letter beyond ASCII shows as the bytes of its UTF-8.
    plain |= {form.encode().decode("latin-1") for form in plain}
    # A secret inside a longer base64 text shifts by 0, 1 or 2 bytes; the edges depend on neighbours.
    shifted = {
        base64.b64encode(b"\0" * shift + raw).decode()[(0, 2, 3)[shift] :].rstrip("=")[:-1]
        for shift in range(3)
    }
    return {form for form in plain | shifted if len(form) >= MIN_SECRET_LENGTH}
