"""Make the cases of a document: one for each row of `x-cases`, or one for a workflow without rows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.errors import DocumentError, UnknownName, suggestion
from harness.jsonvalue import Json, as_text, items, members, text
from harness.source import Source
from harness.workflow.cases.rows import META, Row, Table, table
from harness.workflow.document import inputs
from harness.workflow.document.model import Book, Finding, Severity, Workflow

_SLOT = re.compile(r"\{([^{}]+)\}")
# A template may be one bare expression, as authors write them everywhere else.
_WHOLE = re.compile(
    r"(\$(?:inputs|steps|workflows|request|response|outputs|url|method|statusCode)\b.*)"
)
_INPUTS = "$inputs."
# What shells, file systems or test ids of pytest would read as something else.
_UNFIT = re.compile(r"[^\w./@+=:,#~\-]+")


@dataclass(frozen=True, slots=True)
class WorkflowCase:
    """One run of a workflow with one row of data."""

    id: str
    title: str
    book: Book = field(repr=False)
    workflow: Workflow = field(repr=False)
    inputs: Mapping[str, Json]
    source: Source
    requirements: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """Capabilities of the target without which the case does not apply."""
    marks: tuple[str, ...] = ()
    skip: str = ""
    xfail: str = ""
    unfitted: str = ""
    """The id as it was written, before what reports cannot carry was replaced in it."""


def expand(book: Book, workflow_id: str = "") -> tuple[WorkflowCase, ...]:
    """Return the cases of a document, or of one of its workflows.

    Without a choice, workflows that only serve others (needed, called, torn down with, or kept for
    the session) make no cases of their own unless they have `x-cases`. Raises DocumentError.
    """
    if workflow_id and book.workflow(workflow_id) is None:
        known = tuple(other.id for other in book.workflows)
        raise UnknownName(
            book.document.source("/workflows"), kind="workflow", name=workflow_id, known=known
        )
    # The name is known to exist, so that nothing chosen means that none was asked for.
    chosen = [candidate for candidate in book.workflows if candidate.id == workflow_id] or list(
        mains(book)
    )
    found: list[WorkflowCase] = []
    for workflow in chosen:
        cases, problems = _cases(book, workflow)
        for problem in problems:
            if problem.severity is Severity.ERROR:
                raise DocumentError(
                    f"{problem.title}.", source=problem.source, advice=problem.advice
                )
        found += cases
    refuse_shared_ids(found)
    return tuple(found)


def refuse_shared_ids(cases: Iterable[WorkflowCase]) -> None:
    """Raise DocumentError where two cases, of one document or of several, have the same id.

    Outcomes, exchanges, waivers and baselines are found by the id of a case: of two with one id
    the first would never run, and nothing would say so.
    """
    for earlier, later in shared_ids(cases):
        raise DocumentError(
            f"{_shared(earlier, later)}.", source=later.source, advice=_shared_advice(later)
        )


def shared_ids(cases: Iterable[WorkflowCase]) -> Iterator[tuple[WorkflowCase, WorkflowCase]]:
    """Yield every case whose id an earlier one has, after that one."""
    first: dict[str, WorkflowCase] = {}
    for case in cases:
        earlier = first.setdefault(case.id, case)
        if earlier is not case:
            yield earlier, case


def _shared(earlier: WorkflowCase, later: WorkflowCase) -> str:
    written = "".join(
        f" (written '{workflow_case.unfitted}')"
        for workflow_case in (later, earlier)
        if workflow_case.unfitted not in ("", later.id)
    )
    where = str(earlier.source)
    if earlier.workflow.id != later.workflow.id:
        where = f"{where}, of workflow '{earlier.workflow.id}'"
    return f"two cases are called '{later.id}'{written}; the other stands at {where}"


def _shared_advice(case: WorkflowCase) -> str:
    if case.workflow.cases is None:
        return "Give the workflow another workflowId, or x-cases with an id of its own."
    return "Give the rows an id, or x-cases an id with more inputs in it, such as 'orders/{name}'."


def problems(book: Book) -> tuple[Finding, ...]:
    """Return all that is wrong with the rows of a document."""
    expanded = [_cases(book, workflow) for workflow in mains(book)]
    # Where a workflow's rows are wrong, so may be their ids: one mistake is reported once.
    sound = [case for cases, found in expanded if not found for case in cases]
    wrong = [finding for _, found in expanded for finding in found]
    # An id that does not tell rows apart does so for none of them: the first pair shows it.
    pairs: dict[tuple[str, str], tuple[WorkflowCase, WorkflowCase]] = {}
    for earlier, later in shared_ids(sound):
        if earlier.workflow.id == later.workflow.id and earlier.workflow is not later.workflow:
            continue  # two workflows of one id, which is reported already
        pairs.setdefault((earlier.workflow.id, later.workflow.id), (earlier, later))
    return (*wrong, *(_shared_id(book, *pair) for pair in pairs.values()))


def _shared_id(book: Book, earlier: WorkflowCase, later: WorkflowCase) -> Finding:
    place = later.source
    line = book.document.line(place.line) if place.path == book.path else ""
    advice = _shared_advice(later)
    return Finding("cases", _shared(earlier, later), place, line=line, advice=advice)


def mains(book: Book) -> Iterator[Workflow]:
    """Return the workflows that make cases; the first, where each serves another."""
    serving = set(_serving(book))
    found = [
        workflow
        for workflow in book.workflows
        # Rows say that a workflow is a case of its own, whatever else it serves.
        if workflow.cases is not None or not (workflow.session or workflow.id in serving)
    ]
    # Where all serve one another in a circle the first is taken, so that a document is never empty.
    return iter(found or book.workflows[:1])


def _serving(book: Book) -> Iterator[str]:
    for workflow in book.workflows:
        yield from (name for name in _served_by(workflow) if name != workflow.id)


def _served_by(workflow: Workflow) -> Iterator[str]:
    yield from workflow.depends_on
    yield workflow.teardown
    for step in workflow.steps:
        yield step.target if step.kind == "workflowId" else ""
        for action in (*step.on_success, *step.on_failure):
            yield action.workflow_id


def _cases(book: Book, workflow: Workflow) -> tuple[tuple[WorkflowCase, ...], tuple[Finding, ...]]:
    if workflow.cases is None:
        title = workflow.summary or workflow.id
        return (WorkflowCase(workflow.id, title, book, workflow, {}, workflow.source),), ()
    listed = table(book, workflow)
    maker = _Maker(book, workflow, listed, list(listed.problems))
    cases = tuple(maker.case(row, number) for number, row in enumerate(listed.rows, start=1))
    if not cases and not maker.problems:
        maker.refuse(workflow.source, "x-cases gives no row", "Add rows or remove x-cases.")
    return cases, tuple(maker.problems)


@dataclass(frozen=True, slots=True)
class _Maker:
    book: Book
    workflow: Workflow
    table: Table
    problems: list[Finding]

    def case(self, row: Row, number: int) -> WorkflowCase:
        self._check(row)
        whole = members(self.workflow.cases)
        meta = row.meta
        known = {**inputs.defaults(self.book, self.workflow), **row.values}
        # An id that is written, else the values that differ, else the number.
        label = text(meta.get("id")) or self._joined(row) or str(number)
        slots = {**known, "id": label}
        template = text(whole.get("id"))
        title = text(meta.get("title")) or text(whole.get("title"))
        plain = self.workflow.summary or self.workflow.id
        written = self._filled("id", template, slots) if template else ""
        written = written or f"{self.workflow.id}/{label}"
        return WorkflowCase(
            id=_fit(written),
            unfitted=written,
            title=self._filled("title", title, slots) if title else f"{plain} ({label})",
            book=self.book,
            workflow=self.workflow,
            inputs=row.values,
            source=row.source,
            # What stands on `x-cases` holds for every row, what stands on a row is added to it.
            requirements=_strings(whole.get("requirements")) + _strings(meta.get("requirements")),
            needs=_strings(whole.get("needs")) + _strings(meta.get("needs")),
            marks=_strings(whole.get("marks")) + _strings(meta.get("marks")),
            skip=text(meta.get("skip")),
            xfail=text(meta.get("xfail")),
        )

    def refuse(self, source: Source, title: str, advice: str = "") -> None:
        line = self.book.document.line(source.line) if source.path == self.book.path else ""
        self.problems.append(Finding("cases", title, source, line=line, advice=advice))

    def _joined(self, row: Row) -> str:
        """Join the values that tell rows apart; where all are equal, all of them."""
        varying = [
            name
            for name in row.values
            if any(other.values.get(name) != row.values[name] for other in self.table.rows)
        ]
        chosen = [row.values[name] for name in varying or row.values]
        # Arrays and objects would make an id that nobody can type.
        return "-".join(as_text(value) for value in chosen if not isinstance(value, list | Mapping))

    def _filled(self, key: str, template: str, slots: Mapping[str, object]) -> str:
        """Put values into `{name}`; `$inputs.name` and `{$inputs.name}` mean the same."""

        def value(slot: re.Match[str]) -> str:
            name = slot[1].removeprefix(_INPUTS)
            if name not in slots:
                self._refuse_slot(key, name, slots)
            return as_text(slots.get(name, ""))

        whole = _WHOLE.fullmatch(template)
        return value(whole) if whole else _SLOT.sub(value, template)

    def _refuse_slot(self, key: str, name: str, slots: Mapping[str, object]) -> None:
        """Say once, at the template, that its slot names nothing; every row would say the same."""
        if name.startswith("$"):
            title, advice = f"'{name}' is not known before a run", "Name an input: {name}."
        else:
            title = f"no input of '{self.workflow.id}' is called '{name}'"
            advice = suggestion(name, tuple(slots))
        if all(problem.title != title for problem in self.problems):
            place = self.book.document.source(f"{self.workflow.pointer}/x-cases/{key}")
            self.refuse(place, title, advice)

    def _check(self, row: Row) -> None:
        declared = inputs.properties(self.book, self.workflow)
        # A name that only `required` mentions is reported at the schema, once for all rows.
        unsaid = inputs.undeclared(self.book, self.workflow)
        for name in row.values:
            title = f"the inputs of '{self.workflow.id}' have no '{name}'"
            is_reported = name in unsaid or any(problem.title == title for problem in self.problems)
            if name not in declared and not is_reported:
                self._at(row, name, "", title, suggestion(name, (*declared, *META)))
        values = {**inputs.defaults(self.book, self.workflow), **row.values}
        # A variable may fill it later; whether it is set only the run knows.
        filled = {name for name, _ in self.workflow.env}
        for fault in inputs.faults(self.book, self.workflow, values):
            if fault.keyword == "$ref":
                return  # the schema itself cannot be used, which is reported once
            if fault.keyword != "required" or fault.name not in filled | unsaid:
                self._at(
                    row,
                    fault.name,
                    fault.pointer,
                    f"{fault.name}: {fault.message}".removeprefix(": "),
                )

    def _at(self, row: Row, name: str, pointer: str, title: str, advice: str = "") -> None:
        if name not in row.places:
            self.refuse(row.source, title, advice)
            return
        source, start = row.places[name]
        # The first token is the name of the input, where `start` leads already.
        inner = pointer.partition("/")[2].partition("/")[2]
        place = source.source(f"{start}/{inner}" if inner else start)
        self.problems.append(
            Finding("cases", title, place, line=source.line(place.line), advice=advice)
        )


def _fit(name: str) -> str:
    """Make a name that test ids, files and reports can all carry."""
    # 200 characters: file systems take 255 bytes in a name, and reports add a suffix.
    return _UNFIT.sub("_", name)[:200]


def _strings(value: Json) -> tuple[str, ...]:
    return tuple(item for item in items(value) if isinstance(item, str))
