"""Read the regular expressions of JSON Schema (ECMA-262) with Python's engine."""

import re
from functools import lru_cache

from harness.openapi.backtracking import is_exponential

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<(?![=!])|\$|.", re.DOTALL)
_REPLACED = {"$": r"\Z", "(?<": "(?P<"}


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern: ASCII classes, `$` only at the very end. Raises re.error where it is none."""
    translated = "".join(_REPLACED.get(match[0], match[0]) for match in _TOKEN.finditer(pattern))
    return re.compile(translated, re.ASCII)


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text holds a match, as JSON Schema's `pattern` means it (no implicit anchors)."""
    return compiled(pattern).search(text) is not None


def pattern_fault(pattern: str) -> str:
    """Say why a pattern cannot be used; empty where it can."""
    try:
        ready = compiled(pattern)
        if is_exponential(ready):
            return "can take exponential time"
    except (re.error, OverflowError, RecursionError) as problem:
        return f"cannot be compiled: {problem}"
    return ""
