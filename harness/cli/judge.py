"""`harness judge`: certify the clients of an API."""

from importlib import import_module

import click

_COMMANDS = {
    "finish": (
        "judge_terminal",
        "finish",
        "end a session of `judge serve`: verdict, reports, bundle",
    ),
    "lint": ("judge_scenarios", "lint", "check scenario files"),
    "list": ("judge_scenarios", "list_", "list the scenarios"),
    "next": ("judge_terminal", "next_", "judge what is under way at `judge serve`, begin the next"),
    "prove": ("judge_prove", "prove_", "judge clients of which it is known whether they are right"),
    "run": ("judge_run", "run", "judge a client program, started once a scenario"),
    "schema": ("judge_scenarios", "schema", "print the JSON Schema of scenario files"),
    "serve": ("judge_serve", "serve", "judge a client by hand, with a page that says what to do"),
}


class _Commands(click.Group):
    """Loads a command's module when it is named: asking a judge that serves takes none of what judges."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"harness.cli.{module}"), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, _, what) in sorted(_COMMANDS.items())])


@click.group("judge", cls=_Commands)
def command() -> None:
    """Certify a client: it calls the judge in place of the API, and every call is observed.

    \b
    Examples:
      harness judge list
      harness judge run --command 'python client.py --base {url}'
    """
