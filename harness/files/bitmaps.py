"""Build uncompressed grey images: BMP, and TIFF with one strip."""

import struct

from harness.files.padding import missing_bytes
from harness.files.text import as_ascii

_GREY_PALETTE = b"".join(bytes((level, level, level, 0)) for level in (0, 255))
_ASCII, _SHORT, _LONG, _RATIONAL = 2, 3, 4, 5


def bmp(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return a one-bit bitmap; text and padding lie in the gap before the pixels."""
    row = (width + 31) // 32 * 4
    note = text.encode()
    gap_start = 14 + 40 + len(_GREY_PALETTE)
    smallest = gap_start + len(note) + row * height
    note += bytes(missing_bytes("BMP", smallest=smallest, size_bytes=size_bytes))
    pixels = bytes(row * height)
    total = gap_start + len(note) + len(pixels)
    header = struct.pack("<2sIHHI", b"BM", total, 0, 0, gap_start + len(note))
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 1, 0, len(pixels), 2835, 2835, 2, 0)
    return header + info + _GREY_PALETTE + note + pixels


def tiff(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return a baseline grey TIFF; the text is its ImageDescription, padding follows the pixels."""
    description = as_ascii(text) + b"\0"
    resolution = struct.pack("<II", 72, 1)
    tag_count = 13
    data_start = 8 + 2 + 12 * tag_count + 4
    description_start = data_start + len(resolution)
    pixels_start = description_start + len(description)
    tags = (
        (256, _LONG, 1, width),
        (257, _LONG, 1, height),
        (258, _SHORT, 1, 8),
        (259, _SHORT, 1, 1),
        (262, _SHORT, 1, 1),
        _text_tag(270, description, description_start),
        (273, _LONG, 1, pixels_start),
        (277, _SHORT, 1, 1),
        (278, _LONG, 1, height),
        (279, _LONG, 1, width * height),
        (282, _RATIONAL, 1, data_start),
        (283, _RATIONAL, 1, data_start),
        (296, _SHORT, 1, 2),
    )
    directory = struct.pack("<H", tag_count) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    start = struct.pack("<2sHI", b"II", 42, 8) + directory + bytes(4)
    whole = start + resolution + description + bytes(width * height)
    return whole + bytes(missing_bytes("TIFF", smallest=len(whole), size_bytes=size_bytes))


def _text_tag(number: int, value: bytes, offset: int) -> tuple[int, int, int, int]:
    # Four bytes or fewer stand in the entry itself instead of their offset (TIFF 6.0, section 2).
    inline = int.from_bytes(value.ljust(4, b"\0"), "little")
    return number, _ASCII, len(value), inline if len(value) <= 4 else offset
