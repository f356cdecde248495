"""Put the suite to one mock that misbehaves as asked, the way `run` does it, and see what it says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

from harness.client.redaction import Redactor
from harness.config import Credentials, Environment, Settings
from harness.errors import TargetError
from harness.events import CasePlanned, Event, ExchangeDone
from harness.exchange import Exchange
from harness.mock.app import create_app
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.openapi.effective import in_use
from harness.openapi.model import Api
from harness.outcome import Attribution, Outcome, Status
from harness.plugin.bench import Bench, WorkflowOptions
from harness.plugin.rules import planned_rule, run_rule
from harness.plugin.workflows import planned_workflow, run_workflow
from harness.product import Products
from harness.products.mocks import frame_of
from harness.rules.rule import AnyRule
from harness.rules.trial import Effort
from harness.session.clock import real_time, skipping
from harness.session.run.bench import open_bench
from harness.session.run.documents import chosen as documents_in_use
from harness.session.run.journal import Journal
from harness.session.run.lifecycle import at, mock_environment
from harness.session.run.mock_process import with_clock
from harness.session.run.preflight import check_target_answers, with_all_capabilities
from harness.session.run.suite_plan import effort, suite_rules, suite_workflows
from harness.workflow.cases.case_list import WorkflowCase, expand
from harness.workflow.document.parse import load

FEW_EXAMPLES = 3
"""For what no data of ours can bring about: the tolerances of a mock."""
_MOST_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which documents the cases of several trials are made of."""

    products: Products
    apis: tuple[str, ...]
    downloaded: Path


@dataclass(frozen=True, slots=True)
class Case:
    """A case of the suite with the way to run it."""

    planned: CasePlanned
    run: Callable[[Bench], Outcome]

    @property
    def id(self) -> str:
        return self.planned.case


@dataclass
class Trial:
    """A mock with its bench, on which cases are run one by one until it cannot go on."""

    bench: Bench
    cases: tuple[Case, ...]
    exchanges: list[Exchange] = field(default_factory=list)
    """What was sent and answered so far, without the bodies."""
    ended: TargetError | None = None
    """What would have ended a run."""

    @property
    def requests(self) -> int:
        return sum(self.bench.counts.values())

    def run(self, cases: Iterable[Case]) -> Iterator[Outcome]:
        """Run cases; what workflows share between them is made anew for each batch."""
        # Rules let hours pass: a token that a workflow kept from an earlier batch may have ended.
        base_url = self.bench.settings.environment.base_url
        bench = replace(self.bench, workflows=WorkflowOptions({"*": base_url}))
        for case in cases:
            yield self._outcome(bench, case)

    def _outcome(self, bench: Bench, case: Case) -> Outcome:
        if self.ended is None:
            try:
                return bench.unless_tripped(partial(case.run, bench))
            except TargetError as problem:
                self.ended = problem
        # What would have ended a run ends every further case here.
        message, attribution = str(self.ended), Attribution.ENVIRONMENT
        return Outcome(case.id, Status.ERROR, message=message, attribution=attribution)


@contextmanager
def trial(
    settings: Settings,
    *,
    faults: Sequence[str] = (),
    tolerances: Sequence[str] = (),
) -> Iterator[Trial]:
    """Start a mock in this process and give what runs cases against it."""
    asked = MockSettings(faults=frozenset(faults), tolerances=frozenset(tolerances))
    frame = frame_of(settings.products)
    with running(create_app(asked, frame), damage=frame.damage(asked.faults)) as url:
        environment = mock_environment(settings, url, faults)
        at_mock = replace(settings, environment=environment)
        exchanges: list[Exchange] = []
        journal = Journal(None, partial(_keep, exchanges))
        # On clocks that skip: rules let hours pass, and nobody waits for them.
        time = skipping(real_time())
        with open_bench(at_mock, _documents(at_mock), journal, Redactor(), time) as bench:
            ready = with_clock(bench)
            examples = FEW_EXAMPLES if tolerances else None
            yield Trial(ready, cases_of(ready, examples), exchanges, _ended(ready))


def _keep(exchanges: list[Exchange], event: Event) -> None:
    """Keep what the verdict looks at of an exchange; its bodies are judged already."""
    if isinstance(event, ExchangeDone):
        each = event.exchange
        response = replace(each.response, headers=(), body=b"") if each.response else None
        request = replace(each.request, headers=(), body=b"")
        exchanges.append(replace(each, request=request, response=response))


def _ended(bench: Bench) -> TargetError | None:
    try:
        check_target_answers(bench)
    except TargetError as problem:
        return problem
    return None


def cases_of(bench: Bench, examples: int | None = None) -> tuple[Case, ...]:
    """Return every case that a run of these settings has, in its order.

    A failure is not made smaller here: that it fails is all that is asked, and the data are the same.
    """
    settings = bench.settings
    tried = replace(effort(bench), shrink=False)
    tried = replace(tried, examples=examples) if examples else tried
    # Rules first, as in a run.
    cases = (
        *(
            Case(planned_rule(rule), partial(run_rule, rule=rule, effort=tried))
            for rule in _rules(bench, tried)
        ),
        *(_workflow_case(each, settings.products) for each in _workflows(settings)),
    )
    return tuple(case for case in cases if settings.selects(case.id))


_Key = tuple[Environment, Credentials, _Chosen, tuple[str, ...], Effort, str]
_kept: dict[_Key, tuple[AnyRule, ...]] = {}
"""No rule is made for a certain URL, so that one making serves every mock of this process."""


def _rules(bench: Bench, tried: Effort) -> tuple[AnyRule, ...]:
    settings = bench.settings
    key = (
        at(settings.environment, ""),
        bench.credentials,
        _Chosen(settings.products, settings.apis, settings.downloaded),
        tuple(bench.roles),
        tried,
        settings.profile,
    )
    if key not in _kept:
        # Settings come one after the other, so that starting over is as good as forgetting the
        # oldest.
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = suite_rules(bench, tried)
    return _kept[key]


def _workflow_case(case: WorkflowCase, products: Products) -> Case:
    return Case(planned_workflow(case, products), partial(run_workflow, case=case))


def _workflows(settings: Settings) -> tuple[WorkflowCase, ...]:
    return _workflows_of(suite_workflows(settings.products), settings.downloaded)


@cache
def _workflows_of(paths: tuple[Path, ...], downloaded: Path) -> tuple[WorkflowCase, ...]:
    resolve = partial(in_use, downloaded=downloaded)
    return tuple(case for path in paths for case in expand(load(path, resolve=resolve)))


def _documents(settings: Settings) -> tuple[Api, ...]:
    """Return the documents in use, parsed once for all trials of this process."""
    return _parsed(_Chosen(settings.products, settings.apis, settings.downloaded))


@cache
def _parsed(chosen: _Chosen) -> tuple[Api, ...]:
    # With all that a mock of ours has, as that of every trial will have it.
    mock = with_all_capabilities(Environment("mock", ""), chosen.products)
    wanted = Settings(
        mock, None, products=chosen.products, apis=chosen.apis, downloaded=chosen.downloaded
    )
    return tuple(each.api for each in documents_in_use(wanted))
