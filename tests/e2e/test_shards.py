"""Parts of a run and of a proof by the number of a job, and the whole that they come to."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.program import harness
from tests.unit.session.folders import run_folder

pytestmark = pytest.mark.slow

FAULTS = ("health-silent", "challenge-missing", "search-loses-a-byte", "health-down")
SMALL = [
    "prove", "--only", "dental/health", "--jobs", "1", "--tolerate", "busy-once",
    *(word for each in FAULTS for word in ("--fault", each)),
]  # fmt: skip


def job(index: int) -> Mapping[str, str]:
    return {"JOB_COMPLETION_INDEX": str(index), "JOB_COMPLETIONS": "2"}


def proof(folder: Path) -> dict[str, object]:
    """Return what a proof says, without how long it took and when."""
    return without_times(json.loads((folder / "latest" / "proof.json").read_text()))


def without_times(value: dict[str, object]) -> dict[str, object]:
    found = {name: each for name, each in value.items() if name not in ("seconds", "started")}
    for name in ("matrix", "liberties"):
        rows = found[name]
        assert isinstance(rows, list)
        found[name] = [{key: row[key] for key in row if key != "seconds"} for row in rows]
    return found


def test_shards_of_a_proof_come_to_what_one_process_comes_to(tmp_path: Path) -> None:
    for index in (0, 1):
        part = harness(
            *SMALL, "--shard", "auto", "--reports", f"part-{index}", folder=tmp_path,
            variables=job(index),
        )  # fmt: skip
        assert part.returncode in (0, 1), part.stdout + part.stderr
        assert f"Shard {index + 1}/2: The suite detects" in part.stdout

    whole = harness(*SMALL, "--reports", "whole", folder=tmp_path)
    joined = harness(
        "prove", "merge", "part-0/latest", "part-1/latest", "--reports", "joined", folder=tmp_path
    )

    assert joined.stdout.splitlines()[-1] == whole.stdout.splitlines()[-1]
    assert (joined.returncode, joined.stderr) == (whole.returncode, whole.stderr)
    assert proof(tmp_path / "joined") == proof(tmp_path / "whole")
    assert (tmp_path / "joined" / "latest" / "proof.html").is_file()


def test_a_shard_that_no_variable_tells_is_a_mistake_and_leaves_nothing(tmp_path: Path) -> None:
    for command in ("run", "prove"):
        refused = harness(command, "--shard", "auto", folder=tmp_path)

        assert refused.returncode == 2
        assert "--shard auto: no variable tells which of several jobs this is." in refused.stderr
    assert not (tmp_path / "reports").exists()


def test_an_option_of_a_proof_has_no_effect_before_merge(tmp_path: Path) -> None:
    refused = harness("prove", "--shard", "1/2", "merge", "a", "b", folder=tmp_path)

    assert refused.returncode == 2
    assert "--shard has no effect before merge." in refused.stderr


def test_shards_that_are_balanced_by_an_earlier_run_come_to_the_whole(tmp_path: Path) -> None:
    small = ["run", "--only", "dental/health", "--no-allure"]
    before = harness(*small, "--reports", "before", folder=tmp_path)
    assert before.returncode == 0, before.stdout + before.stderr
    for index in (1, 2):
        part = harness(
            *small, "--shard", f"{index}/2", "--durations", "before/latest",
            "--reports", f"part-{index}", folder=tmp_path,
        )  # fmt: skip
        assert part.returncode == 0, part.stdout + part.stderr

    joined = harness("report", "merge", "part-1/latest", "part-2/latest", folder=tmp_path)

    assert joined.returncode == 0, joined.stdout + joined.stderr
    sizes = [len(outcomes(tmp_path / f"part-{index}")) for index in (1, 2)]
    assert sum(sizes) == len(outcomes(tmp_path / "before"))
    assert min(sizes) > 0


def outcomes(folder: Path) -> list[str]:
    lines = (folder / "latest" / "record.jsonl").read_text().splitlines()
    return [line for line in lines if '"type":"outcome"' in line.replace(": ", ":")[:40]]


def test_durations_without_shards_are_refused(tmp_path: Path) -> None:
    run_folder(tmp_path / "before")

    refused = harness("run", "--durations", "before", folder=tmp_path)

    assert refused.returncode == 2
    assert "--durations has no effect without shards." in refused.stderr
