"""Read a document as it was probably meant, so that a misspelling is reported once and has no echo.

What is mended here stays an error: the document is refused, and only its further check gains.
"""

from collections.abc import Mapping
from difflib import get_close_matches

from harness.document import Document
from harness.jsonvalue import Json, escape
from harness.workflow.document.shapes import REUSABLE, SHAPES, Shape

Parts = dict[str, tuple[Document, str]]


def mended(document: Document) -> Document:
    """Return the document with misspelt keys and words as they were meant, each at its own place."""
    parts: Parts = {}
    data = _object(document, document.data, ("", ""), "root", parts)
    return document.with_parts(data, parts) if data != document.data else document


def misspelt(value: Mapping[str, Json], shape: Shape) -> dict[str, str]:
    """Return the unknown keys of an object, each with the one that it probably stands for."""
    known = (*shape.fields, *shape.extensions)
    missing = [key for key in known if key not in value]
    found: dict[str, str] = {}
    for key in value:
        if key in known:
            continue
        close = get_close_matches(key, missing, n=1, cutoff=0.8 if key.startswith("x-") else 0.6)
        if close and close[0] not in found.values():
            found[key] = close[0]
    return found


def _object(
    document: Document, value: Json, place: tuple[str, str], name: str, parts: Parts
) -> Json:
    """Mend an object; `place` is its pointer in what is made, and in the file."""
    if not isinstance(value, Mapping):
        return value
    shape, made = SHAPES[name], place[0]
    misspellings = misspelt(value, shape)
    found: dict[str, Json] = {}
    for key, member in value.items():
        meant = misspellings.get(key, key)
        pair = (f"{made}/{escape(meant)}", f"{place[1]}/{escape(key)}")
        if meant != key:
            parts[pair[0]] = (document, pair[1])
        kind = shape.fields[meant].kind if meant in shape.fields else "any"
        found[meant] = _value(document, member, pair, kind, parts)
    return found


def _value(
    document: Document, value: Json, place: tuple[str, str], kind: str, parts: Parts
) -> Json:
    form, _, shape = kind.partition(" ")
    if form == "object":
        return _object(document, value, place, shape, parts)
    if form in ("list", "list?") and isinstance(value, list):
        return [
            item
            if shape in REUSABLE and isinstance(item, Mapping) and "reference" in item
            else _object(document, item, (f"{place[0]}/{i}", f"{place[1]}/{i}"), shape, parts)
            for i, item in enumerate(value)
        ]
    if form == "map" and shape in SHAPES and isinstance(value, Mapping):
        return {
            key: _object(
                document,
                member,
                (f"{place[0]}/{escape(key)}", f"{place[1]}/{escape(key)}"),
                shape,
                parts,
            )
            for key, member in value.items()
        }
    words = form.split("|")
    if isinstance(value, str) and len(words) > 1 and value not in words:
        return next(iter(get_close_matches(value, words, n=1)), value)
    return value
