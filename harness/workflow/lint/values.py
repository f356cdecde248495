"""Find what is wrong with texts themselves: conditions, queries, patterns, expressions, file names."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from harness.errors import suggestion
from harness.jsonvalue import Json, escape, items, lookup, members
from harness.source import Source
from harness.workflow.document import inputs
from harness.workflow.document.model import (
    Book,
    Criterion,
    CriterionKind,
    Finding,
    Severity,
    Step,
    Workflow,
)
from harness.workflow.language import languages
from harness.workflow.language.conditions import ConditionError, condition
from harness.workflow.language.expressions import ExpressionError, is_near_miss, parse
from harness.workflow.language.languages import QueryError
from harness.workflow.language.regex_syntax import PatternError
from harness.workflow.language.regexes import program
from harness.workflow.language.selectors import STANDARD, kind_of
from harness.workflow.language.templates import is_selector, strings, template
from harness.workflow.lint.places import criteria, uses
from harness.workflow.lint.references import finding_at
from harness.workflow.request import files

_BARE = re.compile(
    r"(?<!\{)\$(?:inputs|steps|workflows|outputs)\.[\w\-]+(?:\.[\w\-]+)*|(?<!\{)\$statusCode\b"
)
_QUOTED = re.compile(r"'\{\$[^']*\}'")
_COUNT_OF_ONE = re.compile(r"count\(\s*@(?:\.\w+|\['[^']*'\])+\s*\)")


def values(book: Book, workflow: Workflow) -> Iterator[Finding]:
    """Return what is wrong with the texts of a workflow."""
    if fault := inputs.schema_fault(book, workflow):
        title = f"'inputs' is no schema that can be used: {fault}"
        place = book.document.source(f"{workflow.pointer}/inputs")
        yield finding_at(book, "inputs", title, place)
    declared = inputs.properties(book, workflow)
    for name in sorted(inputs.undeclared(book, workflow)):
        title = f"'inputs' requires '{name}', which is none of its properties"
        place = book.document.source(f"{workflow.pointer}/inputs/required")
        yield finding_at(book, "inputs", title, place, advice=suggestion(name, tuple(declared)))
    for name, _ in workflow.env:
        if name not in declared:
            place = book.document.key_source(f"{workflow.pointer}/x-env/{escape(name)}")
            title = f"x-env fills '{name}', which is no input"
            advice = suggestion(name, tuple(declared))
            yield finding_at(book, "unknown-input", title, place, advice=advice)
    for step in workflow.steps:
        for criterion in criteria(step):
            if criterion.condition:  # where there is none, that is reported already
                yield from _criterion(book, criterion)
        yield from _parameters(book, step)
        yield from _payload(book, step)
        yield from _files(book, step)
        yield from _selectors(book, step)
    yield from _outputs(book, workflow)


def _criterion(book: Book, criterion: Criterion) -> Iterator[Finding]:
    try:
        if criterion.kind is CriterionKind.SIMPLE:
            condition(criterion.condition)
            return
        parse(criterion.context)
        # With expressions in it a query is complete only at run time.
        if not template(criterion.condition).expressions:
            _SYNTAX[criterion.kind](criterion)
    except (ConditionError, ExpressionError, QueryError, PatternError) as problem:
        title = f"this {criterion.kind} criterion cannot be evaluated: {problem}"
        yield finding_at(book, "condition", title, criterion.source, advice=_bare_advice(criterion))
        return
    if advice := _bare_advice(criterion):
        title = f"an expression stands in this {criterion.kind} criterion as it is written"
        yield finding_at(
            book, "condition", title, criterion.source, advice=advice, severity=Severity.WARNING
        )
        return
    # The specification's own example counts like this: true of any member that exists.
    if criterion.kind is CriterionKind.JSONPATH and _COUNT_OF_ONE.search(criterion.condition):
        title = "count() of one member is 0 or 1, however many items it holds"
        advice = "Count its items, as in count(@.pets[*]), or take length(@.pets)."
        yield finding_at(
            book, "jsonpath", title, criterion.source, advice=advice, severity=Severity.WARNING
        )


def _bare_advice(criterion: Criterion) -> str:
    """Return how to put the value of an expression into a query or a pattern where one stands bare."""
    if criterion.kind is CriterionKind.SIMPLE:
        return ""
    # In quotes and braces it is written as it should be.
    match = _BARE.search(_QUOTED.sub("''", criterion.condition))
    if match is None:
        return ""
    # A query takes a text in quotes of its own; a pattern knows no quotes.
    quote = "" if criterion.kind is CriterionKind.REGEX else "'"
    return f"Its value is put in with braces: {quote}{{{match[0]}}}{quote}."


_SYNTAX: Mapping[CriterionKind, Callable[[Criterion], object]] = {
    CriterionKind.SIMPLE: lambda criterion: condition(criterion.condition),
    CriterionKind.REGEX: lambda criterion: program(criterion.condition),
    CriterionKind.JSONPATH: lambda criterion: languages.check_jsonpath(criterion.condition),
    CriterionKind.XPATH: lambda criterion: languages.check_xpath(
        criterion.condition, criterion.version
    ),
}


def _parameters(book: Book, step: Step) -> Iterator[Finding]:
    for parameter in step.parameters:
        written = parameter.value
        if isinstance(written, str) and (doubt := _doubt(written)):
            title = f"'{written}' is not an expression: {doubt}"
            yield finding_at(book, "expression", title, parameter.source)


def _payload(book: Book, step: Step) -> Iterator[Finding]:
    if step.body is None:
        return
    for pointer, written in strings(step.body.payload):
        holder = lookup(step.body.payload, pointer.rpartition("/")[0])
        if isinstance(holder, Mapping) and is_selector(holder):
            continue  # a query has a '$' of its own
        if (doubt := _doubt(written)) and not files.called(written):
            title = f"'{written[:60]}' at {pointer or '/'} is sent as it stands: {doubt}"
            place = book.document.source(f"{step.body.pointer}/payload{pointer}")
            yield finding_at(book, "literal", title, place, severity=Severity.WARNING)


def _doubt(written: str) -> str:
    """Return why a text that was probably meant as an expression is none; `$5 off` is a text."""
    taken = template(written)
    is_meant = is_near_miss(written) or "{$" in written
    return taken.doubt if is_meant and taken.whole is None else ""


def _selectors(book: Book, step: Step) -> Iterator[Finding]:
    """Refuse selectors of a type that the standard does not know, outside of keys of our own."""
    raw = members(lookup(book.document.data, step.body.pointer)) if step.body else {}
    given = [parameter.value for parameter in step.parameters] + [raw.get("payload")]
    # Of the standard key only: `x-replacements` may select as ours do.
    given += [members(replacement).get("value") for replacement in items(raw.get("replacements"))]
    given += [p.value for a in (*step.on_success, *step.on_failure) for p in a.parameters]
    for value in given:
        for kind in _selector_types(value):
            title = f"a selector cannot be of type '{kind}'"
            advice = "Take the value under x-outputs, and use that output here."
            yield finding_at(book, "selector", title, step.source, advice=advice)


def _selector_types(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping) and is_selector(value):
        kind, _ = kind_of(value.get("type"))
        if kind not in STANDARD:
            yield kind
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _selector_types(item)


def _files(book: Book, step: Step) -> Iterator[Finding]:
    if step.body is None:
        return
    start = f"{step.body.pointer}/payload"
    named = [
        (files.called(text), book.document.source(f"{start}{pointer}"))
        for pointer, text in strings(step.body.payload)
    ]
    # A path with an expression in it is known only at run time.
    named += [
        (part.path, part.source)
        for part in step.body.files
        if isinstance(part.path, str) and not template(part.path).expressions
    ]
    for name, source in named:
        if name:
            yield from _file(book, name, source)


def _file(book: Book, name: str, source: Source) -> Iterator[Finding]:
    try:
        files.locate(name, folder=Path(book.path).parent, root=Path(book.root))
    except files.FileProblem as problem:
        yield finding_at(book, "file", str(problem), source)


def _outputs(book: Book, workflow: Workflow) -> Iterator[Finding]:
    every = [*workflow.outputs, *(other for step in workflow.steps for other in step.outputs)]
    for output in every:
        written = output.value
        if isinstance(written, str) and not template(written).expressions:
            title = f"the output '{output.name}' is not an expression"
            advice = template(written).doubt
            yield finding_at(book, "expression", title, output.source, advice=advice)
        elif not isinstance(written, str) and not (
            isinstance(written, dict) and is_selector(written)
        ):
            yield finding_at(
                book,
                "expression",
                f"the output '{output.name}' is not an expression",
                output.source,
            )
    for use in uses(workflow):
        if use.expression.path and use.expression.root in ("response", "request"):
            # The grammar of expressions knows the pointer alone; this runner takes both.
            title = f"{use.expression.text}: '.' and '[]' are operators of simple conditions"
            if is_near_miss(use.expression.text) or any(
                use.source == other.source for other in every
            ):
                pointer = "/".join(("#", *use.expression.path))
                yield finding_at(
                    book, "pointer", title, use.source,
                    advice=f"Write ${use.expression.root}.body{pointer}.", severity=Severity.WARNING,
                )  # fmt: skip
