"""Correct an OpenAPI document by an OAI Overlay document (1.0, and `copy` of 1.1)."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError

from harness.document import Document, read
from harness.errors import DocumentError, suggestion
from harness.jsonvalue import MISSING, Json, compact, escape, items, members, text
from harness.source import Source

# More values than any real correction selects; a hostile target could select millions.
MAX_NODES = 100_000
MAX_DESCENTS = 2
"""How many `..` a target may hold: each more multiplies the work by the size of the document."""


class Origin(StrEnum):
    """Where a document comes from; `x-applies-to` limits an action to one of the two."""

    BUNDLED = "bundled"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Action:
    """One change: what it selects, and what it merges in, copies in or takes away."""

    target: str
    update: Json
    copy: str
    """What is merged in from elsewhere in the document, as a JSONPath; empty where nothing is (1.1.0, 4.4.3)."""
    remove: bool
    origins: tuple[Origin, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Overlay:
    """A parsed overlay, its actions in order."""

    title: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value that an action takes away or writes over, so that whatever stands there is not seen."""

    pointer: str
    value: object
    """MISSING where there is none to be written over."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An action that selected nothing: the document has changed, or the target is wrong."""

    source: Source
    target: str

    def __str__(self) -> str:
        return f"{self.source}: the target {self.target} matches nothing."


def load_overlay(path: Path) -> Overlay:
    """Read an overlay. Raises DocumentError with the place of the fault."""
    return parse_overlay(read(path))


def parse_overlay(document: Document) -> Overlay:
    """Check an overlay's shape and its targets (OAI Overlay 1.0, section 4)."""
    if not text(members(document.data).get("overlay")).startswith("1."):
        source = document.source("/overlay")
        raise DocumentError("is not an overlay.", source=source, advice="Give 'overlay: 1.0.0'.")
    actions = items(members(document.data).get("actions"))
    if not actions:
        what = "has no actions."
        raise DocumentError(what, source=document.source("/actions"), advice="Add one.")
    title = text(members(members(document.data).get("info")).get("title"))
    return Overlay(title, tuple(_action(document, index) for index in range(len(actions))))


def apply(data: Json, overlay: Overlay, *, origin: Origin) -> tuple[Json, tuple[Unmatched, ...]]:
    """Return the corrected document and the actions that matched nothing. The data stays as it is."""
    # A parsed document is never written to: it is compared with its corrected form later.
    corrected = copy.deepcopy(data)
    unmatched = []
    for action in overlay.actions:
        if origin in action.origins:
            matches, update = _prepared(action, corrected)
            if matches:
                _perform_all(action, matches, update)
            # Reported, since a newer document may have made the action needless.
            else:
                unmatched.append(Unmatched(action.source, action.copy or action.target))
    return corrected, tuple(unmatched)


def replaced(data: Json, overlay: Overlay, *, origin: Origin) -> tuple[Replaced, ...]:
    """Return what the overlay hides of a document: the values of its own that it takes away or writes over.

    What has been copied to another place first is not hidden.
    """
    corrected = copy.deepcopy(data)
    found: dict[str, Replaced] = {}
    copied: list[object] = []
    for action in overlay.actions:
        if origin not in action.origins:
            continue
        matches, update = _prepared(action, corrected)
        # Looked at before the action is performed, while the document still holds what it hides.
        for match in matches:
            if not _is_within(match, copied):
                found.update(
                    (replaced.pointer, replaced) for replaced in _hidden(action, match, update)
                )
        if action.copy:
            copied += [match.obj for match in _select(action, action.copy, corrected)]
        _perform_all(action, matches, update)
    return tuple(found.values())


def _prepared(action: Action, data: Json) -> tuple[list[JSONPathMatch], Json]:
    """Return what an action selects and what it merges in; nothing where it cannot be performed."""
    matches = _select(action, action.target, data)
    if not action.copy:
        return matches, action.update
    sources = _select(action, action.copy, data)
    if len(sources) != 1:  # 1.1.0, 4.4.3: exactly one node
        return [], None
    return matches, copy.deepcopy(sources[0].obj)  # type: ignore[return-value]  # a document holds JSON only


def _perform_all(action: Action, matches: list[JSONPathMatch], update: Json) -> None:
    for match in reversed(matches):  # the last first: an index before it stays what it is
        _perform(action, match, update)


def _is_within(match: JSONPathMatch, values: list[object]) -> bool:
    above: JSONPathMatch | None = match
    while above is not None:
        # By identity: an equal value elsewhere was not copied.
        if any(above.obj is value for value in values):
            return True
        above = above.parent
    return False


def _hidden(action: Action, match: JSONPathMatch, update: Json) -> Iterator[Replaced]:
    pointer = "".join(f"/{escape(str(part))}" for part in match.parts)
    value: Json = match.obj  # type: ignore[assignment]  # a document holds JSON only
    if action.remove:
        yield Replaced(pointer, copy.deepcopy(value))
    elif isinstance(value, dict):
        yield from _written_over(pointer, value, members(update))


def _written_over(
    pointer: str, present: Mapping[str, Json], update: Mapping[str, Json]
) -> Iterator[Replaced]:
    for key, value in update.items():
        below = f"{pointer}/{escape(key)}"
        own = present.get(key)
        if isinstance(own, dict) and isinstance(value, dict):
            yield from _written_over(below, own, value)
        # Two lists are joined, so nothing of the old one is lost.
        elif own != value and not (isinstance(own, list) and isinstance(value, list)):
            yield Replaced(below, copy.deepcopy(own) if key in present else MISSING)


def _action(document: Document, index: int) -> Action:
    pointer = f"/actions/{index}"
    value = members(items(members(document.data)["actions"])[index])
    target = text(value.get("target"))
    kinds = ("update" in value, "copy" in value, value.get("remove") is True)
    if not target or sum(kinds) != 1:
        what = (
            "is an action without a target, or not with one of 'update', 'copy' and 'remove: true'."
        )
        raise DocumentError(what, source=document.source(pointer), advice="Give both.")
    source = document.source(f"{pointer}/target")
    _check_target(target, source)
    if "copy" in value:
        _check_target(text(value["copy"]), document.source(f"{pointer}/copy"))
    return Action(
        target=target,
        update=value.get("update"),
        copy=text(value.get("copy")),
        remove=value.get("remove") is True,
        origins=_origins(value.get("x-applies-to"), document.source(f"{pointer}/x-applies-to")),
        source=source,
    )


def _origins(value: Json, source: Source) -> tuple[Origin, ...]:
    if value is None:
        return tuple(Origin)
    known = tuple(origin.value for origin in Origin)
    if value not in known:
        what = f"applies to '{text(value)[:40]}'."
        raise DocumentError(what, source=source, advice=suggestion(text(value), known))
    return (Origin(text(value)),)


def _environment() -> JSONPathEnvironment:
    """Return RFC 9535 without its two regex functions, which a hostile pattern keeps busy for ever."""
    environment = JSONPathEnvironment(strict=True)
    # `match` and `search` are the functions of RFC 9535 that take a pattern.
    for name in ("match", "search"):
        environment.function_extensions.pop(name, None)
    return environment


_JSONPATH = _environment()


def _check_target(target: str, source: Source) -> None:
    if target.count("..") > MAX_DESCENTS:
        what = f"has a target with more than {MAX_DESCENTS} '..'."
        raise DocumentError(what, source=source, advice="Name the members on the way.")
    try:
        _JSONPATH.compile(target)
    except JSONPathError as problem:
        what = f"is not a JSONPath (RFC 9535): {str(problem).splitlines()[0]}."
        raise DocumentError(what, source=source, advice="'match' and 'search' are off.") from None


def _select(action: Action, path: str, data: Json) -> list[JSONPathMatch]:
    # One more than allowed shows that there are too many, without finding them all.
    matches = list(islice(_JSONPATH.finditer(path, data), MAX_NODES + 1))
    if len(matches) > MAX_NODES:
        what = f"selects more than {MAX_NODES:,} values."
        raise DocumentError(what, source=action.source, advice="Narrow the target.")
    return matches


def _perform(action: Action, match: JSONPathMatch, update: Json) -> None:
    if action.remove:
        _remove(action, match)
    # A list that is copied is joined to the other; an update is one item, which is appended.
    elif isinstance(match.obj, list) and isinstance(update, list) and action.copy:
        match.obj.extend(copy.deepcopy(update))
    elif isinstance(match.obj, list):
        match.obj.append(copy.deepcopy(update))
    elif isinstance(match.obj, dict) and isinstance(update, dict):
        _merge(match.obj, update)
    else:
        # Neither merging nor replacing a plain value is defined for an update.
        what = "cannot merge its update into what it selects."
        advice = "Select an object and give an object, or select an array."
        raise DocumentError(what, source=action.source, advice=advice)


def _remove(action: Action, match: JSONPathMatch) -> None:
    if match.parent is None:
        raise DocumentError("removes the whole document.", source=action.source)
    del match.parent.obj[match.parts[-1]]  # type: ignore[attr-defined]  # a parent is a dict or list


def _merge(target: dict[str, Json], update: dict[str, Json]) -> None:
    """Merge objects member by member, join arrays, replace the rest (OAI Overlay 1.0, 4.4.3.1)."""
    for key, value in update.items():
        present = target.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            _merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(copy.deepcopy(value))
        else:
            target[key] = copy.deepcopy(value)


LONGEST = 120
# Words for readers: whatever changes in them changes nothing for a program.
_WORDS = frozenset({"description", "title", "summary", "example", "examples", "externalDocs"})


@dataclass(frozen=True, slots=True)
class Masked:
    """One value that changed where the overlay replaces it."""

    pointer: str
    text: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.text}"


def masked_changes(
    old: Json, new: Json, overlay: Overlay, *, origin: Origin = Origin.VENDOR
) -> tuple[Masked, ...]:
    """Compare what two versions of a document have where the overlay replaces it."""
    # Either document may lack what the overlay hides of the other.
    before, after = (
        {_place(other.pointer, other.value): other.value for other in found}
        for found in (replaced(data, overlay, origin=origin) for data in (old, new))
    )
    found = [
        change
        for pointer in dict.fromkeys((*before, *after))
        for change in _differences(
            pointer, before.get(pointer, MISSING), after.get(pointer, MISSING)
        )
    ]
    return tuple(dict.fromkeys(found))


def _place(pointer: str, value: object) -> str:
    """Return where a value stands; an item of a list by what it is, for what stands before it may go."""
    holder, _, last = pointer.rpartition("/")
    is_plain_item = last.isdecimal() and not isinstance(value, Mapping | list)
    return f"{holder}/{compact(value)}" if is_plain_item else pointer


def _differences(pointer: str, old: object, new: object) -> Iterator[Masked]:
    # Types count too: to Python, 1 equals True.
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            if key not in _WORDS:
                below = f"{pointer}/{escape(key)}"
                yield from _differences(below, old.get(key, MISSING), new.get(key, MISSING))
        return
    # As sets, for an inserted item would otherwise shift all that come after it.
    if isinstance(old, list) and isinstance(new, list):
        gone = [item for item in old if item not in new]
        come = [item for item in new if item not in old]
        words = [f"without {_shown(item)}" for item in gone] + [f"with {_shown(e)}" for e in come]
        yield Masked(pointer, ", ".join(words) or "in another order")
        return
    yield Masked(pointer, f"{_shown(old)} -> {_shown(new)}")


def _shown(value: object) -> str:
    written = "nothing" if value is MISSING else compact(value)
    return written if len(written) <= LONGEST else f"{written[:LONGEST]}…"
