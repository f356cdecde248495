import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli import console


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        pytest.param("a\nVALID: b", "a\\nVALID: b", id="line"),
        pytest.param("\x1b]8;;http://x\x07y", "\\u001b]8;;http://x\\u0007y", id="osc-8"),
        pytest.param("\x1bc", "\\u001bc", id="reset"),
        pytest.param("\x9b2J", "\\u009b2J", id="c1"),
        pytest.param("a\rb", "a\\u000db", id="carriage-return"),
        pytest.param("\u202eab\u2066", "\\u202eab\\u2066", id="bidirectional"),
        pytest.param("a\u200bb\u00ad\ufeff", "a\\u200bb\\u00ad\\ufeff", id="invisible"),
        pytest.param("\ud800", "\\ud800", id="surrogate"),
        pytest.param("\U000e0041", "\\U000e0041", id="tag"),
        pytest.param("a\u2028b\x85c", "a\\u2028b\\u0085c", id="other-line-breaks"),
        pytest.param("ä 名 \t€", "ä 名 \t€", id="letters"),
        pytest.param("see http://u:p@ss@h/x", "see http://[masked]@h/x", id="login"),
        pytest.param("u@h, http://h/@x", "u@h, http://h/@x", id="no-login"),
    ],
)
def test_what_came_from_outside_is_shown_and_not_obeyed(
    given: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    console.say(given)

    assert capsys.readouterr().out == f"{printed}\n"


def test_further_lines_of_a_message_cannot_pass_for_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.say_problem("one\nVALID: two\n  | three")

    assert capsys.readouterr().err == "error: one\n    VALID: two\n  | three\n"


def test_text_of_several_lines_keeps_them(capsys: pytest.CaptureFixture[str]) -> None:
    console.say_text("one\ntwo\x1b[0m\n")

    assert capsys.readouterr().out == "one\ntwo\\u001b[0m\n"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "arguments", [["generate", "npi"], ["spec", "list"], ["generate", "file", "pdf"]], ids=" ".join
)
def test_a_full_disk_for_the_output_is_told_and_is_no_bug(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "harness", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=600,
            check=False,
        )

    assert ran.returncode == 3
    assert ran.stderr.startswith("error: ")
    assert "bug of ours" not in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("closed", [(1,), (1, 2), (0, 1, 2)], ids=str)
def test_closed_streams_change_neither_files_nor_the_exit_code(
    closed: tuple[int, ...], tmp_path: Path
) -> None:
    shut = " ".join(f"{number}>&-" for number in closed)
    command = f"{sys.executable} -m harness generate file pdf -o {tmp_path}/a.pdf {shut}"
    ran = subprocess.run(["sh", "-c", command], timeout=600, check=False)  # noqa: S607

    assert ran.returncode == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_who_closes_a_pipe_early_gets_no_complaint() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [sys.executable, "-m", "harness", "spec", "list"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=600,
        check=False,
    )
    os.close(writing)

    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.slow
def test_an_ascii_terminal_gets_escapes_and_no_traceback() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "harness", "mock", "--fault", "ä\U0001f600"],
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
        timeout=600,
        check=False,
    )

    assert ran.returncode == 2
    assert b"there is no fault" in ran.stderr
