import re
from io import BytesIO

import pytest

from harness.files.documents import pdf


def test_the_table_leads_to_every_object() -> None:
    content = pdf(text="x", size_bytes=2_000)
    table = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    offsets = [int(row[:10]) for row in re.findall(rb"\d{10} 00000 n \n", content[table:])]

    assert content[table:].startswith(b"xref\n0 6\n")
    assert [content[offset : offset + 7] for offset in offsets] == [
        b"%d 0 obj" % number for number in range(1, 6)
    ]


@pytest.mark.parametrize("size_bytes", [None, 1_000, 1_001, 100_000])
def test_an_independent_reader_finds_no_fault(size_bytes: int | None) -> None:
    pikepdf = pytest.importorskip("pikepdf")

    with pikepdf.open(BytesIO(pdf(text="(odd \\ text", size_bytes=size_bytes))) as document:
        assert document.check_pdf_syntax() == []
        assert len(document.pages) == 1
        assert b"(\\(odd \\\\ text)Tj" in document.pages[0].Contents.read_bytes()
