import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import StorageError
from harness.jsonvalue import items, lookup
from harness.report.formats import proof_files
from harness.report.html.proof import html, markdown
from harness.report.proof import (
    Alarm,
    Detection,
    NotDone,
    Proof,
    ProofReport,
    ToleranceResult,
    written,
)

CAUGHT = Proof(
    fault="health-down",
    area="dental",
    breaks="D015",
    sentence="The dental API is down.",
    seed=1,
    failed=("dental/health/healthy",),
    observed=(),
    unsure=(),
    names_requirement=True,
    tried=("dental/health/healthy", "dental/health/no-token"),
    requests=3,
    requests_to_catch=2,
    seconds=0.5,
)
OBSERVED = replace(CAUGHT, fault="shy", failed=(), observed=("dental/health/challenge",))
ESCAPED = replace(CAUGHT, fault="<sly>", failed=(), unsure=("dental/health/healthy",))
UNSURE = replace(ESCAPED, fault="broken-line", area="transport", may_be_unsure=True)
QUIET = ToleranceResult("busy-once", "One call is answered 503.", 1, (), 3, 9, 0.5)
LOUD = replace(QUIET, id="odd", alarms=(Alarm("dental/health/healthy", "fail", "expected 200"),))
CASES = ("dental/health/healthy", "dental/health/no-token", "dental/health/challenge")
REPORT = ProofReport((1,), CASES, (CAUGHT, OBSERVED, ESCAPED, UNSURE), (QUIET, LOUD), 12.3)
GOOD = replace(REPORT, proofs=(CAUGHT, OBSERVED, UNSURE), tolerances=(QUIET,))


@pytest.mark.parametrize(
    ("proof", "detection", "caught_by"),
    [
        (CAUGHT, Detection.FAILED, ("dental/health/healthy",)),
        (OBSERVED, Detection.OBSERVED, ("dental/health/challenge",)),
        (UNSURE, Detection.INCONCLUSIVE, ("dental/health/healthy",)),
        (ESCAPED, Detection.ESCAPED, ()),
    ],
    ids=["failed", "observed", "inconclusive", "escaped"],
)
def test_what_counts_as_a_detection(
    proof: Proof, detection: Detection, caught_by: tuple[str, ...]
) -> None:
    assert (proof.detection, proof.caught_by) == (detection, caught_by)


def test_a_fault_is_as_good_as_its_worst_seed() -> None:
    missed = replace(CAUGHT, seed=2, failed=())
    report = replace(GOOD, seeds=(1, 2), proofs=(CAUGHT, missed))

    assert report.escaped == (missed,)
    assert report.sentence == "The suite detects 0 of 1 injected faults."


def test_the_figure_counts_each_fault_once() -> None:
    report = replace(GOOD, seeds=(1, 2), proofs=(CAUGHT, replace(CAUGHT, seed=2), OBSERVED))

    assert report.sentence == "The suite detects 2 of 2 injected faults."
    assert report.counts[Detection.OBSERVED] == 1


@pytest.mark.parametrize(
    ("report", "good"),
    [
        (GOOD, True),
        (replace(GOOD, proofs=(ESCAPED,)), False),
        (replace(GOOD, tolerances=(LOUD,)), False),
    ],
    ids=["good", "escape", "alarm"],
)
def test_an_escape_or_an_alarm_spoils_a_proof(report: ProofReport, *, good: bool) -> None:
    assert report.is_good is good


def test_cases_that_never_caught_anything_are_told() -> None:
    assert REPORT.idle_cases == ("dental/health/no-token",)


def test_the_matrix_names_cases_by_their_place() -> None:
    document = written(REPORT)

    assert lookup(document, "/matrix/0/failed") == [0]
    assert lookup(document, "/matrix/1/observed") == [2]
    assert lookup(document, "/counts") == {
        "failed": 1,
        "observed": 1,
        "inconclusive": 1,
        "unobservable": 0,
        "escaped": 1,
    }
    assert lookup(document, "/liberties/1/alarms/0/case") == "dental/health/healthy"
    assert items(lookup(document, "/idle_cases")) == [1]


def test_the_summary_counts_by_area_and_names_what_went_wrong() -> None:
    text = markdown(REPORT)

    assert text.startswith("# The suite detects 3 of 4 injected faults.\n")
    assert "| dental | 3 | 1 | 1 | 0 | 0 | 1 |" in text
    assert "- `<sly>` (D015, seed 1): The dental API is down." in text
    assert "- `odd` (seed 1): `dental/health/healthy`: expected 200" in text


def test_a_good_summary_names_nothing() -> None:
    assert "Escaped" not in markdown(GOOD)
    assert "1 of 1 tolerated behaviours raise no alarm." in markdown(GOOD)


def test_the_page_is_whole_small_and_asks_nobody_for_anything() -> None:
    page = html(REPORT)

    assert "The suite detects 3 of 4 injected faults." in page
    assert "&lt;sly&gt;" in page
    assert "<sly>" not in page
    assert not re.search(r"(?:src|href)=", page)
    assert "default-src 'none'" in page or "default-src &#39;none&#39;" in page
    assert len(page) < 50_000


def test_all_three_files_are_written(tmp_path: Path) -> None:
    proof_files.write(REPORT, tmp_path)

    assert json.loads((tmp_path / "proof.json").read_text())["faults"] == 4
    assert (tmp_path / "proof.md").read_text().startswith("# The suite")
    assert (tmp_path / "proof.html").read_text().startswith("<!doctype html>")


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        proof_files.write(REPORT, tmp_path / "nothing")


def test_the_page_is_dated_says_what_it_covers_and_looks_like_the_report() -> None:
    dated = replace(
        GOOD,
        started="2026-11-22T10:00:00Z",
        harness_version="0.1.0",
        subject="dental",
        selection="only dental/health",
    )

    page = html(dated)

    assert "2026-11-22 10:00:00 UTC" in page
    assert "3 cases (only dental/health) of dental against 3 faults." in page
    assert '<div class="verdict conformant">' in page
    assert "<h1>Nothing escaped</h1>" in page
    assert "only dental/health" in markdown(dated)


def test_what_was_not_tried_is_named_in_every_report_and_the_proof_is_not_good() -> None:
    lost = NotDone("sly", 1, is_fault=True, reason="its worker was lost, twice.")
    report = replace(GOOD, not_done=(lost,))

    assert GOOD.is_good
    assert not report.is_good
    assert report.sentence.endswith(" Not tried: 1.")
    assert "- fault sly (seed 1): its worker was lost, twice." in markdown(report)
    assert "its worker was lost, twice." in html(report)
    assert lookup(written(report), "/not_done/0/name") == "sly"


def test_every_row_of_the_table_has_as_many_cells_as_the_head() -> None:
    rows = [line for line in markdown(REPORT).splitlines() if line.startswith("|")]

    assert len({line.count("|") for line in rows}) == 1
    assert "| inconclusive | not observable | escaped |" in rows[0]
