import json
from pathlib import Path

import pytest

from harness.errors import UnknownName
from harness.verdict.gates import profile_named
from harness.verdict.model import Verdict
from harness.verdict.write import to_json, write
from tests.unit.report.runs import waived_run
from tests.unit.report.samples import exchange, failed, plan, record, requirement, sample

CASE = "dental/create/npi-checksum"


def written(folder: Path) -> object:
    found = record((plan(CASE, "D112"),), (failed(CASE, exchange=1),), (exchange(1, CASE),))
    path = folder / "verdict.json"
    write(sample(found, (requirement("D112"),)).verdict, path)
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_document_has_the_promised_shape(tmp_path: Path) -> None:
    document = written(tmp_path)

    assert isinstance(document, dict)
    assert {key: document[key] for key in ("version", "verdict", "exit_code", "environment")} == {
        "version": 1,
        "verdict": "NON_CONFORMANT",
        "exit_code": 1,
        "environment": "mock",
    }
    assert document["cases"] == {
        "planned": 1,
        "executed": 1,
        "pass": 0,
        "fail": 1,
        "warn": 0,
        "error": 0,
        "skip": 0,
        "omit": 0,
        "waived": 0,
        "review": 0,
        "not_run": 0,
    }
    assert document["requirements"] == {
        "total": 1,
        "passed": 0,
        "failed": 1,
        "observed": 0,
        "untestable": 0,
        "untested": 0,
        "waived": 0,
    }
    assert document["operations"] == {
        "total": 4,
        "reached": 1,
        "statuses": {"documented": 0, "reached": 0},
    }
    assert document["gates"][0] == {
        "name": "shall_failures",
        "limit": 0,
        "actual": 1,
        "passed": False,
        "state": "not met",
        "sentence": "At most 0 cases may break what a SHALL requirement promises; 1 did.",
    }


def test_a_finding_has_the_promised_keys(tmp_path: Path) -> None:
    document = written(tmp_path)

    assert isinstance(document, dict)
    promised = "case requirements check operation expected actual attribution fingerprint curl"
    assert list(document["findings"][0])[:9] == promised.split()


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    written(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["verdict.json"]


def test_every_key_of_an_empty_run_is_there() -> None:
    document = to_json(sample(record((), (), ())).verdict)

    promised = (
        "version verdict exit_code environment base_url profile seed started duration_seconds "
        "requests cases requirements operations gates findings"
    )
    assert set(promised.split()) <= set(document)


def test_waivers_and_what_was_not_judged_are_written() -> None:
    waived = waived_run().verdict
    blind = sample(record((plan(CASE),), (), (exchange(1, CASE),))).verdict

    assert isinstance(waived, Verdict)
    assert to_json(waived)["waivers"][0] == {  # type: ignore[index]
        "id": "WVR-7",
        "state": "active",
        "requirement": "D112",
        "reason": "the sandbox answers 201",
        "owner": "payer-x",
        "approved_by": "board",
        "issue": "DENT-77",
        "created": "2026-11-22",
        "expires": "2026-12-01",
        "cases": [CASE],
        "warning": "ends in 9 days",
    }
    assert to_json(blind)["unverified"][0]["status"] == "not_run"  # type: ignore[index]


def test_a_known_profile_is_found_by_its_name() -> None:
    assert profile_named("onboarding").untested_blocks


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'onboarding'"):
        profile_named("onbording")
