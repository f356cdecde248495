"""Parse runtime expressions (Arazzo 1.1.0, section "Runtime Expressions"; 1.0.1 is contained in it)."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

# Characters: expressions are searched for in every string of a document.
MAX_LENGTH = 2_000

ROOTS = (
    "$url",
    "$method",
    "$statusCode",
    "$request",
    "$response",
    "$message",
    "$inputs",
    "$outputs",
    "$steps",
    "$workflows",
    "$sourceDescriptions",
    "$components",
    "$self",
)

# Ids of steps, workflows and sources should be made of these alone (Arazzo 1.1.0).
_STRICT = r"[A-Za-z0-9_\-]+"
_BARE = re.compile(r"\$(url|method|statusCode|self)")
_SOURCE = re.compile(
    r"\$(request|response|message)\.(header|query|path|body|payload)(.*)", re.DOTALL
)
# The name of a field is a token (RFC 9110, 5.6.2); the ABNF of expressions says so, too.
_TOKEN = re.compile(r"\.[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NAMED = re.compile(r"\.[^{}\s]+")
# The name of a value may be dotted; which part of it is a key, only the values show.
_VALUES = re.compile(
    rf"\$(?:(inputs|outputs)|(steps)\.({_STRICT})\.(outputs)|(workflows)\.({_STRICT})\.(inputs|outputs))"
    r"\.([^#\[\]{}\s]+)(.*)",
    re.DOTALL,
)
_SOURCES = re.compile(rf"\$sourceDescriptions\.({_STRICT})\.([^{{}}]+)")
_COMPONENTS = re.compile(r"\$components\.(\w+)\.([A-Za-z0-9._\-]+)")
# RFC 6901, 3: within a name `~` is written ~0 and `/` is written ~1.
_POINTER = re.compile(r"#((?:/(?:[^/~{}]|~[01])*)*)")
# Nine digits are more than any array has items.
_ACCESS = re.compile(r"\.([^.\[\]#{}\s]+)|\[(\d{1,9})\]|\['([^']*)'\]")
_HEAD = re.compile(r"\$[A-Za-z]+")


class ExpressionError(ValueError):
    """The text is not a runtime expression, and why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One reference: what it starts from, the names that follow, and the way into that value."""

    text: str
    root: str
    """Without the dollar sign: `inputs`."""
    names: tuple[str, ...] = ()
    """`("header", "X-Id")`, `("body",)`, `("create", "outputs", "id")`; the last may be dotted."""
    pointer: str = ""
    path: tuple[str, ...] = ()
    """Members and indexes from the operators `.` and `[]`."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression. Raises ExpressionError, in words."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH:,} characters")
    for pattern, build in _FORMS:
        if match := pattern.fullmatch(text):
            return build(text, match)
    raise ExpressionError(_reason(text))


def is_expression(text: str) -> bool:
    """Return whether a text is one whole expression."""
    try:
        parse(text)
    except ExpressionError:
        return False
    return True


def is_near_miss(text: str) -> bool:
    """Return whether a text that is no expression was probably meant to be one: `$input.id`."""
    head = _HEAD.match(text)
    if head is None or is_expression(text):
        return False
    # With a known root it can only be an expression with a mistake.
    if head[0] in ROOTS:
        return True
    # `$5.00` and `$name` are plain texts; only what goes on like an expression is suspected.
    follows = text[head.end() : head.end() + 1] in (".", "#")
    return follows and bool(get_close_matches(head[0], ROOTS, n=1, cutoff=0.75))


def _reason(text: str) -> str:
    head = _HEAD.match(text)
    if head is None:
        return "an expression starts with '$' and a name"
    if head[0] in ROOTS:
        return f"what follows {head[0]} is not complete"
    close = get_close_matches(head[0], ROOTS, n=1, cutoff=0.6)
    return f"there is no {head[0]}" + (f"; did you mean {close[0]}?" if close else "")


def _bare(text: str, match: re.Match[str]) -> Expression:
    return Expression(text, match[1])


def _source(text: str, match: re.Match[str]) -> Expression:
    root, place, rest = match[1], match[2], match[3]
    if place in ("body", "payload"):
        pointer, path = _accesses(rest)
        return Expression(text, root, (place,), pointer, path)
    if not (_TOKEN if place == "header" else _NAMED).fullmatch(rest):
        raise ExpressionError(f"'{place}' must be followed by a dot and a name")
    return Expression(text, root, (place, rest[1:]))


def _values(text: str, match: re.Match[str]) -> Expression:
    pointer, path = _accesses(match[9])
    if match[1]:
        return Expression(text, match[1], (match[8],), pointer, path)
    if match[2]:
        return Expression(text, "steps", (match[3], "outputs", match[8]), pointer, path)
    return Expression(text, "workflows", (match[6], match[7], match[8]), pointer, path)


def _sources(text: str, match: re.Match[str]) -> Expression:
    return Expression(text, "sourceDescriptions", (match[1], match[2]))


def _components(text: str, match: re.Match[str]) -> Expression:
    # The parts that a Components Object has (Arazzo, Components Object).
    if match[1] not in ("inputs", "parameters", "successActions", "failureActions"):
        raise ExpressionError(f"components have no '{match[1]}'")
    return Expression(text, "components", (match[1], match[2]))


def _accesses(rest: str) -> tuple[str, tuple[str, ...]]:
    """Read what follows a value: a JSON pointer after `#`, or accesses by `.` and `[]`."""
    # A pointer and the operators exclude each other: in a pointer "." and "[" belong to names.
    if match := _POINTER.fullmatch(rest):
        return match[1], ()
    path: list[str] = []
    at = 0
    while match := _ACCESS.match(rest, at):
        # One group took part, and it may be empty: `['']` is a member's name, too.
        path.append(next(group for group in match.groups() if group is not None))
        at = match.end()
    if rest[at : at + 1] == "#":
        raise ExpressionError("'#' must be followed by a JSON pointer, and that by nothing")
    if at < len(rest):
        raise ExpressionError(f"'{rest[at : at + 20]}' cannot follow a value")
    return "", tuple(path)


# Each begins with roots of its own, so that at most one fits and the order is free.
_FORMS = (
    (_BARE, _bare),
    (_SOURCE, _source),
    (_VALUES, _values),
    (_SOURCES, _sources),
    (_COMPONENTS, _components),
)
