"""Each criterion of each shipped workflow, turned round alone: the run must turn red every time."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET
from harness.exchange import Exchange, Request, Response
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.outcome import Status
from harness.resources import shipped
from harness.workflow.cases import case_list
from harness.workflow.cases.case_list import WorkflowCase
from harness.workflow.document import parse
from harness.workflow.document.model import Book, Criterion, CriterionKind, Step, Workflow
from harness.workflow.engine import execute as engine
from harness.workflow.engine.reports import Context
from tests.products import create_app

pytestmark = pytest.mark.slow

NEVER = {
    CriterionKind.REGEX: "^(this-never-comes)$",
    CriterionKind.JSONPATH: "$[?@ == 'this-never-comes']",
    CriterionKind.XPATH: "false()",
}
PATHS = sorted(shipped("workflows").glob("*.arazzo.yaml"))
BOOKS = {path.name: parse.load(path) for path in PATHS}


@dataclass(frozen=True)
class Mutant:
    """A criterion of a step of a workflow."""

    book: str
    workflow: str
    step: str
    index: int

    @property
    def id(self) -> str:
        return f"{self.book.partition('.')[0]}:{self.workflow}:{self.step}:{self.index}"

    def of(self, workflow: Workflow) -> Workflow:
        """Return the workflow with the criterion turned round."""
        steps = tuple(self._step(each) if each.id == self.step else each for each in workflow.steps)
        return replace(workflow, steps=steps)

    def _step(self, step: Step) -> Step:
        criteria = list(step.criteria)
        criteria[self.index] = flipped(criteria[self.index])
        return replace(step, criteria=tuple(criteria))


def flipped(criterion: Criterion) -> Criterion:
    """Return the opposite of a condition, or a pattern or query that finds nothing."""
    if criterion.kind is CriterionKind.SIMPLE:
        return replace(criterion, condition=f"!({criterion.condition})")
    return replace(criterion, condition=NEVER[criterion.kind])


def mutants() -> Iterator[Mutant]:
    for name, book in sorted(BOOKS.items()):
        for workflow in book.workflows:
            for step in workflow.steps:
                for index in range(len(step.criteria)):
                    yield Mutant(name, workflow.id, step.id, index)


MUTANTS = tuple(mutants())


@dataclass
class Wire:
    """One mock and one connection for all mutants."""

    url: str
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)

    def send(self, request: Request) -> Exchange:
        parts = urlsplit(request.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self.connection.request(request.method, target, request.body, dict(request.headers))
        reply = self.connection.getresponse()
        response = Response(reply.status, tuple(reply.getheaders()), reply.read())
        return Exchange(next(self.ids), request, response)

    def context(self) -> Context:
        return Context(
            send=self.send,
            clock=lambda: 0.0,
            sleep=lambda _: None,
            boundary=lambda: "frontier",
            servers={"*": self.url},
            environment={
                "HARNESS_CLIENT_ID": MOCK_CLIENT_ID,
                "HARNESS_CLIENT_SECRET": MOCK_CLIENT_SECRET,
            },
        )


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with running(create_app(MockSettings())) as url:
        made = Wire(url)
        yield made
        made.connection.close()


def mutated(case: WorkflowCase, mutant: Mutant) -> WorkflowCase:
    """Return a case whose document has the mutant in it."""

    def changed(workflow: Workflow) -> Workflow:
        return mutant.of(workflow) if workflow.id == mutant.workflow else workflow

    book: Book = replace(case.book, workflows=tuple(map(changed, case.book.workflows)))
    return replace(case, book=book, workflow=changed(case.workflow))


@pytest.fixture(scope="module")
def reached(wire: Wire) -> Mapping[tuple[str, str], WorkflowCase]:
    """Return for each step the first case that comes to it; all cases pass as they are."""
    found: dict[tuple[str, str], WorkflowCase] = {}
    for book in BOOKS.values():
        for case in case_list.expand(book):
            report = engine.run(case, wire.context())
            assert report.status is Status.PASS
            for step in report.steps:
                found.setdefault((step.workflow, step.name), case)
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.id for mutant in MUTANTS])
def test_a_criterion_that_is_turned_round_turns_the_run_red(
    mutant: Mutant, wire: Wire, reached: Mapping[tuple[str, str], WorkflowCase]
) -> None:
    case = reached[mutant.workflow, mutant.step]

    report = engine.run(mutated(case, mutant), wire.context())

    red = [each for each in report.checks if each.status is report.status]
    assert report.status in (Status.FAIL, Status.ERROR)
    assert red[0].where == f"step {mutant.step}"


def test_the_mutants_are_all_the_criteria_of_all_documents() -> None:
    written = sum(path.read_text().count("condition:") for path in PATHS)

    # A condition of an action decides on the course, not on the verdict; many steps share one.
    actions = {
        criterion.source
        for book in BOOKS.values()
        for workflow in book.workflows
        for step in workflow.steps
        for action in (*step.on_success, *step.on_failure)
        for criterion in action.criteria
    }
    assert len(MUTANTS) == written - len(actions)
