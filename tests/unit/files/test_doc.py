import struct

import pytest

from harness.files.documents import doc


def text_through_piece_table(word: bytes, table: bytes) -> str:
    start, length = struct.unpack_from("<II", word, 0x1A2)
    pieces = table[start : start + length]
    _, plc_length, first, last = struct.unpack_from("<BIII", pieces)
    assert plc_length == length - 5
    offset = struct.unpack_from("<I", pieces, 5 + 8 + 2)[0]
    return word[offset : offset + 2 * (last - first)].decode("utf-16-le")


@pytest.mark.parametrize("text", ["Synthetic", "Zähne 🦷", "x" * 5_000, ""])
def test_an_independent_reader_finds_the_text_through_the_piece_table(text: str) -> None:
    olefile = pytest.importorskip("olefile")

    with olefile.OleFileIO(doc(text=text), raise_defects=olefile.DEFECT_UNSURE) as document:
        word = document.openstream("WordDocument").read()
        table = document.openstream("1Table").read()

    assert text_through_piece_table(word, table) == f"{text}\r"


@pytest.mark.parametrize("size_bytes", [None, 10_001, 200_000])
def test_an_independent_reader_finds_no_defect(size_bytes: int | None) -> None:
    olefile = pytest.importorskip("olefile")
    content = doc(text="Synthetic", size_bytes=size_bytes)

    with olefile.OleFileIO(content, raise_defects=olefile.DEFECT_UNSURE) as document:
        assert document.listdir() == [["1Table"], ["WordDocument"]]
        assert document.parsing_issues == []


def test_the_information_block_names_word_97_and_its_table() -> None:
    word = doc(text="x")[512 * 3 :]

    assert word[:4] == b"\xec\xa5\xc1\x00"
    assert struct.unpack_from("<H", word, 0x0A)[0] & 0x0200
