"""Read the plain lines of a test script: what it asks of an answer, and what it keeps of it.

Nothing of a script is ever run. A line that is not one of the forms below is given back as lost.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.jsonvalue import Json, escape

_STRING = r"""(?:"(?P<{0}d>[^"\\]*)"|'(?P<{0}s>[^'\\]*)'|`(?P<{0}b>[^`$\\]*)`)"""
_NAME = r"[A-Za-z_$][\w$]*"
_PATH = rf"(?P<root>{_NAME}(?:\.json\(\)|\.response\.json\(\))?)(?P<path>(?:\??\.{_NAME}|\[\d+\]|\[(?:'[^']*'|\"[^\"]*\")\])*)"
_JSON = re.compile(
    rf"(?:const|let|var)?\s*(?P<name>{_NAME})\s*=\s*(?:pm\.response\.json\(\)|JSON\.parse\((?:responseBody|pm\.response\.text\(\))\))"
)
_ALIAS = re.compile(rf"(?:const|let|var)\s+(?P<name>{_NAME})\s*=\s*(?P<value>.+)")
_SET = re.compile(
    r"(?:pm\.(?:environment|collectionVariables|globals|variables)\.set|"
    r"postman\.set(?:Environment|Global)Variable)\(\s*"
    + _STRING.format("n")
    + r"\s*,\s*(?P<value>.+?)\s*\)$"
)
_STATUS = re.compile(r"pm\.response\.to\.have\.status\(\s*(?P<status>\d{3})\s*\)")
_EXPECT = re.compile(
    r"pm\.expect\((?P<value>.+?)\)\.to(?:\.be|\.have|\.deep)*\.(?P<verb>\w+)(?:\((?P<wanted>.*)\))?$"
)
_HEADER = re.compile(r"pm\.response\.to\.have\.header\(\s*" + _STRING.format("h") + r"\s*\)")
_HEADER_VALUE = re.compile(r"pm\.response\.headers\.get\(\s*" + _STRING.format("h") + r"\s*\)")
_LEGACY = re.compile(r"tests\[.+?\]\s*=\s*responseCode\.code\s*===?\s*(?P<status>\d{3})")
_EMPTY = re.compile(
    r"^(?:[\s{}();]*|//.*|/?\*.*|console\.\w+\(.*|pm\.test\(.*(?:\{|=>)\s*|.*function\s*\(\w*\)\s*\{"
    r"|['\"]use strict['\"])$"
)
_TEST = re.compile(
    r"^pm\.test\(\s*(?:\"[^\"]*\"|'[^']*'|`[^`]*`)\s*,\s*(?:async\s*)?"
    r"(?:function\s*\w*\s*\(\w*\)|\(?\w*\)?\s*=>)\s*\{?\s*"
)
_STEP = re.compile(rf"\.({_NAME})|\[(\d+)\]|\[['\"]([^'\"]*)['\"]\]")


@dataclass(slots=True)
class Script:
    """What a script came to."""

    criteria: list[Mapping[str, Json]] = field(default_factory=list)
    captures: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def read_tests(lines: Iterable[str]) -> Script:
    """Return the criteria and captures of a test script."""
    found = Script()
    reader = _Reader(found)
    for line in _statements(lines):
        if not reader.takes(line):
            found.lost.append(line)
    return found


def _statements(lines: Iterable[str]) -> Iterator[str]:
    for line in "\n".join(lines).splitlines():
        # A semicolon within a text ends a statement here, which then is given back as lost.
        for part in _TEST.sub("", line.strip()).split(";"):
            bare = _balanced(part.strip())
            if bare and not _EMPTY.match(bare):
                yield bare


def _balanced(statement: str) -> str:
    """Leave out what closes a block or a call that was opened on another line."""
    openings = {")": "(", "}": "{"}
    bare = statement.lstrip("{ ")
    # Ends with the text at the latest: one character goes in each round.
    while bare[-1:] in openings and bare.count(openings[bare[-1]]) < bare.count(bare[-1]):
        bare = bare[:-1].rstrip()
    return bare


class _Reader:
    def __init__(self, found: Script) -> None:
        self._found = found
        # Names that collections use for the answer without declaring them on a line of their own.
        self._roots = {"pm.response.json()", "jsonData", "responseJson"}
        self._aliases: dict[str, str] = {}

    def takes(self, line: str) -> bool:
        """Read a statement and return whether it was one of the plain forms."""
        forms = (
            (_JSON, self._root),
            (_STATUS, self._status),
            (_LEGACY, self._status),
            (_HEADER, self._header),
            (_SET, self._set),
            (_EXPECT, self._expected),
            (_ALIAS, self._alias),
        )
        # The order matters: a general form would take what a special one before it understands.
        for pattern, take in forms:
            if found := pattern.fullmatch(line):
                return take(found)
        return False

    def _root(self, found: re.Match[str]) -> bool:
        self._roots.add(found["name"])
        return True

    def _status(self, found: re.Match[str]) -> bool:
        return self._criterion(f"$statusCode == {found['status']}")

    def _header(self, found: re.Match[str]) -> bool:
        return self._criterion(f"$response.header.{_text(found, 'h')} != null")

    def _set(self, found: re.Match[str]) -> bool:
        expression = self._expression(found["value"])
        if expression:
            self._found.captures.append((_text(found, "n"), expression))
        return bool(expression)

    def _expected(self, found: re.Match[str]) -> bool:
        return self._expect(found["value"], found["verb"], found["wanted"] or "")

    def _alias(self, found: re.Match[str]) -> bool:
        value = self._expression(found["value"])
        self._aliases[found["name"]] = value
        return bool(value)

    def _criterion(self, condition: str) -> bool:
        self._found.criteria.append({"condition": condition})
        return True

    def _expect(self, value: str, verb: str, wanted: str) -> bool:
        left = self._expression(value)
        if not left:
            return False
        if verb in ("equal", "equals", "eql", "eq"):
            literal = _literal(wanted)
            return bool(literal) and self._criterion(f"{left} == {literal}")
        # A member that exists is one that is not null: conditions have no other way to say so.
        if verb == "property" and (name := _literal(wanted)) and left.startswith("$response"):
            pointer = "" if "#" in left else "#"
            return self._criterion(f"{left}{pointer}/{escape(name.strip(chr(39)))} != null")
        if verb == "oneOf":
            options = [_literal(part) for part in wanted.strip("[] ").split(",")]
            return all(options) and self._criterion(" || ".join(f"{left} == {o}" for o in options))
        words = {"true": "== true", "false": "== false", "null": "== null", "exist": "!= null"}
        return verb in words and self._criterion(f"{left} {words[verb]}")

    def _expression(self, value: str) -> str:
        """Return the runtime expression for a value of a script; empty where it is none of ours."""
        bare = (
            value.strip().removesuffix(")")
            if value.count("(") < value.count(")")
            else value.strip()
        )
        if bare in ("pm.response.code", "responseCode.code", "pm.response.status_code"):
            return "$statusCode"
        if found := _HEADER_VALUE.fullmatch(bare):
            return f"$response.header.{_text(found, 'h')}"
        if bare in self._aliases:
            return self._aliases[bare]
        # The longest first: a variable called `pm` would take `pm.response.json()`.
        for root in sorted(self._roots, key=len, reverse=True):
            if bare == root:
                return "$response.body"
            if bare.startswith((f"{root}.", f"{root}[", f"{root}?.")):
                return _pointer(bare[len(root) :].replace("?.", "."))
        return ""


def _pointer(path: str) -> str:
    tokens: list[str] = []
    at = 0
    while found := _STEP.match(path, at):
        tokens.append(next(group for group in found.groups() if group is not None))
        at = found.end()
    # A method or an index that is computed: no pointer can say that.
    if at < len(path):
        return ""
    return f"$response.body#/{'/'.join(map(escape, tokens))}"


def _literal(written: str) -> str:
    """Return a literal of a script as a condition writes it; empty where it is none."""
    bare = written.strip()
    if found := re.fullmatch(_STRING.format("l"), bare):
        text = _text(found, "l").replace("'", "''")
        return f"'{text}'"
    return bare if re.fullmatch(r"-?\d+(?:\.\d+)?|true|false|null", bare) else ""


def _text(found: re.Match[str], prefix: str) -> str:
    groups = found.groupdict()
    return next(
        (groups[f"{prefix}{each}"] for each in "dsb" if groups.get(f"{prefix}{each}") is not None),
        "",
    )
