from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.codes.media_types import MEDIA_TYPES
from harness.files.samples import KINDS, sample
from harness.files.sniff import sniff

COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive_with(name: str) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr(name, "x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(b"BMW is no bitmap", "text/plain", id="text-that-starts-like-a-bitmap"),
        pytest.param(b"\xef\xbb\xbfhello", "text/plain", id="byte-order-mark"),
        pytest.param("Zähne\t1\r\n".encode(), "text/plain", id="tab-and-line-ends"),
        pytest.param(b"MM\0*" + bytes(8), "image/tiff", id="big-endian-tiff"),
        pytest.param(b"GIF87a", "image/gif", id="older-gif"),
        pytest.param(b"II*\0" + bytes(124) + b"DICM", "application/dicom", id="tiff-preamble"),
    ],
)
def test_unusual_files_of_a_known_type_are_known(content: bytes, media_type: str) -> None:
    assert sniff(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\0", id="nul"),
        pytest.param("hello".encode("utf-16"), id="utf-16"),
        pytest.param(b"caf\xe9", id="latin-1"),
        pytest.param(b"a\x1b[0m", id="escape"),
        pytest.param(b"MZ\x90\0", id="program"),
        pytest.param(archive_with("xl/workbook.xml"), id="spreadsheet"),
        pytest.param(archive_with("notes.txt"), id="plain-zip"),
        pytest.param(b"PK\x03\x04 and no more", id="broken-zip"),
        pytest.param(COMPOUND_FILE + bytes(2_000), id="other-compound-file"),
        pytest.param(
            COMPOUND_FILE + bytes(1) + "WordDocument\0".encode("utf-16-le") + bytes(500),
            id="compound-file-that-mentions-word",
        ),
    ],
)
def test_other_files_have_no_type(content: bytes) -> None:
    assert sniff(content) is None


def test_a_broken_entry_ends_the_search_in_an_archive() -> None:
    whole = sample("docx")

    assert sniff(whole.replace(b"PK\x01\x02", b"PK\x01\x00")) is None
    assert sniff(whole[:-4]) is None


@given(kind=st.sampled_from(KINDS), end=st.integers(0, 12_000))
def test_no_truncation_breaks_the_sniffer(kind: str, end: int) -> None:
    canonical = {each.canonical for each in MEDIA_TYPES}

    assert sniff(sample(kind)[:end]) in canonical | {None}


@given(st.binary(max_size=300))
def test_no_bytes_break_the_sniffer(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"PK\x03\x04PK\x05\x06", b"BM"):
        sniff(start + content)
