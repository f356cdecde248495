"""Decide what the users of a run under load do and where, and refuse where they may not."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness.client.http import Time
from harness.config import Overrides, Settings
from harness.errors import ForbiddenTarget, NothingSelected, nearest
from harness.guard import LOADABLE, MEANT, Guard, check_url
from harness.hosts import host_of
from harness.openapi.effective import in_use
from harness.plugin.bench import WorkflowOptions
from harness.plugin.recognise import for_workflows
from harness.plugin.server_resolution import (
    ResolvedServers,
    refuse_unknown,
    resolve_servers_of_all,
)
from harness.products.registry import installed
from harness.session.run.lifecycle import mock_environment
from harness.session.workflows.located import located
from harness.settings import load as load_settings
from harness.settings_file import environments_of, find, is_load_said
from harness.workflow.cases.case_list import WorkflowCase, expand
from harness.workflow.document.model import Book
from harness.workflow.document.operations import absent_operation
from harness.workflow.document.parse import load
from harness.workflow.engine.reports import ContractChecks


class Role(StrEnum):
    """What a process does in a run under load."""

    SOLO = "solo"
    MASTER = "master"
    """Sends nothing: tells the workers what to do, and adds up what they did."""
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Everything that the command line says, in values that JSON can carry."""

    file: str
    role: str = Role.SOLO
    workflow: str = ""
    servers: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    contract_checks: str = "fail"
    allow_outside: bool = False
    target: Mapping[str, Any] = field(default_factory=dict)
    """The overrides of the settings."""
    users: int = 1
    spawn_rate: float = 1.0
    seconds: float = 0.0
    """0: until every user has done its iterations."""
    iterations: int = 0
    """How often each user goes through a workflow; 0: until the time is over."""
    seed: int = 1
    run: str = ""
    """The id of the run, from which the member ids of its users are made."""
    mock_url: str = ""
    """Where the mock listens that was started for the run."""
    most_bytes: int = 0
    """How large a document may be."""
    expect_workers: int = 1
    host: str = "127.0.0.1"
    port: int = 5557
    """Where the master listens for workers, or where a worker finds it."""

    def as_text(self) -> str:
        """Return one line that `options_from` reads."""
        return json.dumps(asdict(self))


def options_from(text: str) -> LoadOptions:
    """Read what `as_text` gave."""
    # Field by field, so that a line of another form fails here.
    found = json.loads(text)
    return LoadOptions(**{each.name: found[each.name] for each in fields(LoadOptions)})


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the users do, and where."""

    book: Book
    settings: Settings
    options: WorkflowOptions
    cases: tuple[WorkflowCase, ...]
    """The rows that users take in turn."""

    @property
    def needs_mock(self) -> bool:
        """Whether the mock takes the place of a server that nobody named."""
        return not self.settings.environment.base_url

    @property
    def digest(self) -> str:
        """What tells whether two processes do the same: the document and the rows chosen of it."""
        # The rows as well, since --only and -w change what users do.
        rows = "\n".join(each.id for each in self.cases)
        text = f"{self.book.document.sha256}\n{rows}"
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

    def at_mock(self, url: str) -> "Prepared":
        """Return the same with a mock that was started at a URL."""
        environment = mock_environment(self.settings, url, ())
        servers = {"*": url, **self.options.servers}
        return replace(
            self,
            settings=replace(self.settings, environment=environment),
            options=replace(self.options, servers=servers),
        )


def read_book(options: LoadOptions) -> Book:
    """Read the document. Raises DocumentError."""
    path = located([Path(options.file)])[0]
    return load(path, allow_outside=options.allow_outside, resolve=in_use)


def prepare(options: LoadOptions, book: Book, *, time: Time) -> Prepared:
    """Read the settings, and ask the guard for every host that they and the document name.

    Raises ForbiddenTarget, ConfigurationError, DocumentError, NothingSelected.
    """
    # Before servers are resolved, so that the guard refuses those that may not be put under load.
    settings = under_load(_settings(options))
    refuse_unknown([book], servers=options.servers, inputs=options.inputs)
    resolved = resolve_servers_of_all(
        [book],
        settings,
        servers=options.servers,
        inputs=options.inputs,
        checks=ContractChecks(options.contract_checks),
    )
    _check_hosts(resolved)
    settings = for_workflows(resolved, settings, [book], time=time)
    cases = _chosen(book, options.workflow, settings)
    prepared = Prepared(book, settings, resolved.options, cases)
    return prepared.at_mock(options.mock_url) if options.mock_url else prepared


def _settings(options: LoadOptions) -> Settings:
    try:
        return load_settings(overrides_in(options.target), folder=Path.cwd(), products=installed())
    except ForbiddenTarget as problem:
        if MEANT in problem.advice:  # which would not help here
            raise ForbiddenTarget(
                f"{problem.what} It is never put under load.", advice=LOADABLE
            ) from None
        raise


def overrides_in(target: Mapping[str, Any]) -> Overrides:
    """Return overrides as they were before JSON carried them."""
    # JSON knows neither paths nor tuples.
    reports = target.get("reports")
    return Overrides(**{**target, "reports": Path(reports) if reports else None, "apis": ()})


def under_load(settings: Settings) -> Settings:
    """Return settings whose client puts hosts under load, and refuses every host that may not be.

    Beyond this machine those are the hosts of an environment for which `harness.yaml` itself says
    `load_allowed: true`; an address from a flag or a variable is none of them.
    """
    environment = settings.environment
    name = environment.settings_of or environment.name
    file, hosts = find(settings.file_folder), dict[str, None]()
    if is_load_said(file, name):
        said = environments_of(file, settings.products.names)[name]
        if said.capabilities.load_allowed:
            hosts = dict.fromkeys((host_of(said.base_url), *said.allowed_hosts))
    # A host that cannot be read allows nothing.
    hosts.pop("", None)
    return replace(settings, environment=replace(environment, load_hosts=tuple(hosts)))


def _check_hosts(resolved: ResolvedServers) -> None:
    """Refuse before anything is sent; the client asks again for every request."""
    environment = resolved.settings.environment
    Guard(environment).check_base()
    for url in resolved.options.servers.values():
        check_url(environment, url)


def _chosen(book: Book, workflow: str, settings: Settings) -> tuple[WorkflowCase, ...]:
    """Return the rows that can be run here. Raises NothingSelected where there is none."""
    cases = expand(book, workflow)
    # Whoever names a document means its cases, whichever API they belong to.
    wanted = replace(settings, apis=settings.products.names)
    selected = tuple(each for each in cases if wanted.selects(each.id))
    if not selected:
        raise NothingSelected(
            f"no case of the document is selected by '{settings.only}'.",
            advice=f"Nearest: {', '.join(nearest(settings.only, [each.id for each in cases]))}.",
        )
    # What cannot be run here would count as a failure each time.
    fit = tuple(each for each in selected if _is_fit(each, settings))
    if not fit:
        raise NothingSelected(
            "every case that is selected is skipped, or needs what the target cannot do.",
            advice="Run them once to see why: harness workflow run.",
        )
    return fit


def _is_fit(case: WorkflowCase, settings: Settings) -> bool:
    missing = settings.environment.missing(case.needs)
    return not (case.skip or missing or absent_operation(case.book, case.workflow))
