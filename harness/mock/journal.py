"""Remember the last requests without what must not be kept: no secret, no body, no patient."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from harness.jsonvalue import Json

_TRACE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}", re.ASCII)
_HIDDEN = "…"
_MOST_SEGMENTS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and what it got."""

    at: datetime
    method: str
    path: str
    """Segments that no path of the mock has are hidden, trace ids excepted."""
    query: tuple[str, ...]
    """Names only."""
    client: str
    media_type: str
    status: int
    bytes_sent: int
    milliseconds: float


class Journal:
    """The last requests, the oldest first; beyond the bound the oldest goes."""

    def __init__(self, most: int, known_paths: Iterable[str]) -> None:
        self._entries: deque[Entry] = deque(maxlen=most)
        self._words = frozenset(word for path in known_paths for word in path.split("/"))
        self._count = 0

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        self._count += 1
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()
        self._count = 0

    def path(self, path: str) -> str:
        """Return a path with every segment hidden that a caller may have made up."""
        segments = path.split("/", _MOST_SEGMENTS)
        return "/".join(each if self._is_harmless(each) else _HIDDEN for each in segments)

    def written(self) -> Json:
        """Return everything remembered, numbered from the first request on."""
        first = self._count - len(self._entries) + 1
        entries: Json = [_json(entry, number) for number, entry in enumerate(self._entries, first)]
        return {"requests": self._count, "entries": entries}

    def _is_harmless(self, segment: str) -> bool:
        return segment in self._words or _TRACE_ID.fullmatch(segment) is not None


def names_in(query: bytes) -> tuple[str, ...]:
    """Return the names of query parameters; what does not look like a name is hidden."""
    return tuple(_query_names(query.decode("latin-1")))


def media_type_in(headers: Mapping[bytes, bytes]) -> str:
    """Return the media type that a request names, without its parameters."""
    named = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    return named if not named or _MEDIA_TYPE.fullmatch(named) else _HIDDEN


def _query_names(query: str) -> Iterator[str]:
    for pair in query.split("&", 20)[:20] if query else ():
        name = unquote_plus(pair.partition("=")[0])
        yield name if _NAME.fullmatch(name) else _HIDDEN


def _json(entry: Entry, number: int) -> Json:
    return {
        "number": number,
        "at": f"{entry.at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "method": entry.method,
        "path": entry.path,
        "query": list(entry.query),
        "client": entry.client,
        "mediaType": entry.media_type,
        "status": entry.status,
        "bytesSent": entry.bytes_sent,
        "milliseconds": entry.milliseconds,
    }
