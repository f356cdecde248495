from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness import document, limits
from harness.cli.main import cli
from harness.errors import DocumentError
from harness.limits import DEFAULT, InvalidSize, size_in_bytes
from harness.settings_file import document_limits

HEAD = '{"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}, "x-rest": '


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    limits.adopt(DEFAULT)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a document of a little more than 20 MiB."""
    path = tmp_path_factory.mktemp("large") / "large.json"
    path.write_text(f'{HEAD}"{"a" * DEFAULT.size_bytes}"}}')
    return path


@pytest.mark.parametrize(
    ("written", "expected"),
    [("20MiB", 20 << 20), ("100 MiB", 100 << 20), ("30MB", 30_000_000), ("20971520", 20 << 20)],
)
def test_a_size_is_read(written: str, expected: int) -> None:
    assert size_in_bytes(written) == expected


@pytest.mark.parametrize("written", ["", "19MiB", "501MiB", "1e9", "many", "-100MiB", "100TiB"])
def test_what_is_no_size_or_beyond_reason_is_refused(written: str) -> None:
    with pytest.raises(InvalidSize, match="no size from 20MiB to 500MiB"):
        size_in_bytes(written)


def test_more_bytes_may_hold_more_values_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text(f"[{'0,' * 400_000}0]")

    with pytest.raises(DocumentError) as refused:
        document.read(path)
    limits.adopt(DEFAULT.at_size(40 << 20))

    assert "more than 400,000 values" in refused.value.what
    assert "--max-size" in refused.value.advice
    assert document.read(path).size == 400_002
    path.write_text(f"[{'0,' * 800_000}0]")
    with pytest.raises(DocumentError, match="800,000 values"):
        document.read(path)


def test_a_large_document_is_refused_with_the_option_and_read_with_it(large: Path) -> None:
    command = ["spec", "diff", str(large), str(large)]

    refused = CliRunner().invoke(cli, command)
    raised = CliRunner().invoke(cli, [*command, "--max-size", "30MiB"])
    next_one = CliRunner().invoke(cli, command)

    assert isinstance(refused.exception, DocumentError)
    assert str(refused.exception) == (
        f"{large}: is larger than 20,971,520 bytes. "
        "Where you trust it, raise the limit: --max-size 100MiB, or max_document_size in harness.yaml."
    )
    assert raised.exit_code == 0, raised.output
    assert isinstance(next_one.exception, DocumentError)


def test_the_settings_raise_the_limit_for_every_command(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "harness.yaml").write_text("max_document_size: 30MiB\n")

    result = CliRunner().invoke(cli, ["spec", "diff", str(large), str(large)])

    assert result.exit_code == 0, result.output


def test_a_setting_that_is_no_size_is_refused_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text("seed: 1\nmax_document_size: much\n")

    with pytest.raises(DocumentError) as refused:
        document_limits(document.read(tmp_path / "harness.yaml"))

    assert refused.value.what == "max_document_size is no size from 20MiB to 500MiB."
    assert refused.value.source is not None
    assert refused.value.source.line == 2


@pytest.mark.parametrize("size", ["600MiB", "1MiB", "lots"])
def test_the_option_takes_no_other_size(size: str) -> None:
    result = CliRunner().invoke(cli, ["spec", "lint", "--max-size", size])

    assert result.exit_code == 2
    assert "is no size from 20MiB to 500MiB" in result.output
