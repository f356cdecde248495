"""Break a document as an editor, a merge or an attacker does, by a seed."""

from collections.abc import Callable
from random import Random

_PIECES = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\t", b"\r", b"&a ", b"*a", b"<<: *a", b"!!python/object:x {}",
    b"? ", b"- - - - - - -", b"{{{{{{{{", b"[[[[[[[[", b"$ref: '#/'", b"$ref: './x.yaml'", b"null", b"~", b"1e999",
    b".inf", b"0x1F", b"9" * 5000, b"%00", b"a" * 300 + b"/", b"-.inf", b".nan", b"1e400", b"'", b'"', b"|\n", b">-\n", b"%YAML 9.9\n", b"---\n", b"...\n", b"# ",
    b"${HOME}", b"{$inputs.a}", b"$statusCode == ", b"//a[", b"$..[?", b"(((((", b"\xe2\x80\xae", b"\\ud800", b": ", b",",
)  # fmt: skip


def mutated(raw: bytes, random: Random) -> bytes:
    """Return a document after a few edits."""
    content = raw
    for _ in range(random.randrange(1, 4)):
        content = random.choice(_EDITS)(content, random)
    return content


def _inserted(raw: bytes, random: Random) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] + random.choice(_PIECES) + raw[at:]


def _flipped(raw: bytes, random: Random) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] + bytes([random.randrange(256)]) + raw[at + 1 :]


def _cut(raw: bytes, random: Random) -> bytes:
    start = random.randrange(len(raw) + 1)
    return raw[:start] + raw[start + random.randrange(200) :]


def _line(raw: bytes, random: Random) -> bytes:
    """Move, repeat, drop or indent a line."""
    lines = raw.split(b"\n")
    at = random.randrange(len(lines))
    line = lines[at]
    lines[at : at + 1] = random.choice(
        ([], [line, line], [b"  " + line], [line.lstrip()], [line[::-1]])
    )
    lines.insert(random.randrange(len(lines) + 1), random.choice((line, b"", b"  - x: 1")))
    return b"\n".join(lines)


def _value(raw: bytes, random: Random) -> bytes:
    """Give a member another value."""
    lines = raw.split(b"\n")
    at = random.randrange(len(lines))
    name, colon, _ = lines[at].partition(b":")
    if colon:
        lines[at] = name + b": " + random.choice(_PIECES)
    return b"\n".join(lines)


_EDITS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _inserted,
    _flipped,
    _cut,
    _line,
    _line,
    _value,
    _value,
)
