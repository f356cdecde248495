"""A client is certified by a run of the judge, and nothing else can be taken for it."""

import json
import sys
from pathlib import Path

import pytest

from harness.jsonvalue import members
from tests import program

CLIENT = Path(__file__).parents[1] / "judge" / "clients" / "reference.py"
BROKEN = CLIENT.with_name("broken.py")
HARNESS = Path(sys.executable).parent / "harness"
SUBJECT = ("--partner", "Sample Vendor", "--product", "Uploader", "--version", "1.0")


def harness(*words: str | Path) -> tuple[int, str]:
    done = program.harness(*words)
    return done.returncode, done.stdout + done.stderr


def judged(reports: Path, *options: str) -> Path:
    words = ("judge", "run", "--command", f"{sys.executable} {CLIENT}", "--api", "dental")
    _, output = harness(*words, "--no-allure", "--reports", reports, *options)
    assert (reports / "latest" / "verdict.json").is_file(), output
    return reports / "latest"


@pytest.mark.slow
def test_a_bundle_says_that_a_client_was_judged_and_by_whom(tmp_path: Path) -> None:
    run = judged(tmp_path, "--profile", "onboarding", "--jobs", "2")

    _, output = harness("certify", *SUBJECT, "--role", "client", "--of", run)
    assert "certificate.zip" in output
    _, output = harness("verify", run / "certificate.zip")

    assert "BAD  signature" not in output
    assert "BAD  scope" not in output
    assert "judged     a client, by harness" in output
    assert "the mock that ships with the program" not in output
    told = json.loads((run / "certificate" / "certificate.json").read_text())
    assert told["subject"]["role"] == "client"
    assert members(told["judged"])["role"] == "client"
    assert "C101" in told["judged"]["observed"]
    page = (run / "certificate" / "certificate.html").read_text()
    assert "A client was judged" in page
    assert "the API breaking" not in page


def test_a_part_of_the_scenarios_certifies_nothing(tmp_path: Path) -> None:
    run = judged(tmp_path, "--profile", "onboarding", "--scenario", "dental/create/one-file")

    code, output = harness("certify", *SUBJECT, "--role", "client", "--of", run)

    assert code == 2
    assert "it ran only dental/create/one-file" in output


def test_a_client_that_fails_is_told_of_as_a_client(tmp_path: Path) -> None:
    words = (
        "judge",
        "run",
        "--command",
        f"{sys.executable} {BROKEN} token-per-call",
        "--api",
        "dental",
    )
    chosen = ("--scenario", "dental/token/one-for-many", "--no-allure", "--reports", tmp_path / "r")
    code, output = harness(*words, *chosen)

    assert code == 1
    last = output.rstrip().splitlines()[-1]
    assert "shows the client breaking the contract" in last
    assert "the API" not in last
    page = (tmp_path / "r" / "latest" / "report.html").read_text()
    assert "Conformance report of a client" in page
    assert "<dd>The client</dd>" in page
    assert "The API</dd>" not in page


def test_a_client_is_not_certified_without_a_run_of_the_judge() -> None:
    code, output = harness("certify", *SUBJECT, "--role", "client")

    assert code == 2
    assert "a client is certified by a run of the judge" in output
