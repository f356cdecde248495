"""`harness workflow`: work with Arazzo documents."""

import click

from harness.cli.lazy import LazyGroup, Place

# A run must not wait for what only drafts need.
_COMMANDS = {
    "export": Place("workflow_documents", "export"),
    "import": Place("workflow_drafts", "import_"),
    "lint": Place("workflow_documents", "lint"),
    "list": Place("workflow_documents", "list_"),
    "new": Place("workflow_drafts", "new"),
    "replay": Place("workflow_replay", "replay_"),
    "run": Place("workflow_run", "run"),
    "schema": Place("workflow_drafts", "schema"),
}


@click.group("workflow", cls=LazyGroup, places=_COMMANDS)
def command() -> None:
    """Work with Arazzo documents.

    \b
    Examples:
      harness workflow list
      harness workflow new dental -o first.arazzo.yaml
      harness workflow lint workflows/*.arazzo.yaml
      harness workflow run book.arazzo.yaml --server claims=http://127.0.0.1:8080
    """
