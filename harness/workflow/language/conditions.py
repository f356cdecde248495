"""Parse `simple` conditions: comparisons of literals and runtime expressions, joined by logic.

The grammar is flat where it can be: `!` negates a group or one bare operand, a comparison compares
two operands, and nothing is ever evaluated by Python itself.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeAlias

from harness.jsonvalue import Json
from harness.workflow.language.expressions import Expression, ExpressionError, parse

# Characters and levels: a reader that calls itself must stay far below Python's 1,000 frames.
MAX_LENGTH = 4_000
MAX_DEPTH = 40

# A quote in a string is written twice (Arazzo 1.1.0, "Literals"); numbers are JSON's.
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<sign>&&|\|\||==|!=|<=|>=|[<>!()])
  | (?P<string>'(?:[^']|'')*')
  | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![\w.])
  | (?P<word>true|false|null)(?!\w)
  | (?P<operand>\$[^\s!&()<=>{}|]+)
  )\s*""",
    re.VERBOSE | re.ASCII,
)
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
# What authors write from habit of other languages, and how it is written here.
_COMMON_MISTAKES = (
    (r'"([^"]*)"', "strings are written with single quotes: '{0}'"),
    (r'"', "strings are written with single quotes"),
    (r"'", "a string is not closed"),
    (r"\{\$", "expressions stand bare in a simple condition, without braces"),
    (r"=", "two values are compared with '==', not '='"),
)
_SIGNS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "is": "=="}
# Without the dollar sign, which is what was forgotten.
_ROOTS = (
    "statusCode",
    "response",
    "request",
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "url",
    "method",
)
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class ConditionError(ValueError):
    """The condition is not one, and why."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the condition."""

    value: Json


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and a sign between them."""

    sign: str
    left: "Operand"
    right: "Operand"


@dataclass(frozen=True, slots=True)
class Test:
    """One operand taken for true or false."""

    operand: "Operand"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    term: "Term"


@dataclass(frozen=True, slots=True)
class Logic:
    """`&&` or `||` between two or more terms."""

    sign: str
    terms: "tuple[Term, ...]"


Operand: TypeAlias = Literal | Expression
Term: TypeAlias = Comparison | Test | Not | Logic


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@lru_cache(maxsize=4096)
def condition(text: str) -> Term:
    """Read a condition. Raises ConditionError, in words."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"longer than {MAX_LENGTH:,} characters")
    reader = _Reader(_tokens(text))
    term = reader.either(0)
    # What is left over is an error: ignored, `a == b c` would be judged by its first half.
    if (left := reader.peek()).kind != "end":
        raise ConditionError(_unexpected(left))
    return term


def operands(term: Term) -> tuple[Operand, ...]:
    """Return all operands of a condition, from left to right."""
    match term:
        case Comparison():
            return (term.left, term.right)
        case Test():
            return (term.operand,)
        case Not():
            return operands(term.term)
        case Logic():
            return tuple(operand for inner in term.terms for operand in operands(inner))


def comparisons(term: Term) -> tuple[Comparison, ...]:
    """Return all comparisons of a condition, from left to right."""
    match term:
        case Comparison():
            return (term,)
        case Test():
            return ()
        case Not():
            return comparisons(term.term)
        case Logic():
            return tuple(comparison for inner in term.terms for comparison in comparisons(inner))


def _tokens(text: str) -> tuple[_Token, ...]:
    found: list[_Token] = []
    at = 0
    # Every kind of token has at least one character, so that each round moves on.
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(_lexical(text, at))
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return (*found, _Token("end", "", len(text)))


def _lexical(text: str, at: int) -> str:
    """Say why no token begins here, and what was probably meant."""
    rest = text[at:].lstrip()
    for begins, reason in _COMMON_MISTAKES:
        if match := re.match(begins, rest):
            return reason.format(*match.groups())
    if word := re.match(r"[A-Za-z_][\w.\-#/\[\]]*", rest):
        return _bare_word(word[0], is_first=at == 0)
    return f"'{rest[:20]}' at character {at + 1} has no meaning"


def _bare_word(word: str, *, is_first: bool) -> str:
    if word.lower() in _SIGNS:
        return f"'{word}' is written {_SIGNS[word.lower()]}"
    if word.lower() in _WORDS:
        return f"'{word}' is written {word.lower()}"
    root = re.split(r"[.#\[]", word, maxsplit=1)[0]
    if near := get_close_matches(root, _ROOTS, n=1, cutoff=0.8):
        return f"expressions begin with '$': write ${near[0]}{word[len(root) :]}"
    # First in a condition it is probably a member of the answer, later a text.
    if is_first:
        return f"'{word}' is no expression; a member of the answer is $response.body#/{word}"
    return f"a text stands in single quotes: '{word}'"


def _unexpected(token: _Token) -> str:
    if token.kind == "end":
        return "it breaks off"
    # `a == b == c` has no meaning in this grammar.
    hint = "; put parentheses" if token.text in _COMPARISONS else ""
    return f"'{token.text[:40]}' at character {token.at + 1} was not expected{hint}"


class _Reader:
    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> _Token:
        return self._tokens[self._at]

    # `&&` binds more closely than `||`, as in RFC 9535, 2.3.5.1.
    def either(self, depth: int) -> Term:
        terms = [self._both(depth)]
        while self._take("||"):
            terms.append(self._both(depth))
        return terms[0] if len(terms) == 1 else Logic("||", tuple(terms))

    def _both(self, depth: int) -> Term:
        terms = [self._basic(depth)]
        while self._take("&&"):
            terms.append(self._basic(depth))
        return terms[0] if len(terms) == 1 else Logic("&&", tuple(terms))

    def _basic(self, depth: int) -> Term:
        if depth > MAX_DEPTH:
            raise ConditionError(f"nested more than {MAX_DEPTH} deep")
        if self._take("!"):
            # RFC 9535, 2.3.5.1, from which the grammar is drawn, negates no comparison either.
            is_group = self.peek().text in ("(", "!")
            return Not(self._basic(depth + 1) if is_group else Test(self._operand()))
        if self._take("("):
            # One level per parenthesis or "!", which MAX_DEPTH bounds.
            term = self.either(depth + 1)
            if not self._take(")"):
                raise ConditionError(_unexpected(self.peek()))
            return term
        return self._comparison()

    def _comparison(self) -> Term:
        left = self._operand()
        sign = self.peek()
        # An operand alone is taken for true or false.
        if sign.kind != "sign" or sign.text not in _COMPARISONS:
            return Test(left)
        self._at += 1
        return Comparison(sign.text, left, self._operand())

    def _operand(self) -> Operand:
        token = self.peek()
        if token.kind in ("sign", "end"):
            raise ConditionError(_unexpected(token))
        self._at += 1
        match token.kind:
            case "string":
                return Literal(token.text[1:-1].replace("''", "'"))
            case "word":
                return Literal(_WORDS[token.text])
            case "number":
                return Literal(_number(token.text))
            case _:
                return _expression(token.text)

    def _take(self, sign: str) -> bool:
        token = self.peek()
        taken = token.kind == "sign" and token.text == sign
        self._at += taken
        return taken


def _number(text: str) -> int | float:
    # int() takes time that grows with the square of the digits.
    if len(text) > 40:
        raise ConditionError("a number of more than 40 characters")
    # Whole numbers stay whole: as floats, ids of more than 15 digits change.
    return float(text) if re.search(r"[.eE]", text) else int(text)


def _expression(text: str) -> Expression:
    try:
        return parse(text)
    except ExpressionError as problem:
        raise ConditionError(f"{text}: {problem}") from None
