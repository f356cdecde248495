"""Write a value as YAML 1.2 in block style, for documents that a person goes on to edit."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from harness.jsonvalue import Json

# What begins so and holds no ":" cannot be mistaken for a mapping, a list or a quoted text.
# A dot begins a path; .5 and .inf are numbers, and ... ends a document.
_PLAIN = re.compile(r"(?:[A-Za-z$/]|\.{1,2}/)[A-Za-z0-9_ .$/#{}=\-]*(?<! )")
# Not printable (YAML 1.2, 5.1), or a line break of YAML 1.1, which a reader would fold to a blank.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# YAML 1.1 reads yes, no, on, off, y and n as booleans, too.
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def to_yaml(value: Json) -> str:
    """Return the text; strings are quoted where YAML 1.1 or 1.2 would read anything else."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _entry(f"{_string(key)}:", item)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for item in value:
            yield from _item(item)
    else:
        yield _scalar(value)


def _entry(head: str, value: Json) -> Iterator[str]:
    if not _is_block(value):
        yield f"{head} {_scalar(value)}"
        return
    yield head
    yield from (f"  {line}" for line in _lines(value))


def _item(value: Json) -> Iterator[str]:
    lines = _lines(value)
    # The first line stands beside the dash, the others are indented below it.
    yield f"- {next(lines)}"
    yield from (f"  {line}" for line in lines)


def _is_block(value: Json) -> bool:
    # What is empty has no block form and is written as {} or [].
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)


def _scalar(value: Json) -> str:
    return _string(value) if isinstance(value, str) else json.dumps(value)


def _string(text: str) -> str:
    # " #" begins a comment.
    is_plain = _PLAIN.fullmatch(text) and " #" not in text and text.lower() not in _WORDS
    if is_plain:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
