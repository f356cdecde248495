"""The options of `harness load`: how many users, for how long, within which limits, on which machines."""

from collections.abc import Callable
from typing import TypeVar

import click

from harness.cli.options import with_options
from harness.verdict.load.limits import InvalidLimit, seconds_in, share_in

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
