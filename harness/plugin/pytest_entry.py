"""Run Arazzo documents under a pytest of one's own: `pytest -p harness.plugin.pytest_entry book.arazzo.yaml`.

Each row of a document's cases is an item, so that -k, -m, --lf, -x and xdist work as for any test.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from harness.client.http import Client
from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Overrides, Settings
from harness.errors import ConfigurationError, HarnessError
from harness.exchange import Exchange
from harness.outcome import Outcome
from harness.plugin.allure import CASE, ResultRewriter, is_active
from harness.plugin.bench import Bench, WorkflowOptions
from harness.plugin.case_executor import CaseExecutor
from harness.plugin.clock import real_time
from harness.plugin.items import SUFFIXES, WorkflowFile, WorkflowItem
from harness.plugin.recognise import for_workflows
from harness.plugin.server_resolution import resolve_servers
from harness.plugin.workflows import MEMBER_ID, planned_workflow, run_workflow
from harness.products.registry import installed
from harness.report.allure.case import CaseView
from harness.settings import load, required_credentials
from harness.workflow.cases.case_list import WorkflowCase
from harness.workflow.engine.reports import ContractChecks, Result
from harness.workflow.engine.session import SessionCache

STAND = pytest.StashKey["Stand"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say where requests go and how strictly answers are judged."""
    group = parser.getgroup("harness", "Arazzo documents")
    group.addoption("--harness-env", metavar="NAME", help="which target")
    group.addoption("--harness-base-url", metavar="URL", help="a server with all APIs below it")
    group.addoption(
        "--harness-server", action="append", default=[], metavar="NAME=URL", help="of one source"
    )
    group.addoption(
        "--harness-input", action="append", default=[], metavar="K=V", help="a value for an input"
    )
    group.addoption(
        "--harness-contract-checks",
        choices=[str(check) for check in ContractChecks],
        default="fail",
        help="what a message that breaks its OpenAPI document does",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings once; a mistake in them is a usage error."""
    try:
        stand = config.stash[STAND] = Stand(config)
    # A mistake in settings is worded already; pytest prints it without a traceback.
    except HarnessError as problem:
        raise pytest.UsageError(str(problem)) from None
    if stand.is_shown:
        ResultRewriter(stand.views.get).register(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what is under way, its teardown last, and close the connections."""
    if STAND in config.stash:
        config.stash[STAND].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> WorkflowFile | None:
    """Take every Arazzo document that pytest comes upon or is given."""
    if not file_path.name.endswith(SUFFIXES):
        return None
    stand = parent.config.stash[STAND]
    return WorkflowFile.from_parent(
        parent,
        path=file_path,
        run=stand.run,
        downloaded=stand.settings.downloaded,
        is_linted=True,
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Name each case in its Allure result, so that the result can be matched with the case."""
    if isinstance(item, WorkflowItem) and item.config.stash[STAND].is_shown:
        item.add_marker(pytest.mark.allure_label(item.case.id, label_type=CASE))


class Stand:
    """The benches of one pytest session: one for each target that its documents have."""

    def __init__(self, config: pytest.Config) -> None:
        self._time = real_time()
        self._servers = _pairs(config.getoption("harness_server"), "--harness-server")
        self._inputs = _pairs(config.getoption("harness_input"), "--harness-input")
        self._checks = ContractChecks(config.getoption("harness_contract_checks"))
        overrides = Overrides(
            environment=config.getoption("harness_env"),
            base_url=config.getoption("harness_base_url"),
        )
        settings = load(overrides, folder=Path.cwd(), products=installed())
        # To the second: unique enough to tell the uploads of this run from those of an earlier one.
        member = f"HARNESS{self._time.now():%Y%m%d%H%M%S}"
        self.settings = replace(settings, variables={MEMBER_ID: member, **settings.variables})
        self._benches: dict[tuple[str, ...], Bench] = {}
        self._sessions: SessionCache[Result] = SessionCache()
        # One worker: pytest itself goes from item to item, and xdist brings its own processes.
        self._executor = CaseExecutor(1)
        self.is_shown = is_active(config)
        self.views: dict[str, CaseView] = {}
        self._exchanges: dict[str, list[Exchange]] = {}

    def run(self, case: WorkflowCase) -> Outcome:
        """Run a case against the target of its document."""
        outcome = self._executor.outcome(case.id, partial(run_workflow, self._bench(case), case))
        if self.is_shown:
            exchanges = tuple(self._exchanges.pop(case.id, ()))
            name = self.settings.environment.name
            self.views[case.id] = CaseView(
                planned_workflow(case, self.settings.products), outcome, exchanges, name
            )
        return outcome

    def close(self) -> None:
        """End what is under way and close all connections."""
        for _ in self._executor.close(at_once=True):
            pass  # pytest was interrupted; nobody asks for it any more
        for bench in self._benches.values():
            bench.client.close()

    def _bench(self, case: WorkflowCase) -> Bench:
        resolved = resolve_servers(
            case.book,
            self.settings,
            servers=self._servers,
            inputs=self._inputs,
            checks=self._checks,
        )
        if not resolved.settings.environment.base_url:
            raise ConfigurationError(
                "nobody has said where requests go.", advice="Give --harness-base-url URL."
            )
        environment = resolved.settings.environment
        servers = tuple(resolved.options.servers.values())
        # Whatever decides where requests go and whether they may; the same target shares one bench.
        key = (str(case.book.path), environment.base_url, *servers, *environment.allowed_hosts)
        if key not in self._benches:
            known = for_workflows(resolved, self.settings, [case.book], time=self._time)
            self._benches[key] = self._opened(known)
        # Anew for each case, for its inputs and servers are no part of the bench.
        options = replace(
            resolved.options, session=self._sessions, is_stopped=self._executor.is_stopped
        )
        return replace(self._benches[key], workflows=options)

    def _opened(self, settings: Settings) -> Bench:
        counts: Counter[str] = Counter()
        redactor = Redactor(settings.environment.masked_names)

        def count(exchange: Exchange) -> None:
            counts[exchange.case] += 1
            if self.is_shown:
                self._exchanges.setdefault(exchange.case, []).append(exchange)

        client = Client(settings.environment, time=self._time, redactor=redactor, record=count)
        credentials = required_credentials(settings)
        tokens = Tokens(
            settings,
            credentials,
            # Token requests belong to no case and are counted apart.
            send=client.bound("run/token"),
            monotonic=self._time.monotonic,
            learn=redactor.learn_credential,
        )
        return Bench(
            settings=settings,
            credentials=credentials,
            client=client,
            tokens=tokens,
            redactor=redactor,
            apis={},
            time=self._time,
            # Under a pytest of one's own there is no record; the reports are pytest's.
            write=lambda _: None,
            counts=counts,
            workflows=WorkflowOptions(),
        )


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    pairs = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise ConfigurationError(f"{option} {each} is not NAME=VALUE.")
        pairs[name] = value
    return pairs
