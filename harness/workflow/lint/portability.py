"""Note what Redocly respect 2.77 reads otherwise than we do, though nothing is wrong with it.

Whatever stands under an `x-` key is left out: other runners leave it out too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.jsonvalue import Json, items, members, text
from harness.workflow.document import inputs
from harness.workflow.document.model import Book, Finding, Severity, Workflow
from harness.workflow.document.structure import finding
from harness.workflow.language.conditions import ConditionError, Literal, comparisons, condition
from harness.workflow.language.expressions import Expression
from harness.workflow.language.selectors import kind_of
from harness.workflow.language.templates import is_selector, template

_EMBEDDED = re.compile(r"\{\$[^{}]*\}")
_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_INNERMOST = re.compile(r"\[[^\[\]]*\]")
_SOUGHT_IN = re.compile(r"search\(\s*$")
_ALIKE = ("integer", "number", "boolean", "array", "object")
"""Types whose values every runner writes in the same way, as JSON."""


RULE = "portability"
FORMATS = ("password", "int32", "int64", "float", "double")
"""All that Redocly respect knows; any other `format` of an input ends its run."""

_QUOTED = re.compile(r"'[^']*'")
_GROUP = re.compile(r"\(|!(?!=)")
_MEMBERS = re.compile(r"\$(?:request|response)\.body(?:\.|\[)")
_FORM_VALUE = re.compile(r"\$(?:request|response)\.body#/(?:files|parts|count)\b")
_FLAGS = re.compile(r"\(\?[aiLmsux]+[:)]")

Place = tuple[str, str]
"""A pointer and what is to be said of it."""


def notes(book: Book) -> tuple[Finding, ...]:
    """Return a note for each construct that another runner reads differently, in the order of the lines."""
    found = [
        finding(
            book.document,
            pointer,
            RULE,
            f"Redocly respect reads this otherwise: {what}",
            severity=Severity.NOTE,
        )
        for pointer, what in (*_repeated(book), *_workflows(book))
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: each.source.line))


def _repeated(book: Book) -> Iterator[Place]:
    # Ids count over the whole document, since the other runner keeps outputs by step id alone.
    used = Counter(step.id for workflow in book.workflows for step in workflow.steps)
    for index, workflow in enumerate(book.workflows):
        for number, written in enumerate(_items(workflow, book)):
            if used[text(written.get("stepId"))] > 1:
                place = f"/workflows/{index}/steps/{number}/stepId"
                yield (
                    place,
                    "another workflow has a step of this id too; their outputs get mixed up",
                )


def _workflows(book: Book) -> Iterator[Place]:
    for workflow in book.workflows:
        yield from _inputs(workflow)
        written = _items(workflow, book)
        for index, step in enumerate(written):
            yield from _Step(book, workflow, step, f"{workflow.pointer}/steps/{index}").places()


def _items(workflow: Workflow, book: Book) -> tuple[Mapping[str, Json], ...]:
    index = int(workflow.pointer.rpartition("/")[2])
    listed = items(members(book.document.data).get("workflows"))
    return tuple(members(step) for step in items(members(listed[index]).get("steps")))


def _inputs(workflow: Workflow) -> Iterator[Place]:
    for name, schema in members(members(workflow.inputs).get("properties")).items():
        # Without a format the input passes as one that is known.
        form = members(schema).get("format", "password")
        place = f"{workflow.pointer}/inputs/properties/{name}"
        if form not in FORMATS:
            yield f"{place}/format", f"it does not know the format '{form}'; write a pattern"
        for key in members(schema):
            if key.startswith("x-"):
                yield f"{place}/{key}", "no keyword of its own may stand in a schema of inputs"


@dataclass(frozen=True, slots=True)
class _Step:
    book: Book
    workflow: Workflow
    written: Mapping[str, Json]
    pointer: str

    def places(self) -> Iterator[Place]:
        yield from self._criteria(self.written, self.pointer, "successCriteria")
        for key in ("onSuccess", "onFailure"):
            for index, action in enumerate(items(self.written.get(key))):
                place = f"{self.pointer}/{key}/{index}"
                yield from self._criteria(members(action), place, "criteria")
        for index, parameter in enumerate(items(self.written.get("parameters"))):
            place = f"{self.pointer}/parameters/{index}/value"
            yield from _selector(members(parameter).get("value"), place)
        for name, value in members(self.written.get("outputs")).items():
            yield from _selector(value, f"{self.pointer}/outputs/{name}")
            yield from _form_value(text(value), f"{self.pointer}/outputs/{name}")
        yield from self._body(members(self.written.get("requestBody")))

    def _criteria(self, holder: Mapping[str, Json], pointer: str, key: str) -> Iterator[Place]:
        for index, criterion in enumerate(items(holder.get(key))):
            given = members(criterion)
            words, context = text(given.get("condition")), text(given.get("context"))
            place = f"{pointer}/{key}/{index}"
            if key == "criteria" and "$inputs." in f"{words} {context}":
                yield place, "in the criteria of an action it knows no inputs"
            kind = kind_of(given.get("type", "simple"))[0]
            for what in (*self._condition(kind, words), *_of_form(f"{words} {context}")):
                yield f"{place}/condition", what

    def _condition(self, kind: str, written: str) -> Iterator[str]:
        if kind == "simple":
            yield from _simple(written)
        elif kind == "regex":
            yield from _regex(written)
        elif kind == "jsonpath":
            yield from self._jsonpath(written)
        elif kind == "xpath":
            yield "it has no XPath and takes the condition for true"

    def _jsonpath(self, written: str) -> Iterator[str]:
        if has_own_root(written):
            yield "it puts the context into an array first; write $..[?@.name == 'x']"
        if has_quoted_text(written, inputs.properties(self.book, self.workflow)):
            yield (
                "it puts a text into quotes of its own; "
                "compare with $response.body#/name == $inputs.x, or under x-successCriteria"
            )

    def _body(self, body: Mapping[str, Json]) -> Iterator[Place]:
        place = f"{self.pointer}/requestBody"
        yield from _selector(body.get("payload"), f"{place}/payload")
        is_form = text(body.get("contentType")).startswith("multipart/")
        for name, value in members(body.get("payload")).items():
            yield from _selector(value, f"{place}/payload/{name}")
            if is_form and isinstance(value, Mapping):
                yield f"{place}/payload/{name}", "it sends an object as many parts; write JSON text"
        if is_form and body.get("replacements"):
            yield f"{place}/replacements", "in a form it can replace nothing; x-replacements can"


def _selector(value: Json, pointer: str) -> Iterator[Place]:
    if isinstance(value, Mapping) and is_selector(value):
        yield pointer, "it does not evaluate Selector Objects; x-outputs can stand in for them"


def _form_value(written: str, pointer: str) -> Iterator[Place]:
    for what in _of_form(written):
        yield pointer, what


def _of_form(written: str) -> Iterator[str]:
    if _FORM_VALUE.search(written):
        yield "a multipart body is mere text there; x-successCriteria and x-outputs are for us alone"


def _simple(written: str) -> Iterator[str]:
    # Signs within a quoted text are no signs of the condition.
    bare = _QUOTED.sub("''", written)
    if _GROUP.search(bare):
        yield "it knows neither parentheses nor '!'; write several criteria, or JSONPath"
    if _MEMBERS.search(bare):
        yield "it knows no '.' and '[]' after a body; write a pointer, as in #/items/0"
    try:
        compared = comparisons(condition(written))
    except ConditionError:
        return
    for comparison in compared:
        if any(side == Literal(None) for side in (comparison.left, comparison.right)):
            yield "a member that is not there is an error, not null; x-successCriteria can compare with it"


def _regex(written: str) -> Iterator[str]:
    if template(written).expressions:
        yield "it does not replace expressions in a regex; x-successCriteria can hold them"
    if _FLAGS.search(written):
        yield "it knows no flags within a pattern; write the spellings that are known"


def has_own_root(query: str) -> bool:
    """Return whether a query selects otherwise where its context is put into an array first."""
    bare = _LITERAL.sub("''", _EMBEDDED.sub("0", query)).replace(" ", "")
    is_filter = bare.startswith("$[?")
    # `$..` finds the same in either, and a filter on the root itself is judged below.
    roots = [match.end() for match in re.finditer(r"\$", bare)]
    strange = [at for at in roots if not bare.startswith("..", at) and (at > 1 or not is_filter)]
    # Within an array, a filter at the root tests the context itself and not its items.
    return bool(strange) or (is_filter and "@" in _outermost(bare))


def has_quoted_text(query: str, declared: Mapping[str, Json]) -> bool:
    """Return whether a text is put between quotes, unless it is only searched in."""
    for match in _LITERAL.finditer(query):
        taken = template(match[0]).expressions
        # Within search() the other runner replaces expressions as we do.
        if taken and not _SOUGHT_IN.search(query[: match.start()]):
            return any(not _is_alike(expression, declared) for expression in taken)
    return False


def _is_alike(expression: Expression, declared: Mapping[str, Json]) -> bool:
    if expression.root == "inputs":
        return members(declared.get(expression.names[0])).get("type") in _ALIKE
    return expression.root == "statusCode"


def _outermost(bare: str) -> str:
    """Return the first filter of a query without the filters and names in brackets within it."""
    inner = bare[3:].rpartition("]")[0]
    # From the inside out; each round shortens the text, so this ends.
    while _INNERMOST.search(inner):
        inner = _INNERMOST.sub("", inner)
    return inner
