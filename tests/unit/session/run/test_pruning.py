from pathlib import Path

from harness.session.run.folder import prune


def run(reports: Path, name: str, *, finished: bool = True) -> Path:
    folder = reports / name
    folder.mkdir()
    (folder / "record.jsonl").write_text("{}\n")
    if finished:
        (folder / "verdict.json").write_text("{}\n")
    return folder


def names(reports: Path) -> list[str]:
    return sorted(each.name for each in reports.iterdir())


def test_the_newest_runs_stay(tmp_path: Path) -> None:
    for day in range(1, 6):
        run(tmp_path, f"2026110{day}T100000Z-ci")

    removed = prune(tmp_path, 2)

    assert names(tmp_path) == ["20261104T100000Z-ci", "20261105T100000Z-ci"]
    assert len(removed) == 3


def test_fewer_runs_than_are_kept_stay_all(tmp_path: Path) -> None:
    run(tmp_path, "20261101T100000Z-ci")

    assert prune(tmp_path, 2) == ()


def test_what_has_no_verdict_or_is_no_run_stays(tmp_path: Path) -> None:
    run(tmp_path, "20261101T100000Z-ci", finished=False)
    run(tmp_path, "last-good")
    run(tmp_path, "20261102T100000Z-ci")
    (tmp_path / "history.jsonl").write_text("")
    (tmp_path / "20261103T100000Z-ci").symlink_to("last-good")

    prune(tmp_path, 0)

    assert names(tmp_path) == [
        "20261101T100000Z-ci",
        "20261103T100000Z-ci",
        "history.jsonl",
        "last-good",
    ]


def test_a_run_that_is_compared_with_is_spared(tmp_path: Path) -> None:
    first = run(tmp_path, "20261101T100000Z-ci")
    run(tmp_path, "20261102T100000Z-ci")

    assert prune(tmp_path, 1, spared=(first,)) == ()
