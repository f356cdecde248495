from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness import record
from harness.errors import ConfigurationError
from harness.events import Job, RunFinished
from harness.outcome import Status
from harness.session.reporting.merge import merge_runs
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.shard import Shard, Split, balanced
from harness.verdict.write import to_json
from tests.unit.session.folders import WAIVER, run_folder

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
CASES = {f"dental/create/{letter}": Status.PASS for letter in "abcdefghi"} | {
    "dental/create/j": Status.FAIL
}
KEYS = (
    "verdict",
    "exit_code",
    "reason",
    "cases",
    "requirements",
    "operations",
    "gates",
    "findings",
)


def shards(tmp_path: Path, count: int = 3, **changes: object) -> list[Path]:
    def of(index: int) -> dict[str, Status | None]:
        return {case: status for case, status in CASES.items() if Shard(index, count).holds(case)}

    return [
        run_folder(tmp_path / f"s{index}", of(index), shard=f"{index}/{count}", **changes)  # type: ignore[arg-type]  # names are checked at run time
        for index in range(1, count + 1)
    ]


def merged(parts: Sequence[Path], tmp_path: Path) -> Path:
    return merge_runs(parts, tmp_path / "reports", now=NOW)


def test_every_case_is_in_exactly_one_shard() -> None:
    homes = {case: [i for i in (1, 2, 3) if Shard(i, 3).holds(case)] for case in CASES}

    assert {len(each) for each in homes.values()} == {1}
    assert homes["dental/create/a"] == [3]  # on every machine and in every version


def test_three_shards_come_to_the_verdict_of_one_run(tmp_path: Path) -> None:
    whole = run_folder(tmp_path / "whole", CASES)

    folder = merged(list(reversed(shards(tmp_path))), tmp_path)

    one, joined = (to_json(conclude(load_inputs(each))) for each in (whole, folder))
    strange = {"exchange"}
    assert [one[key] for key in KEYS if key != "findings"] == [
        joined[key] for key in KEYS if key != "findings"
    ]
    assert [without(each, strange) for each in findings(joined)] == [
        without(each, strange) for each in findings(one)
    ]


def findings(verdict: dict[str, object]) -> list[dict[str, object]]:
    return verdict["findings"]  # type: ignore[return-value]  # JSON


def without(finding: dict[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in finding.items() if name not in names}


def test_exchanges_are_numbered_anew_and_checks_follow_them(tmp_path: Path) -> None:
    read = record.read(merged(shards(tmp_path), tmp_path) / "record.jsonl")

    numbers = [each.id for each in read.exchanges]
    cases = {each.id: each.case for each in read.exchanges}
    assert len(numbers) == len(set(numbers)) == 10
    assert all(cases[outcome.checks[0].exchange] == outcome.case for outcome in read.outcomes)
    assert [plan.case for plan in read.planned] == sorted(CASES)
    assert (read.run.shard, read.run.merged) == ("", ("s1", "s2", "s3"))


def test_shards_of_several_jobs_are_shards_of_one_run(tmp_path: Path) -> None:
    def part(index: int) -> Path:
        cases = {each: Status.PASS for each in CASES if Shard(index, 2).holds(each)}
        job = Job("GitLab CI", f"contract {index}/2", "7", f"https://ci.example/{index}")
        return run_folder(tmp_path / f"s{index}", cases, shard=f"{index}/2", job=job)

    folder = merged([part(1), part(2)], tmp_path)

    job = record.read(folder / "record.jsonl").run.job
    assert job is not None
    assert (job.name, job.number) == ("contract 1/2", "7")


def test_waivers_hold_for_the_whole(tmp_path: Path) -> None:
    folder = merged(shards(tmp_path, waivers=WAIVER), tmp_path)

    assert (folder / "waivers.yaml").read_text() == WAIVER
    load_inputs(folder)


def test_a_shard_that_was_cut_off_leaves_the_whole_unfinished(tmp_path: Path) -> None:
    parts = shards(tmp_path)
    lines = (parts[1] / "record.jsonl").read_bytes().splitlines(keepends=True)
    (parts[1] / "record.jsonl").write_bytes(b"".join(lines[:-2]))

    read = record.read(merged(parts, tmp_path) / "record.jsonl")

    assert (read.finished, read.scanned) == (None, None)


def test_an_empty_shard_says_nothing_of_the_others(tmp_path: Path) -> None:
    parts = shards(tmp_path, 2)[:1]
    nothing = RunFinished("2026-11-22T10:00:03Z", 1.0, error="no case is selected", exit_code=5)
    parts.append(run_folder(tmp_path / "empty", {}, end=nothing, shard="2/2"))

    read = record.read(merged(parts, tmp_path) / "record.jsonl")

    assert read.finished == RunFinished("2026-11-22T10:00:09Z", 9.0)


def test_an_error_of_one_shard_is_one_of_the_whole(tmp_path: Path) -> None:
    parts = shards(tmp_path)
    dead = RunFinished("2026-11-22T10:00:03Z", 1.0, error="no answer", exit_code=3)
    bad = run_folder(tmp_path / "bad", {}, end=dead, shard="3/3")

    folder = merged([*parts[:2], bad], tmp_path)

    assert conclude(load_inputs(folder)).exit_code == 3


def refusals(tmp_path: Path) -> Iterator[tuple[str, list[Path], str]]:
    one, two, three = shards(tmp_path / "good")
    seeds = shards(tmp_path / "seed", seed=2)
    sets = shards(tmp_path / "url", embedded=False, base_url="http://127.0.0.1:1")
    others = shards(tmp_path / "other", embedded=False)
    halves = shards(tmp_path / "half", 2)
    strange = run_folder(tmp_path / "strange", {**CASES}, shard="3/3")
    whole = run_folder(tmp_path / "whole", {**CASES})
    yield "missing", [one, three], "shard 2 of 3 is missing"
    yield "twice", [one, two, two, three], "shard 2/3 is there more than once"
    yield "seed", [one, two, seeds[2]], "differ in seed"
    yield "base_url", [sets[0], others[1]], "differ in base_url"
    yield "count", [one, halves[1]], "same number of shards"
    yield "overlap", [one, two, strange], "does not belong to shard 3/3"
    yield "whole", [whole], "is a whole run, not a shard"


def test_what_is_not_all_the_shards_of_one_run_is_refused(tmp_path: Path) -> None:
    for _, parts, message in refusals(tmp_path):
        with pytest.raises(ConfigurationError, match=message):
            merged(parts, tmp_path)

    assert not (tmp_path / "reports").exists()


def balanced_shards(tmp_path: Path, split: Split, name: str = "b") -> list[Path]:
    return [
        run_folder(
            tmp_path / f"{name}{index}",
            {case: CASES[case] for case in CASES if Shard(index, 2, split).holds(case)},
            shard=f"{index}/2",
            split=split.parts,
            split_sha256=split.sha256,
        )
        for index in (1, 2)
    ]


KNOWN = {case: float(number) for number, case in enumerate(CASES)}
"""How long the cases took before; the last is not among them."""
KNOWN.pop("dental/create/j")


def test_shards_that_are_balanced_by_one_record_come_to_one_run(tmp_path: Path) -> None:
    folder = merged(balanced_shards(tmp_path, balanced(KNOWN, 2)), tmp_path)

    run = record.read(folder / "record.jsonl").run
    assert (run.shard, run.split, run.split_sha256) == ("", (), "")
    assert len(record.read(folder / "record.jsonl").outcomes) == len(CASES)


def test_shards_of_different_splits_are_refused(tmp_path: Path) -> None:
    one = balanced_shards(tmp_path, balanced(KNOWN, 2))[0]
    other = balanced_shards(tmp_path, balanced({**KNOWN, "dental/create/a": 9.0}, 2), "c")[1]
    plain = shards(tmp_path, 2)[1]

    for second in (other, plain):
        with pytest.raises(ConfigurationError, match="they differ in split"):
            merged([one, second], tmp_path)


def test_a_split_that_was_changed_is_refused(tmp_path: Path) -> None:
    split = balanced(KNOWN, 2)
    folders = balanced_shards(tmp_path, split)
    for folder in folders:
        path = folder / "record.jsonl"
        path.write_text(path.read_text().replace(split.sha256, "0" * 64))

    with pytest.raises(ConfigurationError, match="is not the one of its digest"):
        merged(folders, tmp_path)
