"""Compare steps with the operations they call: parameters, bodies, pointers, literals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.errors import DocumentError, suggestion
from harness.source import Source
from harness.workflow.document import inputs
from harness.workflow.document.model import (
    Book,
    Criterion,
    CriterionKind,
    Finding,
    Parameter,
    Severity,
    Step,
    TargetKind,
    Workflow,
)
from harness.workflow.document.operations import Called, find_operation, find_workflow
from harness.workflow.engine.outgoing import FREE_HEADERS
from harness.workflow.language.conditions import (
    Comparison,
    ConditionError,
    Literal,
    comparisons,
    condition,
)
from harness.workflow.language.expressions import Expression
from harness.workflow.lint import schemas as lint_schemas
from harness.workflow.lint.payloads import sent
from harness.workflow.lint.places import Moment, criteria, uses
from harness.workflow.lint.references import finding_at

_MEMBER_FILTER = re.compile(r"\$\[\?[(!]*(?:count\(|length\()?@\.")
_PLACES = ("path", "query", "querystring", "header", "cookie")


def operations(book: Book, workflow: Workflow) -> Iterator[Finding]:
    """Return where steps do not fit what they call."""
    # By place, since ids of steps may be given twice.
    called: dict[Source, Called] = {}
    for step in workflow.steps:
        try:
            if step.kind is TargetKind.WORKFLOW:
                yield from _call(book, step)
            else:
                called[step.source] = find_operation(book, step)
                yield from _Fit(book, step, called[step.source]).findings()
                yield from sent(book, workflow, step, called[step.source])
        except DocumentError:
            continue  # the references are checked elsewhere
    for use in uses(workflow):
        if use.step is not None and use.step.source in called and use.moment is Moment.RESPONSE:
            fit = _Fit(book, use.step, called[use.step.source])
            yield from fit.pointer(use.expression, use.source)


def _call(book: Book, step: Step) -> Iterator[Finding]:
    home, workflow = find_workflow(book, step.target, step.target_source)
    known = inputs.properties(home, workflow)
    given = {parameter.name for parameter in step.parameters}
    for parameter in step.parameters:
        # Without declared inputs any is taken; inherited ones are meant for requests.
        if known and parameter.name not in known and not parameter.inherited:
            title = f"workflow '{workflow.id}' has no input '{parameter.name}'"
            advice = suggestion(parameter.name, tuple(known))
            yield finding_at(book, "unknown-input", title, parameter.source, advice=advice)
    filled = given | set(inputs.defaults(home, workflow)) | {name for name, _ in workflow.env}
    for name in sorted(inputs.required(home, workflow) - filled):
        title = f"workflow '{workflow.id}' needs the input '{name}'"
        yield finding_at(
            book, "missing-input", title, step.source, advice=f"Add a parameter '{name}'."
        )


@dataclass(frozen=True, slots=True)
class _Fit:
    book: Book
    step: Step
    called: Called

    def findings(self) -> Iterator[Finding]:
        yield from self._missing()
        yield from self._superfluous()
        if self.called.operation.body_required and self.step.body is None:
            title = f"{self.called.operation.label} needs a request body"
            advice = "Add a requestBody."
            yield finding_at(self.book, "missing-body", title, self.step.source, advice=advice)
        if self.step.kind is TargetKind.OPERATION_ID and not self.step.target.startswith("$"):
            yield from self._unqualified()
        for criterion in criteria(self.step):
            yield from self._criterion(criterion)

    def _missing(self) -> Iterator[Finding]:
        label, source = self.called.operation.label, self.step.source
        for parameter in self.called.operation.parameters:
            name, location = parameter.name, parameter.location
            if parameter.required and not self._is_given(location, name.lower()):
                title = f"{label} needs the {location} parameter '{name}'"
                advice = f"Add a parameter with 'name: {name}' and 'in: {location}'."
                yield finding_at(self.book, "missing-parameter", title, source, advice=advice)

    def _is_given(self, location: str, name: str) -> bool:
        """Return whether a step gives a parameter, or may give it where its parameters do not say."""
        if location == "header" and name in FREE_HEADERS:
            return True
        return any(
            # The whole query is written as one text, which may hold it.
            (parameter.location == "querystring" and location == "query")
            # What a parameter without a known place is meant for is open; that is reported by itself.
            or (
                parameter.name.lower() == name
                and (parameter.location == location or not _has_known_location(parameter))
            )
            for parameter in self.step.parameters
        )

    def _superfluous(self) -> Iterator[Finding]:
        declared = {
            (parameter.location, parameter.name) for parameter in self.called.operation.parameters
        }
        known = tuple(name for _, name in declared)
        for parameter in self.step.parameters:
            if parameter.inherited or self._is_allowed(parameter, declared):
                continue
            in_path = parameter.location == "path"
            title = f"{self.called.operation.label} has no {parameter.location} parameter '{parameter.name}'"
            # A value without a slot goes nowhere; a query parameter may just be undocumented.
            severity = Severity.ERROR if in_path else Severity.WARNING
            advice = suggestion(parameter.name, known)
            yield finding_at(
                self.book,
                "unknown-parameter",
                title,
                parameter.source,
                advice=advice,
                severity=severity,
            )

    def _is_allowed(self, parameter: Parameter, declared: set[tuple[str, str]]) -> bool:
        if parameter.location == "querystring" or not _has_known_location(parameter):
            return True
        # A slot of the template that is declared nowhere can still be filled.
        slot = f"{{{parameter.name}}}"
        if parameter.location == "path" and slot in self.called.operation.full_path:
            return True
        return self._is_declared(parameter.location, parameter.name, declared)

    def _is_declared(self, location: str, name: str, declared: set[tuple[str, str]]) -> bool:
        if location != "header":
            return (location, name) in declared
        # Header names compare in any case (RFC 9110, section 5.1).
        names = {each.lower() for place, each in declared if place == "header"}
        return name.lower() in names or name.lower() in FREE_HEADERS

    def _unqualified(self) -> Iterator[Finding]:
        sources = [
            description for description in self.book.descriptions if description.kind != "arazzo"
        ]
        if len(sources) > 1:
            title = "with several sources an operationId must say which it is from"
            advice = f"Write $sourceDescriptions.{self.called.description.name}.{self.step.target}."
            yield finding_at(
                self.book, "unqualified", title, self.step.target_source,
                advice=advice, severity=Severity.WARNING,
            )  # fmt: skip

    def pointer(self, expression: Expression, source: Source) -> Iterator[Finding]:
        """Return a finding where no documented answer can hold what an expression points at."""
        tokens = _tokens(expression)
        schemas = lint_schemas.body_schemas(self.called.operation)
        # The whole body is always there, and without schemas nothing is known of it.
        if not tokens or not schemas:
            return
        api = self.called.api
        # Empty for every schema: nothing can be there. None would say that anything may.
        if all(lint_schemas.reached(api, schema, tokens) == () for schema in schemas):
            title = f"no documented answer of {self.called.operation.label} has {expression.text}"
            yield finding_at(self.book, "pointer", title, source, severity=Severity.WARNING)

    def _criterion(self, criterion: Criterion) -> Iterator[Finding]:
        if criterion.kind is CriterionKind.JSONPATH and criterion.context == "$response.body":
            yield from self._root(criterion)
        if criterion.kind is not CriterionKind.SIMPLE:
            return
        try:
            compared = comparisons(condition(criterion.condition))
        except ConditionError:
            return
        for comparison in compared:
            yield from self._literal(comparison, criterion)

    def _root(self, criterion: Criterion) -> Iterator[Finding]:
        """Compare the start of a query with the kinds of value that the answers can be."""
        schemas = lint_schemas.body_schemas(self.called.operation)
        found = [lint_schemas.kinds(self.called.api, schema) for schema in schemas]
        query = criterion.condition.replace(" ", "")
        # One schema without a type leaves open what the body is.
        if not found or not all(found):
            return
        if _MEMBER_FILTER.match(query) and all(each == {"object"} for each in found):
            title = "this filter looks at the members of an object, not at the items of an array"
            advice = (
                "Name the array first, as in $.items[?@.id == 'x'], or write $..[?@.id == 'x']."
            )
        elif (
            query.startswith("$.")
            and not query.startswith("$..")
            and all(e == {"array"} for e in found)
        ):
            title = "the answer is an array, which has no members by name"
            advice = "Write $[*] or $[?@.id == 'x']."
        else:
            return
        yield finding_at(
            self.book, "jsonpath", title, criterion.source, advice=advice, severity=Severity.WARNING
        )

    def _literal(self, comparison: Comparison, criterion: Criterion) -> Iterator[Finding]:
        pair = (comparison.left, comparison.right)
        expression = next((each for each in pair if isinstance(each, Expression)), None)
        literal = next((each for each in pair if isinstance(each, Literal)), None)
        if comparison.sign != "==" or expression is None or literal is None:
            return
        tokens, value = _tokens(expression), literal.value
        if not tokens or not isinstance(value, str):
            return
        allowed = self._words(tokens)
        if allowed and value not in allowed and value.casefold() in map(str.casefold, allowed):
            title = f"'{value}' equals {expression.text} in another case only"
            advice = (
                "Strings compare in any case here, as specified; Redocly respect minds the case."
            )
            yield finding_at(
                self.book, "portability", title, criterion.source, severity=Severity.NOTE,
                expected=", ".join(sorted(allowed)), actual=value, advice=advice,
            )  # fmt: skip
        elif allowed and value not in allowed:
            title = f"'{value}' is none of the values that {expression.text} can have"
            yield finding_at(
                self.book, "literal", title, criterion.source, severity=self._weight(criterion),
                expected=", ".join(sorted(allowed)), actual=value, advice=suggestion(value, allowed),
            )  # fmt: skip

    def _weight(self, criterion: Criterion) -> Severity:
        """Call hopeless what a step asks for and the documented answers cannot be."""
        # Beside other terms a comparison may be meant to fail.
        is_alone = not any(sign in criterion.condition for sign in ("||", "&&", "!"))
        is_hopeless = is_alone and criterion in self.step.criteria
        return Severity.ERROR if is_hopeless else Severity.WARNING

    def _words(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        found: list[str] = []
        for schema in lint_schemas.body_schemas(self.called.operation):
            there = lint_schemas.reached(self.called.api, schema, tokens)
            for item in there if there is not None else (None,):
                words = lint_schemas.words(self.called.api, item) if item is not None else None
                if words is None:
                    # Where one answer allows any text, no literal is wrong.
                    return ()
                found += words
        return tuple(found)


def _has_known_location(parameter: Parameter) -> bool:
    return parameter.name != "" and parameter.location in _PLACES


def _tokens(expression: Expression) -> tuple[str, ...]:
    if expression.root != "response" or expression.names[0] != "body":
        return ()
    if expression.pointer:
        # Authors write indexes in brackets after a pointer, which the runner reads as tokens.
        return tuple(expression.pointer[1:].replace("[", "/").replace("]", "").split("/"))
    return expression.path
