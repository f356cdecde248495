"""`harness load`: many users at a time, with the checks of a workflow as pass or fail."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from harness import limits as document_limits
from harness.cli.console import say
from harness.cli.options import (
    checks_option,
    load_target_options,
    outside_option,
    pairs,
    refuse_given,
    with_options,
)
from harness.cli.workflow_checks import loaded, refuse_errors, refuse_inputs
from harness.errors import ConfigurationError
from harness.openapi.effective import in_use
from harness.plugin.server_resolution import ResolvedServers
from harness.report.load_report import lines
from harness.report.wording import plural
from harness.session.clock import real_time
from harness.session.load.job import (
    PAGE_NAME,
    Finished,
    refuse_without_locust,
    run_load,
    run_worker,
)
from harness.session.load.prepare import LoadOptions, Prepared, Role, prepare
from harness.session.workflows.located import located
from harness.verdict.load.judgement import PERCENTILES, InvalidLimit, Limits, seconds_in, share_in

Command = TypeVar("Command", bound=Callable[..., object])


class Read(click.ParamType[float]):
    """A value that a function reads from text."""

    def __init__(self, name: str, read: Callable[[str], float]) -> None:
        self.name = name
        self._read = read

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the value. Fails with the sentence of what reads it."""
        if isinstance(value, int | float):
            return float(value)
        try:
            return self._read(str(value))
        except InvalidLimit as problem:
            self.fail(f"{problem}.", param, ctx)


DURATION, SHARE = Read("duration", seconds_in), Read("share", share_in)


def user_options(command: Command) -> Command:
    """Add how many users there are, and when they end."""
    return with_options(
        command,
        click.option(
            "--users",
            type=click.IntRange(1, 100_000),
            default=1,
            show_default=True,
            metavar="N",
            help="How many users there are at a time.",
        ),
        click.option(
            "--spawn-rate",
            type=click.FloatRange(0.01, 100),
            default=1.0,
            show_default=True,
            metavar="R",
            help="How many of them begin each second.",
        ),
        click.option(
            "--time",
            "seconds",
            type=DURATION,
            metavar="T",
            help="How long, as 30s or 5m; 30s unless given, or as long as --iterations take.",
        ),
        click.option(
            "--iterations",
            type=click.IntRange(min=1),
            metavar="N",
            help="Have each user do so many runs, and then end.",
        ),
    )


def limit_options(command: Command) -> Command:
    """Add the limits that the run has to keep."""
    percentiles = (
        click.option(
            f"--max-p{percent}",
            type=DURATION,
            metavar="T",
            help=f"How long {percent} of 100 requests of each operation may take at most, as 500ms.",
        )
        for percent in (50, 95, 99)
    )
    failures = click.option(
        "--max-failures",
        type=SHARE,
        default=0.0,
        metavar="PCT",
        help="The share of runs that may fail, as 1%; none unless given.",
    )
    return with_options(command, *percentiles, failures)


def machine_options(command: Command) -> Command:
    """Add what spreads users over processes and machines, by the names that Locust has for it."""
    workers = click.option(
        "--expect-workers",
        type=click.IntRange(1, 1000),
        default=1,
        show_default=True,
        metavar="N",
        help="With --master: begin when so many are there.",
    )
    return with_options(
        command,
        click.option("--master", is_flag=True, help="Send nothing, and have workers send."),
        click.option("--worker", is_flag=True, help="Send what a master asks for."),
        workers,
        _host("--master-bind-host", "With --master: listen here; whoever reaches it is believed."),
        _port("--master-bind-port", "With --master: and on this port."),
        _host("--master-host", "With --worker: where the master is."),
        _port("--master-port", "With --worker: and its port."),
    )


def _host(name: str, says: str) -> Callable[[Command], Command]:
    return click.option(name, default="127.0.0.1", show_default=True, metavar="HOST", help=says)


def _port(name: str, says: str) -> Callable[[Command], Command]:
    kind = click.IntRange(1, 65535)
    return click.option(name, type=kind, default=5557, show_default=True, metavar="PORT", help=says)


SECONDS = 30.0
"""How long a run goes on where nobody says it."""
PROGRESS_SECONDS = 5.0
_OF_MASTER = ("expect_workers", "master_bind_host", "master_bind_port")
_OF_WORKER = ("master_host", "master_port")
_OF_WHOEVER_JUDGES = (
    *("users", "spawn_rate", "seconds", "iterations", "max_failures", "seed", "reports"),
    *(f"max_p{percent}" for percent in PERCENTILES),
)


@click.command("load")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE-OR-NAME")
@click.option("-w", "--workflow", "workflow", default="", metavar="ID", help="Only this workflow.")
@user_options
@limit_options
@machine_options
@click.option("--server", "servers", multiple=True, metavar="NAME=URL", help="Where a source runs.")
@click.option("--input", "inputs", multiple=True, metavar="K=V", help="A value for an input.")
@checks_option
@outside_option
@click.option("-q", "--quiet", "is_quiet", is_flag=True, help="Print the verdict alone.")
@load_target_options
@click.pass_context
def command(context: click.Context, /, *, file: Path, is_quiet: bool, **options: Any) -> None:
    """Run an Arazzo document as many users at a time; each goes through its rows again and again.

    A step whose criteria or contract checks fail is a failure. Needs Locust: pip install
    'contract-harness[load]'. Only servers on this machine are put under load, and hosts whose
    environment in harness.yaml says load_allowed: true; the vendor's never.

    Exit codes: 0 all limits met, 1 one is not, 2 wrong use, 3 nothing can be said, 5 nothing selected.

    \b
    Examples:
      harness load medical-attachments --users 4 --spawn-rate 4 --time 30s
      harness load book.arazzo.yaml -w upload --server claims=http://127.0.0.1:8080 --iterations 5
      harness load dental-attachments --users 2 --iterations 3 --max-p95 500ms --max-failures 1%
      harness load book.arazzo.yaml --server claims=http://127.0.0.1:8080 --master --expect-workers 2
      harness load book.arazzo.yaml --server claims=http://127.0.0.1:8080 --worker
    """
    refuse_without_locust()
    role = _role(context, master=options["master"], worker=options["worker"])
    order = _asked(file, role, options)
    prepared = _prepared(order)
    if role is Role.WORKER:
        _work(order, prepared)
        return
    finished = run_load(
        order, prepared, _limits(options), time=real_time(), on_line=_listener(is_quiet=is_quiet)
    )
    _conclude(finished, is_quiet=is_quiet)


def _role(context: click.Context, *, master: bool, worker: bool) -> Role:
    """Return what this process does. Raises ConfigurationError for options that have no effect in it."""
    if master and worker:
        raise ConfigurationError(
            "--master and --worker are two processes.", advice="Start one of each."
        )
    if not master:
        refuse_given(context, _OF_MASTER, "without --master")
    if not worker:
        refuse_given(context, _OF_WORKER, "without --worker")
        return Role.MASTER if master else Role.SOLO
    refuse_given(context, _OF_WHOEVER_JUDGES, "with --worker: the master says it")
    return Role.WORKER


def _asked(file: Path, role: Role, options: Mapping[str, Any]) -> LoadOptions:
    is_worker = role is Role.WORKER
    iterations = options["iterations"] or 0
    # Without iterations only the time ends a run.
    unlimited = 0.0 if iterations else SECONDS
    # Only what JSON carries: the process of the users loads the settings for itself.
    target = {name: options[name] for name in ("environment", "base_url", "only", "seed")}
    reports = options["reports"]
    return LoadOptions(
        file=str(file),
        role=role.value,
        workflow=options["workflow"],
        servers=pairs(options["servers"], "--server"),
        inputs=pairs(options["inputs"], "--input"),
        contract_checks=options["contract_checks"],
        allow_outside=options["allow_outside"],
        target={**target, "reports": str(reports) if reports else None},
        users=options["users"],
        spawn_rate=options["spawn_rate"],
        seconds=options["seconds"] or unlimited,
        iterations=iterations,
        # The process of the users reads the document for itself.
        most_bytes=document_limits.current().size_bytes,
        expect_workers=options["expect_workers"],
        host=options["master_host" if is_worker else "master_bind_host"],
        port=options["master_port" if is_worker else "master_bind_port"],
    )


def _prepared(order: LoadOptions) -> Prepared:
    path = located([Path(order.file)])[0]
    book = loaded(path, in_use, allow_outside=order.allow_outside)
    refuse_errors([book])
    prepared = prepare(order, book, time=real_time())
    # Inputs as well, before any user begins.
    refuse_inputs(prepared.cases, ResolvedServers(prepared.settings, prepared.options))
    return prepared


def _limits(options: Mapping[str, Any]) -> Limits:
    given = ((percent, options[f"max_p{percent}"]) for percent in PERCENTILES)
    return Limits(
        tuple((percent, seconds) for percent, seconds in given if seconds is not None),
        options["max_failures"],
    )


def _work(order: LoadOptions, prepared: Prepared) -> None:
    result = run_worker(order, prepared, on_line=_listener(is_quiet=True)).line
    if result["problem"]:
        say(f"stopped   {result['problem']}")
    runs, requests = plural(result["visits"], "run"), plural(result["requests"], "request")
    say(f"WORKER DONE: {runs}, {requests}; the master has the verdict.")
    sys.exit(result["exit_code"])


def _listener(*, is_quiet: bool) -> Callable[[Mapping[str, Any]], None]:
    """Return what prints how far it has come, every few seconds."""
    # Below zero, so that the first line comes at once.
    last = [-PROGRESS_SECONDS]

    def on_line(line: Mapping[str, Any]) -> None:
        if is_quiet:
            return
        if line["kind"] == "waiting":
            say(f"waiting for {plural(line['workers'], 'worker')}")
        elif line["seconds"] - last[0] >= PROGRESS_SECONDS:
            last[0] = line["seconds"]
            users, requests = plural(line["users"], "user"), plural(line["requests"], "request")
            say(f"{line['seconds']:6.0f} s  {users}, {requests}")

    return on_line


def _conclude(finished: Finished, *, is_quiet: bool) -> None:
    """Print what came of it; the verdict is the last line."""
    if not is_quiet:
        _say_all(lines(finished.run))
        say(f"report    {finished.folder / PAGE_NAME}")
    say(finished.run.verdict)
    sys.exit(finished.exit_code)


def _say_all(texts: Iterable[str]) -> None:
    for each in texts:
        say(each)
