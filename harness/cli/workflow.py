"""`harness workflow`: work with Arazzo documents."""

from importlib import import_module

import click

_COMMANDS = {
    "export": ("workflow_documents", "export"),
    "import": ("workflow_import", "import_"),
    "lint": ("workflow_documents", "lint"),
    "list": ("workflow_documents", "list_"),
    "new": ("workflow_drafts", "new"),
    "replay": ("workflow_replay", "replay_"),
    "run": ("workflow_run", "run"),
    "schema": ("workflow_drafts", "schema"),
}


class _Commands(click.Group):
    """Loads a command's module when it is named: a run must not wait for what only drafts need."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"harness.cli.{module}"), name)
        return found


@click.group("workflow", cls=_Commands)
def command() -> None:
    """Work with Arazzo documents.

    \b
    Examples:
      harness workflow list
      harness workflow new dental -o first.arazzo.yaml
      harness workflow lint workflows/*.arazzo.yaml
      harness workflow run book.arazzo.yaml --server claims=http://127.0.0.1:8080
    """
