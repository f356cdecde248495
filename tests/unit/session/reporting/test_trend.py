from pathlib import Path

from harness.report.trend import MOST, PastRun
from harness.session.reporting.reports import FILE_NAME, trend_of, write_trend
from tests.unit.report.runs import whole_run
from tests.unit.report.samples import failed, passed, plan, record, run, sample

CASE = "dental/create/npi"


def made(
    folder: Path, run_id: str, *, passing: bool, environment: str = "mock"
) -> tuple[PastRun, ...]:
    """Write the trend of a run with one case into a folder of its own."""
    outcome = passed(CASE) if passing else failed(CASE)
    found = sample(record((plan(CASE),), (outcome,), (), run_id=run_id, environment=environment))
    place = folder / run_id
    place.mkdir(exist_ok=True)
    told = trend_of(place, found.record.run, found.verdict)
    write_trend(told, found.record.run, place / FILE_NAME)
    return told


def test_a_first_run_has_none_before_it(tmp_path: Path) -> None:
    [only] = made(tmp_path, "20261122T100000Z-1", passing=True)

    assert (only.run, only.passed, only.failed) == ("20261122T100000Z-1", 1, 0)


def test_runs_beside_it_are_told_the_oldest_first(tmp_path: Path) -> None:
    made(tmp_path, "1", passing=True)
    made(tmp_path, "2", passing=False)

    told = made(tmp_path, "3", passing=True)

    assert [(each.run, each.failed) for each in told] == [("1", 0), ("2", 1), ("3", 0)]


def test_runs_against_another_environment_do_not_count(tmp_path: Path) -> None:
    made(tmp_path, "1", passing=True, environment="sandbox")

    assert len(made(tmp_path, "2", passing=True)) == 1


def test_no_more_than_ten_are_told(tmp_path: Path) -> None:
    for number in range(10, 22):
        made(tmp_path, str(number), passing=True)

    told = made(tmp_path, "30", passing=True)

    assert len(told) == MOST
    assert (told[0].run, told[-1].run) == ("13", "30")


def test_what_a_folder_was_once_given_stays_when_the_others_are_gone(tmp_path: Path) -> None:
    made(tmp_path, "1", passing=True)
    first = made(tmp_path, "2", passing=False)
    (tmp_path / "1" / FILE_NAME).unlink()

    assert made(tmp_path, "2", passing=False) == first


def test_a_file_that_is_no_trend_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / FILE_NAME).write_text("[" * 100_000)

    assert len(made(tmp_path, "2", passing=True)) == 1


def test_the_latency_of_the_last_run_is_kept_by_operation(tmp_path: Path) -> None:
    found = whole_run(passing=True, cases=40)
    told = trend_of(tmp_path, run(), found.verdict)  # type: ignore[arg-type]  # a view is enough

    assert all(seconds > 0 for seconds in told[-1].p95_seconds.values())
    assert told[-1].p95_seconds["POST /priorauth/v1/inquiry"] == 0.025
