"""Groups of commands that import the module of a command when it is named, and not before."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click


class Place(NamedTuple):
    """Where a command stands, and what the list of its group says of it."""

    module: str
    """Below `harness.cli`."""
    name: str = "command"
    summary: str = ""
    """Empty: the first line of its own help, for which it is imported."""


class LazyGroup(click.Group):
    """Loads a command's module when it is named, so that each starts with what it needs alone."""

    def __init__(self, *args: Any, places: Mapping[str, Place], **more: Any) -> None:
        super().__init__(*args, **more)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        place = self._places.get(cmd_name)
        if place is None:
            return None
        found: click.Command = getattr(import_module(f"harness.cli.{place.module}"), place.name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # A command without a summary has to be imported for the first line of its help.
        if not all(each.summary for each in self._places.values()):
            super().format_commands(ctx, formatter)
            return
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, place.summary) for name, place in sorted(self._places.items())]
            )
