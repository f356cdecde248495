"""The `harness` command: finds the module of each subcommand, and words every error of ours."""

import sys
import traceback
from importlib import import_module
from pathlib import Path

import click

from harness import __version__
from harness.errors import HarnessError

_COMMANDS = {
    "certify": "run under a certification profile and write a certificate bundle",
    "compare": "tell what changed between two runs",
    "doctor": "check settings, credentials, reachability and tools",
    "judge": "certify a client of an API: observe what it sends, scenario by scenario",
    "generate": "print synthetic data, valid or broken in a named way",
    "mock": "serve the mock of the three APIs",
    "prove": "run the suite against every fault of the mock",
    "report": "render a run's reports again, or join shards",
    "run": "run the contract suite and the workflows against a target",
    "spec": "work with OpenAPI documents",
    "verify": "check a certificate offline",
    "workflow": "work with Arazzo documents",
}


class _Commands(click.Group):
    """Loads a command's module when it is named, so that each starts with what it needs alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"harness.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="harness")
def cli() -> None:
    """Prove whether an implementation of three healthcare APIs keeps its published contract.

    \b
    Examples:
      harness run                                  against the mock that ships with it
      harness run --base-url http://127.0.0.1:8080 against your server
      harness run --env sandbox --api dental       against the vendor's sandbox
    """


def main() -> None:
    """Run the command line; a user's mistake is one message and an exit code, never a traceback."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except HarnessError as problem:
        click.echo(f"error: {problem}", err=True)
        sys.exit(problem.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        sys.exit(3)
    except BrokenPipeError:
        # Whoever read our output has gone (`harness run | head`); there is nobody left to tell.
        sys.stderr.close()
        sys.exit(1)
    except Exception as problem:  # noqa: BLE001 exit code 1 would say that an API failed
        where = traceback.extract_tb(problem.__traceback__)[-1]
        click.echo(
            f"a bug of ours: {type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno}). "
            "Please report it with the command that led here.",
            err=True,
        )
        sys.exit(4)
