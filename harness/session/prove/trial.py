"""Put the suite to one mock that misbehaves as told, and see what it says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from pathlib import Path

from harness.client.redaction import Redactor
from harness.config import Credentials, Environment, Settings
from harness.events import CasePlanned, Event
from harness.mock.app import create_app
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.openapi.effective import in_use
from harness.openapi.model import Api
from harness.outcome import Outcome
from harness.plugin.bench import Bench, WorkflowOptions, is_selected
from harness.plugin.rules import planned_rule, run_rule
from harness.plugin.workflows import planned_workflow, run_workflow
from harness.product import Products
from harness.products.catalogue import exploring_rules, rules
from harness.products.mocks import frame_of
from harness.rules.part import Exploration, RuleContext
from harness.rules.trial import Effort
from harness.session.clock import real_time, skipping
from harness.session.run.bench import open_bench
from harness.session.run.discovery import offering_all
from harness.session.run.documents import chosen as documents_in_use
from harness.session.run.documents import suite_workflows
from harness.session.run.journal import Journal
from harness.session.run.lifecycle import at
from harness.session.run.mock_clock import with_clock
from harness.workflow.cases.case_list import WorkflowCase, expand
from harness.workflow.document.parse import load

EXAMPLES = 10
FEW_EXAMPLES = 3
"""For what no data of ours can bring about: the liberties of a mock."""
_BROKEN_SECONDS = 0.5
"""How long an answer may take where the transport is broken: nothing there is worth waiting for."""


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


class Trial:
    """A mock with its bench, on which cases are run one by one."""

    def __init__(self, bench: Bench, cases: tuple[Case, ...]) -> None:
        self.bench = bench
        self.cases = cases

    @property
    def requests(self) -> int:
        return sum(self.bench.counts.values())

    def run(self, cases: Iterable[Case]) -> Iterator[Outcome]:
        """Run cases; what workflows share between them is made anew for each batch."""
        # Rules let hours pass: a token that a workflow kept from an earlier batch may have ended.
        base_url = self.bench.settings.environment.base_url
        bench = replace(self.bench, workflows=WorkflowOptions({"*": base_url}))
        for case in cases:
            yield case.run(bench)


@contextmanager
def trial(
    settings: Settings,
    *,
    faults: Sequence[str] = (),
    tolerances: Sequence[str] = (),
) -> Iterator[Trial]:
    """Start a mock in this process and give what runs cases against it."""
    examples = FEW_EXAMPLES if tolerances else EXAMPLES
    told = MockSettings(faults=frozenset(faults), tolerances=frozenset(tolerances))
    frame = frame_of(settings.products)
    damage = frame.damage(told.faults)
    with running(create_app(told, frame), damage=damage) as url:
        environment = at(offering_all(settings.environment, settings.products), url)
        placed = replace(settings, environment=_hurried(environment) if damage else environment)
        time = skipping(real_time())
        journal = Journal(None, _ignore)
        with open_bench(placed, _documents(placed), journal, Redactor(), time) as bench:
            ready = with_clock(bench)
            yield Trial(ready, cases_of(ready, examples))


def cases_of(bench: Bench, examples: int) -> tuple[Case, ...]:
    """Return every case that a run of these settings would have, in its order."""
    settings = bench.settings
    flows = (_workflow_case(each, settings.products) for each in _workflows(settings))
    cases = (*_rule_cases(bench, examples), *flows)
    return tuple(case for case in cases if is_selected(case.id, settings))


def _rule_cases(bench: Bench, examples: int) -> tuple[Case, ...]:
    # No rule is made for a certain URL, so that one making serves every mock of this process.
    unplaced = replace(bench.settings, environment=at(bench.settings.environment, ""))
    return _cases_made(
        unplaced.environment,
        bench.credentials,
        _Chosen(unplaced.products, unplaced.apis, unplaced.downloaded),
        tuple(bench.roles),
        Effort(examples, unplaced.seed, shrink=False),
    )


@lru_cache(maxsize=8)
def _cases_made(
    environment: Environment,
    credentials: Credentials,
    chosen: _Chosen,
    roles: tuple[str, ...],
    effort: Effort,
) -> tuple[Case, ...]:
    documents = {api.name: api for api in _parsed(chosen)}
    context = RuleContext(
        environment, credentials, documents, chosen.products, can_advance_time=True
    )
    exploration = Exploration(roles, effort, with_fuzzing=False)
    fixed, exploring = rules(context), exploring_rules(context, exploration)
    return tuple(
        Case(planned_rule(rule), partial(run_rule, rule=rule, effort=effort))
        for rule in (*fixed, *exploring)
    )


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
    mock = offering_all(Environment("mock", ""), chosen.products)
    wanted = Settings(
        mock, None, products=chosen.products, apis=chosen.apis, downloaded=chosen.downloaded
    )
    return tuple(each.api for each in documents_in_use(wanted))


def _hurried(environment: Environment) -> Environment:
    return replace(
        environment, timeout_seconds=_BROKEN_SECONDS, deadline_seconds=2 * _BROKEN_SECONDS
    )


def _ignore(_: Event) -> None:
    """Let an event pass: a proof keeps no record."""
