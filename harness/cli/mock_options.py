"""The options of `harness mock`: how it behaves, where it listens, what it can list."""

from pathlib import Path
from typing import TypedDict

import click

from harness.cli.console import say
from harness.cli.options import Command, with_options
from harness.mock.clock import offset_of
from harness.mock.credentials import load_clients
from harness.mock.rate_limit import rate_of
from harness.mock.settings import CLIENTS, MockSettings, utc_now
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
