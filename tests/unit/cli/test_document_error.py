from pathlib import Path

import pytest

from harness.cli.workflow_checks import format_document_error
from harness.errors import DocumentError
from harness.workflow.document.parse import load


def told(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        load(path)
    return format_document_error(caught.value)


def test_a_document_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"

    assert told(path, b"arazzo: 1.0.1\ninfo: {a: 1, a: 2}\n").splitlines() == [
        "error: the document has the key 'a' twice",
        f"  --> {path}:2:14",
        "  | info: {a: 1, a: 2}",
        "  |              ^",
        "  advice: Remove one of them.",
    ]


@pytest.mark.parametrize("content", [b"", b"a: [", b"\xff\xfe"], ids=["empty", "torn", "binary"])
def test_without_a_line_to_show_the_message_stands_alone(tmp_path: Path, content: bytes) -> None:
    found = told(tmp_path / "a.yaml", content)

    assert found.startswith(f"error: {tmp_path / 'a.yaml'}")
    assert "\n" not in found


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        load(tmp_path / "none.yaml")

    assert "cannot be read (No such file or directory)" in format_document_error(caught.value)
