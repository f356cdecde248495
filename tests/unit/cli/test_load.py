"""`harness load` says what it lacks, and the program never imports Locust itself."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from harness.cli.load import command
from harness.errors import HarnessError

PROGRAM = """
import sys
import harness.cli.load
print(sorted({"locust", "gevent"} & set(sys.modules)))
"""
MOCK = ("medical-attachments", "--base-url", "http://127.0.0.1:9")


def said(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, words)
    if isinstance(result.exception, HarnessError):
        return result.exception.exit_code, str(result.exception)
    return result.exit_code, result.output


@pytest.mark.slow
def test_the_program_does_not_import_locust() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_without_locust_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "locust", None)

    assert said(*MOCK) == (
        2,
        "a run under load needs Locust: pip install 'contract-harness[load]'.",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("--master", "--worker"), "two processes", id="both"),
        pytest.param(("--expect-workers", "2"), "no effect without --master", id="no-master"),
        pytest.param(("--master-port", "9"), "no effect without --worker", id="no-worker"),
        pytest.param(("--worker", "--users", "2"), "the master says it", id="users-of-a-worker"),
        pytest.param(("--worker", "--max-p95", "1s"), "the master says it", id="limits-of-one"),
        pytest.param(("--max-p95", "500"), "write it as 500ms, 2s or 1m", id="no-unit"),
        pytest.param(("--max-failures", "2"), "write it as 1% or 0.5%", id="no-percent"),
        pytest.param(("--users", "0"), "not in the range", id="nobody"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.setattr("harness.cli.load.refuse_without_locust", lambda: None)

    code, told = said(*MOCK, *words)

    assert code == 2
    assert message in told
