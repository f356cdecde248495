"""The program as its user starts it: arguments in; output, exit code and files out."""

import json
import signal
import socket
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import program

pytestmark = pytest.mark.slow


def harness(
    *arguments: str, reports: Path, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return program.harness(*arguments, "--reports", reports, variables=environ)


def verdict_of(reports: Path) -> dict[str, object]:
    verdict: dict[str, object] = json.loads((reports / "latest" / "verdict.json").read_text())
    return verdict


def test_a_clean_mock_is_conformant_and_every_report_is_written(tmp_path: Path) -> None:
    run = harness("run", "--api", "dental", "--no-allure", reports=tmp_path)

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.rstrip().splitlines()[-1].startswith("CONFORMANT: ")
    verdict = verdict_of(tmp_path)
    assert verdict["version"] == 1
    assert verdict["verdict"] == "CONFORMANT"
    assert verdict["findings"] == []
    latest = tmp_path / "latest"
    names = {path.name for path in latest.iterdir()}
    assert names >= {
        "verdict.json", "record.jsonl", "report.html", "junit.xml", "evidence.har",
        "traceability.csv", "summary.md", "allure-results",
    }  # fmt: skip
    har = json.loads((latest / "evidence.har").read_text())
    assert len(har["log"]["entries"]) == verdict["requests"]


def test_junit_and_allure_hold_exactly_the_cases_of_the_verdict(tmp_path: Path) -> None:
    harness("run", "--only", "dental/health,dental/round-trip", "--no-allure", reports=tmp_path)

    latest = tmp_path / "latest"
    planned = verdict_of(tmp_path)["cases"]["planned"]  # type: ignore[index]  # JSON
    cases = [case.get("name") for case in ET.parse(latest / "junit.xml").iter("testcase")]
    results = [json.loads(path.read_text()) for path in latest.glob("allure-results/*-result.json")]
    assert len(cases) == len(set(cases)) == planned
    assert len(results) == len({each["historyId"] for each in results}) == planned
    assert {each["name"] for each in results} == set(cases)


@pytest.mark.parametrize(
    ("fault", "case", "expected", "actual"),
    [
        pytest.param(
            "npi-checksum-unchecked", "dental/create/npi-checksum", "DENTATT_009", "201", id="npi"
        ),
        pytest.param(
            "wrong-status-TESTEP06",
            "medical/status/TESTEP06",
            "'06' ($inputs.code)",
            None,
            id="payer",
        ),
        pytest.param(
            "search-loses-a-byte", "dental/round-trip/1-file", None, None, id="byte-in-workflow"
        ),
    ],
)
def test_a_fault_is_found_and_told(
    tmp_path: Path, fault: str, case: str, expected: str | None, actual: str | None
) -> None:
    run = harness("run", "--fault", fault, "--only", case, "--no-allure", reports=tmp_path)

    assert run.returncode == 1, run.stdout + run.stderr
    verdict = verdict_of(tmp_path)
    finding = verdict["findings"][0]  # type: ignore[index]  # JSON
    assert verdict["verdict"] == "NON_CONFORMANT"
    assert finding["case"] == case
    assert expected is None or finding["expected"] == expected
    assert actual is None or finding["actual"] == actual
    assert "curl " in finding["curl"]
    assert finding["case"] in run.stdout


def test_the_same_seed_gives_the_same_cases_and_the_same_data(tmp_path: Path) -> None:
    def bodies(folder: str) -> list[object]:
        harness("run", "--only", "dental/create/npi-*", "--no-allure", reports=tmp_path / folder)
        record = (tmp_path / folder / "latest" / "record.jsonl").read_text().splitlines()
        exchanges = [json.loads(line) for line in record if '"type":"exchange"' in line]
        return [(each["case"], each["request"]["body"]) for each in exchanges]

    assert bodies("one") == bodies("two")


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "said"),
    [
        pytest.param(
            ["--env", "sandbox"],
            {},
            2,
            "Set HARNESS_CLIENT_ID and HARNESS_CLIENT_SECRET",
            id="no-credentials",
        ),
        pytest.param(
            ["--env", "sandbox"],
            {"HARNESS_CLIENT_ID": "someone", "HARNESS_CLIENT_SECRET": "wrong-one"},
            2,
            "Set HARNESS_SUBMITTER_ID and HARNESS_TAX_ID",
            id="no-entitlement",
        ),
        pytest.param(
            [],
            {"HARNESS_CLIENT_ID": "someone", "HARNESS_CLIENT_SECRET": "wrong-one"},
            3,
            "gave no token",
            id="refused",
        ),
        pytest.param(
            ["--base-url", "http://127.0.0.1:1"], {}, 3, "did not answer", id="unreachable"
        ),
        pytest.param(
            ["--only", "dental/none"], {}, 5, "no case is selected", id="nothing-selected"
        ),
        pytest.param(["--fault", "npi-checksum"], {}, 2, "Did you mean", id="unknown-fault"),
        pytest.param(["--env", "production"], {}, 2, "i-mean-production", id="production"),
        pytest.param(
            ["--waivers", "none.yaml"], {}, 2, "none.yaml: cannot be read", id="no-waivers"
        ),
    ],
)
def test_a_mistake_is_one_message_and_the_right_exit_code(
    tmp_path: Path, arguments: list[str], environ: dict[str, str], code: int, said: str
) -> None:
    run = harness("run", *arguments, "--no-allure", reports=tmp_path, environ=environ)

    assert run.returncode == code, run.stdout + run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert "wrong-one" not in run.stdout + run.stderr


def test_a_reports_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    run = harness("run", "--no-allure", reports=tmp_path / "file" / "below")

    assert run.returncode == 2
    assert "cannot be written" in run.stderr


def test_a_port_that_answers_garbage_is_inconclusive(tmp_path: Path) -> None:
    with garbage() as url:
        run = harness("run", "--base-url", url, "--no-allure", reports=tmp_path)

    assert run.returncode == 3
    assert "did not answer" in run.stderr
    assert verdict_of(tmp_path)["verdict"] == "INCONCLUSIVE"


@contextmanager
def garbage() -> Iterator[str]:
    """Serve bytes that are no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(4096)
                    caller.sendall(b"SSH-2.0-nonsense\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def slow_mock() -> Iterator[str]:
    """Serve the mock so slowly that no machine ends a run against it in the time of a test."""
    command = [sys.executable, "-m", "harness", "mock", "--port", "0", "--latency", "100"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=program.CLEAN) as mock:
        assert mock.stdout is not None
        yield mock.stdout.readline().rpartition(" ")[2].strip()
        mock.terminate()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_the_record_of_what_ran(
    sign: signal.Signals, tmp_path: Path
) -> None:
    options = ["--api", "dental", "--no-allure", "--reports", str(tmp_path)]
    with (
        slow_mock() as url,
        subprocess.Popen(
            [sys.executable, "-m", "harness", "run", *options, "--base-url", url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=program.CLEAN,
        ) as run,
    ):
        assert run.stdout is not None
        for line in run.stdout:
            if line.startswith("  dental/"):
                # The first group of many is over.
                run.send_signal(sign)
                break
        rest, errors = run.communicate(timeout=600)

    assert run.returncode == 3, rest + errors
    verdict = verdict_of(tmp_path)
    assert verdict["verdict"] == "INCONCLUSIVE"
    assert verdict["cases"]["pass"] > 0  # type: ignore[index]  # JSON
    assert verdict["cases"]["not_run"] > 0  # type: ignore[index]  # JSON
    assert "Traceback" not in rest + errors
