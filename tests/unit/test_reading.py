import os
from pathlib import Path

import pytest

from harness import document
from harness.errors import DocumentError
from harness.openapi.load import load_api
from harness.reading import is_file, is_folder, read_bytes, resolved
from harness.record import read as read_record
from harness.session.certify.bundle import read as read_bundle
from harness.workflow.document.parse import load as load_book


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(document.read, id="document"),
        pytest.param(lambda path: load_api(path, "x"), id="openapi"),
        pytest.param(load_book, id="workflow"),
        pytest.param(read_bundle, id="bundle"),
        pytest.param(read_record, id="record"),
    ],
)
@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_neither_a_pipe_nor_a_device_holds_us_up(fifo: Path, read: object, kind: str) -> None:
    assert callable(read)
    with pytest.raises(DocumentError, match="cannot be read"):
        read(fifo if kind == "fifo" else Path("/dev/zero"))


def test_a_file_is_read_to_one_byte_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)

    assert len(read_bytes(path, limit=200)) == 100
    assert len(read_bytes(path, limit=10)) == 11


@pytest.mark.parametrize("name", ["a" * 300, "a\0b", "a/" * 3000])
def test_a_name_that_no_disk_can_hold_is_the_name_of_nothing(tmp_path: Path, name: str) -> None:
    place = tmp_path / name

    assert (is_file(place), is_folder(place)) == (False, False)
    assert resolved(place).is_absolute()


@pytest.mark.parametrize("name", ["a" * 300, "%00"])
def test_a_document_that_names_a_file_so_is_told_of_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "book.arazzo.yaml"
    path.write_text(
        "arazzo: 1.0.1\ninfo: {title: a, version: '1'}\n"
        f"sourceDescriptions: [{{name: a, type: openapi, url: './{name}'}}]\n"
        "workflows: [{workflowId: a, steps: [{stepId: a, operationId: a}]}]\n"
    )

    assert "there is no file" in str(load_book(path).problems)


def test_a_loop_of_links_leads_nowhere(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    assert not is_file(loop)
    assert resolved(loop).is_absolute()
