"""Read text of the wire (a header, a plain body) as the values that its schema may mean."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from harness.jsonvalue import Json, items, members, text
from harness.openapi.media_type import is_json
from harness.openapi.model import Api, Header
from harness.openapi.numbers import exact
from harness.openapi.references import index_of

# Numbers as in JSON (RFC 8259, 6): `+1` and `1.` stay texts.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
# Far more digits than a number has, and below the 4,300 at which Python's `int` refuses.
_MAX_DIGITS = 400
_COMBINED = ("allOf", "anyOf", "oneOf")


def types_of(api: Api, pointer: str) -> frozenset[str]:
    """Return the types that the schema at a pointer names, through references and combinations.

    An empty set says that it names none, so that anything may be meant.
    """
    index = index_of(api.root)
    found: set[str] = set()
    seen: set[str] = set()
    # Schemas refer to themselves; each pointer is looked at once, so the loop ends.
    waiting = [pointer]
    while waiting:
        place = waiting.pop()
        node = index.by_pointer.get(place)
        if node is None or place in seen:
            continue
        seen.add(place)
        kinds = node.object.get("type")
        found.update([kinds] if isinstance(kinds, str) else [text(kind) for kind in items(kinds)])
        target = index.target(node) if node.reference else None
        waiting.extend([target] if target is not None else [])
        for key in _COMBINED:
            waiting.extend(f"{place}/{key}/{at}" for at in range(len(items(node.object.get(key)))))
    return frozenset(found)


def scalar(written: str) -> object:
    """Return the JSON scalar that a text is, else the text itself."""
    if written in _WORDS:
        return _WORDS[written]
    if len(written) <= _MAX_DIGITS and _NUMBER.fullmatch(written):
        # Integers of any size stay exact; a fraction or an exponent makes a decimal.
        return exact(written) if re.search("[.eE]", written) else int(written)
    return written


def typed(written: str, kinds: frozenset[str]) -> object:
    """Return what a text means where these types are expected: a string, if that is among them or none is."""
    return written if not kinds or "string" in kinds else scalar(written)


def text_readings(api: Api, pointer: str, written: str) -> Iterator[object]:
    """Yield what a plain text may mean, the likeliest first."""
    kinds = types_of(api, pointer)
    first = typed(written, kinds)
    yield first
    other = scalar(written)
    # By type as well, since to Python 1 equals True and 1.0 equals 1.
    if other != first or type(other) is not type(first):
        yield other


def header_readings(api: Api, header: Header, written: str) -> Iterator[object]:
    """Yield what the value of a header may mean: style `simple`, the only one (OpenAPI 3.1, 4.8.21)."""
    if header.media_type:
        yield _content(header.media_type, written)
        return
    kinds = types_of(api, header.schema_pointer)
    # A list or object first: nearly any value would be a text too.
    if "array" in kinds:
        yield _array(api, header.schema_pointer, written)
    if "object" in kinds:
        yield _object(api, header, written)
    # Also where the types do not exclude a text.
    if not kinds & {"array", "object"} or kinds - {"array", "object", "null"}:
        yield from text_readings(api, header.schema_pointer, written)


def _content(media_type: str, written: str) -> object:
    if not is_json(media_type):
        return written
    try:
        return json.loads(written, parse_float=exact)
    except (ValueError, RecursionError):
        return written


def _array(api: Api, pointer: str, written: str) -> list[object]:
    kinds = types_of(api, _below(api, pointer, "items"))
    # White space may stand around the commas of a list (RFC 9110, 5.6.1).
    parts = [part.strip() for part in written.split(",")]
    # An empty header is an empty list, and not a list of one empty text.
    return [typed(part, kinds) for part in parts] if written.strip() else []


def _object(api: Api, header: Header, written: str) -> dict[str, object]:
    parts = [part.strip() for part in written.split(",")]
    pairs: Iterable[tuple[str, str]]
    if header.explode:
        pairs = [(name, value) for name, _, value in (part.partition("=") for part in parts)]
    else:
        # name,value,name,value;
        # exploded it is name=value,name=value (OpenAPI 3.1.1, "Style Examples").
        pairs = list(zip(parts[::2], parts[1::2], strict=False))
    return {
        name: typed(value, types_of(api, _below(api, header.schema_pointer, "properties", name)))
        for name, value in pairs
    }


def _below(api: Api, pointer: str, *tokens: str) -> str:
    """Return where a part of a schema stands, behind the references that lead to the schema."""
    index = index_of(api.root)
    node = index.by_pointer.get(pointer)
    if node is not None and node.reference:
        pointer = index.follow(node.reference, node.base)[1]
    found = "".join(f"/{token.replace('~', '~0').replace('/', '~1')}" for token in tokens)
    return pointer + found if members(node.value if node else None) else pointer
