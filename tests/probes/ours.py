"""Run a probe with our own engine, on a clock that only sleeping moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.client.http import Client
from harness.client.redaction import Redactor
from harness.config import Environment
from harness.errors import HarnessError
from harness.exchange import Exchange
from harness.jsonvalue import members, number
from harness.openapi.load import load_api
from harness.openapi.model import Api
from harness.outcome import Status, worst
from harness.workflow.cases import case_list
from harness.workflow.document import parse
from harness.workflow.document.model import Book, Severity
from harness.workflow.engine import execute as engine
from harness.workflow.engine.reports import CaseReport, Context, Limits
from harness.workflow.lint.check import lint
from tests.fakes import FakeClock
from tests.probes.probe import HOME, SERVER, Probe


@dataclass
class Runner:
    """A client whose clock only sleeping moves; no probe waits in earnest."""

    clock: FakeClock
    client: Client

    def now(self) -> float:
        return self.clock.time().now().timestamp()

    def elapse(self, seconds: float) -> None:
        self.clock.seconds += seconds

    def context(self, probe: Probe, url: str) -> Context:
        time = self.clock.time()
        return Context(
            servers={"*": SERVER if probe.given.get("no_server") else url},
            send=self.client.bound(probe.name),
            clock=self.now,
            sleep=time.sleep,
            boundary=lambda: "frontier",
            environment={k: str(v) for k, v in members(probe.given.get("environment")).items()},
            inputs=members(probe.given.get("inputs")),
            limits=Limits(attempts=int(number(probe.given.get("attempts"), 1000))),
        )


@contextmanager
def opened_runner() -> Iterator[Runner]:
    """Yield a runner for all probes, for opening its client is what takes time."""
    clock, kept = FakeClock(), list[Exchange]()
    environment = Environment("probes", SERVER, allowed_hosts=("127.0.0.1",))
    client = Client(environment, time=clock.time(), redactor=Redactor(), record=kept.append)
    yield Runner(clock, client)
    client.close()


@dataclass(frozen=True)
class Seen:
    """What came of a probe."""

    verdict: Status
    reports: dict[str, CaseReport]
    message: str


@cache
def interface(file: str, name: str) -> Api:
    """Return an OpenAPI document of the probes, read once for all of them."""
    return load_api(HOME / file, name)


def opened(probe: Probe, folder: Path) -> Book:
    """Read a probe's document with its sources."""
    path = probe.write(folder, SERVER)
    return parse.load(path, resolve=lambda place, name: interface(place.name, name))


def linted(probe: Probe, folder: Path, context: Context) -> Seen:
    """Lint a document and run its cases, as `harness workflow run` does."""
    try:
        book = opened(probe, folder)
        errors = [each for each in lint(book) if each.severity is Severity.ERROR]
        if errors:
            return Seen(Status.ERROR, {}, "\n".join(f"{x.title} {x.advice}" for x in errors))
        return ran(probe, book, context)
    except HarnessError as problem:
        return Seen(Status.ERROR, {}, str(problem))


def ran(probe: Probe, book: Book, context: Context) -> Seen:
    """Run the cases of a probe."""
    chosen = case_list.expand(book, probe.workflow)
    reports = {case.id: engine.run(case, context) for case in chosen}
    message = "\n".join(each.message for each in reports.values())
    statuses = (each.status for each in reports.values())
    return Seen(worst(each for each in statuses if each is not Status.SKIP), reports, message)


def as_expected(status: Status) -> str:
    """Return a status as probes write it: what is only remarked on has passed."""
    return "pass" if status is Status.WARN else str(status)
