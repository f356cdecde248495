"""The pytest side: rules and workflow cases as items, and what became of each."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from harness.config import DOWNLOADED
from harness.errors import DocumentError, HarnessError
from harness.events import CasePlanned, CasesCounted
from harness.openapi.effective import in_use
from harness.outcome import Attribution, Outcome, Status
from harness.plugin.bench import Bench
from harness.plugin.case_executor import CaseExecutor, Work
from harness.plugin.rules import planned_rule, run_rule
from harness.plugin.workflows import planned_workflow, run_workflow
from harness.product import Products
from harness.rules.rule import AnyRule, Rule
from harness.rules.trial import Effort
from harness.settings_file import ARAZZO_SUFFIXES
from harness.workflow.cases.case_list import WorkflowCase, expand, refuse_shared_ids
from harness.workflow.document.model import Book, Severity
from harness.workflow.document.parse import load
from harness.workflow.engine import render
from harness.workflow.engine.turns import turns
from harness.workflow.lint.check import lint

SUFFIXES = ARAZZO_SUFFIXES
OUTCOME = pytest.StashKey[Outcome]()
COLLECTED = pytest.StashKey[dict[Path, tuple[WorkflowCase, ...]]]()

RunCase = Callable[[WorkflowCase], Outcome]

_BAD = (Status.FAIL, Status.ERROR)


class WorkflowFile(pytest.File):
    """An Arazzo document; each row of its cases is an item."""

    def __init__(
        self,
        *,
        run: RunCase,
        downloaded: Path = DOWNLOADED,
        is_linted: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # handed through from from_parent
        self.run = run
        self.is_linted = is_linted
        self.resolve = partial(in_use, downloaded=downloaded)

    def collect(self) -> Iterator[pytest.Item]:
        try:
            book = load(_shown(self.path), resolve=self.resolve)
            if self.is_linted:
                self._refuse_errors(book)
            cases = expand(book)
            found = self.config.stash.setdefault(COLLECTED, {})
            found[self.path] = cases
            # Of all files, here and not once they are all there: xdist reports a file's errors alone.
            refuse_shared_ids(case for value in found.values() for case in value)
        except DocumentError as problem:
            raise self.CollectError(str(problem)) from None
        for case in cases:
            yield WorkflowItem.from_parent(self, name=case.id, run=self.run, case=case)

    def _refuse_errors(self, book: Book) -> None:
        errors = [finding for finding in lint(book) if finding.severity is Severity.ERROR]
        if errors:
            raise self.CollectError("\n\n".join(map(render.finding, errors)))


class WorkflowItem(pytest.Item):
    """One workflow with one row of data."""

    def __init__(self, *, run: RunCase, case: WorkflowCase, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # handed through from from_parent
        self.run = run
        self.case = case
        for mark in case.marks:
            # A row may be marked with any word; --strict-markers is about the words of test code.
            self.config.addinivalue_line("markers", f"{mark}: of a row in an Arazzo document")
            self.add_marker(mark)

    def runtest(self) -> None:
        try:
            outcome = self.run(self.case)
        except HarnessError as problem:
            pytest.fail(f"error: {problem}", pytrace=False)
        settle(self, outcome)
        # pytest's own word for a failure that was foreseen; the outcome has it as a warning.
        if self.case.xfail and outcome.status is Status.WARN:
            pytest.xfail(self.case.xfail)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        # pytest counts lines from 0 here, and a source from 1.
        return self.path, max(self.case.source.line - 1, 0), self.case.id


def settle(item: pytest.Item, outcome: Outcome) -> None:
    """Keep an outcome and tell pytest about it."""
    item.stash[OUTCOME] = outcome
    # Without a traceback, for the fault is in the API and not in a line of Python.
    if outcome.status in _BAD:
        pytest.fail(outcome.message, pytrace=False)
    if outcome.status in (Status.OMIT, Status.SKIP):
        pytest.skip(f"{outcome.status}: {outcome.message}")


def _shown(path: Path) -> Path:
    """Return the path as messages show it: from the working directory where it lies below that."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


PLANNED = pytest.StashKey[CasePlanned]()


class Plugin:
    """Registered for one run; holds what the items need and hears what became of them."""

    def __init__(
        self, bench: Bench, effort: Effort, rules: tuple[AnyRule, ...], *, jobs: int = 1
    ) -> None:
        self.executor = CaseExecutor(jobs)
        options = replace(bench.workflows, is_stopped=self.executor.is_stopped)
        self.bench = replace(bench, workflows=options)
        self.effort = effort
        self.rules = rules
        self.plans: list[CasePlanned] = []
        self.collection_errors: list[str] = []
        self.crash: BaseException | None = None

    @pytest.hookimpl
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> "WorkflowFile | None":
        if not file_path.name.endswith(SUFFIXES):
            return None
        downloaded = self.bench.settings.downloaded
        return WorkflowFile.from_parent(
            parent, path=file_path, run=self._workflow, downloaded=downloaded
        )

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "rule" in metafunc.fixturenames:
            # An item for each of the thousands that nobody wants would cost more than a short run.
            wanted = [rule for rule in self.rules if self.bench.is_wanted(rule.id)]
            # One API after the other, as a reader of the progress expects it.
            rules = sorted(wanted, key=lambda rule: rule.api)
            # pytest skips a test of no parameters and calls it a case; a placeholder is removed
            # again.
            metafunc.parametrize("rule", rules or [None], ids=[rule.id for rule in rules] or ["-"])

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            # The end of a long report names the mistake; the start is pytest's own frames.
            self.collection_errors.append(self.bench.redactor.text(str(report.longrepr))[-2000:])

    @pytest.hookimpl
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep what broke pytest itself; the session words it, and pytest prints nothing."""
        self.crash = excinfo.value
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        # First, or the placeholder would be planned and counted.
        items[:] = [item for item in items if not _is_placeholder(item)]
        for item in items:
            item.stash[PLANNED] = _plan_of(item, self.bench.settings.products)
        _refuse_shared_ids(items, self.rules)
        # Counted before the selection: a verdict says what share of the suite a run has judged.
        self.bench.write(CasesCounted(self._count(items)))
        rest = [item for item in items if not self.bench.is_wanted(item.stash[PLANNED].case)]
        if rest:
            config.hook.pytest_deselected(items=rest)
            items[:] = [item for item in items if self.bench.is_wanted(item.stash[PLANNED].case)]

    @pytest.hookimpl
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            # The whole plan stands in the record before the first case, so that what is missing
            # shows.
            self.bench.write(item.stash[PLANNED])
        self.plans = [item.stash[PLANNED] for item in session.items]

    @pytest.fixture
    def verify(self, request: pytest.FixtureRequest) -> Callable[[AnyRule], None]:
        """Run a rule and settle the item by its outcome."""

        def run(rule: AnyRule) -> None:
            settle(request.node, self._rule(rule))

        return run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Begin what may run side by side; each item then only waits for its outcome."""
        # With errors in the collection pytest runs nothing, and neither may the threads.
        if not session.testsfailed:
            cases = [item.case for item in session.items if isinstance(item, WorkflowItem)]
            self.executor.begin(dict(self._works(session.items)), turns(cases))

    @pytest.hookimpl
    def pytest_sessionfinish(self, exitstatus: int | pytest.ExitCode) -> None:
        """End what is under way, and keep the outcomes that no item has waited for."""
        for outcome in self.executor.close(at_once=exitstatus == pytest.ExitCode.INTERRUPTED):
            self.bench.finish(outcome)

    def _count(self, items: list[pytest.Item]) -> int:
        """Return how many cases of the run's products there are, wanted or not."""
        # Of the products and whatever the shard, `only` aside: the total that every selection is a
        # part of.
        whole = replace(self.bench.settings, only="")
        others = [item.stash[PLANNED].case for item in items if _rule_of(item) is None]
        return sum(map(whole.selects, (*others, *(rule.id for rule in self.rules))))

    def _works(self, items: list[pytest.Item]) -> Iterator[tuple[str, Work]]:
        for item in items:
            rule = _rule_of(item)
            if isinstance(item, WorkflowItem):
                work = partial(run_workflow, self.bench, item.case)
                yield item.case.id, partial(self.bench.unless_tripped, work)
            # A rule that must be alone is begun when it is asked for, behind `drain`.
            elif rule is not None and not rule.alone:
                work = partial(run_rule, self.bench, rule, self.effort)
                yield rule.id, partial(self.bench.unless_tripped, work)

    def _workflow(self, case: WorkflowCase) -> Outcome:
        return self.executor.outcome(case.id, partial(run_workflow, self.bench, case))

    def _rule(self, rule: AnyRule) -> Outcome:
        work = partial(run_rule, self.bench, rule, self.effort)
        if self.executor.workers > 1 and not rule.alone:
            return self.executor.outcome(rule.id, work)
        # Such a rule measures or disturbs what others do at the same time.
        self.executor.drain()
        return work()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        # Once the target is gone, a case without an outcome was not run, and is not an error.
        is_over = self.bench.client.tripped is not None
        if call.excinfo is not None and OUTCOME not in item.stash and not is_over:
            item.stash[OUTCOME] = _unsettled(item, call.excinfo, self.bench)
        # At teardown, which comes last: until then a phase may still change the outcome.
        if call.when == "teardown" and OUTCOME in item.stash:
            self.bench.finish(item.stash[OUTCOME])
        if is_over:
            # Ends the loop after this item; the session reports the target and not the cases.
            item.session.shouldstop = "the target has stopped answering"
        return report


def _plan_of(item: pytest.Item, products: Products) -> CasePlanned:
    if isinstance(item, WorkflowItem):
        return planned_workflow(item.case, products)
    rule = _rule_of(item)
    if rule is not None:
        return planned_rule(rule)
    # Tests of a user's own in the same folder: planned, so that none of the run goes unseen.
    return CasePlanned(case=item.nodeid, title=item.name, api="other", group="test", kind="harness")


def _refuse_shared_ids(items: list[pytest.Item], rules: tuple[AnyRule, ...]) -> None:
    """Raise DocumentError where two cases have one id: one of them would never be heard of."""
    refuse_shared_ids(item.case for item in items if isinstance(item, WorkflowItem))
    known = {rule.id for rule in rules}
    for item in items:
        if isinstance(item, WorkflowItem) and item.case.id in known:
            raise DocumentError(
                f"the case '{item.case.id}' has the id of a case of the suite.",
                source=item.case.source,
                advice="Give it an id of its own.",
            )


def _rule_of(item: pytest.Item) -> AnyRule | None:
    rule = _parameters(item).get("rule")
    return rule if isinstance(rule, Rule) else None


def _is_placeholder(item: pytest.Item) -> bool:
    """Recognise the item that pytest makes of the suite where no rule is wanted."""
    return _parameters(item).get("rule", item) is None


def _parameters(item: pytest.Item) -> Mapping[str, object]:
    callspec = getattr(item, "callspec", None)
    return callspec.params if callspec else {}


def _unsettled(
    item: pytest.Item, raised: pytest.ExceptionInfo[BaseException], bench: Bench
) -> Outcome:
    """Assign an outcome to an item that ended before it had one: skipped by a mark, or our own bug."""
    skipped = isinstance(raised.value, pytest.skip.Exception)
    message = (
        str(raised.value) if skipped else f"the harness failed: {raised.exconly(tryshort=True)}"
    )
    return Outcome(
        item.stash[PLANNED].case,
        Status.SKIP if skipped else Status.ERROR,
        message=bench.redactor.text(message[:1000]),
        started=bench.stamp(),
        attribution=Attribution.HARNESS,
    )
