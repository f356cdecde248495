"""Say how other runners carry out the benchmark, where they are installed.

`HARNESS_PEERS` names a folder with any of: `arazzo/` (a venv with arazzo-runner), `tavern/` (a venv
with tavern and its pytest), `node_modules/` (with @redocly/cli).
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

VARIABLE = "HARNESS_PEERS"

Prepare = Callable[[Path, int], tuple[str, ...]]
"""Writes what a peer needs into a folder, for so many workflows, and returns its arguments."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A runner to compare with: its program within the folder of peers, and how it is called."""

    name: str
    program: str
    prepare: Prepare

    def path(self) -> Path | None:
        """Return the program where it is installed."""
        folder = os.environ.get(VARIABLE)
        place = Path(folder).absolute() / self.program if folder else None
        return place if place is not None and place.exists() else None


def rows(count: int) -> list[str]:
    """Return a payer for each workflow."""
    return [f"payer-{number}" for number in range(count)]


def _arazzo_runner(folder: Path, count: int) -> tuple[str, ...]:
    document = (folder / "three-steps.arazzo.yaml").read_text(encoding="utf-8")
    plain = document.replace("$file('./document.txt')", "$inputs.file")
    (folder / "runner.arazzo.yaml").write_text(plain, encoding="utf-8")
    script = folder / "loop.py"
    script.write_text(_LOOP.replace("COUNT", str(count)), encoding="utf-8")
    return (str(script),)


_LOOP = """\
import sys
from arazzo_runner import ArazzoRunner
from pathlib import Path

runner = ArazzoRunner.from_arazzo_path("runner.arazzo.yaml")
content = Path("document.txt").read_bytes()
file = {"content": content, "file_name": "document.txt", "contentType": "text/plain"}
for number in range(COUNT):
    result = runner.execute_workflow("three-steps", {"payer": f"payer-{number}", "file": file})
    if str(result.status) != "workflow_complete":
        sys.exit(f"workflow {number}: {result.status} {result.error}")
"""


def _redocly(folder: Path, count: int) -> tuple[str, ...]:
    document = (folder / "three-steps.arazzo.yaml").read_text(encoding="utf-8")
    head, _, one = document.partition("  - workflowId: three-steps\n")
    many = "".join(
        f"  - workflowId: three-steps-{number}\n{one.replace('payer-1', name)}"
        for number, name in enumerate(rows(count))
    )
    (folder / "redocly.arazzo.yaml").write_text(head + many, encoding="utf-8")
    return ("respect", "redocly.arazzo.yaml", "--max-steps", "10000")


def _tavern(folder: Path, count: int) -> tuple[str, ...]:
    openapi = (folder / "openapi.yaml").read_text(encoding="utf-8")
    server = openapi.partition("servers: [{url: ")[2].partition("}")[0]
    listed = indent("".join(f"- {name}\n" for name in rows(count)), " " * 10)
    text = _TAVERN.replace("SERVER", server).replace("ROWS\n", listed)
    (folder / "test_three_steps.tavern.yaml").write_text(text, encoding="utf-8")
    return ("-q", "-p", "no:cacheprovider", "test_three_steps.tavern.yaml")


_TAVERN = """\
test_name: Token, upload, status
marks:
  - parametrize:
      key: payer
      vals:
ROWS
stages:
  - name: token
    request:
      url: SERVER/token
      method: POST
      data: {grant_type: client_credentials, client_id: me, client_secret: synthetic}
    response:
      status_code: 200
      json: {token_type: bearer}
      strict: false
      save: {json: {token: access_token}}
  - name: upload
    request:
      url: SERVER/documents
      method: POST
      headers: {Authorization: "Bearer {token}"}
      data: {payerId: "{payer}"}
      files: {file: document.txt}
    response:
      status_code: 201
      strict: false
      save: {json: {document: id}}
  - name: status
    request:
      url: SERVER/documents/{document}/status
      method: GET
      headers: {Authorization: "Bearer {token}"}
    response:
      status_code: 200
      json: {status: COMPLETED}
      strict: false
"""

PEERS = (
    Peer("arazzo-runner", "arazzo/bin/python", _arazzo_runner),
    Peer("tavern", "tavern/bin/pytest", _tavern),
    Peer("redocly respect", "node_modules/.bin/redocly", _redocly),
)
ENVIRONMENT: Mapping[str, str] = {"REDOCLY_TELEMETRY": "off", "NO_COLOR": "1"}
