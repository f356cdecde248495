"""Promises on the envelope of a create request: its parts, their order and number, its wholeness."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlencode

from harness.client.multipart import Part, content_type, encode
from harness.exchange import Headers
from harness.jsonvalue import Json, text
from harness.openapi.requirements import Strength
from harness.products.dental.rules.answers import acceptance, refusal
from harness.products.dental.rules.requests import (
    CREATIONS,
    REFUSES,
    WRITES,
    Creation,
    claim,
    create_body,
    create_parts,
    created,
    parts_of,
    uploads,
)
from harness.rules.edits import JSON, json_part
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target, json_body

Parts = tuple[Part, ...]
Edit = Callable[[Parts], Parts]

_BOUNDARY = "harness-boundary"
_FORM = "application/x-www-form-urlencoded"


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on requests that are put together wrongly, oddly or otherwise."""
    return tuple(rule for by in CREATIONS for rule in (*_refused(by), *_bodies(by), *_accepted(by)))


def _refused(by: Creation) -> Iterable[AnyRule]:
    for name in ("request", *(("fileMetadata",) if by.wants_metadata else ())):
        yield _refusal(by, f"{name}-missing", f"without {name}", _without(name))
        # Which of two parts counts is nowhere said, so neither may.
        yield _refusal(by, f"{name}-doubled", f"with {name} twice", _doubled(name))
        # Names are case-sensitive (O009), so these are other parts.
        for way, other in (("capitalised", name.capitalize()), ("plural", f"{name}s")):
            yield _refusal(by, f"{name}-{way}", f"with {name} as {other}", _renamed(name, other))
        yield _refusal(
            by,
            f"{name}-as-text",
            f"with {name} as text/plain",
            _typed(name, "text/plain"),
            # Some clients send JSON without its type; the documents do not say that it is needed.
            strength=Strength.OBSERVE,
        )
        for way, content in _NOT_JSON.items():
            edit = _filled(name, content)
            yield _refusal(by, f"{name}-{way}", f"with {name} that is no JSON ({way})", edit)
    for way, other in (("singular", "file"), ("capitalised", "Files")):
        yield _refusal(by, f"files-{way}", f"with files as {other}", _renamed("files", other))
    yield _refusal(by, "no-parts", "without any part", lambda _: ())


_NOT_JSON = {
    "cut-short": b'{"claimId": "HARNESS-1"',
    "empty": b"",
    "single-quoted": b"{'claimId': 'HARNESS-1'}",
    "not-utf-8": b'{"claimId": "\xff\xfe"}',
    # Parsers that recurse run out of stack: a crash, unless somebody thought of it.
    "nested-deeply": b"[" * 20_000,
    "two-values": b"{} {}",
    # NaN is no JSON (RFC 8259, 6), but Python and JavaScript libraries read it.
    "not-a-number": b'{"claimId": NaN}',
}


def _without(name: str) -> Edit:
    return lambda parts: tuple(part for part in parts if part.name != name)


def _doubled(name: str) -> Edit:
    return lambda parts: (*parts, *(part for part in parts if part.name == name))


def _renamed(name: str, other: str) -> Edit:
    return lambda parts: tuple(
        replace(part, name=other) if part.name == name else part for part in parts
    )


def _typed(name: str, media_type: str | None) -> Edit:
    return lambda parts: tuple(
        replace(part, content_type=media_type) if part.name == name else part for part in parts
    )


def _filled(name: str, content: bytes) -> Edit:
    return lambda parts: tuple(
        replace(part, content=content) if part.name == name else part for part in parts
    )


def _refusal(
    by: Creation, name: str, title: str, edit: Edit, *, strength: Strength = Strength.SHALL
) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        parts = edit(parts_of(sent, uploads(1), by))
        return refusal(create_parts(target, parts, by), (), sent)

    # Whatever is wrong with the files part leaves a request without files.
    requirement = "D039" if name.startswith(("files", "no-parts")) else "D021"
    return Rule(
        f"dental/{by.group}/envelope/{name}",
        f"a request {title} is refused",
        by.requirements(requirement),
        verify,
        strength=strength,
        needs=REFUSES,
    )


Write = Callable[[Parts, dict[str, Json]], tuple[Headers, bytes]]


def _bodies(by: Creation) -> Iterable[AnyRule]:
    """Yield the rules on bodies that are no whole multipart document of the announced boundary."""
    for name, title, write in _BODIES:
        yield _body(by, name, title, write)


def _announced(value: str, body: bytes) -> tuple[Headers, bytes]:
    return (("Content-Type", value),), body


def _written(parts: Parts) -> bytes:
    return encode(parts, boundary=_BOUNDARY)


def _as_form(claim_sent: dict[str, Json]) -> bytes:
    return urlencode({name: text(value) for name, value in claim_sent.items()}).encode()


_BODIES: tuple[tuple[str, str, Write], ...] = (
    ("json-body", "of plain JSON", lambda _, sent: json_body(sent)),
    ("urlencoded-body", "of form fields", lambda _, sent: _announced(_FORM, _as_form(sent))),
    (
        "no-content-type",
        "without a content type",
        lambda parts, _: ((), _written(parts)),
    ),
    (
        "no-boundary",
        "whose content type names no boundary",
        lambda parts, _: _announced("multipart/form-data", _written(parts)),
    ),
    (
        "other-boundary",
        "whose boundary is not the announced one",
        lambda parts, _: _announced(content_type("harness-other"), _written(parts)),
    ),
    (
        "empty-body",
        "without a body",
        lambda *_: _announced(content_type(_BOUNDARY), b""),
    ),
    (
        "torn-body",
        "that ends before its last boundary",
        lambda parts, _: _announced(content_type(_BOUNDARY), _written(parts)[:-40]),
    ),
)


def _body(by: Creation, name: str, title: str, write: Write) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        headers, body = write(parts_of(sent, uploads(1), by), sent)
        return refusal(create_body(target, headers, body, by), (), sent)

    return Rule(
        f"dental/{by.group}/envelope/{name}",
        f"a request {title} is refused",
        ("D089",) if by.wants_metadata else ("D020",),
        verify,
        needs=REFUSES,
    )


def _accepted(by: Creation) -> Iterable[AnyRule]:
    """Yield the rules on requests that are put together otherwise, and are nonetheless whole."""
    for name, title, strength, edit in _VARIATIONS:
        yield _acceptance(by, name, title, strength, edit)


def _as_blob(parts: Parts) -> Parts:
    """Add a file name to the JSON parts, as browsers do for a Blob."""
    return tuple(
        replace(part, filename="blob") if part.content_type == JSON else part for part in parts
    )


_VARIATIONS: tuple[tuple[str, str, Strength, Edit], ...] = (
    # The order of parts means nothing to most readers, though RFC 7578 (5.2) keeps it.
    ("files-first", "whose files come first", Strength.SHOULD, lambda parts: parts[::-1]),
    ("untyped-request", "whose JSON has no type", Strength.OBSERVE, _typed("request", None)),
    (
        "request-with-charset",
        "whose JSON names its charset",
        Strength.SHOULD,
        _typed("request", "application/json; charset=utf-8"),
    ),
    ("request-as-blob", "whose JSON has a file name", Strength.OBSERVE, _as_blob),
    (
        "unknown-part",
        "with a part that nobody asked for",
        Strength.OBSERVE,
        lambda parts: (*parts, json_part("harness", {})),
    ),
)


def _acceptance(by: Creation, name: str, title: str, strength: Strength, edit: Edit) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        parts = edit(parts_of(sent, uploads(2), by))
        return acceptance(created(create_parts(target, parts, by)), 2, sent)

    return Rule(
        f"dental/{by.group}/envelope/{name}",
        f"a request {title} is accepted",
        by.requirements("D021"),
        verify,
        strength=strength,
        needs=WRITES,
    )
