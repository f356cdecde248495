from io import BytesIO
from zipfile import ZipFile

import pytest

from harness.files.documents import docx


def test_all_parts_carry_the_same_fixed_date() -> None:
    with ZipFile(BytesIO(docx(text="x"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


@pytest.mark.parametrize("size_bytes", [None, 5_000, 200_000], ids=["plain", "comment", "part"])
def test_an_independent_reader_finds_the_text(size_bytes: int | None) -> None:
    reader = pytest.importorskip("docx")

    document = reader.Document(BytesIO(docx(text="Teeth <14> & <16>", size_bytes=size_bytes)))

    assert [paragraph.text for paragraph in document.paragraphs] == ["Teeth <14> & <16>"]
