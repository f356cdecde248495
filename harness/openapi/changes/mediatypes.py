"""Pair media types and ranges of them (RFC 9110, 8.3.1 and 12.5.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')


@dataclass(frozen=True, slots=True)
class MediaName:
    """A media type or a range of them, compared without regard to case and order."""

    main: str
    sub: str
    parameters: frozenset[tuple[str, str]]

    def covers(self, other: "MediaName") -> bool:
        """Return whether whatever is of the other is of this one too."""
        return (
            self.main in ("*", other.main)
            and self.sub in ("*", other.sub)
            and self.parameters <= other.parameters
        )

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """Say how specific it is: the most specific match decides."""
        return self.main != "*", self.sub != "*", len(self.parameters)


def media_name(name: str) -> MediaName:
    """Read a media type. Charset UTF-8 and the boundary of parts make no other type of it."""
    kind, _, rest = name.partition(";")
    main, _, sub = kind.strip().lower().partition("/")
    found = {
        (key.lower(), value.strip().strip('"')) for key, value in _PARAMETER.findall(f";{rest}")
    }
    is_json = sub == "json" or sub.endswith("+json")
    kept = frozenset(
        (key, value.lower() if key == "charset" else value)
        for key, value in found
        if key != "boundary" and not (key == "charset" and (is_json or value.lower() == "utf-8"))
    )
    return MediaName(main, sub or "*", kept)


def best(name: MediaName, candidates: Iterable[str]) -> str | None:
    """Return the most specific candidate that covers a media type."""
    covering = [candidate for candidate in candidates if media_name(candidate).covers(name)]
    return max(covering, key=lambda each: media_name(each).weight, default=None)
