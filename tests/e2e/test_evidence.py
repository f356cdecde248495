"""Runs that are killed, cut into shards, starved of disk, certified and tampered with."""

import fcntl
import json
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests import program
from tests.elsewhere import installing

pytestmark = pytest.mark.slow

FEW = "dental/health,dental/token"


def harness(
    *arguments: str, prepare: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    if prepare is None:
        return program.harness(*arguments)
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=program.CLEAN,
        preexec_fn=prepare,
    )


def run(reports: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return harness("run", "--no-allure", "--reports", str(reports), *arguments)


def verdict(reports: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((reports / "latest" / "verdict.json").read_text())
    return told


def outcomes(folder: Path) -> Counter[str]:
    lines = [json.loads(line) for line in (folder / "record.jsonl").read_text().splitlines()]
    return Counter(line["case"] for line in lines if line["type"] == "outcome")


def test_a_killed_run_is_inconclusive_and_can_be_finished(tmp_path: Path) -> None:
    kill_when_some_are_done(tmp_path)
    folder = tmp_path / "latest"
    assert not (folder / "verdict.json").exists()

    cut = harness("report", str(folder))

    assert cut.returncode == 3, cut.stdout + cut.stderr
    assert "INCONCLUSIVE: The run was cut off before its end" in cut.stdout
    before = outcomes_before(folder)

    resumed = harness("run", "--resume", str(folder), "--no-allure")

    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert verdict(tmp_path)["verdict"] == "CONFORMANT"
    assert all(count == 1 for count in outcomes(folder).values())
    assert before < set(outcomes(folder))
    again = harness("run", "--resume", str(folder), "--no-allure")
    assert again.returncode == 2
    assert "is complete; nothing is left to do" in again.stderr


def kill_when_some_are_done(reports: Path) -> None:
    command = ["run", "--no-allure", "--reports", str(reports), "--only", f"{FEW},dental/search"]
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *command],
        stdout=subprocess.PIPE,
        text=True,
        env=program.CLEAN,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.lstrip().startswith("dental/token"):
                break
        process.send_signal(signal.SIGKILL)


def outcomes_before(folder: Path) -> set[str]:
    raw = (folder / "record.jsonl").read_bytes()
    lines = [json.loads(line) for line in raw[: raw.rfind(b"\n") + 1].splitlines()]
    return {line["case"] for line in lines if line["type"] == "outcome"}


def test_three_shards_come_to_what_one_run_comes_to(tmp_path: Path) -> None:
    run(tmp_path / "whole", "--only", FEW)
    for index in (1, 2, 3):
        shard = run(tmp_path / f"s{index}", "--only", FEW, "--shard", f"{index}/3")
        assert shard.returncode == 0, shard.stdout + shard.stderr

    parts = [str(tmp_path / f"s{index}" / "latest") for index in (1, 2, 3)]
    merged = harness("report", "merge", *parts, "--reports", str(tmp_path / "m"), "--no-allure")

    assert merged.returncode == 0, merged.stdout + merged.stderr
    one, joined = verdict(tmp_path / "whole"), verdict(tmp_path / "m")
    for key in ("verdict", "exit_code", "cases", "requirements", "operations", "findings"):
        assert one[key] == joined[key]
    again = harness("report", "merge", *parts[:2], "--reports", str(tmp_path / "x"))
    assert again.returncode == 2
    assert "shard 3 of 3 is missing" in again.stderr
    same = harness("compare", str(tmp_path / "whole" / "latest"), str(tmp_path / "m" / "latest"))
    assert same.returncode == 0, same.stdout


def test_a_full_disk_ends_the_run_and_loses_nothing(tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))

    command = ("run", "--no-allure", "--reports", str(tmp_path), "--only", f"{FEW},dental/search")
    starved = harness(*command, prepare=little_room)

    assert starved.returncode == 3, starved.stdout + starved.stderr
    assert "cannot be written" in starved.stderr
    assert "Traceback" not in starved.stdout + starved.stderr
    resumed = harness("run", "--resume", str(tmp_path / "latest"), "--no-allure")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_reports_are_rendered_again_byte_for_byte(tmp_path: Path) -> None:
    run(tmp_path, "--only", FEW)
    folder = tmp_path / "latest"
    before = contents(folder)

    again = harness("report", str(folder))

    assert again.returncode == 0, again.stderr
    assert len([name for name in before if name.endswith("-result.json")]) > 40
    assert before == contents(folder)


def test_a_certificate_is_checked_offline_and_tampering_is_caught(tmp_path: Path) -> None:
    who = ("--partner", "Sample Payer", "--product", "Gateway", "--version", "4.2")
    where = ("--no-allure", "--reports", str(tmp_path), "--api", "notes")
    # The API of another package is small: its certificate takes a tenth of the time of ours.
    started = partial(installing.harness, installing.install(tmp_path / "site"), tmp_path)

    certified = started("certify", *who, *where)

    assert certified.returncode == 0, certified.stdout + certified.stderr
    folder = tmp_path / "latest" / "certificate"
    for path in (folder, tmp_path / "latest" / "certificate.zip"):
        checked = started("verify", path)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        last = checked.stdout.rstrip().splitlines()[-1]
        assert last.startswith("SPECIMEN: Gateway 4.2 of Sample Payer: made against the mock")
        assert "the signer is not known" in last
    record = folder / "record.jsonl"
    record.write_bytes(record.read_bytes().replace(b'"status":"pass"', b'"status":"fail"', 1))
    tampered = started("verify", folder)
    assert tampered.returncode == 1
    assert "record.jsonl was changed" in tampered.stdout
    assert started("verify", tmp_path / "none.zip").returncode == 2


def test_runs_at_once_in_one_folder_take_nothing_from_each_other(tmp_path: Path) -> None:
    command = ["run", "--no-allure", "--reports", str(tmp_path), "--only", "dental/health"]
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "harness", *command],
            stdout=subprocess.PIPE,
            text=True,
            env=program.CLEAN,
        )
        for _ in range(2)
    ]
    printed = [each.communicate(timeout=600)[0] for each in both]

    folders = [path for path in tmp_path.glob("2*") if path.is_dir()]
    assert [each.returncode for each in both] == [0, 0], printed
    assert len(folders) == 2
    for folder in folders:
        told = json.loads((folder / "verdict.json").read_text())
        assert told["verdict"] == "CONFORMANT"
        assert set(outcomes(folder).values()) == {1}
    assert (tmp_path / "latest").resolve() in [each.resolve() for each in folders]


def test_a_run_is_finished_by_one_process_at_a_time(tmp_path: Path) -> None:
    kill_when_some_are_done(tmp_path)
    folder = (tmp_path / "latest").resolve()
    with (folder / "record.jsonl").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        second = harness("run", "--resume", str(folder), "--no-allure")

    assert second.returncode == 2
    assert "is being written by another process" in second.stderr
    assert harness("run", "--resume", str(folder), "--no-allure").returncode == 0
