"""`harness workflow` as its user starts it, against a loopback server."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.resources import shipped
from tests import program
from tests.products import create_app

pytestmark = pytest.mark.slow

OPENAPI = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: 'SERVER'}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: one, content: {application/json: {schema: {type: object}}}}
        '404': {description: none}
    delete:
      operationId: deleteThing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: gone}}
"""
BOOK = """\
arazzo: 1.0.1
info: {title: Things, version: '1'}
sourceDescriptions: [{name: things, type: openapi, url: ./openapi.yaml}]
workflows:
  - workflowId: read
    x-teardown: remove
    x-cases:
      rows:
        - {id: one, thing: '1', marks: [quick]}
        - {id: two, thing: '2'}
        - {id: three, thing: '3', marks: [quick]}
    inputs: {type: object, properties: {thing: {type: string}}}
    steps:
      - stepId: get
        operationId: getThing
        parameters: [{name: id, in: path, value: $inputs.thing}]
        successCriteria: [{condition: $statusCode == 200}]
  - workflowId: remove
    inputs: {type: object, properties: {thing: {type: string}}}
    steps:
      - stepId: delete
        operationId: deleteThing
        parameters: [{name: id, in: path, value: $inputs.thing}]
"""


ROOT = Path(__file__).parent.parent.parent


class Server(ThreadingHTTPServer):
    """Answers every thing but those that are missing, the slow ones late, and keeps what was called."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[str] = []
        self.missing: set[str] = set()
        self.slow: dict[str, float] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server  # type: ignore[mutable-override]  # the stub names the base class

    def do_GET(self) -> None:
        thing = self.path.rpartition("/")[2]
        self.server.calls.append(f"GET {thing}")
        time.sleep(self.server.slow.get(thing, 0.0))
        found = thing not in self.server.missing
        self._answer(200 if found else 404, b'{"id":"x"}' if found else b"")

    def do_DELETE(self) -> None:
        self.server.calls.append(f"DELETE {self.path.rpartition('/')[2]}")
        self._answer(204, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if body:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def book(tmp_path: Path, server: Server) -> Path:
    (tmp_path / "openapi.yaml").write_text(OPENAPI.replace("SERVER", server.url))
    path = tmp_path / "book.arazzo.yaml"
    path.write_text(BOOK)
    return path


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "harness", "workflow", *map(str, arguments)]


def harness(*arguments: object) -> subprocess.CompletedProcess[str]:
    return program.harness("workflow", *arguments)


def outcomes(reports: Path) -> list[tuple[str, str]]:
    lines = (reports / "latest" / "record.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [(each["case"], each["status"]) for each in found if each["type"] == "outcome"]


def test_rows_run_side_by_side_and_are_reported_in_their_order(
    book: Path, server: Server, tmp_path: Path
) -> None:
    server.slow["1"] = 2.0

    run = harness("run", book, "--jobs", 3, "--reports", tmp_path)

    assert run.returncode == 0, run.stdout + run.stderr
    assert outcomes(tmp_path) == [
        ("read/one", "pass"),
        ("read/two", "pass"),
        ("read/three", "pass"),
    ]
    assert server.calls.index("DELETE 2") < server.calls.index("DELETE 1")


def test_exitfirst_begins_no_further_case(book: Path, server: Server, tmp_path: Path) -> None:
    server.missing.add("1")

    run = harness("run", book, "-x", "--reports", tmp_path)

    assert run.returncode == 1
    assert server.calls == ["GET 1", "DELETE 1"]
    assert outcomes(tmp_path) == [("read/one", "fail")]


def test_only_selects_by_case_id(book: Path, server: Server, tmp_path: Path) -> None:
    run = harness("run", book, "--only", "read/two", "--reports", tmp_path)

    assert run.returncode == 0, run.stdout + run.stderr
    assert server.calls == ["GET 2", "DELETE 2"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_tears_down_what_has_begun_and_begins_nothing_more(
    book: Path, server: Server, tmp_path: Path, jobs: int
) -> None:
    server.slow.update({"1": 2.0, "2": 2.0})
    arguments = command("run", book, "--jobs", jobs, "--reports", tmp_path)

    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        while len(server.calls) < jobs and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        said, errors = run.communicate(timeout=600)

    assert run.returncode == 3, (said, errors)
    begun = {call.partition(" ")[2] for call in server.calls}
    assert "3" not in begun
    assert {call for call in server.calls if call.startswith("DELETE")} == {
        f"DELETE {thing}" for thing in begun
    }
    assert b"Traceback" not in said + errors


def test_what_was_done_before_ctrl_c_is_in_the_verdict(
    book: Path, server: Server, tmp_path: Path
) -> None:
    server.slow["2"] = 2.0
    arguments = command("run", book, "--reports", tmp_path)

    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        while "GET 2" not in server.calls and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=600)

    verdict = json.loads((tmp_path / "latest" / "verdict.json").read_text())
    assert (run.returncode, verdict["verdict"]) == (3, "INCONCLUSIVE")
    assert verdict["cases"]["planned"] == 3
    assert outcomes(tmp_path)[0] == ("read/one", "pass")
    assert verdict["cases"]["not_run"] >= 1


def test_the_operations_of_the_documents_used_are_counted(book: Path, tmp_path: Path) -> None:
    run = harness("run", book, "--only", "read/two", "--reports", tmp_path)

    verdict = json.loads((tmp_path / "latest" / "verdict.json").read_text())
    assert run.returncode == 0, run.stdout + run.stderr
    assert verdict["operations"] == {
        "total": 2,
        "reached": 2,
        "statuses": {"documented": 3, "reached": 2},
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ["--server", "thing=http://127.0.0.1:1"], "Did you mean 'things'?", id="source"
        ),
        pytest.param(["--server", "things=nonsense"], "is no address", id="address"),
        pytest.param(["--input", "thng=1"], "Did you mean 'thing'?", id="input"),
        pytest.param(["-w", "reed"], "Did you mean 'read'?", id="workflow"),
        pytest.param(["-w", "remove"], "'thing' is a required property", id="missing-input"),
    ],
)
def test_a_wrong_word_on_the_command_line_is_told_before_anything_is_sent(
    book: Path, server: Server, arguments: list[str], told: str
) -> None:
    needy = "- workflowId: remove\n    inputs: {type: object, required: [thing], "
    book.write_text(BOOK.replace("- workflowId: remove\n    inputs: {type: object, ", needy))

    run = harness("run", book, *arguments)

    assert (run.returncode, server.calls) == (2, []), run.stdout + run.stderr
    assert told in run.stderr


def test_a_dry_run_sends_nothing(book: Path, server: Server, tmp_path: Path) -> None:
    run = harness("run", book, "--dry-run", "--reports", tmp_path / "reports")

    assert run.returncode == 0, run.stderr
    assert f"GET {server.url}/things/2" in run.stdout
    assert server.calls == []
    assert not (tmp_path / "reports").exists()


def test_a_replay_needs_no_server_and_tells_drift(
    book: Path, server: Server, tmp_path: Path
) -> None:
    harness("run", book, "--reports", tmp_path)
    sent = len(server.calls)

    same = harness("replay", tmp_path / "latest")
    book.write_text(BOOK.replace("$statusCode == 200", "$statusCode == 201"))
    drifted = harness("replay", tmp_path / "latest")

    assert (same.returncode, same.stdout.count("same ")) == (0, 3)
    assert drifted.returncode == 1
    assert "drift  read/one: was pass, is fail" in drifted.stdout
    assert "expected: 201" in drifted.stdout
    assert len(server.calls) == sent


def pytest_of_ones_own(book: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plugin = ["-p", "harness.plugin.pytest_entry", "-p", "no:schemathesis"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "--rootdir", str(book.parent), *arguments, str(book)],
        capture_output=True, text=True, timeout=600, check=False, cwd=book.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param([], "3 passed", id="all"),
        pytest.param(["-k", "two or three"], "2 passed, 1 deselected", id="by-name"),
        pytest.param(["-m", "quick"], "2 passed, 1 deselected", id="by-mark"),
        pytest.param(["-n", "2"], "3 passed", id="side-by-side"),
        pytest.param(["--collect-only", "-q"], "book.arazzo.yaml::read/two", id="ids"),
    ],
)
def test_pytest_collects_rows_as_items(book: Path, arguments: list[str], told: str) -> None:
    run = pytest_of_ones_own(book, *arguments)

    assert told in run.stdout, run.stdout + run.stderr
    assert run.returncode == 0


def test_pytest_stops_at_the_first_failure_when_told_so(book: Path, server: Server) -> None:
    server.missing.add("1")

    run = pytest_of_ones_own(book, "-x")

    assert run.returncode == 1
    assert server.calls == ["GET 1", "DELETE 1"]


def test_pytest_that_is_interrupted_tears_down_what_has_begun(book: Path, server: Server) -> None:
    server.slow["2"] = 2.0
    arguments = [sys.executable, "-m", "pytest", "-p", "harness.plugin.pytest_entry", "-p",
                 "no:schemathesis", "--rootdir", str(book.parent), str(book)]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, cwd=book.parent, env=environment
    ) as run:
        while "GET 2" not in server.calls and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        said, _ = run.communicate(timeout=600)

    assert run.returncode == 2, said  # what pytest says of an interrupted session
    assert server.calls == ["GET 1", "DELETE 1", "GET 2", "DELETE 2"]
    assert b"1 passed" in said


def test_pytest_shows_a_failure_without_a_traceback_and_runs_it_again(
    book: Path, server: Server
) -> None:
    server.missing.add("2")
    first = pytest_of_ones_own(book)
    server.missing.clear()
    again = pytest_of_ones_own(book, "--lf")

    assert first.returncode == 1
    assert "fail: get: $statusCode == 200" in first.stdout
    assert "Traceback" not in first.stdout
    assert "walk.py" not in first.stdout
    assert "1 passed" in again.stdout


def test_pytest_refuses_a_broken_document_with_its_place(book: Path) -> None:
    book.write_text(BOOK.replace("operationId: getThing", "operationId: getThink"))

    run = pytest_of_ones_own(book)

    assert run.returncode == 2
    assert "book.arazzo.yaml:15:22" in run.stdout
    assert "getThing" in run.stdout


def test_a_draft_of_a_file_is_clean_and_runs(book: Path, server: Server, tmp_path: Path) -> None:
    out = tmp_path / "first.arazzo.yaml"

    made = harness("new", book.parent / "openapi.yaml", "--operations", "getThing", "-o", out)
    clean = harness("lint", out)

    assert made.returncode == clean.returncode == 0, made.stderr + clean.stdout
    assert "operationId: $sourceDescriptions.api.getThing" in out.read_text()
    run = harness("run", out, "--reports", tmp_path / "r")
    assert run.returncode == 0, run.stdout
    assert server.calls == ["GET sample"]


def test_a_draft_for_a_bundled_api_passes_against_the_mock(tmp_path: Path) -> None:
    out = tmp_path / "dental.arazzo.yaml"
    harness("new", "dental", "--operations", "checkDentalHealth,createAttachments", "-o", out)

    with running(create_app(MockSettings())) as url:
        run = harness("run", out, "--base-url", url, "--reports", tmp_path / "r")

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_run_loads_no_library_that_it_does_not_use(book: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from harness.cli.main import cli\n"
        f"try: cli.main(['workflow', 'run', {str(book)!r}, '--reports', {str(tmp_path)!r}],"
        " standalone_mode=False)\n"
        "except SystemExit: pass\n"
        "heavy = {'elementpath', 'hypothesis', 'pytest', '_pytest', 'schemathesis', 'starlette',"
        " 'uvicorn', 'allure_commons'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))"
    )

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=600, check=False
    )

    assert run.stdout.splitlines()[-1] == "loaded: []", run.stdout + run.stderr


def test_no_module_reaches_into_pytest_or_the_inner_parts_of_it() -> None:
    package = shipped("workflows").parent / "harness"
    inner = "_" + "pytest"

    found = [
        path.name
        for path in package.rglob("*.py")
        if any(
            line.strip().startswith((f"import {inner}", f"from {inner}"))
            for line in path.read_text("utf-8").splitlines()
        )
    ]

    assert found == []
