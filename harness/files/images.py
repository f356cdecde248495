"""Build compressed grey images: JPEG, PNG, GIF."""

import struct
import zlib

from harness.files.padding import missing_bytes
from harness.files.text import as_ascii

_LONGEST_SEGMENT = 65_533
_LONGEST_SUB_BLOCK = 255


def jpeg(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return a baseline JPEG, all mid-grey; text and padding are comment segments."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + bytes((1, 0x11, 0))
    # One code of one bit each: a DC difference of zero, then end of block.
    tables = b"".join(
        _segment(0xC4, bytes((number, 1)) + bytes(15) + bytes(1)) for number in (0x00, 0x10)
    )
    blocks = -(-width // 8) * -(-height // 8)
    start = (
        b"\xff\xd8" + _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + _segment(0xFE, text.encode())
    )
    rest = (
        _segment(0xDB, b"\0" + b"\1" * 64)
        + _segment(0xC0, frame)
        + tables
        + _segment(0xDA, bytes((1, 1, 0, 0, 63, 0)))
        + _zero_bits(2 * blocks)
        + b"\xff\xd9"
    )
    smallest = len(start) + len(rest)
    return start + _comments(missing_bytes("JPEG", smallest=smallest, size_bytes=size_bytes)) + rest


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _comments(count: int) -> bytes:
    whole, remainder = divmod(count, _LONGEST_SEGMENT + 4)
    filled = _segment(0xFE, b" " * _LONGEST_SEGMENT) * whole
    if remainder < 4:
        return filled + b"\xff" * remainder  # fill bytes before a marker (ITU-T T.81, B.1.1.2)
    return filled + _segment(0xFE, b" " * (remainder - 4))


def _zero_bits(count: int) -> bytes:
    whole, remainder = divmod(count, 8)
    return bytes(whole) + (bytes((0xFF >> remainder,)) if remainder else b"")


def png(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return an 8-bit grey PNG; text and padding share one tEXt chunk."""
    note = b"Comment\0" + text.encode("latin-1", "replace")
    pixels = zlib.compress((b"\0" + bytes(width)) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    smallest = 8 + 4 * 12 + len(header) + len(note) + len(pixels)
    note += b" " * missing_bytes("PNG", smallest=smallest, size_bytes=size_bytes)
    chunks = ((b"IHDR", header), (b"tEXt", note), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def png_chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return a two-colour GIF; text and padding share one comment extension."""
    note = as_ascii(text)
    start = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    image = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0)
    image += b"\x02" + _sub_blocks(_codes(width * height)) + b"\0;"
    frame = len(start) + len(image) + 3
    smallest = frame + len(_sub_blocks(note))
    budget = missing_bytes("GIF", smallest=smallest, size_bytes=size_bytes) + smallest - frame
    # Every sub-block of up to 255 bytes is preceded by its length (GIF89a, section 15).
    padded = note.ljust(budget - -(-budget // (_LONGEST_SUB_BLOCK + 1)))
    return start + b"!\xfe" + _sub_blocks(padded, count=budget - len(padded)) + b"\0" + image


def _sub_blocks(data: bytes, *, count: int | None = None) -> bytes:
    count = -(-len(data) // _LONGEST_SUB_BLOCK) if count is None else count
    written, position = bytearray(), 0
    for left in range(count - 1, -1, -1):
        length = min(_LONGEST_SUB_BLOCK, len(data) - position - left)
        written.append(length)
        written += data[position : position + length]
        position += length
    return bytes(written)


def _codes(pixels: int) -> bytes:
    # Clearing the table before every other pixel keeps all LZW codes three bits wide.
    codes = [code for index in range(pixels) for code in ((4, 0) if index % 2 == 0 else (0,))]
    bits = "".join(f"{code:03b}" for code in reversed([*codes, 5]))
    return int(bits, 2).to_bytes(-(-len(bits) // 8), "little")
