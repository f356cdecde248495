from dataclasses import replace
from pathlib import Path

import pytest

from harness import __version__, record
from harness.config import ENVIRONMENTS, Overrides, Settings
from harness.errors import ConfigurationError, DocumentError
from harness.events import DocumentUsed, RunFinished
from harness.outcome import Status
from harness.session.run.unfinished import check_documents, overrides_of, reopen, with_mock_again
from tests.unit.session.folders import CASES, DATE, NPI, TOOTH, run_folder

CUT = {NPI: Status.PASS, TOOTH: Status.ERROR, DATE: None}


def killed(folder: Path, **changes: object) -> Path:
    named = {"harness_version": __version__, **changes}
    return run_folder(folder, CUT, end=None, leaks=None, **named)  # type: ignore[arg-type]  # names are checked at run time


def test_what_could_not_be_told_is_tried_again_and_what_was_settled_is_not(tmp_path: Path) -> None:
    unfinished = reopen(killed(tmp_path / "run"))

    assert unfinished.done == {NPI}
    assert (unfinished.planned, unfinished.next_exchange) == (3, 3)
    assert unfinished.seconds == 0.5


def test_a_failure_is_not_tried_again(tmp_path: Path) -> None:
    folder = run_folder(
        tmp_path / "run",
        {**CUT, NPI: Status.FAIL},
        end=None,
        leaks=None,
        harness_version=__version__,
    )

    assert reopen(folder).done == {NPI}


def test_a_torn_last_line_is_cut_so_that_the_next_one_stands_alone(tmp_path: Path) -> None:
    folder = killed(tmp_path / "run")
    whole = (folder / "record.jsonl").read_bytes()
    (folder / "record.jsonl").write_bytes(whole + b'{"type":"outc')

    reopen(folder)

    assert (folder / "record.jsonl").read_bytes() == whole
    record.read(folder / "record.jsonl")


def test_a_run_that_is_still_going_on_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = killed(tmp_path / "run")
    path = folder / "record.jsonl"
    path.write_bytes(path.read_bytes() + b'{"type":"outc')
    before = path.read_bytes()
    writer = record.RecordWriter(path)

    with pytest.raises(ConfigurationError, match="is being written by another process"):
        reopen(folder)

    writer.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(RunFinished("2026-11-22T10:00:09Z", 1.0, interrupted=True), id="interrupted"),
        pytest.param(RunFinished("2026-11-22T10:00:09Z", 1.0, error="no answer"), id="error"),
    ],
)
def test_a_run_that_did_not_end_well_can_be_finished(tmp_path: Path, end: RunFinished) -> None:
    folder = run_folder(tmp_path / "run", CUT, end=end, harness_version=__version__)

    assert reopen(folder).done == {NPI}


def test_a_complete_run_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", CASES, harness_version=__version__)
    before = (folder / "record.jsonl").read_bytes()

    with pytest.raises(ConfigurationError, match=r"run is complete.*harness report"):
        reopen(folder)

    assert (folder / "record.jsonl").read_bytes() == before


def test_a_run_of_another_harness_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"was begun by harness 0\.0\.9"):
        reopen(killed(tmp_path / "run", harness_version="0.0.9"))


def test_other_documents_are_refused(tmp_path: Path) -> None:
    unfinished = reopen(killed(tmp_path / "run"))
    same = unfinished.run.documents

    check_documents(unfinished, same)
    with pytest.raises(ConfigurationError, match="other OpenAPI documents"):
        check_documents(unfinished, (DocumentUsed("dental", "openapi.yaml", "e" * 64, ()),))


def test_a_folder_without_a_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"record\.jsonl: cannot be read"):
        reopen(tmp_path)


def test_it_goes_on_with_the_options_it_was_begun_with(tmp_path: Path) -> None:
    folder = killed(tmp_path / "run", selection="dental/*", shard="1/2", seed=7)

    overrides = overrides_of(reopen(folder), production_meant=False)

    assert overrides == Overrides(
        environment="mock",
        profile="ci",
        seed=7,
        reports=tmp_path,
        apis=("dental",),
        only="dental/*",
        shard="1/2",
    )


def test_a_mock_of_its_own_is_started_again_and_a_server_is_kept(tmp_path: Path) -> None:
    at = replace(ENVIRONMENTS["mock"], base_url="http://127.0.0.1:8080")
    settings = Settings(environment=at, credentials=None)
    own = reopen(killed(tmp_path / "own"))
    server = reopen(killed(tmp_path / "server", embedded=False))

    assert with_mock_again(settings, own).environment.base_url == ""
    assert with_mock_again(settings, server) == settings
    assert overrides_of(server, production_meant=False).base_url == "http://127.0.0.1:40001"
