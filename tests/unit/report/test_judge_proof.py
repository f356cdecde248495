import json
from dataclasses import replace
from pathlib import Path

from harness.jsonvalue import lookup
from harness.report.formats import proof_files
from harness.report.html.pages import html, markdown
from harness.report.judge_proof import JudgeProof, Trial, written

CAUGHT = Trial("cuts-<ids>", False, 1, "dental/search/one-id", "fail", "got <CHC>", False)
MISSED = replace(CAUGHT, seed=2, status="pass", message="", is_wrong=True)
GOOD = Trial("curl", True, 1, "dental/search/one-id", "pass", "", False)
ACCUSED = replace(GOOD, seed=2, status="warn", message="too fast", is_wrong=True)
SCENARIOS = ("dental/search/one-id", "dental/search/chooses")
RIGHT = JudgeProof(SCENARIOS, (CAUGHT, GOOD), 3.0, {"java": "program javac"})


def test_all_caught_and_none_accused_is_right() -> None:
    assert RIGHT.is_right
    assert RIGHT.sentence == "1 of 1 broken clients caught, 0 of 1 good ones accused"


def test_a_client_that_one_seed_misses_is_missed() -> None:
    proof = replace(RIGHT, trials=(CAUGHT, MISSED, GOOD))

    assert proof.missed == ("cuts-<ids>",)
    assert proof.sentence == "0 of 1 broken clients caught, 0 of 1 good ones accused"
    assert "`dental/search/one-id` | `cuts-<ids>` missed" in markdown(proof)


def test_a_good_client_that_one_seed_accuses_is_named_with_the_scenario() -> None:
    proof = replace(RIGHT, trials=(CAUGHT, GOOD, ACCUSED))

    assert not proof.is_right
    assert "| `curl` | 0 | 0 | `dental/search/one-id` |" in markdown(proof)
    assert "too fast" in html(proof)


def test_the_table_holds_every_scenario_and_names_those_that_caught_nobody() -> None:
    value = json.loads(json.dumps(written(RIGHT)))

    assert lookup(value, "/table/dental~1search~1one-id") == {"cuts-<ids>": "caught"}
    assert lookup(value, "/idle") == ["dental/search/chooses"]


def test_what_a_client_is_called_and_said_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    proof_files.write_of_judge(RIGHT, tmp_path)
    page = (tmp_path / "proof.html").read_text(encoding="utf-8")

    assert "cuts-&lt;ids&gt;" in page
    assert "got &lt;CHC&gt;" in page
    assert "program javac is not installed" in page
    assert {each.name for each in tmp_path.iterdir()} == {"proof.json", "proof.md", "proof.html"}
