from datetime import date
from pathlib import Path

import pytest

from harness import record
from harness.errors import DocumentError
from harness.events import RunFinished
from harness.outcome import Status
from harness.session.reporting.verdict_inputs import (
    conclude,
    day_of,
    load_inputs,
    read_files,
    snapshot,
)
from harness.verdict.model import Conclusion
from tests.unit.session.folders import CASES, NPI, WAIVER, run_folder

FAILING = {**CASES, NPI: Status.FAIL}


def test_a_verdict_is_made_from_the_folder_alone(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run")

    verdict = conclude(load_inputs(folder))

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.CONFORMANT, 0)
    assert len(verdict.traced) == 3


def test_the_waivers_of_the_run_still_hold_when_it_is_judged_later(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", FAILING, waivers=WAIVER)

    verdict = conclude(load_inputs(folder))

    assert verdict.conclusion is Conclusion.CONFORMANT_WITH_WAIVERS
    assert [use.id for use in verdict.waivers] == ["WVR-1"]


def test_a_waiver_that_had_expired_when_the_run_ended_does_not_hold(tmp_path: Path) -> None:
    late = RunFinished("2027-01-01T00:00:01Z", 9.0)
    folder = run_folder(tmp_path / "run", FAILING, waivers=WAIVER, end=late)

    assert conclude(load_inputs(folder)).conclusion is Conclusion.NON_CONFORMANT


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("waivers.yaml", None, id="waivers_gone"),
        pytest.param("waivers.yaml", "[]", id="waivers_changed"),
        pytest.param("requirements/dental/requirements.yaml", "requirements: []", id="set_changed"),
        pytest.param("baseline.jsonl", "{}", id="baseline_added"),
    ],
)
def test_what_is_not_what_the_record_names_is_refused(
    tmp_path: Path, name: str, content: str | None
) -> None:
    folder = run_folder(tmp_path / "run", FAILING, waivers=WAIVER)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content)

    with pytest.raises(DocumentError, match="that the record names"):
        load_inputs(folder)


def test_without_a_leak_scan_the_gate_does_not_hold(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", leaks=None)

    verdict = conclude(load_inputs(folder))

    assert verdict.exit_code == 1
    assert [gate.name for gate in verdict.gates if not gate.passed] == ["leak_scan"]


def test_the_exit_code_of_a_run_that_could_not_be_done_is_kept(tmp_path: Path) -> None:
    end = RunFinished("2026-11-22T10:00:09Z", 1.0, error="no credentials", exit_code=2)
    folder = run_folder(tmp_path / "run", {}, end=end)

    assert conclude(load_inputs(folder)).exit_code == 2


def test_the_day_is_the_later_of_both_where_the_clock_was_set_back(tmp_path: Path) -> None:
    end = RunFinished("2026-11-20T10:00:09Z", 1.0)
    folder = run_folder(tmp_path / "run", end=end)

    assert day_of(load_inputs(folder).record) == date(2026, 11, 22)


def test_a_record_without_a_date_is_refused(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", started="yesterday", end=None)

    with pytest.raises(DocumentError, match="does not say when the run was"):
        conclude(load_inputs(folder))


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"record\.jsonl: cannot be read"):
        load_inputs(tmp_path)


def test_a_run_begins_with_copies_of_what_it_will_be_judged_by(tmp_path: Path) -> None:
    base = load_inputs(run_folder(tmp_path / "base", FAILING, waivers=WAIVER))
    (tmp_path / "w.yaml").write_text(WAIVER)
    folder = tmp_path / "run"
    folder.mkdir()

    digests = snapshot(folder, waiver_file=tmp_path / "w.yaml", baseline=base)

    assert set(read_files_below(folder)) >= {
        "waivers.yaml",
        "baseline.jsonl",
        "requirements/dental/requirements.yaml",
    }
    assert [each.name for each in digests.sets] == sorted(each.name for each in digests.sets)
    assert len(digests.waivers) == len(digests.baseline) == 64
    kept = record.read(folder / "baseline.jsonl")
    assert [each.status for each in kept.outcomes] == [Status.WAIVED, Status.PASS, Status.PASS]
    assert kept.exchanges == ()


def read_files_below(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def test_a_record_alone_is_judged_by_the_sets_that_ship(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", sets=())

    files = read_files(folder / "record.jsonl")

    assert list(files) == ["record.jsonl"]
