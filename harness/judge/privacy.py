"""Prepare a call of a stranger for the record: what was not given to the client may be real patient data.

The harness sends synthetic data only, so that its redactor lets pass what it sent. A client under
judgement is somebody else's: only the values and the files that the judge gave it are known to be made up.
"""

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from harness.client.multipart import MalformedMultipart, ReceivedPart, boundary_of, parse
from harness.client.redaction import Redactor, with_spans_masked
from harness.exchange import header
from harness.jsonvalue import Json
from harness.judge.calls import Call
from harness.judge.evidence import ClientEnd

_TEXT_BYTES = 1024 * 1024
"""Of a body that is no form, so much is searched; a longer one is recorded by its digest alone."""
MOST_PRINTED = 16 * 1024
"""Of what a client prints, so much is kept, the last of it."""
_MOST_SEARCHED = 2 * 1024 * 1024
_SHOWN_NAME = 80
"""Checks cut a file name to so many characters."""
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Given:
    """What the judge gave a client: values and files that are synthetic."""

    values: frozenset[str] = field(default=frozenset(), repr=False)
    files: frozenset[str] = field(default=frozenset(), repr=False)
    """SHA-256 of each file."""


def given(inputs: Iterable[Mapping[str, Json]], contents: Iterable[bytes]) -> Given:
    """Return what a client was given: every scalar of its inputs, and its files."""
    # Hashes of the files, for their content is compared and not needed.
    return Given(
        frozenset(v for each in inputs for v in _scalars(each)), frozenset(map(_sha256, contents))
    )


def private(call: Call, redactor: Redactor, known: Given) -> Call:
    """Return a call without patient data and documents that the judge did not give.

    The redactor learns what was masked, so that no answer and no message repeats it.
    """
    # In this order the redactor learns from the address and headers before the body is read.
    return replace(
        call,
        path=_masked(call.path, redactor, known.values),
        query=_masked(call.query, redactor, known.values),
        headers=tuple((n, _masked(v, redactor, known.values)) for n, v in call.headers),
        body=_body(call, redactor, known),
    )


def printed(end: ClientEnd, redactor: Redactor, known: Given) -> ClientEnd:
    """Return the end of a client with what may be shown of its output: of patients what the judge gave."""
    # Secrets are masked before anything is cut: the half of one is not known again.
    output = redactor.text(end.output[-_MOST_SEARCHED:])[-2 * MOST_PRINTED :]
    return replace(end, shown=redactor.printed(output, known.values)[-MOST_PRINTED:])


def _body(call: Call, redactor: Redactor, known: Given) -> bytes:
    if call.media_type.startswith("multipart/"):
        try:
            return _form(call, redactor, known)
        except MalformedMultipart:
            # What cannot be taken apart cannot be masked in part.
            return _digest(call.body)
    return _content(call.body, redactor, known)


def _form(call: Call, redactor: Redactor, known: Given) -> bytes:
    """Return a form whose files stand by their digests, and whose other parts are masked."""
    content_type = call.header("content-type") or ""
    # With the boundary of the client, so that the record can be parsed as the request was.
    edge = f"--{boundary_of(content_type)}".encode()
    pieces = []
    for part in parse(call.body, content_type):
        head = "\r\n".join(f"{name}: {value}" for name, value in _headers(part, redactor, known))
        pieces.append(edge + b"\r\n" + head.encode() + b"\r\n\r\n" + _part(part, redactor, known))
    return b"\r\n".join([*pieces, edge + b"--\r\n"])


def _headers(part: ReceivedPart, redactor: Redactor, known: Given) -> Iterator[tuple[str, str]]:
    """Yield the headers of a part; the name that a stranger gives a file may be a patient's."""
    for key, value in part.headers:
        # A name that the judge gave is synthetic.
        if key.lower() == "content-disposition":
            yield key, _without_names(part, value, redactor, known)
        else:
            yield key, _masked(value, redactor, known.values)


def _without_names(part: ReceivedPart, value: str, redactor: Redactor, known: Given) -> str:
    coded = header(part.disposition, "filename*") or ""
    named = ((part.filename, part.filename), (part.extended_filename or coded, coded))
    for name, spelt in named:
        if name and spelt and name not in known.values:
            redactor.conceal(name)
            redactor.conceal(name[:_SHOWN_NAME])
            value = value.replace(spelt, f"[file name of {len(name)} characters]")
    return _masked(value, redactor, known.values)


def _part(part: ReceivedPart, redactor: Redactor, known: Given) -> bytes:
    is_json = part.content_type.partition(";")[0].strip().lower().endswith("json")
    # A JSON part may come with a file name, and its members are still what was given.
    if part.filename is not None and not is_json:
        whose = "as given" if _sha256(part.content) in known.files else "not as given"
        return _digest(part.content, f", {whose}")
    return _content(part.content, redactor, known)


def _content(body: bytes, redactor: Redactor, known: Given) -> bytes:
    # Control characters other than white space show a binary body, and four kilobytes are enough to
    # tell.
    if len(body) > _TEXT_BYTES or _BINARY.search(body[:4096]):
        return _digest(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _digest(body)
    return _masked(text, redactor, known.values).encode()


def _masked(text: str, redactor: Redactor, allowed: Container[str]) -> str:
    spans = redactor.patient_spans(text, allowed)
    for start, end, _ in spans:
        # First learnt, since checks and messages may repeat the value before the record is written.
        redactor.conceal(text[start:end])
    return with_spans_masked(text, spans)


def _digest(content: bytes, words: str = "") -> bytes:
    return f"[{len(content):,} bytes, sha256 {_sha256(content)}{words}]".encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _scalars(value: Json) -> Iterator[str]:
    """Yield every scalar as text, also as it stands in an address, and the elements of X12."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _scalars(each)
    elif isinstance(value, list):
        for each in value:
            yield from _scalars(each)
    elif value is not None:
        text = str(value)
        # As a client may write it into a path, too.
        yield from (text, quote(text, safe=""))
        # A message of X12 is given whole, and its elements are given with it.
        if "*" in text or "~" in text:
            yield from re.split(r"[*~:^|]", text)
