"""The proof of the gate on a small selection of cases: what is caught, how, and what is tolerated."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.prove import command
from harness.config import Overrides, Settings
from harness.errors import ConfigurationError, NothingSelected
from harness.report.proof import Detection, NotDone, Proof, ToleranceResult
from harness.session.prove.campaign import LocalProcesses, is_in_scope, look_at_clean_mock
from harness.session.prove.tasks import Clean, Plan, TaskResult, tasks_of
from tests.products import fault_called, load, tolerances_called

HEALTH = "dental/health,medical/upload-health"
FAULTS = {
    "health-silent": Detection.FAILED,
    "expired-token-accepted": Detection.FAILED,
    "challenge-missing": Detection.OBSERVED,
    "transport-reset": Detection.FAILED,
    "transport-black-hole": Detection.FAILED,
    "transport-tokens-reset": Detection.INCONCLUSIVE,
    "search-loses-a-byte": Detection.ESCAPED,
}
LIBERTIES = ("busy-once", "unknown-members")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("empty")
    return load(Overrides(only=HEALTH), folder=folder, environ={})


@pytest.fixture(scope="module")
def clean(settings: Settings) -> Clean:
    return look_at_clean_mock(settings)


def named(result: Proof | NotDone) -> str:
    return result.fault if isinstance(result, Proof) else result.name


@pytest.fixture(scope="module")
def results(settings: Settings, clean: Clean) -> dict[str, TaskResult]:
    plan = Plan(tuple(map(fault_called, FAULTS)), tolerances_called(LIBERTIES), seeds=(1,))
    found = LocalProcesses(2).results(tasks_of(plan, settings, clean))
    return {each.id if isinstance(each, ToleranceResult) else named(each): each for each in found}


def test_the_mock_as_it_is_raises_no_alarm(clean: Clean) -> None:
    assert clean.tolerance.alarms == ()
    assert clean.noisy == frozenset()
    assert "dental/health/healthy" in clean.cases


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_comes_to_what_its_cases_can_see(results: dict[str, TaskResult], name: str) -> None:
    proof = results[name]

    assert isinstance(proof, Proof)
    assert proof.detection is FAULTS[name]


def test_what_catches_is_named_with_its_price(results: dict[str, TaskResult]) -> None:
    proof = results["health-silent"]

    assert isinstance(proof, Proof)
    assert proof.failed == ("dental/health/healthy",)
    assert proof.names_requirement
    assert 0 < proof.requests_to_catch <= proof.requests


@pytest.mark.parametrize("name", LIBERTIES)
def test_a_liberty_raises_no_alarm(results: dict[str, TaskResult], name: str) -> None:
    tolerance = results[name]

    assert isinstance(tolerance, ToleranceResult)
    assert tolerance.alarms == ()


@pytest.mark.parametrize(
    ("fault", "is_seen"),
    [
        pytest.param("health-down", True, id="of-a-selected-product"),
        pytest.param("search-loses-a-byte", True, id="of-a-selected-product-and-another-endpoint"),
        pytest.param("transport-reset", True, id="shared-and-verified-here"),
        pytest.param("grant-type-unchecked", False, id="shared-and-verified-elsewhere"),
        pytest.param("name-case-ignored", False, id="of-another-product"),
    ],
)
def test_a_fault_that_no_selected_case_could_see_is_out_of_scope(
    settings: Settings, clean: Clean, fault: str, is_seen: bool
) -> None:
    only_dental = replace(clean, requirements=frozenset({"D015"}), products=frozenset({"dental"}))

    assert is_in_scope(fault_called(fault), settings, only_dental) is is_seen
    whole = replace(settings, only="")
    everything = replace(clean, products=frozenset({"dental", "medical", "prior-auth"}))
    assert is_in_scope(fault_called(fault), whole, everything)


def proved(folder: Path, *flags: str) -> Result:
    small = ["--only", "dental/health", "--reports", str(folder), "--jobs", "1"]
    return CliRunner().invoke(command, [*small, *flags])


def test_the_command_writes_its_proof_and_ends_well_where_all_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = proved(tmp_path, "--fault", "health-silent", "--seeds", "1,2")

    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith("The suite detects 1 of 1 injected faults.")
    assert (tmp_path / "latest" / "proof.json").is_file()


def test_the_command_fails_where_a_fault_escapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = proved(tmp_path, "--fault", "search-loses-a-byte")

    assert result.exit_code == 1
    assert "escaped   search-loses-a-byte (D062, seed 1): A search loses the last" in result.output


def test_a_proof_of_nothing_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    result = proved(tmp_path, "--api", "prior-auth", "--fault", "health-silent")

    assert isinstance(result.exception, NothingSelected)


def test_a_fault_of_another_product_is_out_of_scope_and_has_not_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = proved(tmp_path, "--fault", "health-silent", "--fault", "name-case-ignored")

    assert result.exit_code == 0, result.output
    assert "out of scope name-case-ignored" in result.output
    assert "The suite detects 1 of 1 injected faults. Cases: dental/health." in result.output
    proof = json.loads((tmp_path / "latest" / "proof.json").read_text())
    assert [each["fault"] for each in proof["out_of_scope"]] == ["name-case-ignored"]
    assert proof["selection"] == "dental/health"


def test_a_proof_with_nothing_in_scope_is_not_a_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = proved(tmp_path, "--fault", "name-case-ignored")

    assert result.exit_code == 5
    assert "Nothing was proved: every fault is out of scope" in result.output


def test_seeds_that_are_none_are_told() -> None:
    result = CliRunner().invoke(command, ["--seeds", "1,two"])

    assert isinstance(result.exception, ConfigurationError)
    assert str(result.exception) == "'1,two' names no seeds. Write them as 1,2,3."
