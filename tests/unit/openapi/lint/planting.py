"""Small changes that plant a defect into a document that has none."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.jsonvalue import unescape
from tests.unit.openapi.lint.documents import Root, clean

Change = Callable[[Root], None]


@dataclass(frozen=True)
class Planted:
    """A change, and the rule that must find it; the empty name where nothing may be found."""

    name: str
    rule: str
    change: Change
    base: Callable[[], Root] = clean

    def document(self) -> Root:
        """Return the changed document."""
        root = copy.deepcopy(self.base())
        self.change(root)
        return root


def put(pointer: str, value: Any) -> Change:
    """Set the member or append the item (`-`) at a pointer."""

    def change(root: Root) -> None:
        holder, key = _holder(root, pointer)
        if isinstance(holder, list):
            holder.append(value) if key == "-" else holder.__setitem__(int(key), value)
        else:
            holder[key] = value

    return change


def drop(pointer: str) -> Change:
    """Remove a member or an item."""

    def change(root: Root) -> None:
        holder, key = _holder(root, pointer)
        del holder[int(key) if isinstance(holder, list) else key]

    return change


def both(*changes: Change) -> Change:
    """Make several changes."""

    def change(root: Root) -> None:
        for each in changes:
            each(root)

    return change


def rename(pointer: str, name: str) -> Change:
    """Give a member another name, in its place."""

    def change(root: Root) -> None:
        holder, key = _holder(root, pointer)
        renamed = {name if each == key else each: value for each, value in holder.items()}
        holder.clear()
        holder.update(renamed)

    return change


def property_(schema: Mapping[str, Any]) -> Change:
    """Give the book another property."""
    return put(f"{BOOK}/properties/extra", schema)


def _holder(root: Any, pointer: str) -> tuple[Any, str]:
    *path, last = [unescape(token) for token in pointer.split("/")[1:]]
    for token in path:
        root = root[int(token)] if isinstance(root, list) else root[token]
    return root, last


BOOK = "/components/schemas/Book"
