"""Find references that lead nowhere: to steps, outputs, inputs, workflows, sources, components."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.errors import DocumentError, UnknownName, suggestion
from harness.jsonvalue import members
from harness.source import Source
from harness.workflow.document.inputs import properties, undeclared
from harness.workflow.document.model import (
    ActionKind,
    Book,
    Finding,
    Severity,
    Step,
    TargetKind,
    Workflow,
)
from harness.workflow.document.operations import find_operation, find_workflow
from harness.workflow.lint.places import Moment, Use, uses

_ID = r"[A-Za-z0-9_\-]+"
# How a step of another workflow, of this document or of a source, is named (1.1.0, `dependsOn`).
_ELSEWHERE = re.compile(rf"\$(?:workflows\.{_ID}|sourceDescriptions\.{_ID}\.{_ID})\.steps\.{_ID}")


def references(book: Book, workflow: Workflow) -> Iterator[Finding]:
    """Return what a workflow refers to and what does not exist."""
    checker = _Checker(book, workflow)
    found = [
        *checker.targets(),
        *(finding for use in uses(workflow) for finding in checker.use(use)),
    ]
    yield from _once(found)


def _once(found: list[Finding]) -> Iterator[Finding]:
    """Name what does not exist where it is first named, and say where else it is."""
    places: dict[tuple[str, str], list[Source]] = {}
    for finding in found:
        places.setdefault((finding.rule, finding.title), []).append(finding.source)
    for finding in found:
        # The first finding takes the places of all that are alike, the others find none left.
        first, *others = dict.fromkeys(places.pop((finding.rule, finding.title), ())) or (None,)
        if first is None:
            continue
        lines = ", ".join(dict.fromkeys(str(other.line) for other in others))
        again = f"The same in line {lines}." if lines else ""
        yield replace(finding, advice=" ".join(filter(None, (finding.advice, again))))


def finding_at(
    book: Book,
    rule: str,
    title: str,
    source: Source,
    *,
    severity: Severity = Severity.ERROR,
    **texts: str,
) -> Finding:
    """Make a finding, with the text of its line; `texts` are `expected`, `actual` and `advice`."""
    # A finding may stand in a document that is included; its lines are not at hand.
    line = book.document.line(source.line) if source.path == book.path else ""
    return Finding(rule, title, source, severity, line, **texts)


@dataclass(frozen=True, slots=True)
class _Checker:
    book: Book
    workflow: Workflow

    def targets(self) -> Iterator[Finding]:
        place = self.workflow.pointer
        for index, reference in enumerate(self.workflow.depends_on):
            yield from self._workflow_named(reference, self._source(f"{place}/dependsOn/{index}"))
        yield from self._workflow_named(self.workflow.teardown, self._source(f"{place}/x-teardown"))
        for step in self.workflow.steps:
            yield from self._target(step)
            for action in (*step.on_success, *step.on_failure):
                yield from self._workflow_named(action.workflow_id, action.target_source)
                if action.kind is not ActionKind.END and action.step_id:
                    yield from self._step_named(action.step_id, action.target_source)
            for reference in step.depends_on:
                yield from self._dependency(reference, step.source)

    def _source(self, pointer: str) -> Source:
        return self.book.document.source(pointer)

    def use(self, use: Use) -> Iterator[Finding]:
        match use.expression.root:
            case "steps":
                yield from self._step_output(use)
            case "inputs":
                yield from self._input(use)
            case "workflows":
                yield from self._workflow_value(use)
            case "sourceDescriptions" if self.book.description(use.expression.names[0]) is None:
                known = tuple(description.name for description in self.book.descriptions)
                yield self._unknown(
                    "source description", use.expression.names[0], known, use.source
                )
            case "components":
                yield from self._component(use)
            case "response" | "statusCode" if use.moment is not Moment.RESPONSE:
                when = "before its step is sent" if use.step else "outside of a step"
                title = f"{use.expression.text} has no value {when}"
                yield finding_at(self.book, "no-response", title, use.source)
            case "message":
                title = "$message belongs to AsyncAPI steps, which cannot be run"
                yield finding_at(self.book, "message", title, use.source)
            case _:
                return

    def _target(self, step: Step) -> Iterator[Finding]:
        if step.kind is TargetKind.NONE:
            return
        if step.kind is TargetKind.WORKFLOW:
            yield from self._workflow_named(step.target, step.target_source)
            return
        try:
            find_operation(self.book, step)
        except DocumentError as problem:
            is_unread = any(finding.rule == "source" for finding in self.book.problems)
            if is_unread or (isinstance(problem, UnknownName) and not problem.known):
                return  # the source itself could not be read, which is reported already
            title = problem.what.removesuffix(".")
            source = problem.source or step.source
            yield finding_at(self.book, "unknown-operation", title, source, advice=problem.advice)

    def _workflow_named(self, reference: str, source: Source) -> Iterator[Finding]:
        if not reference:
            return
        try:
            find_workflow(self.book, reference, source)
        except DocumentError as problem:
            if are_uncertain(workflow.id for workflow in self.book.workflows):
                return
            title = problem.what.removesuffix(".")
            yield finding_at(self.book, "unknown-workflow", title, source, advice=problem.advice)

    def _dependency(self, reference: str, source: Source) -> Iterator[Finding]:
        if not reference.startswith("$"):
            yield from self._step_named(reference, source)
        elif not _ELSEWHERE.fullmatch(reference):
            title = f"'{reference}' is no step"
            advice = "Write the stepId, or $workflows.<workflowId>.steps.<stepId>."
            yield finding_at(self.book, "unknown-step", title, source, advice=advice)

    def _step_named(self, step_id: str, source: Source) -> Iterator[Finding]:
        if self.workflow.step(step_id) is None and not are_uncertain(self._step_ids()):
            yield self._unknown("step", step_id, self._step_ids(), source)

    def _step_output(self, use: Use) -> Iterator[Finding]:
        step_id, _, name = use.expression.names
        target = self.workflow.step(step_id)
        if are_uncertain(self._step_ids()):
            return
        if target is None:
            yield self._unknown("step", step_id, self._step_ids(), use.source)
            return
        known = self._outputs_of(target)
        if not _begins(known, name):
            title = f"step '{step_id}' has no output '{name}'"
            yield finding_at(
                self.book, "unknown-output", title, use.source, advice=suggestion(name, known)
            )
        # Outputs at the end of the workflow may come from any step.
        elif use.step is not None and self._is_early(use, use.step, target):
            title = f"step '{use.step.id}' uses an output of step '{step_id}', which runs later"
            # With jumps a later step may have run before.
            jumps = any(
                a.step_id for s in self.workflow.steps for a in (*s.on_success, *s.on_failure)
            )
            severity = Severity.WARNING if jumps else Severity.ERROR
            yield finding_at(self.book, "forward-reference", title, use.source, severity=severity)

    def _is_early(self, use: Use, user: Step, target: Step) -> bool:
        if user.id == target.id:
            # Criteria and actions come after the step's own outputs.
            own = {output.source for output in user.outputs}
            return use.moment is not Moment.RESPONSE or use.source in own
        order = self.workflow.steps
        return order.index(target) > order.index(user)

    def _outputs_of(self, step: Step) -> tuple[str, ...]:
        own = tuple(output.name for output in step.outputs)
        if step.kind is not TargetKind.WORKFLOW:
            return own
        try:
            _, called = find_workflow(self.book, step.target, step.source)
        except DocumentError:
            return own
        return own + tuple(output.name for output in called.outputs)

    def _input(self, use: Use) -> Iterator[Finding]:
        known = tuple(properties(self.book, self.workflow))
        name = use.expression.names[0]
        # Reported once at the schema, which requires it without declaring it.
        if name in undeclared(self.book, self.workflow):
            return
        if not _begins(known, name):
            yield self._unknown("input", name, known, use.source)

    def _workflow_value(self, use: Use) -> Iterator[Finding]:
        workflow_id, side, name = use.expression.names
        books = [
            self.book,
            *(description.book for description in self.book.descriptions if description.book),
        ]
        found = next(((book, each) for book in books if (each := book.workflow(workflow_id))), None)
        if are_uncertain(other.id for other in self.book.workflows):
            return
        if found is None:
            known = tuple(other.id for book in books for other in book.workflows)
            yield self._unknown("workflow", workflow_id, known, use.source)
            return
        book, workflow = found
        known = tuple(properties(book, workflow))
        if side == "outputs":
            known = tuple(output.name for output in workflow.outputs)
        if not _begins(known, name):
            title = f"workflow '{workflow_id}' has no {side[:-1]} '{name}'"
            yield finding_at(
                self.book, f"unknown-{side[:-1]}", title, use.source, advice=suggestion(name, known)
            )
        # What this workflow depends on may be this very name, misspelt there.
        elif workflow_id not in self._run_before() and not self._needs_unknown():
            title = f"workflow '{workflow_id}' is not run before this"
            advice = f"Add 'dependsOn: [{workflow_id}]' to the workflow."
            # Run by another workflow, it may have been run before this one.
            is_certain = workflow_id not in self._ever_run()
            severity = Severity.ERROR if is_certain else Severity.WARNING
            yield finding_at(
                self.book, "not-run", title, use.source, advice=advice, severity=severity
            )

    def _needs_unknown(self) -> bool:
        """Return whether it depends on what does not exist, which may be this misspelt."""
        known = {workflow.id for workflow in self.book.workflows}
        plain = [each for each in self.workflow.depends_on if not each.startswith("$")]
        return not known.issuperset(plain)

    def _run_before(self) -> set[str]:
        """Return the workflows that run before or within this one, or before one that calls it."""
        found = {self.workflow.id}
        for workflow in self.book.workflows:
            found |= {each.rpartition(".")[2] for each in workflow.depends_on}
        for step in self.workflow.steps:
            # The last part of a qualified name is the workflow's id.
            found |= {step.target.rpartition(".")[2]} if step.kind is TargetKind.WORKFLOW else set()
            found |= {a.workflow_id.rpartition(".")[2] for a in step.on_failure}
        return found

    def _ever_run(self) -> set[str]:
        """Return the workflows that some workflow needs, calls or hands over to."""
        found: set[str] = set()
        for workflow in self.book.workflows:
            named = [*workflow.depends_on, workflow.teardown]
            for step in workflow.steps:
                named += [step.target] if step.kind is TargetKind.WORKFLOW else []
                named += [a.workflow_id for a in (*step.on_success, *step.on_failure)]
            found |= {name.rpartition(".")[2] for name in named}
            # What hands over has been run before whatever it hands over to.
            found |= {workflow.id} if any(named) else set()
        return found

    def _component(self, use: Use) -> Iterator[Finding]:
        kind, name = use.expression.names
        known = tuple(members(self.book.components.get(kind)))
        if name not in known:
            yield self._unknown(f"component in {kind}", name, known, use.source)

    def _step_ids(self) -> tuple[str, ...]:
        return tuple(step.id for step in self.workflow.steps)

    def _unknown(self, kind: str, name: str, known: tuple[str, ...], source: Source) -> Finding:
        rule = f"unknown-{kind.split(maxsplit=1)[0]}"
        title = f"there is no {kind} '{name}'"
        return finding_at(self.book, rule, title, source, advice=suggestion(name, known))


def are_uncertain(ids: Iterable[str]) -> bool:
    """Return whether an id is missing or there twice: which one a reference means is then open."""
    seen = list(ids)
    return "" in seen or len(set(seen)) < len(seen)


def _begins(known: tuple[str, ...], name: str) -> bool:
    """Return whether a dotted name is one of those known or a way into its value."""
    return any(name == each or name.startswith(f"{each}.") for each in known)
