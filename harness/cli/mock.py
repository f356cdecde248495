"""`harness mock`: serve the three APIs on this machine."""

import sys
import threading
from collections.abc import Callable
from os import getpid, kill
from pathlib import Path
from signal import SIGTERM

import click

from harness.mock.app import create_app
from harness.mock.clock import offset_of
from harness.mock.credentials import load_clients
from harness.mock.damage import damage_of
from harness.mock.faults import FAULTS
from harness.mock.server import issue_certificate, listener, serve
from harness.mock.settings import CLIENTS, MockSettings, utc_now
from harness.mock.tolerances import TOLERANCES


def _list_faults(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 click's signature
    if value:
        for fault in FAULTS:
            click.echo(f"{fault.id:<42} {fault.area:<11} {fault.breaks:<6} {fault.sentence}")
        context.exit()


def _list_tolerances(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 as above
    if value:
        for tolerance in TOLERANCES:
            click.echo(f"{tolerance.id:<32} {tolerance.sentence}")
        context.exit()


@click.command("mock")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--open", "is_open", is_flag=True, help="Let other machines in, as in a container.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Break one promise; may be given again.",
)
@click.option(
    "--tolerate",
    "tolerances",
    multiple=True,
    metavar="NAME",
    help="Take a liberty that breaks none; may be given again.",
)
@click.option(
    "--latency",
    type=click.IntRange(0, 60_000),
    default=0,
    metavar="MS",
    help="Keep every call waiting so many milliseconds.",
)
@click.option(
    "--clock",
    default="+0",
    metavar="ISO|+SECONDS",
    help="The mock's time at the start; it runs on from there.",
)
@click.option(
    "--strict/--canned",
    default=True,
    help="Validate everything, or answer medical and prior authorization unseen.",
)
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="YAML with the clients to know instead of the built-in ones.",
)
@click.option("--tls", is_flag=True, help="Serve HTTPS with a certificate made for this start.")
@click.option(
    "--tls-folder",
    type=click.Path(path_type=Path),
    default=Path("reports/mock-tls"),
    show_default=True,
    help="Where the certificate and its CA are written.",
)
@click.option(
    "--list-faults",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_faults,
    help="Print every fault, its area and the requirement that it breaks.",
)
@click.option(
    "--list-tolerances",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_tolerances,
    help="Print every liberty that the mock can take.",
)
@click.option("--stop-with-stdin", is_flag=True, hidden=True)
def command(
    *,
    port: int,
    host: str,
    is_open: bool,
    faults: tuple[str, ...],
    tolerances: tuple[str, ...],
    latency: int,
    clock: str,
    strict: bool,
    credentials: Path | None,
    tls: bool,
    tls_folder: Path,
    stop_with_stdin: bool,
) -> None:
    """Serve the mock of the three APIs; SIGTERM or Ctrl-C ends it.

    One line says when it is ready, and where; the page there says the rest.

    \b
    Examples:
      harness mock
      harness mock --port 0 --fault search-loses-a-byte
      harness mock --clock 2026-01-16T12:00:00Z --latency 200 --canned
      harness mock --list-faults
    """
    settings = MockSettings(
        clients=load_clients(credentials) if credentials else CLIENTS,
        clock_ahead_seconds=offset_of(clock, utc_now()),
        faults=frozenset(faults),
        tolerances=frozenset(tolerances),
        latency_seconds=latency / 1000,
        validates_prior_auth=strict,
        validates_medical=strict,
    )
    app = create_app(settings)
    bound = listener(host, port, is_open=is_open)
    certificate = issue_certificate(tls_folder) if tls else None
    if stop_with_stdin:
        _stop_with_stdin()
    serve(
        app,
        bound,
        ready=_ready(click.echo),
        certificate=certificate,
        damage=damage_of(settings.faults),
    )


def _ready(echo: Callable[[str], None]) -> Callable[[str], None]:
    return lambda url: echo(f"harness mock is ready at {url}")


def _stop_with_stdin() -> None:
    """End with the process that started this one, even where it was killed."""

    def watch() -> None:
        sys.stdin.read()
        kill(getpid(), SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
