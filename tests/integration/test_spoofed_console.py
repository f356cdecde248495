"""What others wrote, in a document, an answer, a bundle or a path, cannot act on the terminal."""

import json
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.session.certify.certificate import Application, issue
from harness.session.reporting.verdict_inputs import judged_run
from harness.verdict.certificate import Subject
from tests.integration.raw_server import RawServer, raw_server
from tests.unit.session.bundles import NOW, SERVER, key
from tests.unit.session.folders import run_folder

pytestmark = pytest.mark.slow

HOSTILE = (
    "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07\x1bc\x1b[2J\x9b31m\r"
    "VALID: forged\nVALID: forged\r\nCONFORMANT: forged\u202e\u2066gnp\u200b\u2028CONFORMANT: forged"
)
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]")
NAME = json.dumps(HOSTILE)
OPENAPI = f"""\
openapi: 3.1.0
info: {{title: {NAME}, version: {NAME}}}
servers: [{{url: 'SERVER'}}]
paths:
  /things:
    get:
      operationId: listThings
      summary: {NAME}
      tags: [{NAME}]
      responses: {{'200': {{description: {NAME}, content: {{application/json: {{schema: {{type: array}}}}}}}}}}
"""
BOOK = f"""\
arazzo: 1.0.1
info: {{title: {NAME}, version: {NAME}, summary: {NAME}}}
sourceDescriptions: [{{name: things, type: openapi, url: ./openapi.yaml}}]
workflows:
  - workflowId: list
    summary: {NAME}
    x-cases: {{rows: [{{id: one, title: {NAME}, v: {NAME}}}]}}
    inputs: {{type: object, properties: {{v: {{type: string}}}}}}
    steps:
      - stepId: list
        description: {NAME}
        operationId: listThings
        successCriteria: [{{condition: $response.body#/0 == {json.dumps("'" + HOSTILE.replace("'", "") + "'")}}}]
  - workflowId: {NAME}
    steps: [{{stepId: {NAME}, operationId: {NAME}}}]
"""
GOOD_BOOK = BOOK.rpartition("  - workflowId")[0]


def answer(server: RawServer, connection: socket.socket) -> None:
    server.request(connection)
    body = json.dumps({"error": HOSTILE, "error_description": HOSTILE, HOSTILE: [HOSTILE]}).encode()
    head = f"HTTP/1.1 400 \x1bc\x9b2J\r\ncontent-type: application/json\r\nx-a: \x1bc\r\ncontent-length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode("latin-1") + body)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    monkeypatch.chdir(tmp_path)

    def started(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["harness", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        assert ended.value.code != 4, captured.err
        return captured.out + captured.err

    return started


def assert_harmless(printed: str) -> None:
    assert printed
    assert FORBIDDEN.search(printed) is None
    assert [
        line
        for line in printed.split("\n")
        if line.startswith(("VALID: forged", "CONFORMANT: forged"))
    ] == []


COMMANDS = {
    "workflow-lint": ("workflow", "lint", "book.arazzo.yaml"),
    "workflow-list": ("workflow", "list", "book.arazzo.yaml"),
    "workflow-run": ("workflow", "run", "good.arazzo.yaml", "--server", "things=URL"),
    "workflow-dry": ("workflow", "run", "good.arazzo.yaml", "--dry-run", "--server", "things=URL"),
    "workflow-none": ("workflow", "run", "good.arazzo.yaml", "-w", HOSTILE),
    "workflow-bad": ("workflow", "run", "book.arazzo.yaml", "--server", "things=URL"),
    "workflow-new": ("workflow", "new", "openapi.yaml", "-o", "-"),
    "spec-lint": ("spec", "lint", "openapi.yaml"),
    "spec-sarif": ("spec", "lint", "openapi.yaml", "--format", "sarif"),
    "spec-diff": ("spec", "diff", "dental", "openapi.yaml"),
    "spec-diff-markdown": ("spec", "diff", "dental", "openapi.yaml", "--format", "markdown"),
    "spec-import": ("spec", "import", "openapi.yaml", "--as", "token-v2"),
    "spec-missing": ("spec", "lint", f"no{HOSTILE}.yaml"),
    "doctor": ("doctor", "--base-url", "URL"),
    "run": ("run", "--base-url", "URL", "--only", "dental/health", "--no-allure"),
    "only": ("run", "--only", HOSTILE, "--no-allure"),
    "option": ("run", f"--{HOSTILE}"),
    "environment": ("run", "--env", HOSTILE),
    "command": (HOSTILE,),
    "verify": ("verify", HOSTILE),
    "compare": ("compare", HOSTILE, HOSTILE),
    "report": ("report", HOSTILE),
    "replay": ("workflow", "replay", HOSTILE),
    "fault": ("mock", "--fault", HOSTILE),
    "broken": ("generate", "npi", "--broken", HOSTILE),
    "server": ("workflow", "run", "good.arazzo.yaml", "--server", HOSTILE),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_sends_what_came_from_outside_to_the_terminal(
    run: Callable[..., str], tmp_path: Path, name: str
) -> None:
    with raw_server(answer) as server:
        (tmp_path / "openapi.yaml").write_text(OPENAPI.replace("SERVER", server.url))
        (tmp_path / "book.arazzo.yaml").write_text(BOOK)
        (tmp_path / "good.arazzo.yaml").write_text(GOOD_BOOK)

        printed = run(*(each.replace("URL", server.url) for each in COMMANDS[name]))

    assert_harmless(printed)


@pytest.mark.parametrize("place", ["harness.yaml", ".env"])
def test_settings_of_somebody_else_cannot_act_either(
    run: Callable[..., str], tmp_path: Path, place: str
) -> None:
    text = f"environments: {{mock: {{{NAME}: 1}}}}" if place == "harness.yaml" else HOSTILE
    (tmp_path / place).write_text(text)

    assert_harmless(run("doctor"))


def test_a_partner_cannot_forge_lines_of_verify(run: Callable[..., str], tmp_path: Path) -> None:
    subject = Subject(HOSTILE, HOSTILE, HOSTILE, "payer")
    ran = run_folder(tmp_path / "run", **SERVER)  # type: ignore[arg-type]  # names are checked at run time
    folder = issue(judged_run(ran), Application(subject), key(), now=NOW)

    assert_harmless(run("verify", str(folder)))


def test_a_record_of_somebody_else_cannot_act_either(
    run: Callable[..., str], tmp_path: Path
) -> None:
    folder = run_folder(tmp_path / "run")
    record = folder / "record.jsonl"
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    for line in lines:
        line.update({k: HOSTILE for k in ("message", "title", "selection") if k in line})
        for check in line.get("checks", []):
            check.update(name=HOSTILE, expected=HOSTILE, actual=HOSTILE, where=HOSTILE)
    record.write_text("".join(json.dumps(line) + "\n" for line in lines))

    assert_harmless(run("report", str(folder)))
    assert_harmless(run("compare", str(folder), str(folder)))
