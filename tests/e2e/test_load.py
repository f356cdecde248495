"""`harness load` against the mock on loopback: few users, so many runs each, and no clock."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from harness.mock.server import running
from harness.mock.settings import MockSettings
from tests.products import create_app
from tests.program import CLEAN, harness

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("locust") is None, reason="Locust is not installed"),
]

BOOK = """arazzo: 1.0.1
info: {title: Is it alive, version: 1.0.0}
sourceDescriptions: [{name: claims, type: openapi, url: openapi.yaml}]
workflows:
  - workflowId: alive
    steps:
      - stepId: ask
        operationId: showHealth
        successCriteria: [{condition: $statusCode == 200}]
"""
API = """openapi: 3.1.0
info: {title: Health, version: 1.0.0}
servers: [{url: "MOCK"}]
paths:
  /dental/attachments/v1/healthcheck:
    get: {operationId: showHealth, responses: {'200': {description: alive}}}
"""
ASK = "GET /dental/attachments/v1/healthcheck"
FEW = ("--users", 3, "--spawn-rate", 100, "--iterations", 2)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    # It answers the healthcheck without a token, which keeps the book short.
    with running(create_app(MockSettings(faults=frozenset({"healthcheck-open"})))) as place:
        yield place


@pytest.fixture
def folder(tmp_path: Path, url: str) -> Path:
    (tmp_path / "book.arazzo.yaml").write_text(BOOK)
    (tmp_path / "openapi.yaml").write_text(API.replace("MOCK", url))
    return tmp_path


def report(folder: Path) -> dict[str, Any]:
    (found,) = folder.glob("reports/*-load/load.json")
    assert "LIMITS" in (page := (found.parent / "load.html").read_text()) or "INCON" in page
    told: dict[str, Any] = json.loads(found.read_text())
    return told


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def test_users_that_pass_within_the_limits_end_with_0(folder: Path) -> None:
    done = harness("load", "book.arazzo.yaml", *FEW, "--max-p99", "60s", folder=folder)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].startswith(
        "LIMITS MET: 6 requests in 6 finished runs by 3 users in "
    )
    told = report(folder)
    assert (told["version"], told["requests"], told["runs"]["passed"]) == (1, 6, 6)
    assert told["locust"] == {"requests": 6, "failures": 0}
    assert [each["name"] for each in told["gates"]] == ["failures", f"p99 of {ASK}"]


def test_a_fault_of_the_mock_ends_with_1_and_names_the_step(folder: Path) -> None:
    with running(
        create_app(MockSettings(faults=frozenset({"healthcheck-open", "health-down"})))
    ) as broken:
        done = harness(
            *("load", "book.arazzo.yaml", "--server", f"claims={broken}", *FEW), folder=folder
        )

    assert done.returncode == 1, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("LIMITS NOT MET: 100.00% of the runs failed, 0.00% may; most often: ")
    assert f"{ASK}: step ask: The answer has status 503; 200 is promised" in last
    told = report(folder)
    assert told["locust"] == {"requests": 6, "failures": 6}
    assert told["failures"][0]["count"] == 6


def test_all_users_share_one_token(tmp_path: Path, url: str) -> None:
    done = harness("load", "medical-attachments", "--base-url", url, *FEW, folder=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    operations = {each["name"]: each["requests"] for each in report(tmp_path)["operations"]}
    (token,) = (count for name, count in operations.items() if name.endswith("/token"))
    assert token == 1
    assert min(count for name, count in operations.items() if not name.endswith("/token")) >= 1


def test_a_target_that_does_not_answer_is_inconclusive(folder: Path) -> None:
    nowhere = f"claims=http://127.0.0.1:{free_port()}"

    done = harness(
        *("load", "book.arazzo.yaml", "--server", nowhere, "--iterations", 2), folder=folder
    )

    assert done.returncode == 3
    assert done.stdout.splitlines()[-1].startswith(
        "INCONCLUSIVE: no user came to the end of a workflow; most often: "
    )


def test_nothing_selected_is_5_and_leaves_no_report(folder: Path) -> None:
    done = harness("load", "book.arazzo.yaml", "--only", "nothing", folder=folder)

    assert done.returncode == 5
    assert not (folder / "reports").exists()


@pytest.mark.parametrize(
    "role", [(), ("--master",), ("--worker",)], ids=["solo", "master", "worker"]
)
def test_a_host_that_nobody_allowed_is_refused_with_what_would_allow_it(
    folder: Path, role: tuple[str, ...]
) -> None:
    far = ("--base-url", "https://far.example")

    done = harness("load", "book.arazzo.yaml", *far, *role, folder=folder)

    assert done.returncode == 2
    assert done.stderr.startswith("error: far.example is not on this machine, and nothing allows")
    assert "load_allowed: true" in done.stderr


def test_an_interrupt_keeps_what_was_done(folder: Path) -> None:
    words = ["load", "book.arazzo.yaml", "--users", "2", "--spawn-rate", "100", "--time", "10m"]
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        cwd=folder,
        env=CLEAN,
        text=True,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert "users" in process.stdout.readline()

        process.send_signal(signal.SIGINT)
        told = process.stdout.read()

    assert process.returncode == 3, told
    assert told.splitlines()[-1].startswith("INCONCLUSIVE: it was interrupted. ")
    assert report(folder)["requests"] > 0


def test_a_master_tells_what_its_worker_did(folder: Path) -> None:
    port = free_port()
    worker = ["load", "book.arazzo.yaml", "--worker", "--master-port", str(port)]
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *worker],
        cwd=folder,
        env=CLEAN,
        text=True,
        stdout=subprocess.PIPE,
    ) as process:
        done = harness(
            *("load", "book.arazzo.yaml", "--master", "--master-bind-port", port),
            *("--users", 2, "--spawn-rate", 100, "--iterations", 2),
            folder=folder,
        )
        told = process.communicate()[0].strip()

    assert done.returncode == 0, done.stdout + done.stderr
    assert told == "WORKER DONE: 4 runs, 4 requests; the master has the verdict."
    assert (report(folder)["requests"], report(folder)["workers"]) == (4, 1)


def test_workers_without_a_common_target_are_refused(tmp_path: Path) -> None:
    done = harness("load", "medical-attachments", "--worker", folder=tmp_path)

    assert done.returncode == 2
    assert "each worker would start a mock of its own" in done.stderr


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = harness(
            *("load", "book.arazzo.yaml", "--master", "--master-bind-port", port), folder=folder
        )

    assert done.returncode == 2
    assert f"error: workers cannot be awaited at 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((folder / "reports").iterdir()) == []
