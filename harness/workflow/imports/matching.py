"""Find the operation that a recorded request was sent to."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from harness.hosts import split_url
from harness.openapi.model import Operation
from harness.workflow.draft.naming import Source
from harness.workflow.imports.recorded import VARIABLE, Call

_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Match:
    """An operation, the document it stands in, and the values of its path."""

    source: Source
    operation: Operation
    path: Mapping[str, str]


def match(call: Call, sources: Iterable[Source], variables: Mapping[str, str]) -> Match | None:
    """Return the operation whose method and path a call has, the most literal one; None without any."""
    segments = _segments(call.url, variables)
    found = [
        (_weight(operation), Match(source, operation, values))
        for source in sources
        for operation in source.api.operations
        if operation.method.upper() == call.method
        and (values := _values(operation, segments, call)) is not None
    ]
    # Literal parts weigh most: /orders/search is meant, not /orders/{id}.
    return max(found, key=lambda each: each[0])[1] if found else None


def _segments(url: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the path of a url in its parts; a variable at its start stands for the server."""
    head = VARIABLE.match(url)
    if head:
        known = variables.get(head[1], "")
        rest = url[head.end() :]
        url = known + rest if known else rest
    bare = re.sub(r"^[a-z]+://[^/]*", "", url) if "://" in url else url
    # Braces of variables are no characters of a URL, so such a text is taken apart by hand.
    path = split_url(bare).path if "{{" not in bare else bare.partition("?")[0].partition("#")[0]
    if not head and "://" not in url and not url.startswith("/"):
        path = path.partition("/")[2]  # a host without a scheme
    return tuple(unquote(part) for part in path.strip("/").split("/") if part)


def _values(operation: Operation, segments: tuple[str, ...], call: Call) -> dict[str, str] | None:
    """Return the values of the path where it fits the segments, else None.

    A gateway may have put something before the whole path; without the path of its server, an
    operation must be all there is. A path without a literal part fits everything, and so nothing.
    """
    whole, own = (_parts(each) for each in (operation.full_path, operation.path))
    candidates = [(own, segments), (whole, segments[max(len(segments) - len(whole), 0) :])]
    for parts, given in candidates:
        # A path of slots alone would match whatever was called.
        is_telling = any("{" not in part for part in parts)
        fitting = (
            tuple(_pairs(parts, given)) if len(parts) == len(given) and is_telling else (None,)
        )
        if None not in fitting:
            found = {name: value for each in fitting if each for name, value in each.items()}
            return {name: _path_value(value, call) for name, value in found.items()}
    return None


def _parts(path: str) -> list[str]:
    return [part for part in path.strip("/").split("/") if part]


def _pairs(parts: list[str], segments: tuple[str, ...]) -> Iterator[dict[str, str] | None]:
    for part, segment in zip(parts, segments, strict=True):
        names = _SLOT.findall(part)
        # A part may hold text beside its slots, as in `{id}.pdf`.
        pattern = "(.+?)".join(map(re.escape, _SLOT.sub("\0", part).split("\0")))
        found = re.fullmatch(pattern, segment) if names else None
        if names:
            yield dict(zip(names, found.groups(), strict=True)) if found else None
        else:
            yield {} if part == segment else None


def _path_value(value: str, call: Call) -> str:
    return call.path_values.get(value[1:], value) if value.startswith(":") else value


def _weight(operation: Operation) -> tuple[int, int]:
    """Prefer paths with more literal parts, and of these the longer ones."""
    parts = operation.full_path.strip("/").split("/")
    return (sum("{" not in part for part in parts), len(parts))
