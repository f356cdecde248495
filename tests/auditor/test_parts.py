"""Try to pass a part of a run off as the whole: shards, merges, runs that go on, selections."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness import __version__
from harness.errors import ConfigurationError, HarnessError
from harness.events import RunFinished
from harness.outcome import Status
from harness.session.reporting.merge import merge_runs
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.session.run.unfinished import reopen
from harness.shard import Shard
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Verdict
from tests.unit.report.samples import TODAY, passed, plan, record, requirement
from tests.unit.session.folders import CASES, DATE, NPI, TOOTH, run_folder

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def of_shard(index: int, count: int = 2) -> Mapping[str, Status | None]:
    return {case: status for case, status in CASES.items() if Shard(index, count).holds(case)}


def shard(folder: Path, index: int = 1, **changes: object) -> Path:
    cases = changes.pop("cases", of_shard(index))
    told = {"shard": f"{index}/2", "total": 3, **changes}
    return run_folder(folder, cases, **told)  # type: ignore[arg-type]  # names are checked at run time


def verdict(folder: Path) -> Verdict:
    return conclude(load_inputs(folder))


def test_both_shards_come_to_the_whole(tmp_path: Path) -> None:
    parts = [shard(tmp_path / "one", 1), shard(tmp_path / "two", 2)]

    joined = verdict(merge_runs(parts, tmp_path / "r", now=NOW))

    assert (joined.conclusion, joined.exit_code) == ("CONFORMANT", 0)
    assert (joined.scope.selection, joined.scope.cases, joined.scope.cases_total) == ("whole", 3, 3)


def test_a_shard_says_that_it_is_one(tmp_path: Path) -> None:
    found = verdict(shard(tmp_path / "one", 1))

    assert found.scope.sentence.startswith(f"Scope: {len(of_shard(1))} of 3 cases (shard 1/2), ")


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"index": 1}, "shard 1/2 is there more than once"),
        ({"index": 2, "seed": 2}, "they differ in seed"),
        ({"index": 2, "profile": "onboarding"}, "they differ in profile"),
        ({"index": 2, "selection": "dental"}, "they differ in selection"),
        ({"index": 2, "faults": ("npi-checksum-unchecked",)}, "they differ in faults"),
        ({"index": 2, "suite": "book.arazzo.yaml"}, "they differ in suite"),
        ({"index": 2, "like": "sandbox"}, "they differ in like"),
        ({"index": 2, "total": 2}, "they are not of one suite"),
        ({"index": 2, "shard": "2/3"}, "not cut into the same number of shards"),
        ({"index": 2, "shard": ""}, "is a whole run, not a shard"),
        ({"index": 2, "cases": of_shard(1)}, "which does not belong to shard 2/2"),
    ],
    ids=[
        *("twice", "seed", "profile", "selection", "faults", "suite", "like", "total"),
        *("count", "whole", "foreign"),
    ],
)
def test_what_is_not_the_other_shard_of_this_run_does_not_complete_it(
    second: dict[str, object], message: str, tmp_path: Path
) -> None:
    parts = [shard(tmp_path / "one", 1), shard(tmp_path / "two", **second)]  # type: ignore[arg-type]  # names are checked at run time

    with pytest.raises(ConfigurationError) as caught:
        merge_runs(parts, tmp_path / "r", now=NOW)

    assert message in str(caught.value)
    assert not (tmp_path / "r").exists()


def test_one_shard_alone_is_not_the_whole(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="shard 2 of 2 is missing"):
        merge_runs([shard(tmp_path / "one", 1)], tmp_path / "r", now=NOW)


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        ({"end": None}, "The run was cut off before its end."),
        ({"leaks": None}, ""),
        (
            {"end": RunFinished("2026-11-22T10:00:09Z", 1.0, interrupted=True)},
            "The run was interrupted.",
        ),
    ],
    ids=["cut_off", "not_searched", "interrupted"],
)
def test_a_bad_shard_is_not_hidden_by_a_good_one(
    run: dict[str, object], reason: str, tmp_path: Path
) -> None:
    parts = [shard(tmp_path / "one", 1), shard(tmp_path / "two", 2, **run)]

    joined = verdict(merge_runs(parts, tmp_path / "r", now=NOW))

    assert joined.exit_code != 0
    assert joined.reason.startswith(reason)


def test_a_failure_is_not_tried_again_until_it_passes(tmp_path: Path) -> None:
    cases = {NPI: Status.FAIL, TOOTH: Status.ERROR, DATE: Status.PASS}
    folder = run_folder(tmp_path / "run", cases, end=None, harness_version=__version__)

    assert reopen(folder).done == {NPI, DATE}


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ({}, "is complete; nothing is left to do"),
        ({"end": None, "suite": "bookshop.arazzo.yaml"}, "ran the workflows of one document"),
        ({"end": None, "harness_version": "0.0.1"}, "was begun by harness 0.0.1"),
    ],
    ids=["complete", "another_suite", "another_harness"],
)
def test_only_this_run_of_the_suite_goes_on(
    run: dict[str, object], message: str, tmp_path: Path
) -> None:
    given = {"harness_version": __version__, **run}
    folder = run_folder(tmp_path / "run", **given)  # type: ignore[arg-type]  # names are checked at run time

    with pytest.raises(HarnessError, match=message):
        reopen(folder)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ({"total": 2367, "selection": "dental/health"}, "3 of 2,367 cases (only dental/health)"),
        ({"total": 2367}, "3 of 2,367 cases (2,364 were not planned)"),
        (
            {"total": 18, "suite": "medical-attachments.arazzo.yaml#upload"},
            "3 of 18 cases (15 were not planned), medical-attachments.arazzo.yaml#upload",
        ),
        ({"suite": ""}, "3 of 3 cases (the whole document), a suite that the record does not name"),
        ({"suite": "book.arazzo.yaml"}, "3 of 3 cases (the whole document), book.arazzo.yaml, "),
    ],
    ids=["selection", "left_out", "workflow", "unnamed", "document"],
)
def test_a_part_never_reads_as_the_whole(
    run: dict[str, object], words: str, tmp_path: Path
) -> None:
    found = verdict(run_folder(tmp_path / "run", **run))  # type: ignore[arg-type]  # names are checked at run time

    assert words in found.scope.sentence
    assert found.conclusion == "CONFORMANT"


def test_one_product_does_not_read_as_all() -> None:
    plans, outcomes = (plan("dental/a/b", "D001"),), (passed("dental/a/b"),)
    known = [requirement(each) for each in ("D001", "A001", "P001", "O001")]
    of_dental = record(plans, outcomes, (), apis=("dental",), suite="contract")
    found = judge(of_dental, known, PROFILES["ci"], today=TODAY)

    assert "(the whole suite), dental without medical and prior-auth, against" in (
        found.scope.sentence
    )


def test_a_command_that_is_printed_works_when_it_is_pasted(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "a run", harness_version=__version__)

    with pytest.raises(HarnessError) as caught:
        reopen(folder)

    assert f"with: harness report '{folder}'." in str(caught.value)
