"""Name the operation of a call by its method and path, from the OpenAPI documents of a product."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import unquote

from harness.openapi.model import Api


@dataclass(frozen=True, slots=True)
class Route:
    """One operation as calls are matched with it."""

    method: str
    pattern: re.Pattern[str]
    operation: str
    label: str
    is_concrete: bool
    """The path has no template; it is matched before those that have (OpenAPI 3.1, 4.8.8.2)."""


def routes_of(apis: Iterable[Api]) -> tuple[Route, ...]:
    """Return the operations of documents, concrete paths first."""
    routes = [
        Route(
            operation.method,
            re.compile(_pattern(operation.full_path)),
            operation.id,
            operation.label,
            "{" not in operation.full_path,
        )
        for api in apis
        for operation in api.operations
    ]
    # Sorting keeps the order of the documents among paths of one kind.
    return tuple(sorted(routes, key=lambda route: not route.is_concrete))


def route_of(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """Return the operation of a call; a slash at the end of the path is forgiven."""
    # Decoded, since a client may encode more than it has to (RFC 3986, 6.2.2.2).
    decoded = unquote(path)
    return next(
        (each for each in routes if each.method == method and each.pattern.fullmatch(decoded)), None
    )


def nearest_miss(routes: Iterable[Route], method: str, path: str) -> str:
    """Say which operation an unmatched call was closest to, and how it differs."""
    known = list(routes)
    decoded = unquote(path)
    # The same path with another method is nearer than any other path.
    same_path = [each for each in known if each.pattern.fullmatch(decoded)]
    if same_path:
        methods = " or ".join(sorted({each.method for each in same_path}))
        return f"the path is that of {same_path[0].label}, the method {method} is not {methods}"
    if not known:
        return "the session has no operations"
    nearest = min(known, key=lambda each: _distance(each, method, decoded))
    return (
        f"nearest is {nearest.label}; {_first_difference(nearest.label.partition(' ')[2], decoded)}"
    )


def _pattern(full_path: str) -> str:
    # A template stands for one segment; an id with a slash has to be encoded.
    pieces = re.split(r"(\{[^}]*\})", full_path.rstrip("/"))
    return "".join("[^/]+" if each.startswith("{") else re.escape(each) for each in pieces) + "/?"


def _distance(route: Route, method: str, actual: str) -> tuple[int, bool, int]:
    """Return how many segments have to be changed, added or taken away; then by method and length."""
    ours, theirs = route.label.partition(" ")[2].split("/"), actual.split("/")
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    changed = sum(max(b - a, d - c) for kind, a, b, c, d in steps if kind != "equal")
    return changed, route.method != method, abs(len(ours) - len(theirs))


def _first_difference(wanted: str, actual: str) -> str:
    ours, theirs = wanted.split("/"), actual.split("/")
    for number, (a, b) in enumerate(zip(ours, theirs, strict=False)):
        # A template fits any segment, so that it is no difference.
        if a != b and not a.startswith("{"):
            return f"segment {number} is '{b[:60]}' in place of '{a}'"
    return f"it has {len(theirs) - 1} segments in place of {len(ours) - 1}"
