import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest

from harness.errors import InvalidArgument
from harness.files.adversarial import (
    HOSTILE_FILES,
    MOST_EXPANDED_BYTES,
    docx_bomb,
    docx_with_outside_part,
    gif_and_script,
    pdf_and_zip,
    png_bomb,
    tiff_in_a_circle,
    truncated,
    wrong_magic,
)
from harness.files.samples import sample
from harness.files.sniff import sniff


def test_every_hostile_file_has_its_own_name_and_stays_small() -> None:
    sizes = {each.name: len(each.build()) for each in HOSTILE_FILES}

    assert len(sizes) == len(HOSTILE_FILES) == 14
    assert sizes["empty"] == 0
    assert max(sizes.values()) < 100_000


def test_truncation_keeps_the_start() -> None:
    assert truncated(b"abcdef") == b"abc"
    assert truncated(b"abcdef", kept_bytes=1) == b"a"
    with pytest.raises(InvalidArgument, match="cannot be cut"):
        truncated(b"abc", kept_bytes=3)


@pytest.mark.parametrize("kind", ["bmp", "jpeg", "tiff", "png", "pdf", "gif", "rtf", "docx", "doc"])
def test_a_changed_start_hides_the_type(kind: str) -> None:
    assert sniff(wrong_magic(sample(kind))) is None


def test_a_polyglot_is_a_pdf_from_the_start_and_a_document_from_the_end() -> None:
    content = pdf_and_zip()

    assert sniff(content) == "application/pdf"
    with ZipFile(BytesIO(content)) as archive:
        assert "word/document.xml" in archive.namelist()


def test_a_polyglot_is_an_image_and_a_script() -> None:
    image = pytest.importorskip("PIL.Image")
    content = gif_and_script()

    with image.open(BytesIO(content)) as decoded:
        decoded.load()

        assert decoded.format == "GIF"
    assert content.startswith(b"GIF89a/*")
    assert b"*/=1;//" in content
    assert b"\n" not in content.partition(b"//")[2]


def test_a_document_bomb_expands_to_the_cap_and_no_further() -> None:
    with ZipFile(BytesIO(docx_bomb())) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) == MOST_EXPANDED_BYTES


def test_an_image_bomb_expands_below_the_cap() -> None:
    content = png_bomb(expanded_bytes=100_000)
    length = int.from_bytes(content[33:37], "big")

    assert 90_000 < len(zlib.decompress(content[41 : 41 + length])) <= 100_000
    assert int.from_bytes(content[16:20], "big") == 20_000


@pytest.mark.parametrize("expanded_bytes", [0, MOST_EXPANDED_BYTES + 1])
def test_bombs_beyond_the_cap_are_refused(expanded_bytes: int) -> None:
    with pytest.raises(InvalidArgument, match="50 MiB"):
        docx_bomb(expanded_bytes=expanded_bytes)
    with pytest.raises(InvalidArgument, match="50 MiB"):
        png_bomb(expanded_bytes=expanded_bytes)


def test_a_circular_tiff_names_its_own_directory() -> None:
    content = tiff_in_a_circle()

    assert content[4:8] == (8).to_bytes(4, "little")
    assert (8).to_bytes(4, "little") == content[10 + 12 * 13 : 14 + 12 * 13]


def test_a_part_may_point_outside() -> None:
    with ZipFile(BytesIO(docx_with_outside_part())) as archive:
        assert "word/../../../outside.txt" in archive.namelist()
