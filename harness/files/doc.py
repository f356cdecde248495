"""Build a Word 97 binary document: a compound file with a FIB, the text and a piece table."""

import struct

from harness.errors import InvalidArgument
from harness.files.padding import missing_bytes

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST_STREAM = 4096
_TEXT_START = 0x400
_ENTRIES_PER_FAT_SECTOR = _SECTOR // 4
_ROOT, _STREAM, _UNUSED = 5, 2, 0


def doc(*, text: str, size_bytes: int | None = None) -> bytes:
    """Return a document of one paragraph; padding follows the last sector, where no chain leads."""
    characters = text.replace("\n", "\r") + "\r"
    word = _stream(_word_document(characters))
    table = _stream(_piece_table(len(characters.encode("utf-16-le")) // 2))
    whole = _compound_file(word, table)
    return whole + bytes(missing_bytes("DOC", smallest=len(whole), size_bytes=size_bytes))


def _stream(content: bytes) -> bytes:
    # Streams below 4096 bytes would live in a mini stream (MS-CFB, 2.2).
    length = max(_SMALLEST_STREAM, -(-len(content) // _SECTOR) * _SECTOR)
    return content.ljust(length, b"\0")


def _word_document(characters: str) -> bytes:
    encoded = characters.encode("utf-16-le")
    fib = bytearray(_TEXT_START)
    # Word 97, table stream 1Table, extended characters (MS-DOC, 2.5.2).
    struct.pack_into("<HHHHHH", fib, 0, 0xA5EC, 0x00C1, 0, 0x0409, 0, 0x1200)
    struct.pack_into("<H", fib, 0x0C, 0x00BF)
    struct.pack_into("<II", fib, 0x18, _TEXT_START, _TEXT_START + len(encoded))
    struct.pack_into("<H", fib, 0x20, 14)
    struct.pack_into("<H", fib, 0x3E, 22)
    struct.pack_into("<I", fib, 0x40, _TEXT_START + len(encoded))
    struct.pack_into("<I", fib, 0x4C, len(encoded) // 2)
    struct.pack_into("<H", fib, 0x98, 93)
    struct.pack_into("<II", fib, 0x1A2, 0, len(_piece_table(0)))
    return bytes(fib) + encoded


def _piece_table(character_count: int) -> bytes:
    positions = struct.pack("<II", 0, character_count)
    piece = struct.pack("<HIH", 0, _TEXT_START, 0)
    return struct.pack("<BI", 2, len(positions) + len(piece)) + positions + piece


def _compound_file(word: bytes, table: bytes) -> bytes:
    word_sectors, table_sectors = len(word) // _SECTOR, len(table) // _SECTOR
    word_start, table_start = 2, 2 + word_sectors
    fat = [_FAT, _END, *_chain(word_start, word_sectors), *_chain(table_start, table_sectors)]
    if len(fat) > _ENTRIES_PER_FAT_SECTOR:
        raise InvalidArgument("the text of a DOC sample has at most some 28,000 characters.")
    fat += [_FREE] * (_ENTRIES_PER_FAT_SECTOR - len(fat))
    directory = (
        _entry("Root Entry", _ROOT, child=1, start=_END)
        + _entry("WordDocument", _STREAM, left=2, start=word_start, size=len(word))
        + _entry("1Table", _STREAM, start=table_start, size=len(table))
        + _entry("", _UNUSED)
    )
    return _header() + struct.pack(f"<{len(fat)}I", *fat) + directory + word + table


def _header() -> bytes:
    versions = struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    places = struct.pack("<IIIIIIIII", 0, 1, 1, 0, _SMALLEST_STREAM, _END, 0, _END, 0)
    fat_sectors = struct.pack("<109I", 0, *[_FREE] * 108)
    signature = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return signature + bytes(16) + versions + bytes(6) + places + fat_sectors


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END]


def _entry(
    name: str,
    form: int,
    *,
    left: int = _FREE,
    child: int = _FREE,
    start: int = 0,
    size: int = 0,
) -> bytes:
    encoded = f"{name}\0".encode("utf-16-le") if name else b""
    black = 1
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), form, black, left, _FREE, child)
        + bytes(16 + 4 + 16)
        + struct.pack("<IQ", start, size)
    )
