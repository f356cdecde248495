"""Recognise by its bytes alone which of the eleven types a file is."""

import re
import struct

from harness.codes.media_types import media_type_of_kind

# Signatures that decide by themselves; those of containers need a look inside.
_SIGNATURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
)
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_STREAM = "WordDocument\0".encode("utf-16-le")
_DIRECTORY_ENTRY = 128
_ZIP_ENTRY = b"PK\x01\x02"
_ZIP_END = b"PK\x05\x06"
# An archive may claim to have any number of parts.
_MOST_ZIP_ENTRIES = 10_000
# The sizes of all headers that bitmaps have had.
_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def sniff(content: bytes) -> str | None:
    """Return the canonical media type, or None for anything but the eleven types."""
    kind = _kind(content)
    return media_type_of_kind(kind).canonical if kind else None


def _kind(content: bytes) -> str | None:
    # A DICOM preamble may itself begin like a TIFF (DICOM PS3.10, 7.1), so it is asked first.
    if content[128:132] == b"DICM":
        return "dicom"
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    return _kind_by_structure(content)


def _kind_by_structure(content: bytes) -> str | None:
    if content.startswith(_COMPOUND_FILE):
        return "doc" if _has_word_stream(content) else None
    if content.startswith(b"PK\x03\x04"):
        return "docx" if _has_word_part(content) else None
    if _is_bmp(content):
        return "bmp"
    return "txt" if _is_text(content) else None


def _has_word_stream(content: bytes) -> bool:
    position = content.find(_WORD_STREAM)
    while position >= 0:
        # Entries begin at multiples of their size; name length 26 and kind 2 make it a stream.
        if (
            position % _DIRECTORY_ENTRY == 0
            and content[position + 64 : position + 67] == b"\x1a\0\2"
        ):
            return True
        position = content.find(_WORD_STREAM, position + 1)
    return False


def _has_word_part(content: bytes) -> bool:
    # Its end says where the directory of an archive begins; a comment may follow it.
    end = content.rfind(_ZIP_END)
    if end < 0 or end + 22 > len(content):
        return False
    count, _, position = struct.unpack_from("<HII", content, end + 10)
    for _ in range(min(count, _MOST_ZIP_ENTRIES)):
        if content[position : position + 4] != _ZIP_ENTRY or position + 46 > len(content):
            return False
        lengths = struct.unpack_from("<HHH", content, position + 28)
        if content.startswith(b"word/", position + 46):
            return True
        position += 46 + sum(lengths)
    return False


def _is_bmp(content: bytes) -> bool:
    if not content.startswith(b"BM") or len(content) < 18:
        return False
    # A text can begin with BM as well, but not go on like that.
    reserved, _, header_size = struct.unpack_from("<III", content, 6)
    return reserved == 0 and header_size in _BMP_HEADER_SIZES


def _is_text(content: bytes) -> bool:
    # Tab, line feed, form feed and carriage return are part of texts.
    if not content or _CONTROL.search(content):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
