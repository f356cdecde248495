"""Read JSON text as RFC 8259 defines it: what YAML makes of the same characters may differ."""

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # its stub leaves it out
from typing import NoReturn

from harness.building import Builder, Mark
from harness.errors import DocumentError
from harness.jsonvalue import Json
from harness.source import Source

# One token with the blanks before it; alternatives are told apart by the name of the group.
_TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<string>")|(?P<mark>[{}\[\]:,])'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]+)?)"
    r"|(?P<word>true|false|null)|(?P<end>\Z))",
    re.ASCII,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
# The same bound as for answers (`client.wire.MAX_DIGITS`), set by CVE-2020-10735.
_MAX_DIGITS = 4300
"""Python reads no longer integers from text; no API sends them."""

_VALUE = "a value"
_FIRST = "a value or the end of the array"
_KEY = "a name in double quotes"
_KEY_OR_END = "a name in double quotes or the end of the object"
_COLON = "a colon"
_NEXT = "a comma or the end of what was begun"
_END = "the end of the text"


def looks_like_json(text: str) -> bool:
    """Return whether a text begins as JSON arrays and objects do."""
    return text.lstrip(" \t\n\r")[:1] in ("{", "[")


def read_json(text: str, path: str) -> Builder:
    """Build the value of JSON text. Raises DocumentError with the place of the first fault."""
    reader = _Reader(text, path)
    # Each step moves on by one token or raises, and the end of the text is a token too.
    while reader.wants:
        reader.step()
    return reader.builder


class _Reader:
    """Takes one token after the other; `wants` says what may come next."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.builder = Builder(path)
        self.position = 0
        self.line = 1
        self.line_start = 0
        self.wants = _VALUE

    def step(self) -> None:
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            self._refuse(self._after_blanks())
        kind = match.lastgroup
        # lastgroup names the inner group for a fraction or an exponent; the number begins before
        # it.
        start = match.start("number" if kind in ("fraction", "exponent") else kind or 0)
        mark = self._mark(start)
        self.position = match.end()
        match kind:
            case "string":
                self._string(mark, start)
            case "mark":
                self._punctuation(match["mark"], mark, start)
            case "word":
                self._value(_WORDS[match["word"]], mark, start)
            case "end":
                self._finish(start)
            case _:
                self._value(self._number(match, start), mark, start)

    def _mark(self, start: int) -> Mark:
        """Return line and column of a position; JSON strings hold no line breaks, so only blanks do."""
        if start > self.position:
            # Counting goes on from the last token, so that a text is looked through once.
            breaks = self.text.count("\n", self.position, start)
            if breaks:
                self.line += breaks
                self.line_start = self.text.rfind("\n", self.position, start) + 1
        return self.line, start - self.line_start + 1

    def _string(self, mark: Mark, start: int) -> None:
        try:
            # The scanner of the standard library, in C, which decodes every escape as well.
            value, self.position = scanstring(self.text, self.position, True)  # noqa: FBT003 - not ours
        except JSONDecodeError as problem:
            raise self._fault(problem.pos, f"({problem.msg.lower()})") from None
        # Python decodes half a pair without complaint, and no encoding could write it again.
        if "\\u" in self.text[start : self.position] and _SURROGATE.search(value):
            raise self._fault(start, "(half a surrogate pair is no character, RFC 8259, 8.2)")
        if self.wants in (_KEY, _KEY_OR_END):
            self.builder.take_key(value, mark)
            self.wants = _COLON
        else:
            self._value(value, mark, start)

    def _value(self, value: Json, mark: Mark, start: int) -> None:
        # The one question of a grammar without recursion: may this token stand here?
        if self.wants not in (_VALUE, _FIRST):
            self._refuse(start)
        self.builder.add(value, mark)
        self._after_value()

    def _number(self, match: re.Match[str], start: int) -> Json:
        written = match["number"]
        if len(written) > _MAX_DIGITS:
            raise self._fault(start, f"(a number of more than {_MAX_DIGITS:,} digits)")
        # An int where there is neither fraction nor exponent, so that long ids stay exact.
        is_whole = match["fraction"] is None and match["exponent"] is None
        return int(written) if is_whole else float(written)

    def _punctuation(self, sign: str, mark: Mark, start: int) -> None:
        if sign in "{[":
            if self.wants not in (_VALUE, _FIRST):
                self._refuse(start)
            self.builder.open({} if sign == "{" else [], mark)
            self.wants = _KEY_OR_END if sign == "{" else _FIRST
        elif sign in "}]":
            self._close(sign, start)
        elif sign == ":" and self.wants == _COLON:
            self.wants = _VALUE
        elif sign == "," and self.wants == _NEXT:
            self.wants = _KEY if self._is_in_object else _VALUE
        else:
            self._refuse(start)

    def _close(self, sign: str, start: int) -> None:
        # An empty object or array may close at once; behind a comma it may not.
        own_empty, own = (_KEY_OR_END, "}") if self._is_in_object else (_FIRST, "]")
        if sign != own or self.wants not in (own_empty, _NEXT):
            self._refuse(start)
        self.builder.close()
        self._after_value()

    def _after_value(self) -> None:
        self.wants = _NEXT if self.builder.stack else _END

    def _finish(self, start: int) -> None:
        if self.wants != _END:
            self._refuse(start)
        self.wants = ""

    @property
    def _is_in_object(self) -> bool:
        return bool(self.builder.stack) and type(self.builder.stack[-1].value) is dict

    def _after_blanks(self) -> int:
        start = self.position
        while start < len(self.text) and self.text[start] in " \t\n\r":
            start += 1
        return start

    def _refuse(self, start: int) -> NoReturn:
        raise self._fault(start, f"(expected {self.wants})")

    def _fault(self, start: int, why: str) -> DocumentError:
        # Counted anew, for this happens once and the running count may lie behind the place.
        line = self.text.count("\n", 0, start) + 1
        source = Source(self.builder.path, line, start - self.text.rfind("\n", 0, start))
        return DocumentError(f"is not valid JSON {why}.", source=source, advice="Mend it there.")
