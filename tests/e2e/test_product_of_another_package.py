"""A product that another package brings by an entry point: run, served, proved, certified, unedited here."""

import json
import shutil
from pathlib import Path

import pytest

from tests.elsewhere.installing import ENTRY_POINTS, harness, install


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("site"))


def test_it_is_run_with_its_rules_its_workflow_and_its_requirements(
    installed: Path, tmp_path: Path
) -> None:
    ran = harness(installed, tmp_path, "run", "--api", "notes", "--no-allure", "--reports", "r")

    verdict = json.loads((tmp_path / "r" / "latest" / "verdict.json").read_text())
    lines = (tmp_path / "r/latest/record.jsonl").read_text().splitlines()
    cases = {each["case"] for each in map(json.loads, lines) if each["type"] == "case"}
    assert (ran.returncode, verdict["verdict"]) == (0, "CONFORMANT"), ran.stdout + ran.stderr
    assert verdict["scope"]["products"] == ["notes"]
    assert {"notes/add/kept", "notes/add/by-workflow", "notes/health/healthy"} <= cases
    assert {"notes/add/no-token", "notes/add/expired-token"} <= cases
    assert (tmp_path / "r/latest/requirements/notes/requirements.yaml").is_file()
    assert "notes without dental, medical and prior-auth" in ran.stdout


def test_its_faults_are_caught_by_its_rules(installed: Path, tmp_path: Path) -> None:
    faults = ("--fault", "blank-note-accepted", "--fault", "note-text-changed")

    proved = harness(installed, tmp_path, "prove", "--api", "notes", *faults, "--reports", "r")

    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "notes/add/blank" in proved.stdout
    assert "notes/add/kept" in proved.stdout


def test_a_run_against_one_of_its_faults_is_not_conformant(installed: Path, tmp_path: Path) -> None:
    flags = ("--api", "notes", "--no-allure", "--fault", "note-text-changed", "--reports", "r")

    assert harness(installed, tmp_path, "run", *flags).returncode == 1


def test_it_is_certified(installed: Path, tmp_path: Path) -> None:
    subject = ("--partner", "P", "--product", "Notes", "--version", "1")
    flags = ("--api", "notes", "--no-allure", "--reports", "r")

    certified = harness(installed, tmp_path, "certify", *subject, *flags)

    assert (tmp_path / "r/latest/certificate.zip").is_file(), certified.stdout + certified.stderr
    verified = harness(installed, tmp_path, "verify", "r/latest/certificate.zip")
    assert "notes" in verified.stdout


def test_commands_know_it(installed: Path, tmp_path: Path) -> None:
    listed = harness(installed, tmp_path, "spec", "list")
    required = harness(installed, tmp_path, "spec", "list", "--requirements", "--api", "notes")
    faults = harness(installed, tmp_path, "mock", "--list-faults")

    assert "POST /notes/v1/notes  (addNote)" in listed.stdout
    assert "N003  SHALL    1 case" in required.stdout
    assert "note-text-changed" in faults.stdout


def test_what_announces_itself_and_is_no_product_is_refused(
    installed: Path, tmp_path: Path
) -> None:
    place = tmp_path / "site"
    shutil.copytree(installed, place)
    (place / "notes_api-1.0.dist-info" / "entry_points.txt").write_text(
        ENTRY_POINTS.replace("NOTES", "FACTS")
    )

    refused = harness(place, tmp_path, "run", "--no-allure")

    assert refused.returncode == 2
    assert "the entry point 'notes' of harness.products is a ProductFacts" in refused.stderr
