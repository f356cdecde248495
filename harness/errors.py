"""Everything that can go wrong on our side, each with the exit code it ends the program with.

A broken API is never an error: it is a `Check` that failed.

HarnessError
├── UsageError            2  what was asked cannot be done
│   ├── ConfigurationError    settings, credentials, guards
│   ├── BrokenRule            a rule of one's own raised: its case is an error of its author's
│   └── DocumentError         a YAML, JSON, OpenAPI or Arazzo file; carries its place
│       └── MissingPart       a document in use lacks what a case needs: the case is omitted
├── TargetError           3  the target did not answer, or not in a way we can judge
├── StorageError          3  the disk did not take what a run wrote
├── NothingSelected       5
└── InvalidArgument       4  a programmer's mistake
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from heapq import nsmallest
from pathlib import Path
from typing import ClassVar

from harness.source import Source

MOST_NAMES = 12
"""How many known names a message lists whole."""
MOST_NEAR = 6
"""How many of more it suggests."""


class HarnessError(Exception):
    """Base of all: says where, what is wrong and what to do, in one or a few lines."""

    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, *, source: Source | None = None, advice: str = "") -> None:
        super().__init__(what, source, advice)
        self.what = what
        self.source = source
        self.advice = advice

    def __str__(self) -> str:
        place = f"{self.source}: " if self.source else ""
        return f"{place}{self.what}{' ' + self.advice if self.advice else ''}"


class InvalidArgument(HarnessError):
    """Fix the call: these arguments contradict each other."""


class UsageError(HarnessError):
    """Change the command or its files."""

    exit_code = 2


class BrokenRule(UsageError):
    """Mend the rule of one's own at the place named; the API is not to blame, nor is the harness."""


class ConfigurationError(UsageError):
    """Change a setting, a variable or a flag."""


class MissingCredentials(ConfigurationError):
    """Set the named variables."""

    def __init__(self, environment: str, variables: tuple[str, ...]) -> None:
        super().__init__(
            f"no credentials for environment '{environment}'.",
            advice=f"Set {' and '.join(variables)} in the environment or in a .env file.",
        )


class ForbiddenTarget(ConfigurationError):
    """The guard refuses this target; the advice says what would allow it."""


class DocumentError(UsageError):
    """Mend the file at the place named."""


class MissingPart(DocumentError):
    """Omit the case: the document in use no longer describes what it calls."""


class UnknownName(DocumentError):
    """Use one of the names that exist."""

    def __init__(
        self, source: Source | None, *, kind: str, name: str, known: tuple[str, ...]
    ) -> None:
        super().__init__(
            f"there is no {kind} '{name}'.", source=source, advice=suggestion(name, known)
        )
        self.kind = kind
        self.name = name
        self.known = known


class TargetError(HarnessError):
    """Check the address, the network and the credentials, then run again."""

    exit_code = 3


class Unreachable(TargetError):
    """No answer came: refused, reset, timed out, TLS or name resolution failed."""


class BeyondLimits(TargetError):
    """The answer may be right, but is more than we read; nothing can be said of it."""


class NoToken(TargetError):
    """The token endpoint did not give a token; the advice follows from what it answered."""

    def __init__(
        self,
        what: str,
        *,
        advice: str = "",
        actual: str = "",
        exchange: int = 0,
        is_answered: bool = True,
        rejects_credentials: bool = False,
    ) -> None:
        super().__init__(what, advice=advice)
        self.actual = actual
        """What came instead of a token, in few words."""
        self.exchange = exchange
        self.is_answered = is_answered
        self.rejects_credentials = rejects_credentials


class StorageError(HarnessError):
    """Make room or allow writing; what was there before is as it was."""

    exit_code = 3

    def __init__(self, path: Path, problem: OSError) -> None:
        super().__init__(
            f"{path} cannot be written ({problem.strerror or problem}).",
            advice="Make room, or name a folder that can be written.",
        )
        self.path = path


class NothingSelected(HarnessError):
    """Widen the selection."""

    exit_code = 5


def suggestion(name: str, known: tuple[str, ...]) -> str:
    """Return 'Did you mean …?' for a near miss, else some of the known names."""
    # 0.6 is difflib's own bound for what looks alike.
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    if not known:
        return "None are known."
    if len(known) <= MOST_NAMES:
        return f"Known: {', '.join(sorted(known))}."
    return f"Nearest: {', '.join(nearest(name, known))}; there are {len(known):,}."


def nearest(name: str, known: Iterable[str], most: int = MOST_NEAR) -> tuple[str, ...]:
    """Return the known names that share most words with a name; without one, those that look like it."""
    words = _words(name)
    shared = {each: _shared(words, _words(each)) for each in known}
    # Where no word is shared all names compete by their letters.
    alike = [each for each, count in shared.items() if count] or list(shared)

    def distance(other: str) -> tuple[float, float, str]:
        return -shared[other], -SequenceMatcher(None, name, other).ratio(), other

    return tuple(nsmallest(most, alike, key=distance))


def _shared(words: Iterable[str], others: Sequence[str]) -> float:
    return sum(max((_likeness(word, each) for each in others), default=0.0) for word in words)


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    # One or two letters astray in a word of usual length; less than an equal word, more than none.
    return 0.75 if SequenceMatcher(None, word, other).ratio() >= 0.75 else 0.0


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|[0-9]+", name.lower()))
