"""Leave out findings that someone answers for: by a comment or a file, with a reason and an end."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from harness.document import Document
from harness.errors import DocumentError, UnknownName
from harness.jsonvalue import Json, items, members, text
from harness.openapi.lint.rule import Finding
from harness.openapi.lint.table import BY_ID, IGNORE_EXPIRED, IGNORE_MALFORMED, IGNORE_UNUSED
from harness.source import Source

# `lint-ignore RULE, RULE until DAY: reason`; what is missing of it is a finding of its own.
_COMMENT = re.compile(
    r"#\s*lint-ignore\s+(?P<rules>[a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)"
    r"(?:\s+until\s+(?P<until>[0-9]{4}-[0-9]{2}-[0-9]{2}))?(?:\s*:\s*(?P<reason>\S.*))?"
)
_REQUIRED = ("rule", "reason", "expires")
_KNOWN = (*_REQUIRED, "file", "at")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One rule that is not reported somewhere, for a reason and until a day."""

    rule: str
    reason: str
    expires: date
    source: Source
    file: str = "*"
    """A pattern of paths, as the findings print them."""
    at: str = ""
    """A pointer; what stands below it is meant too."""
    lines: tuple[int, ...] = ()
    """The lines that a comment speaks of; none where a file names the place."""

    def covers(self, finding: Finding) -> bool:
        """Decide whether a finding is one that this speaks of."""
        if finding.rule.id != self.rule:
            return False
        path = finding.source.path
        # A comment speaks of lines of its file, an ignore file of paths and pointers.
        if self.lines:
            return path == self.source.path and finding.source.line in self.lines
        is_file = fnmatchcase(path, self.file) or fnmatchcase(path, f"*/{self.file}")
        # With a slash at the end, so that `/paths/a` does not cover `/paths/ab`.
        return is_file and (finding.pointer + "/").startswith(self.at.rstrip("/") + "/")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of the findings, with what is wrong with the ignores; and how many were left out."""

    findings: tuple[Finding, ...]
    ignored: int = 0


def comments(path: str, lines: Sequence[str]) -> tuple[tuple[Ignore, ...], tuple[Finding, ...]]:
    """Read the comments of a YAML file: each speaks of its own line, or of the next one if it stands alone."""
    found: list[Ignore] = []
    wrong: list[Finding] = []
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line) if "lint-ignore" in line else None
        if match is None:
            continue
        source = Source(path, number, match.start() + 1)
        names = [part.strip() for part in match["rules"].split(",")]
        problem = _problem(match, names)
        if problem:
            wrong.append(
                Finding(IGNORE_MALFORMED, source, problem, severity=IGNORE_MALFORMED.severity)
            )
            continue
        # Behind some text it means that line; alone on its line, the next one.
        meant = (number,) if line[: match.start()].strip() else (_next_line(lines, number),)
        end = date.fromisoformat(match["until"])
        found += [Ignore(name, match["reason"], end, source, lines=meant) for name in names]
    return tuple(found), tuple(wrong)


def _next_line(lines: Sequence[str], number: int) -> int:
    """Return the number of the next line that is no comment."""
    later = range(number, len(lines))
    return next((i + 1 for i in later if not lines[i].lstrip().startswith("#")), number)


def _problem(match: re.Match[str], names: Iterable[str]) -> str:
    unknown = [name for name in names if name not in BY_ID]
    if unknown:
        return f"there is no rule '{unknown[0]}'"
    if not match["reason"]:
        return "the ignore has no reason"
    return _day_problem(match["until"])


def _day_problem(day: str | None) -> str:
    if not day:
        return "the ignore has no end"
    try:
        date.fromisoformat(day)
    except ValueError:
        return f"'{day}' is no day"
    return ""


def read_ignores(document: Document) -> tuple[Ignore, ...]:
    """Read an ignore file: a list of rule, reason, expires, and file or at. Raises DocumentError."""
    if document.data is not None and not isinstance(document.data, list):
        raise DocumentError("is not a list of ignores.", source=document.source())
    return tuple(_entry(document, f"/{i}", item) for i, item in enumerate(items(document.data)))


def _entry(document: Document, at: str, entry: Json) -> Ignore:
    given = members(entry)
    for name in given:
        if name not in _KNOWN:
            place = document.key_source(f"{at}/{name}")
            raise UnknownName(place, kind="ignore member", name=name, known=_KNOWN)
    for name in _REQUIRED:
        if not text(given.get(name)).strip():
            advice = f"Add `{name}:`."
            raise DocumentError(
                f"the ignore has no {name}.", source=document.source(at), advice=advice
            )
    rule, day = text(given["rule"]), text(given["expires"])
    if rule not in BY_ID:
        # Everything is checked now: an entry that never applies would look like one that does.
        place = document.source(f"{at}/rule")
        raise UnknownName(place, kind="rule of the lint", name=rule, known=tuple(BY_ID))
    if _day_problem(day):
        place = document.source(f"{at}/expires")
        raise DocumentError(f"{_day_problem(day)}.", source=place, advice="Write YYYY-MM-DD.")
    return Ignore(
        rule,
        text(given["reason"]),
        date.fromisoformat(day),
        document.source(at),
        text(given.get("file")) or "*",
        text(given.get("at")),
    )


def without(findings: Iterable[Finding], ignores: Sequence[Ignore], today: date) -> Kept:
    """Leave out what is ignored; name the ignores that have ended and those that speak of nothing."""
    remaining: list[Finding] = []
    used: set[Ignore] = set()
    count = 0
    for finding in findings:
        covering = [ignore for ignore in ignores if ignore.covers(finding)]
        # One that has ended still speaks of something, so it is not reported as unused as well.
        used.update(covering)
        if any(ignore.expires >= today for ignore in covering):
            count += 1
        else:
            remaining.append(finding)
    for ignore in ignores:
        if ignore not in used:
            what = f"nothing breaks '{ignore.rule}' where it is ignored"
            remaining.append(
                Finding(IGNORE_UNUSED, ignore.source, what, severity=IGNORE_UNUSED.severity)
            )
        elif ignore.expires < today:
            what = f"'{ignore.rule}' was ignored until {ignore.expires}"
            remaining.append(
                Finding(IGNORE_EXPIRED, ignore.source, what, ignore.reason, IGNORE_EXPIRED.severity)
            )
    return Kept(tuple(remaining), count)
