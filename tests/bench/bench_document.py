"""Compare `harness run --spec` with Schemathesis alone on one server, in processor time.

    python tests/bench/bench_document.py openapi.yaml http://127.0.0.1:8080
    python tests/bench/bench_document.py openapi.yaml http://127.0.0.1:8080 --header 'x-api-key: …' --seconds 120

The server has to run on this machine; start it anew for each figure that counts, for both leave
objects behind. Prints one row for each: processor seconds of the tester, seconds, requests, failed
cases or failures, and causes. What is true of them a person has to say.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

BIN = Path(sys.executable).parent


def main() -> int:
    """Run both, one after the other, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("document", type=Path)
    parser.add_argument("base_url")
    parser.add_argument("--header", default="", help="What authenticates, as NAME: VALUE.")
    parser.add_argument("--seconds", type=int, default=120, help="For each of them at most.")
    given = parser.parse_args()
    head = f"{'':14}{'cpu s':>8}{'s':>8}{'requests':>10}{'failed':>8}{'causes':>8}"
    sys.stdout.write(f"{head}\n")
    with TemporaryDirectory() as folder:
        for name, measured in (("harness", ours), ("schemathesis", theirs)):
            requests, failed, causes, spent, taken = measured(given, Path(folder))
            row = f"{name:14}{spent:8.1f}{taken:8.1f}{requests:10,}{failed:8,}{causes:>8}"
            sys.stdout.write(f"{row}\n")
    return 0


Row = tuple[int, int, int | str, float, float]


def ours(given: argparse.Namespace, folder: Path) -> Row:
    """Measure `harness run`; a run that is cut off counts as far as it came."""
    token = given.header.partition(":")[2].strip()
    command = [BIN / "harness", "run", "--spec", given.document.resolve(), "--no-allure"]
    command += ["--base-url", given.base_url, "--reports", folder / "reports"]
    spent, taken = timed(command, folder, given.seconds, {"HARNESS_TOKEN": token} if token else {})
    verdict = json.loads((folder / "reports/latest/verdict.json").read_text())
    failed = sum(each["failed"] for each in verdict["causes"])
    causes = sum(each["status"] == "fail" for each in verdict["causes"])
    return verdict["requests"], failed, causes, spent, taken


def theirs(given: argparse.Namespace, folder: Path) -> Row:
    """Measure `st run` with every phase and check; it knows of no causes."""
    command = [BIN / "st", "run", given.document.resolve(), "-u", given.base_url]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--checks", "all"]
    command += ["--continue-on-failure", "--max-time", str(given.seconds), "--seed", "1"]
    command += ["--generation-database", "none", "--suppress-health-check", "all", "--no-color"]
    command += ["--report", "ndjson", "--report-ndjson-path", folder / "st.ndjson"]
    command += ["-H", given.header] if given.header else []
    spent, taken = timed(command, folder, given.seconds * 4, {})
    requests, failed = 0, set[str]()
    for line in (folder / "st.ndjson").read_text().splitlines():
        finished = json.loads(line).get("ScenarioFinished")
        recorder = (finished or {}).get("recorder") or {}
        requests += len(recorder.get("interactions") or {})
        for case, checks in (recorder.get("checks") or {}).items():
            failed |= {f"{case}/{each['name']}" for each in checks if each["status"] == "failure"}
    return requests, len(failed), "-", spent, taken


def timed(
    command: Sequence[object], folder: Path, seconds: int, variables: dict[str, str]
) -> tuple[float, float]:
    """Run a command, interrupt it after so many seconds, and return what it took."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(
        [str(each) for each in command],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait(60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
