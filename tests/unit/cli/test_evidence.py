import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness import __version__
from harness.cli import certify, compare, report, run, verify
from harness.errors import ConfigurationError, DocumentError
from harness.events import RunFinished
from harness.outcome import Status
from harness.session.certify.keys import public_pem
from tests.unit.session.bundles import SERVER, archive, bundle, key
from tests.unit.session.folders import CASES, DATE, NPI, TOOTH, run_folder

FAILING = {**CASES, NPI: Status.FAIL}


def last(result: Result) -> str:
    return result.output.rstrip().splitlines()[-1]


@pytest.mark.parametrize(
    ("base", "head", "code", "said"),
    [
        pytest.param(CASES, CASES, 0, "NO WORSE", id="same"),
        pytest.param(CASES, FAILING, 1, "WORSE: 1 new failure", id="broke"),
        pytest.param(FAILING, CASES, 0, "NO WORSE", id="mended"),
        pytest.param(CASES, {NPI: Status.PASS, DATE: Status.PASS}, 1, "1 removed test", id="gone"),
        pytest.param(CASES, {**CASES, TOOTH: Status.ERROR}, 3, "UNCLEAR: 1 case", id="unclear"),
    ],
)
def test_the_exit_code_says_whether_it_got_worse(
    tmp_path: Path, base: dict[str, Status], head: dict[str, Status], code: int, said: str
) -> None:
    old, new = run_folder(tmp_path / "base", base), run_folder(tmp_path / "head", head)

    result = CliRunner().invoke(compare.command, [str(old), str(new)])

    assert result.exit_code == code
    assert said in last(result)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_every_format_tells_the_new_failure(tmp_path: Path, form: str) -> None:
    old, new = run_folder(tmp_path / "base", CASES), run_folder(tmp_path / "head", FAILING)

    result = CliRunner().invoke(compare.command, [str(old), str(new), "--format", form])

    assert NPI in result.output.replace("\\", "")
    assert (
        form != "json"
        or json.loads(result.output)["document_changed"]
        == json.loads(result.output)["requirement_set_changed"]
        == []
    )


def test_what_is_no_run_cannot_be_compared(tmp_path: Path) -> None:
    result = CliRunner().invoke(compare.command, [str(tmp_path), str(tmp_path)])

    assert isinstance(result.exception, DocumentError)


def test_a_certificate_that_holds_is_valid(tmp_path: Path) -> None:
    path = archive(bundle(tmp_path))
    (tmp_path / "public.pem").write_bytes(public_pem(key()))

    result = CliRunner().invoke(
        verify.command, [str(path), "--trust", str(tmp_path / "public.pem")]
    )

    # The certificate is of a fixed day; on any other the period is the one thing that may not hold.
    bad = [line for line in result.output.splitlines() if line.startswith("BAD")]
    assert [line.split()[1] for line in bad] in ([], ["period"])
    assert "ok   signer     signed by the key of public.pem, which you trust" in result.output


def test_a_certificate_that_was_changed_is_invalid(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    with (folder / "record.jsonl").open("ab") as stream:
        stream.write(b"\n")

    result = CliRunner().invoke(verify.command, [str(folder)])

    assert result.exit_code == 1
    assert "BAD  files      record.jsonl was changed" in result.output
    assert last(result).startswith("INVALID: a bundle that no good signature vouches for: files, ")


def test_a_run_is_rendered_again(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", FAILING)

    result = CliRunner().invoke(report.command, [str(folder)])

    assert result.exit_code == 1
    assert last(result).startswith("NON_CONFORMANT: 1 of 3 cases")
    assert (folder / "report.html").is_file()


def test_shards_are_joined_and_judged(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "one", CASES, shard="1/1")

    result = CliRunner().invoke(
        report.command,
        ["merge", str(folder), "--reports", str(tmp_path / "out"), "--no-allure"],
    )

    assert result.exit_code == 0, result.output
    assert last(result).startswith("CONFORMANT: 3 cases ran")
    assert (tmp_path / "out" / "latest" / "verdict.json").is_file()


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(["--seed", "0"], id="seed"),
        pytest.param(["--api", "dental"], id="api"),
        pytest.param(["--fault", "x"], id="fault"),
        pytest.param(["--waivers", "w.yaml"], id="waivers"),
        pytest.param(["--shard", "1/2"], id="shard"),
    ],
)
def test_a_resumed_run_takes_no_other_choice(tmp_path: Path, flags: list[str]) -> None:
    folder = run_folder(tmp_path / "run", CASES, end=None, harness_version=__version__)

    result = CliRunner().invoke(run.command, ["--resume", str(folder), *flags])

    assert isinstance(result.exception, ConfigurationError)
    assert "goes on as the run was begun" in str(result.exception)


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"])
def test_a_wrong_shard_is_told(tmp_path: Path, shard: str) -> None:
    result = CliRunner().invoke(run.command, ["--shard", shard, "--reports", str(tmp_path / "r")])

    assert isinstance(result.exception, ConfigurationError)
    assert "is not a shard. Write it as I/N" in str(result.exception)
    assert not (tmp_path / "r").exists()


def of_today(folder: Path, cases: dict[str, Status], **changes: object) -> Path:
    """Write a run that ended a minute ago by the clock that the command reads."""
    now = datetime.now(UTC)
    started, ended = (
        (now - timedelta(minutes=ago)).strftime("%Y-%m-%dT%H:%M:%SZ") for ago in (2, 1)
    )
    end = RunFinished(ended, 60.0)
    return run_folder(folder, cases, end=end, **{**SERVER, "started": started, **changes})  # type: ignore[arg-type]  # names are checked at run time


def certified(folder: Path, *more: str) -> Result:
    names = ["--partner", "P", "--product", "G", "--version", "1", "--of", str(folder)]
    return CliRunner().invoke(certify.command, [*names, *more])


def test_a_run_is_certified_afterwards(tmp_path: Path) -> None:
    result = certified(folder := of_today(tmp_path / "run", CASES))

    assert result.exit_code == 0, result.output
    assert (folder / "certificate" / "certificate.html").is_file()
    assert (tmp_path / "signing-key.pem").is_file()
    assert f"harness verify {folder / 'certificate.zip'}" in result.output
    assert "keep it secret" in result.output
    assert last(result).startswith("CONFORMANT")


def test_a_wrong_key_is_told_before_anything_happens(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", CASES)
    (tmp_path / "key.pem").write_text("nonsense")

    result = certified(folder, "--key", str(tmp_path / "key.pem"))

    assert isinstance(result.exception, ConfigurationError)
    assert not (folder / "certificate").exists()


def test_a_failing_run_that_cannot_be_certified_keeps_its_exit_code(tmp_path: Path) -> None:
    folder = of_today(tmp_path / "run", FAILING, leaks=1)

    result = certified(folder)

    assert result.exit_code == 1
    assert "no bundle" in result.output
    assert not (folder / "certificate").exists()


def test_a_conformant_run_that_cannot_be_certified_is_an_error(tmp_path: Path) -> None:
    folder = of_today(tmp_path / "run", CASES, shard="1/2")

    assert isinstance(certified(folder).exception, ConfigurationError)


def test_a_run_without_a_case_leaves_no_bundle(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", {NPI: None}, **SERVER)  # type: ignore[arg-type]  # names are checked at run time

    result = certified(folder)

    assert result.exit_code == 3
    assert not (folder / "certificate").exists()
