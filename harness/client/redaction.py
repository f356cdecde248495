"""Keep secrets and patient data out of everything that is written down.

By name: what is called like a credential is masked wherever it stands, and in answers what is called
like a patient's data, unless we have sent it: what we send is synthetic. By value: what was sent as a
credential, or was masked by its name, is masked from then on in every spelling.
"""

import base64
import hashlib
import json
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from urllib.parse import unquote

from harness.client.matcher import MIN_LENGTH, Matcher, inflated, unpacked
from harness.client.named_values import (
    Kind,
    NamedValue,
    SensitiveNames,
    inner_texts,
    logged_values,
    named_values,
)
from harness.exchange import Exchange, Request, Response, header
from harness.hosts import Login, login_of, mask_logins, origin_of, without_login

MASK = "[masked]"
# Larger bodies are files or lists: the record names them by their digest.
MAX_REQUEST_BODY = 64 * 1024
MAX_RESPONSE_BODY = 16 * 1024
_MAX_DEPTH = 3
"""Of texts within texts: JSON in a string of JSON, base64 in that."""
# A hostile answer could name any number of values, each of which costs memory and time.
_MOST_ECHOES = 5_000
# A single character stands in every word.
_SHORTEST_WORD = 2
_MAY_NAME = re.compile(r"[=<{]|[A-Za-z0-9+/_-]{16}")
"""What a header must have for there to be names in it, or a text that is packed."""
_SCHEMES = ("basic", "bearer", "digest", "dpop", "mutual", "negotiate")
"""Names of schemes (RFC 9110, 16.4.1) that are no secret by themselves."""
_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


class Redactor:
    """Mask what it has learnt, in any encoding, and what by its name must be."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = SensitiveNames(names)
        self._secrets = Matcher()
        self._echoes = Matcher()
        """What is masked in answers and in what we say of them, and may stand in what we send."""
        self._synthetic: set[str] = set()
        self._short: set[str] = set()
        """Patient data of strangers that is too short for `_echoes`."""
        # A body is read once to learn from it and once to be masked; the last few are kept for
        # that.
        self._named = lru_cache(maxsize=32)(self._named_values)

    def _named_values(self, text: str) -> tuple[NamedValue, ...]:
        return tuple(named_values(text, self._names))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every credential learnt so far; for the leak scan only."""
        return tuple(sorted(self._secrets.values))

    @property
    def pieces(self) -> tuple[str, ...]:
        """Pieces of the credentials that nothing may hold; for the leak scan only."""
        return self._secrets.pieces()

    def learn(self, secret: str) -> None:
        """Mask this value from now on, in every spelling."""
        self._secrets.add(secret)

    def learn_credential(self, secret: str) -> None:
        """Mask this value in every spelling, and each piece of it that would give much of it away."""
        self._secrets.add(secret, in_pieces=True)

    def allow(self, name: str) -> None:
        """Leave what is a piece of this name as well, though a credential may begin like it."""
        self._secrets.allow(name)

    def conceal(self, value: str) -> None:
        """Mask this value of a patient in answers, and in what we say of a run, from now on.

        What is too short to be looked for everywhere is masked by `words` alone, as a whole word.
        """
        self._learn_echoes([value])
        if _SHORTEST_WORD <= len(value) < MIN_LENGTH and len(self._short) < _MOST_ECHOES:
            self._short.add(value)

    def words(self, value: str) -> str:
        """Return what a check says of a stranger's call, without what was concealed."""
        masked = self.text(value)
        if not self._short:
            return masked
        pattern = "|".join(map(re.escape, sorted(self._short)))
        return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", MASK, masked)

    def printed(self, value: str, allowed: Container[str]) -> str:
        """Return what a stranger's program printed, without its secrets and patients.

        Of what is named like a patient's data those stay that are allowed, being made up.
        """
        spans = [
            (each.start, each.end, MASK)
            for each in logged_values(value, self._names)
            if each.kind is Kind.SECRET or not _is_among(each, allowed)
        ]
        return self.words(with_spans_masked(value, spans))

    def patient_spans(self, text: str, allowed: Container[str]) -> list[tuple[int, int, str]]:
        """Return where a text names values of a patient that are none of those allowed."""
        return [
            _span(each)
            for each in self._named(text)
            if each.kind is Kind.PATIENT and not _is_among(each, allowed)
        ]

    def prepare(self, request: Request) -> None:
        """Learn what a request carries before it leaves, so that its answer finds it known."""
        for name, value in request.headers:
            if self._names.kind(name) is Kind.SECRET:
                self._learn_echoes(_parts_of_header(name, value))
        body = request.body[:MAX_REQUEST_BODY].decode("latin-1")
        for named_value in (*self._named(body), *self._named(request.url)):
            if named_value.kind is Kind.SECRET:
                self._learn_echoes([_unescaped(named_value.value)])
            else:
                # An answer may escape what the request spelt out, or the other way round.
                plain = _unescaped(named_value.value)
                self._synthetic |= {named_value.value, plain, json.dumps(plain)[1:-1]}

    def text(self, value: str) -> str:
        """Return what we say of a run, with every known secret masked."""
        return self._echoes.replaced(self._sent(value), MASK)

    def exchange(self, exchange: Exchange, *, is_prepared: bool = False) -> Exchange:
        """Return what may be recorded of an exchange."""
        if not is_prepared:
            self.prepare(exchange.request)
        request = self._request(exchange.request)
        response = self._response(exchange.response) if exchange.response else None
        return replace(
            exchange, request=request, response=response, failure=self.text(exchange.failure)
        )

    def _request(self, request: Request) -> Request:
        url = self._sent(with_spans_masked(request.url, self._secret_spans(request.url)))
        headers = tuple((name, self._header(name, value)) for name, value in request.headers)
        body = _large(request.body, MAX_REQUEST_BODY) or self._request_body(request.body)
        return replace(request, url=url, headers=headers, body=body)

    def _response(self, response: Response) -> Response:
        body = _large(response.body, MAX_RESPONSE_BODY) or self._answer(response.body)
        headers = tuple(
            (name, self._answer_header(name, header)) for name, header in response.headers
        )
        return replace(response, headers=headers, body=body)

    def _header(self, name: str, value: str) -> str:
        is_secret = self._names.kind(name) is Kind.SECRET
        return self._masked_header(name, value) if is_secret else self._sent(value)

    def _answer_header(self, name: str, value: str) -> str:
        kind = self._names.kind(name)
        # What we sent ourselves is synthetic, and helps a reader of the record to follow an answer.
        if kind is not None and value not in self._synthetic:
            self._learn_echoes(_parts_of_header(name, value))
            return self._masked_header(name, value)
        return self._hidden(value) if _MAY_NAME.search(value) else self.text(value)

    def _masked_header(self, name: str, value: str) -> str:
        # The scheme stays (RFC 9110, 11.4): whether Bearer or Basic came is what a reader of the
        # record asks.
        scheme, _ = _scheme_and_rest(name, value)
        return f"{scheme} {MASK}" if scheme and self.text(scheme) == scheme else MASK

    def _request_body(self, body: bytes) -> bytes:
        decoded, encoding = _readable(body)
        masked = with_spans_masked(decoded, self._secret_spans(decoded))
        return self._sent(masked).encode(encoding, "replace")

    def _secret_spans(self, text: str) -> list[tuple[int, int, str]]:
        return [
            _span(named_value)
            for named_value in self._named(text)
            if named_value.kind is Kind.SECRET
        ]

    def _answer(self, body: bytes) -> bytes:
        plain = inflated(body)
        decoded, encoding = _readable(plain)
        masked = self._hidden(decoded)
        if plain is not body:  # packed, and nobody said so
            # Packed anew it would be other bytes: such a body is recorded as it came or not at all.
            return MASK.encode() if masked != decoded else body
        return masked.encode(encoding, "replace")

    def _hidden(self, text: str, depth: int = 0) -> str:
        """Return text from an answer without secrets and patient data, also within texts within it."""
        spans = []
        for named_value in self._named(text):
            if named_value.kind is Kind.SECRET or named_value.value not in self._synthetic:
                spans.append(_span(named_value))
                self._learn_echoes([_unescaped(named_value.value)])
        # An answer may carry JSON, XML or X12 as a string of its own, and names stand in there as
        # well.
        if depth < _MAX_DEPTH:
            spans += self._inner_spans(text, depth)
        return self.text(with_spans_masked(text, spans))

    def _inner_spans(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        for start, end, inner in inner_texts(text):
            hidden = self._hidden(inner, depth + 1)
            if hidden != inner:
                # Escaped again, for it goes back between the quotes of a string.
                yield start, end, json.dumps(hidden)[1:-1]
        for start, end, inner in unpacked(text):
            # A packed text cannot be masked in part without being packed anew.
            if self._hidden(inner, depth + 1) != inner:
                yield start, end, MASK

    def _sent(self, value: str) -> str:
        return self._secrets.replaced(mask_logins(value), MASK)

    def _learn_echoes(self, values: Iterable[str]) -> None:
        for value in values:
            if len(self._echoes.values) < _MOST_ECHOES:
                self._echoes.add(value)


def _is_among(named: NamedValue, values: Container[str]) -> bool:
    return named.value in values or _unescaped(named.value) in values


def _span(named: NamedValue) -> tuple[int, int, str]:
    return named.start, named.end, f'"{MASK}"' if named.is_number else MASK


def with_spans_masked(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with spans replaced; of those that overlap the first and longest counts."""
    pieces, kept = [], 0
    for start, end, mask in sorted(spans, key=lambda each: (each[0], -each[1])):
        if start >= kept:
            pieces += [text[kept:start], mask]
            kept = end
    return "".join((*pieces, text[kept:])) if pieces else text


def _scheme_and_rest(name: str, value: str) -> tuple[str, str]:
    """Take the scheme off a header that has one; in another the first word may be a part of the secret."""
    scheme, space, rest = value.partition(" ")
    is_scheme = scheme.lower() in _SCHEMES or ("auth" in name.lower() and scheme.isalpha())
    return (scheme, rest) if space and is_scheme else ("", value)


def _parts_of_header(name: str, value: str) -> list[str]:
    """Return the secret parts of a header: after the scheme, or the values of cookies."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() in _SCHEMES and not rest.strip():
        return []  # a scheme without credentials: learnt, it would be masked in every challenge
    _, whole = _scheme_and_rest(name, value)
    # Pairs of a cookie are separated by semicolons (RFC 6265, 4.2.1 and 4.1.1); Path=/ is no
    # secret.
    cookies = [pair.partition("=")[2].strip('"') for pair in whole.split(";") if "=" in pair]
    return [whole, *(cookie for cookie in cookies if "/" not in cookie[:1])]


def _unescaped(value: str) -> str:
    """Return what a spelling in JSON, read as Latin-1, stands for."""
    try:
        return str(json.loads(f'"{value}"', strict=False)).encode("latin-1").decode("utf-8")
    except ValueError:
        return value


def _readable(body: bytes) -> tuple[str, str]:
    """Return a body as text, and the encoding that gives the same bytes again."""
    # JSON text holds no zero byte in UTF-8 (RFC 8259, 7 and 8.1); in UTF-16 and UTF-32 each
    # letter has one.
    encoding = json.detect_encoding(body) if b"\0" in body[:64] else ""
    if encoding in _WIDE:
        try:
            return body.decode(encoding), encoding
        except UnicodeDecodeError:
            pass
    # Latin-1 maps every byte to one character and back, so that binary parts stay what they are.
    return body.decode("latin-1"), "latin-1"


def _large(body: bytes, limit: int) -> bytes:
    """Return what is recorded in place of a body that is too large; nothing where it is not."""
    if len(body) <= limit:
        return b""
    digest = hashlib.sha256(body).hexdigest()
    return f"[{len(body):,} bytes, sha256 {digest}]".encode()


def moved_to_header(request: Request, known: Iterable[Login]) -> Request:
    """Return a request whose login stands in `Authorization`; in the URL every report would show it.

    A request that brings its own `Authorization` keeps it: a bearer token is what the API asks for.
    """
    login = login_of(request.url)
    if login is None:
        origin = origin_of(request.url)
        login = next((candidate for candidate in known if candidate.origin == origin), None)
    request = replace(request, url=without_login(request.url))
    if login is None or header(request.headers, "authorization") is not None:
        return request
    return replace(request, headers=(*request.headers, ("Authorization", f"Basic {_basic(login)}")))


def learn(redactor: Redactor, logins: Iterable[Login | None]) -> None:
    """Have passwords masked from now on, also as they are spelt in a Basic header."""
    for login in logins:
        if login is not None:
            user, _, password = login.userinfo.partition(":")
            # Without a password the user is the secret, as where a token is given in its place.
            secret = password or user
            for each in (_basic(login), secret, unquote(secret)):
                redactor.learn(each)


def _basic(login: Login) -> str:
    user, _, password = login.userinfo.partition(":")
    return base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
