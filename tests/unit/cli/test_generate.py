import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.generate import command
from harness.codes.identifiers import is_npi
from harness.errors import ConfigurationError, UnknownName
from harness.files.sniff import sniff
from harness.products.dental.codes.teeth import is_universal
from harness.x12.check import errors


def generate(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def lines(*arguments: str) -> list[str]:
    result = generate(*arguments)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_npis_are_valid_distinct_and_the_same_for_the_same_seed() -> None:
    first = lines("npi", "--count", "5", "--seed", "7")

    assert len(set(first)) == 5
    assert all(is_npi(each) for each in first)
    assert lines("npi", "--count", "5", "--seed", "7") == first
    assert lines("npi", "--count", "5", "--seed", "8") != first


def test_a_broken_npi_is_broken_as_named() -> None:
    (short,) = lines("npi", "--broken", "nine-digits")

    assert len(short) == 9
    assert not any(is_npi(each) for each in lines("npi", "--broken", "checksum", "--count", "5"))


@pytest.mark.parametrize("kind", ["npi", "tooth", "procedure", "claim"])
def test_the_ways_to_break_a_kind_can_be_listed_and_used(kind: str) -> None:
    ways = lines(kind, "--broken", "list")

    assert len(ways) == len(set(ways)) > 0
    assert len(lines(kind, "--broken", ways[0])) == 1


def test_teeth_are_of_the_universal_system() -> None:
    assert all(is_universal(each) for each in lines("tooth", "--count", "20"))


def test_a_claim_is_one_line_of_json_and_can_lack_what_is_named() -> None:
    (whole,) = lines("claim")
    (broken,) = lines("claim", "--broken", "npi-missing")

    assert is_npi(json.loads(whole)["providerNPI"])
    assert "providerNPI" not in json.loads(broken)


def test_the_beginning_of_several_names_stands_for_these_faults_in_turn() -> None:
    family = lines("claim", "--broken", "npi-checksum", "--count", "3", "--seed", "4")

    broken = [json.loads(each)["providerNPI"] for each in family]
    assert not any(is_npi(each) for each in broken)
    assert [len(each) for each in broken] == [10, 10, 10]


def test_a_size_has_no_effect_on_a_file_that_is_hostile_by_its_own() -> None:
    result = generate("file", "pdf-and-zip", "--size", "5000")

    assert isinstance(result.exception, ConfigurationError)
    assert str(result.exception).startswith("--size has no effect on pdf-and-zip")


def test_an_unknown_way_is_named_with_what_was_meant() -> None:
    result = generate("claim", "--broken", "npi-mising")

    assert isinstance(result.exception, UnknownName)
    assert (
        str(result.exception)
        == "there is no fault of a claim 'npi-mising'. Did you mean 'npi-missing'?"
    )


def test_a_file_has_its_type_and_its_exact_size(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"

    said = lines("file", "pdf", "--size", "5000", "-o", str(path))

    assert said == [f"{path}: 5,000 bytes"]
    assert sniff(path.read_bytes()) == "application/pdf"
    assert path.stat().st_size == 5000


def test_an_adversarial_file_is_written_to_standard_output() -> None:
    result = generate("file", "wrong-magic")

    assert result.exit_code == 0
    assert sniff(result.stdout_bytes) != "image/png"


@pytest.mark.parametrize("kind", ["inquiry", "submission"])
def test_x12_messages_hold_no_error(kind: str) -> None:
    assert all(errors(each) == () for each in lines("x12", kind, "--count", "2"))
