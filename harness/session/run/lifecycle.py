"""Do one run from settings to verdict, and leave its record whatever happens."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness import __version__
from harness.client.http import Time
from harness.client.redaction import Redactor
from harness.config import Environment, Settings
from harness.errors import HarnessError, NothingSelected
from harness.events import DocumentUsed, RunFinished, RunResumed, RunStarted
from harness.exchange import Exchange
from harness.hosts import host_of
from harness.openapi.effective import Effective
from harness.plugin.bench import Bench, WorkflowOptions
from harness.plugin.workflows import MEMBER_ID
from harness.record import FILE_NAME, RecordWriter, events
from harness.session.clock import skipping
from harness.session.reporting.verdict_inputs import Digests, VerdictInputs, snapshot
from harness.session.run.bench import open_bench
from harness.session.run.documents import chosen, documents_used, own_documents
from harness.session.run.folder import job_of, open_folder, point_latest
from harness.session.run.journal import Exercising, Journal, Listen
from harness.session.run.mock_process import running_mock, with_clock
from harness.session.run.preflight import probe_capabilities, with_all_capabilities
from harness.session.run.unfinished import Unfinished
from harness.verdict.scope import CONTRACT

TRANSPORT_FAULT = "transport-"
"""How the names of the mock's transport faults begin; a run does not load the mock to know them."""
_BROKEN_SECONDS = 0.5

Cases = Callable[[Bench, Path], None]
"""Runs the cases of a run, given the bench and the run's folder."""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How the running of cases ended, before anything is judged."""

    error: str = ""
    exit_code: int | None = None
    """Set where the run could not be done as asked; the verdict keeps it."""
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class CompletedRun:
    """A run's folder with its record, and what only memory may hold: the secrets to scan for."""

    folder: Path
    ended: RunEnd
    secrets: tuple[str, ...]
    pieces: tuple[str, ...] = ()
    """Pieces of them that must not be found either, as they are."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of a run besides its settings."""

    faults: tuple[str, ...] = ()
    """Promises that the mock is to break."""
    workflows: WorkflowOptions | None = None
    waiver_file: Path | None = None
    baseline: VerdictInputs | None = None
    earlier: Unfinished | None = None
    """A run that was cut off and is to be finished."""
    min_operation_coverage: float = 0.0
    """A share from 0 to 1."""
    min_keyword_coverage: float = 0.0
    """Likewise, of the constraints on requests."""
    documents: tuple[DocumentUsed, ...] | None = None
    """What is under test, where it is not the APIs of the settings."""
    suite: str = CONTRACT
    """What the cases are taken from."""


def run_cases(
    settings: Settings, cases: Cases, task: Task, *, time: Time, listen: Listen
) -> CompletedRun:
    """Run cases against the target and record all of it.

    Raises only where no folder can be made or written.
    """
    folder, digests = _open(settings, task, time)
    earlier = task.earlier
    writer = RecordWriter(folder / FILE_NAME)
    # A run that goes on numbers its exchanges from where it ended.
    journal = Journal(writer, listen, first_exchange=earlier.next_exchange if earlier else 1)
    redactor = Redactor(settings.environment.masked_names)
    begun = time.monotonic()
    settings = replace(settings, variables=with_member(settings.variables, folder.name))
    context = _RunContext(folder, journal, redactor, time, task, digests)
    try:
        if earlier:
            journal.write(RunResumed(_stamp(time), __version__))
        else:
            # Before anything can take long: a run that is killed from here on can be read and resumed.
            writer.begin(at_first(settings, task, folder, digests, time))
        # Only now, so that `latest` never leads to what cannot be read.
        point_latest(folder)
        ended = _run(settings, cases, context)
        for line in context.exercising.exercised():
            journal.write(line)
        # Together with what the earlier sitting has spent.
        spent = time.monotonic() - begun + (earlier.seconds if earlier else 0.0)
        error = redactor.text(ended.error)
        finished = RunFinished(
            _stamp(time), round(spent, 3), ended.interrupted, error, ended.exit_code or 0
        )
        journal.write(finished)
    finally:
        writer.close()
    return CompletedRun(folder, ended, redactor.secrets, redactor.pieces)


def at_first(
    settings: Settings, task: Task, folder: Path, digests: Digests, time: Time
) -> RunStarted:
    """Return what is known of a run before its target and its documents are."""
    # A first line needs neither a journal nor a redactor that knows anything.
    context = _RunContext(folder, Journal(None, lambda _: None), Redactor(), time, task, digests)
    return _started(settings, settings, task.documents or (), context)


def _open(settings: Settings, task: Task, time: Time) -> tuple[Path, Digests]:
    if task.earlier:
        # What a run that goes on is judged by lies beside its record already.
        return task.earlier.folder, Digests(task.earlier.run.sets)
    folder = open_folder(settings.reports, now=time.now(), label=settings.profile)
    return folder, snapshot(
        folder,
        more=settings.products.specs,
        alone=settings.products.are_derived,
        waiver_file=task.waiver_file,
        baseline=task.baseline,
    )


def _stamp(time: Time) -> str:
    return time.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def with_member(variables: Mapping[str, str], run_id: str) -> Mapping[str, str]:
    """Add the member id of a run, unless one is set."""
    digits = "".join(sign for sign in run_id if sign.isdigit())
    # Variables that the user has set win.
    return {MEMBER_ID: f"HARNESS{digits}", **variables}


@dataclass(frozen=True)
class _RunContext:
    folder: Path
    journal: Journal
    redactor: Redactor
    time: Time
    task: Task
    digests: Digests
    exercising: Exercising = field(default_factory=Exercising)


def _run(settings: Settings, cases: Cases, context: _RunContext) -> RunEnd:
    earlier = context.task.earlier
    started = earlier is not None
    try:
        with _target(settings, context.task.faults) as target:
            probed, asked, documents = _under_test(target, context)
            apis = [each.api for each in documents]
            _follow(context, documents)
            # What the target offers is known only now, and the first line of the record says it.
            if not started:
                used = _used(settings, documents, context.task)
                context.journal.begin(_started(settings, probed, used, context))
                started = True
            # Only now, since the exchanges of the probe belong behind the first line.
            context.journal.note(asked)
            # Only the clock of our own mock can be moved.
            owns_mock = not settings.environment.base_url
            time = skipping(context.time) if owns_mock else context.time
            options = _with_default_server(context.task.workflows, settings, probed)
            with open_bench(
                probed, apis, context.journal, context.redactor, time, options
            ) as bench:
                ready = with_clock(bench) if owns_mock else bench
                _run_rest(cases, ready, context.folder, earlier)
    except HarnessError as problem:
        # No target was found, so that the first line says what the settings say.
        if not started:
            context.journal.begin(
                _started(settings, settings, context.task.documents or (), context)
            )
        return RunEnd(str(problem), problem.exit_code)
    except KeyboardInterrupt:
        return RunEnd("interrupted", interrupted=True)
    except Exception as problem:  # noqa: BLE001 the one net: our own bug must still leave a record
        return RunEnd(f"the harness failed: {type(problem).__name__}: {problem}", exit_code=4)
    return RunEnd()


def _follow(context: _RunContext, documents: tuple[Effective, ...]) -> None:
    """Follow which constraints of the documents are exercised, from the record's beginning on."""
    earlier = events(context.folder / FILE_NAME) if context.task.earlier else ()
    apis = [each.api for each in documents]
    context.exercising.begin(apis, documents_used(documents), earlier)
    context.journal.watch(context.exercising.note)


def _used(
    settings: Settings, documents: tuple[Effective, ...], task: Task
) -> tuple[DocumentUsed, ...]:
    """Return what the record says of the documents of the run; a workflow brings documents of its own."""
    if task.documents is not None:
        return task.documents
    return (*documents_used(documents), *own_documents(settings))


def _under_test(
    target: Settings, context: _RunContext
) -> tuple[Settings, tuple[Exchange, ...], tuple[Effective, ...]]:
    """Ask what a target offers and load its documents; workflows bring documents of their own."""
    if context.task.documents is not None:
        return target, (), ()
    probed, asked = probe_capabilities(target, context.redactor, context.time)
    return probed, asked, chosen(probed)


def _run_rest(cases: Cases, bench: Bench, folder: Path, earlier: Unfinished | None) -> None:
    if earlier is None:
        cases(bench, folder)
        return
    try:
        cases(replace(bench, done=earlier.done), folder)
    except NothingSelected:
        # Everything was settled before the run was cut off.
        if not earlier.done:
            raise


def _with_default_server(
    options: WorkflowOptions | None, settings: Settings, target: Settings
) -> WorkflowOptions:
    """Send workflows to the run's target, unless servers were named for them and no mock was started."""
    chosen = options or WorkflowOptions()
    if options and settings.environment.base_url:
        return chosen
    return replace(chosen, servers={"*": target.environment.base_url, **chosen.servers})


@contextmanager
def _target(settings: Settings, faults: tuple[str, ...]) -> Iterator[Settings]:
    """Yield settings whose base URL is known: the one configured, or that of a mock started for the run."""
    with ExitStack() as stack:
        environment = settings.environment
        if not environment.base_url:
            url = stack.enter_context(running_mock(faults, settings.specs))
            environment = mock_environment(settings, url, faults)
        yield replace(settings, environment=environment)


def at(environment: Environment, url: str) -> Environment:
    """Return the environment at another URL, whose host alone may be called."""
    return replace(environment, base_url=url, allowed_hosts=(host_of(url),))


def mock_environment(settings: Settings, url: str, faults: Iterable[str]) -> Environment:
    """Return the environment of a mock of our own that was started at a URL with these faults."""
    there = with_all_capabilities(at(settings.environment, url), settings.products)
    if not any(fault.startswith(TRANSPORT_FAULT) for fault in faults):
        return there
    # Where the transport is broken no answer is worth waiting for: what comes at all comes at once.
    return replace(there, timeout_seconds=_BROKEN_SECONDS, deadline_seconds=2 * _BROKEN_SECONDS)


def _started(
    settings: Settings, target: Settings, used: tuple[DocumentUsed, ...], context: _RunContext
) -> RunStarted:
    split = target.shard.split if target.shard else None
    return RunStarted(
        run_id=context.folder.name,
        started=_stamp(context.time),
        harness_version=__version__,
        environment=target.environment.name,
        base_url=target.environment.base_url,
        profile=target.profile,
        seed=target.seed,
        apis=target.apis,
        documents=used,
        selection=target.only,
        sets=context.digests.sets,
        faults=context.task.faults,
        shard=str(target.shard or ""),
        split=split.parts if split else (),
        split_sha256=split.sha256 if split else "",
        waivers=context.digests.waivers,
        baseline=context.digests.baseline,
        embedded=not settings.environment.base_url,
        min_operation_coverage=max(
            context.task.min_operation_coverage, settings.gates.operation_coverage
        ),
        min_keyword_coverage=max(
            context.task.min_keyword_coverage, settings.gates.keyword_coverage
        ),
        job=job_of(settings.variables),
        suite=context.task.suite,
        like=target.environment.like if target.environment.like != target.environment.name else "",
        settings_of=target.environment.settings_of,
    )
