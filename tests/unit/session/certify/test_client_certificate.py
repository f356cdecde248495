"""A certificate of a client names it as one, and cannot be had for anything else."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.events import Attested
from harness.outcome import Status
from harness.session.certify.certificate import Application, issue
from harness.session.certify.verify import verify
from harness.session.reporting.verdict_inputs import judged_run
from harness.verdict.certificate import Subject
from tests.unit.session.bundles import NOW, bundle, key
from tests.unit.session.folders import NPI, TOOTH, run_folder

CLIENT: dict[str, Any] = {
    "role": "client",
    "suite": "scenarios",
    "environment": "judge",
    "like": "mock",
    "embedded": True,
    "profile": "onboarding",
}


def test_a_judge_that_answers_as_our_mock_makes_no_specimen(tmp_path: Path) -> None:
    folder = bundle(tmp_path, **CLIENT)

    found = verify(folder, now=NOW)

    assert found.holds, found.lines
    assert found.claims["kind"] == "certificate"
    judged = found.claims["judged"]
    assert judged == {
        "role": "client",
        "judge": "harness 0.1.0, 3 scenarios",
        "observed": ["D001", "D002"],
        "attested": [],
        "not_observable": ["D003"],
        "not_observed": [],
    }


def test_a_server_that_ran_on_our_mock_stays_a_specimen_whatever_it_calls_its_suite(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigurationError, match="not the suite of the products"):
        bundle(tmp_path, **{**CLIENT, "role": "server"})


def test_a_client_whose_failures_were_expected_is_not_certified(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="failures were expected of it: a/b"):
        bundle(tmp_path, **CLIENT, expected_failures=("a/b",))


def test_a_client_that_was_judged_by_a_part_is_told_how_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="by hand, with every scenario judged"):
        bundle(tmp_path, **CLIENT, cases={NPI: Status.PASS, TOOTH: None})


def test_attestations_of_the_record_are_listed_apart(tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run", **CLIENT)
    line = Attested("dental/create/npi", "D001", "Jo Sample", "2026-11-22", "Was it shown?: yes")
    record = run / "record.jsonl"
    lines = record.read_text().splitlines(keepends=True)
    told = {"type": "attested", **{n: getattr(line, n) for n in Attested.__slots__}}
    record.write_text("".join([*lines[:-2], json.dumps(told) + "\n", *lines[-2:]]))

    folder = issue(judged_run(run), Application(Subject("P", "C", "1", "client")), key(), now=NOW)

    certificate = json.loads((folder / "certificate.json").read_text())
    assert certificate["attestations"] == [
        {
            "requirement": "D001",
            "who": "Jo Sample",
            "when": "2026-11-22",
            "what": "Was it shown?: yes",
        }
    ]
    assert certificate["judged"]["attested"] == ["D001"]
    assert verify(folder, now=NOW).holds
