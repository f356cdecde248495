import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import harness

CLIENT = Path(__file__).parents[1] / "judge" / "clients" / "reference.py"
HARNESS = Path(sys.executable).parent / "harness"


def judge(tmp_path: Path, command: str, *options: str) -> tuple[int, str, dict[str, object]]:
    reports = tmp_path / "reports"
    words = ("judge", "run", "--command", command, "--reports", reports, "--no-allure", *options)
    done = harness(*words)
    path = reports / "latest" / "verdict.json"
    verdict = json.loads(path.read_text()) if path.is_file() else {}
    return done.returncode, done.stdout + done.stderr, verdict


@pytest.mark.slow
@pytest.mark.parametrize("product", ["dental", "medical", "prior-auth"])
def test_the_reference_client_is_conformant(tmp_path: Path, product: str) -> None:
    code, output, verdict = judge(
        tmp_path, f"{sys.executable} {CLIENT}", "--jobs", "6", "--api", product
    )

    assert code == 0, output
    assert verdict["verdict"] == "CONFORMANT"


def test_a_client_that_does_nothing_is_inconclusive(tmp_path: Path) -> None:
    code, output, verdict = judge(tmp_path, "true", "--scenario", "dental/create/one-file")

    assert code == 3, output
    assert verdict["verdict"] == "INCONCLUSIVE"


def test_a_program_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    code, output, _ = judge(tmp_path, "/no/such/program")

    assert code == 2
    assert "the client cannot be started: /no/such/program" in output
    assert "Traceback" not in output


def test_a_service_is_told_each_context_and_waited_for(tmp_path: Path) -> None:
    words = [str(HARNESS), "judge", "run", "--attach", "--api", "dental", "--no-allure"]
    chosen = ["--scenario", "dental/create/one-file", "--reports", str(tmp_path)]
    with subprocess.Popen([*words, *chosen], stdout=subprocess.PIPE, text=True) as judging:
        told = next(
            line.split(" ", 1)[1].strip()
            for line in judging.stdout or ()
            if line.startswith("context ")
        )
        variables = {**os.environ, "HARNESS_JUDGE_CONTEXT": told}
        subprocess.run([sys.executable, CLIENT], env=variables, check=True, timeout=60)
        rest, _ = judging.communicate(timeout=120)

    assert judging.returncode == 0, rest
    assert "CONFORMANT: 1 case ran" in rest


def test_a_service_that_never_calls_is_inconclusive(tmp_path: Path) -> None:
    words = [str(HARNESS), "judge", "run", "--attach", "--wait", "0.1", "--no-allure"]
    chosen = ["--scenario", "dental/create/one-file", "--reports", str(tmp_path)]

    done = subprocess.run(
        [*words, *chosen], capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 3, done.stdout
    assert "the client made no call" in done.stdout


@pytest.mark.parametrize("ways", [[], ["--command", "true", "--attach"]], ids=["none", "both"])
def test_a_command_or_a_service_is_judged(ways: list[str], tmp_path: Path) -> None:
    words = [str(HARNESS), "judge", "run", *ways, "--reports", str(tmp_path)]

    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert "--command and --attach exclude each other" in done.stderr


def test_asking_a_judge_that_serves_loads_nothing_that_judges() -> None:
    program = (
        "import sys\n"
        "from harness.cli.main import cli\n"
        "for words in (['judge', '--help'], ['judge', 'next', '--help']):\n"
        "    try: cli(words)\n"
        "    except SystemExit: pass\n"
        "heavy = {'hypothesis', 'jsonschema', 'pytest', 'schemathesis', 'starlette', 'uvicorn'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))"
    )

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )

    assert run.stdout.splitlines()[-1] == "loaded: []", run.stdout + run.stderr
