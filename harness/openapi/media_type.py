"""Compare media types and media ranges as HTTP and OpenAPI mean them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

# White space may stand around `;`, and a parameter may be empty (RFC 9110, 5.6.6).
_PARAMETER = re.compile(
    r""";[ \t]*(?:(?P<name>[^\s;="]+)[ \t]*=[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^\s;"]*)))?[ \t]*""",
    re.DOTALL,
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """A media type with its parameters, or a range like `application/*` (RFC 9110, 8.3.1 and 12.5.1)."""

    essence: str
    """Type and subtype, lower case: `application/json`, `*/*`."""
    parameters: tuple[tuple[str, str], ...] = ()
    """In order of their names, which are lower case; quotes are removed."""

    @property
    def specificity(self) -> tuple[int, int, int]:
        """Orders ranges: the more specific is the greater."""
        kind, _, subtype = self.essence.partition("/")
        # A whole subtype before one with a star, then the longer one, then more parameters.
        return -kind.count("*"), -subtype.count("*") * 1000 + len(subtype), len(self.parameters)

    def covers(self, actual: "MediaRange") -> bool:
        """Return whether a message of this media type is one that the range describes."""
        if not fnmatchcase(actual.essence, self.essence):
            return False
        # What is sent may have further parameters; those of the range have to be among them.
        sent = dict(actual.parameters)
        return all(_agrees(name, value, sent, actual) for name, value in self.parameters)


def _agrees(name: str, value: str, sent: dict[str, str], actual: MediaRange) -> bool:
    if name == "charset":
        # RFC 8259, 11: JSON has no such parameter; elsewhere its value ignores case (RFC 9110, 8.3.2).
        is_free = is_json(actual.essence) or name not in sent
        return is_free or sent[name].lower() == value.lower()
    if name == "q":
        return True  # a weight, no part of the type (RFC 9110, 12.4.2)
    return sent.get(name) == value


@lru_cache(maxsize=4096)
def parse_media_range(written: str) -> MediaRange:
    """Read a media type or range; what is none is kept as it stands, lower case."""
    essence, semicolon, rest = written.partition(";")
    # A quoted value may hold `;` and `=`, so the text cannot simply be split.
    found = [
        (
            matched["name"].lower(),
            _QUOTED_PAIR.sub(r"\1", matched["quoted"] or "") or matched["token"] or "",
        )
        for matched in _PARAMETER.finditer(semicolon + rest)
        if matched["name"]
    ]
    return MediaRange(essence.strip().lower(), tuple(sorted(found)))


def most_specific(documented: Iterable[str], actual: str) -> str | None:
    """Return the entry that describes a media type best, as written; None where none does.

    OpenAPI 3.1, 4.8.17: "the most specific key is applicable"; so `text/plain` overrides `text/*`.
    """
    # Without a content type only an entry for all types fits.
    sent = parse_media_range(actual or "*/*")
    fitting = [each for each in documented if parse_media_range(each).covers(sent)]
    return max(fitting, key=lambda each: parse_media_range(each).specificity, default=None)


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON or built on it (RFC 6839, 3.1), whatever its parameters."""
    essence = parse_media_range(media_type).essence
    return essence == "application/json" or essence.endswith("+json")
