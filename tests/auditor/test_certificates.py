"""Try to get a certificate that says more than was tested."""

import json
from pathlib import Path

import pytest

from harness.config import MOCK_HEADER
from harness.outcome import Status
from harness.session.certify.certificate import ENVELOPE, PAGE
from harness.session.certify.keys import public_pem
from harness.session.certify.verify import verify_files
from harness.verdict.statement import payload_of
from tests.auditor.forging import (
    OWN_KEY,
    archived,
    certify,
    finished,
    issued,
    last_line,
    restated,
    said,
    sealed,
    verify,
)
from tests.unit.session.bundles import NOW
from tests.unit.session.folders import CASES, NPI


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--profile", "ci"], "profile ci certifies nothing. Leave --profile out"),
        (["--profile", "regression"], "profile regression certifies nothing."),
        (["--profile", "deep"], "profile deep certifies nothing."),
        (["--only", "dental/health"], "--only leaves cases out"),
        (["--shard", "1/2"], "--shard leaves cases out"),
        (["-x"], "-x leaves cases out"),
        (["--partner", "  "], "--partner is empty."),
        (["--version", ""], "--version is empty."),
    ],
    ids=["ci", "regression", "deep", "only", "shard", "exitfirst", "partner", "version"],
)
def test_a_part_of_a_product_is_not_certified(
    flags: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = certify(*flags)

    assert message in said(result)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ({"profile": "ci"}, "it ran under profile ci, not onboarding"),
        ({"selection": "dental/health"}, "it ran only dental/health"),
        ({"shard": "1/2", "total": 3}, "it is shard 1/2 of a run"),
        ({"suite": "bookshop.arazzo.yaml"}, "it ran bookshop.arazzo.yaml, not the suite"),
        ({"suite": ""}, "it ran a suite that it does not name, not the suite"),
        ({"faults": ("npi-checksum-unchecked",)}, "its target was to break promises"),
        ({"total": 2367}, "it planned 3 of the 2,367 cases of the suite"),
        ({"cases": {**CASES, NPI: None}}, "1 of its planned cases did not run"),
        ({"end": None}, "it was cut off or ran no case"),
        ({"cases": {}}, "INCONCLUSIVE: no case was planned."),
    ],
    ids=[
        *("profile", "selection", "shard", "bookshop", "unnamed", "faults", "fewer", "stopped"),
        *("cut_off", "empty"),
    ],
)
def test_not_any_run_carries_a_certificate(
    run: dict[str, object], message: str, tmp_path: Path
) -> None:
    folder = finished(tmp_path / "run", **run)  # type: ignore[arg-type]  # names are checked at run time

    result = certify("--of", str(folder))

    assert result.exit_code != 0
    assert message in said(result)
    assert not (folder / "certificate.zip").exists()


@pytest.mark.parametrize(
    "run",
    [
        {"profile": "ci"},
        {"selection": "dental/health"},
        {"suite": "bookshop.arazzo.yaml"},
        {"total": 2367},
    ],
    ids=["profile", "selection", "bookshop", "fewer"],
)
def test_nor_where_the_bundle_is_made_past_the_command(
    run: dict[str, object], tmp_path: Path
) -> None:
    files = sealed(finished(tmp_path / "run", **run))  # type: ignore[arg-type]  # names are checked at run time

    found = verify_files(files, now=NOW)

    assert "scope" in [line.name for line in found.lines if not line.holds]


@pytest.mark.parametrize(
    "run",
    [
        {"environment": "mock", "embedded": True},
        {"answers_as_mock": True},
        {"answers_as_mock": True, "environment": "production", "like": "production"},
    ],
    ids=["embedded", "by_a_url", "under_a_great_name"],
)
def test_our_own_mock_gets_a_specimen_by_whatever_name_it_was_reached(
    run: dict[str, object], tmp_path: Path
) -> None:
    folder = finished(tmp_path / "run", **run)  # type: ignore[arg-type]  # names are checked at run time

    result = certify("--of", str(folder))

    assert result.exit_code == 0, said(result)
    files = issued(folder)
    told = json.loads(files["certificate.json"])
    statement = json.loads(payload_of(files[ENVELOPE]))["predicate"]
    assert (told["kind"], told["certified"]) == ("specimen", False)
    assert (statement["result"], statement["certificate"]["kind"]) == ("WARNED", "specimen")
    assert '<p class="face">Specimen</p>' in files[PAGE].decode()
    assert "It certifies nothing." in files[PAGE].decode()
    assert "it certifies nothing" in result.output
    checked = verify(folder / "certificate.zip")
    assert last_line(checked).startswith("SPECIMEN: Gateway 4.2 of Sample Payer: made against")
    assert "VALID" not in checked.output


def test_the_mark_of_the_mock_cannot_be_taken_out_of_a_bundle(tmp_path: Path) -> None:
    files = sealed(finished(tmp_path / "run", answers_as_mock=True))
    mark = MOCK_HEADER.encode()
    forged = {**files, "record.jsonl": files["record.jsonl"].replace(mark, b"x-server-name")}

    found = verify_files(forged, now=NOW)

    assert [line.name for line in found.lines if not line.holds][:2] == ["files", "signature"]


@pytest.mark.parametrize(
    ("run", "claims"),
    [
        ({"answers_as_mock": True}, {"kind": "certificate", "certified": True}),
        ({"cases": {**CASES, NPI: Status.FAIL}}, {"verdict": "CONFORMANT", "conformant": True}),
        ({"total": 2367}, {"scope": {"cases": 2367, "cases_total": 2367, "selection": "whole"}}),
        ({}, {"expires": "2036-11-22"}),
        ({}, {"issuer": "Sample Certification Board"}),
        ({}, {"serial": "0000-0000-0000-0000-0001"}),
        ({}, {"subject": {"partner": "Another Payer", "product": "Gateway", "version": "9"}}),
    ],
    ids=["specimen", "verdict", "scope", "expiry", "issuer", "serial", "subject"],
)
def test_what_is_signed_again_and_does_not_follow_from_the_record_is_found(
    run: dict[str, object], claims: dict[str, object], tmp_path: Path
) -> None:
    files = sealed(finished(tmp_path / "run", **run))  # type: ignore[arg-type]  # names are checked at run time

    found = verify_files(restated(files, **claims), now=NOW)

    assert "verdict" in [line.name for line in found.lines if not line.holds]


def test_no_claim_is_printed_that_no_signature_vouches_for(tmp_path: Path) -> None:
    files = sealed(finished(tmp_path / "run"))
    forged = {**files, ENVELOPE: files[ENVELOPE].replace(b'"sig": "', b'"sig": "AA')}

    result = verify(archived(forged, tmp_path / "b.zip"))

    assert result.exit_code == 1
    assert "what it says of itself is not printed" in result.output
    assert "Sample Payer" not in result.output


def test_without_trust_the_last_line_says_that_the_signer_is_not_known(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    certify("--of", str(folder))

    result = verify(folder / "certificate.zip")

    assert result.exit_code == 0, result.output
    assert last_line(result) == (
        "VALID: Gateway 4.2 of Sample Payer; the signer is not known; --trust KEY says whose key "
        "you believe"
    )


def test_a_signer_whom_nobody_trusts_is_refused_where_trust_is_asked_for(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    certify("--of", str(folder))
    (tmp_path / "board.pem").write_bytes(b"# Sample Board\n" + public_pem(OWN_KEY))

    result = verify(folder / "certificate.zip", "--trust", str(tmp_path / "board.pem"))

    assert result.exit_code == 1
    assert "BAD  signer     it was signed by a key that is none of those you trust" in result.output
    assert last_line(result) == "INVALID: Gateway 4.2 of Sample Payer: signer"


def test_the_trust_file_of_the_settings_decides_like_the_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished(tmp_path / "run")
    certify("--of", str(folder))
    (tmp_path / "board.pem").write_bytes(public_pem(OWN_KEY))
    (tmp_path / "harness.yaml").write_text("trusted_keys: board.pem\n")
    monkeypatch.chdir(tmp_path)

    assert verify(folder / "certificate.zip").exit_code == 1


def test_a_private_key_is_not_taken_for_whom_to_trust(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    certify("--of", str(folder))

    result = verify(folder / "certificate.zip", "--trust", str(tmp_path / "signing-key.pem"))

    assert "is not an Ed25519 public key in PEM" in said(result)


def test_a_report_of_a_failure_is_no_certificate_however_well_signed(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run", {**CASES, NPI: Status.FAIL})
    certify("--of", str(folder))

    result = verify(folder / "certificate.zip")

    assert result.exit_code == 1
    assert "     kind       REPORT" in result.output.splitlines()
    assert last_line(result) == "INVALID: Gateway 4.2 of Sample Payer: result"


def test_two_certificates_never_share_a_serial_number(tmp_path: Path) -> None:
    one, two = finished(tmp_path / "one"), finished(tmp_path / "two", seed=2)
    certify("--of", str(one))
    certify("--of", str(two))

    numbers = [json.loads(issued(each)["certificate.json"])["serial"] for each in (one, two)]

    assert numbers[0] != numbers[1]
    assert [len(each) for each in numbers] == [24, 24]


def test_who_issues_is_named_and_a_partner_who_does_so_himself_too(tmp_path: Path) -> None:
    own, board = finished(tmp_path / "own"), finished(tmp_path / "board")
    certify("--of", str(own))
    certify("--of", str(board), "--issuer", "Sample Board")

    assert "     issuer     self-issued by Sample Payer\n" in verify(own / "certificate.zip").output
    assert "     issuer     Sample Board\n" in verify(board / "certificate.zip").output


def test_an_option_for_a_run_has_no_effect_on_one_that_is_over(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")

    result = certify("--of", str(folder), "--env", "production")

    assert said(result) == ("--env has no effect with --of, which runs nothing. Leave it out.")
