"""`harness mock`: serve all products on this machine."""

import sys
import threading
from dataclasses import replace
from functools import partial
from os import getpid, kill
from pathlib import Path
from signal import SIGTERM
from typing import TypedDict, Unpack

import click

from harness.cli.console import say
from harness.cli.options import Command, refuse_given, size_option, with_options
from harness.errors import ConfigurationError
from harness.mock.app import create_app
from harness.mock.clock import offset_of
from harness.mock.credentials import load_clients
from harness.mock.server import TlsFiles, issue_certificate, listener, serve, tls_files
from harness.mock.settings import CLIENTS, MockSettings, rate_of, utc_now
from harness.products.mocks import frame
from harness.session.run.spec_products import frame_for


class Behaviour(TypedDict):
    """What the flags say about how the mock behaves."""

    faults: tuple[str, ...]
    tolerances: tuple[str, ...]
    latency: int
    rate_limit: str | None
    clock: str
    strict: bool
    credentials: Path | None


_BEHAVIOUR = (
    click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="NAME",
        help="Break one promise; may be given again.",
    ),
    click.option(
        "--tolerate",
        "tolerances",
        multiple=True,
        metavar="NAME",
        help="Take a liberty that breaks none; may be given again.",
    ),
    click.option(
        "--latency",
        type=click.IntRange(0, 60_000),
        default=0,
        metavar="MS",
        help="Keep every call waiting so many milliseconds.",
    ),
    click.option(
        "--rate-limit",
        metavar="N/s",
        help="Answer 429 with Retry-After to clients that call more often; also N/m and N/h.",
    ),
    click.option(
        "--clock",
        default="+0",
        metavar="ISO|+SECONDS",
        help="The mock's time at the start; it runs on from there.",
    ),
    click.option(
        "--strict/--canned",
        default=True,
        help="Validate everything, or answer unseen where a sandbox does.",
    ),
    click.option(
        "--credentials",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="YAML with the clients to know instead of the built-in ones.",
    ),
)
_PLACE = (
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        help="0 takes a free one.",
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.option(
        "--open", "is_open", is_flag=True, help="Let other machines in, as in a container."
    ),
    click.option(
        "--default-credentials",
        is_flag=True,
        help="Know the built-in clients also where other machines are let in.",
    ),
    click.option("--tls", is_flag=True, help="Serve HTTPS with a certificate made for this start."),
    click.option(
        "--tls-folder",
        type=click.Path(path_type=Path),
        default=Path("reports/mock-tls"),
        show_default=True,
        help="Where the certificate and its CA are written.",
    ),
    click.option("--stop-with-stdin", is_flag=True, hidden=True),
)


def behaviour_options(command: Command) -> Command:
    """Add the options that say how the mock behaves."""
    return with_options(command, *_BEHAVIOUR)


def place_options(command: Command) -> Command:
    """Add the options that say where the mock listens and how it is reached."""
    return with_options(command, *_PLACE)


def list_options(command: Command) -> Command:
    """Add the options that print a catalogue and end."""
    faults = click.option(
        "--list-faults",
        is_flag=True,
        expose_value=False,
        callback=_list_faults,
        help="Print every fault, its area and the requirement that it breaks.",
    )
    tolerances = click.option(
        "--list-tolerances",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_list_tolerances,
        help="Print every liberty that the mock can take.",
    )
    return faults(tolerances(command))


def settings_from(behaviour: Behaviour) -> MockSettings:
    """Return the settings that the flags ask for. Raises HarnessError where one is wrong."""
    credentials, rate = behaviour["credentials"], behaviour["rate_limit"]
    return MockSettings(
        clients=load_clients(credentials, frame()) if credentials else CLIENTS,
        clock_ahead_seconds=offset_of(behaviour["clock"], utc_now()),
        faults=frozenset(behaviour["faults"]),
        tolerances=frozenset(behaviour["tolerances"]),
        latency_seconds=behaviour["latency"] / 1000,
        rate=rate_of(rate) if rate is not None else None,
        canned=frozenset() if behaviour["strict"] else frozenset(frame().names),
    )


def _list_faults(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 click's signature
    if not value:
        return
    # `--spec` is eager, and so it has been parsed already.
    specs = context.params.get("specs") or ()
    with frame_for(specs) as served:
        for fault in served.faults:
            say(f"{fault.id:<42} {fault.area:<11} {fault.breaks:<6} {fault.sentence}")
        context.exit()


def _list_tolerances(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 as above
    if value:
        for tolerance in frame().tolerances:
            say(f"{tolerance.id:<32} {tolerance.sentence}")
        context.exit()


@click.command("mock")
@click.option(
    "--spec",
    "specs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE-OR-NAME",
    is_eager=True,
    help="Serve this OpenAPI document in place of the installed APIs; may be given again.",
)
@place_options
@behaviour_options
@list_options
@size_option
def command(
    *,
    specs: tuple[Path, ...],
    port: int,
    host: str,
    is_open: bool,
    default_credentials: bool,
    tls: bool,
    tls_folder: Path,
    stop_with_stdin: bool,
    **behaviour: Unpack[Behaviour],
) -> None:
    """Serve the mock of all products; SIGTERM or Ctrl-C ends it.

    One line says when it is ready, and where; the page there says the rest.

    \b
    Examples:
      harness mock
      harness mock --port 0 --fault search-loses-a-byte
      harness mock --clock 2026-01-16T12:00:00Z --latency 200 --canned
      harness mock --rate-limit 5/s --tls
      harness mock --list-faults
      harness mock --spec openapi.yaml

    \b
    A file for --credentials; all but the first two are optional:
      clients:
        - client_id: clinic
          client_secret: made-up
          organisation: north            # clients of one share what they upload
          roles: [provider]              # or payer; both unless said
          products: [dental, medical]    # or prior-auth; all unless said
          submitter_ids: ["999898"]
          tax_ids: ["123456789"]
          rate_limit: 5/s
    """
    # These describe the clients and the behaviour of the products that ship.
    if specs:
        refuse_given(
            click.get_current_context(),
            ("tolerances", "rate_limit", "strict", "credentials", "default_credentials"),
            "with --spec",
        )
    if not tls:
        refuse_given(click.get_current_context(), ("tls_folder",), "without --tls")
    settings = settings_from(behaviour)
    if tls:
        settings = replace(settings, authority=str(tls_files(tls_folder).authority))
    if is_open and not behaviour["credentials"] and not default_credentials:
        raise ConfigurationError(
            "--open lets other machines in, and the built-in clients are known to everybody.",
            advice="Name clients of your own with --credentials, or add --default-credentials.",
        )
    # Before a port is taken, so that a fault that does not exist is refused first.
    with frame_for(specs) as served:
        app = create_app(settings, served)
        damage = served.damage(settings.faults)
    # A port that is taken is refused before a certificate is made.
    bound = listener(host, port, is_open=is_open)
    certificate = issue_certificate(tls_folder) if tls else None
    if stop_with_stdin:
        _stop_with_stdin()
    serve(
        app, bound, ready=partial(_say_ready, certificate), certificate=certificate, damage=damage
    )


def _say_ready(certificate: TlsFiles | None, url: str) -> None:
    say(f"harness mock is ready at {url}")
    if certificate:
        say(f"trust it with: curl --cacert {certificate.authority} {url}")


def _stop_with_stdin() -> None:
    """End with the process that started this one, even where it was killed."""

    def watch() -> None:
        # Returns when the other side closes it, or is gone.
        sys.stdin.read()
        kill(getpid(), SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
