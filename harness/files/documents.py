"""Build documents of text: PDF, plain text, RTF, Word 97 and Word, the same bytes every time."""

import struct
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from harness.errors import InvalidArgument
from harness.files.padding import missing_bytes

_COMMENT = b"%" + b" " * 78 + b"\n"


def pdf(*, text: str, size_bytes: int | None = None) -> bytes:
    """Return a page that shows the text; padding is comment lines after the trailer."""
    # Four bytes above 127 show that the file is binary (ISO 32000-1, 7.5.2).
    body, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", list[int]()
    for number, content in enumerate(_objects(text), start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    # Each row has 20 bytes, a blank before the line feed included (ISO 32000-1, 7.5.4).
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(offsets) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, rows)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\n" % count
    end = b"startxref\n%d\n%%%%EOF\n" % len(body)
    smallest = len(body) + len(table) + len(trailer) + len(end)
    # A comment may stand anywhere between tokens; the trailer's offset stays what it is.
    padding = _comments(missing_bytes("PDF", smallest=smallest, size_bytes=size_bytes))
    return body + table + trailer + padding + end


def _objects(text: str) -> tuple[bytes, ...]:
    shown = b"BT/F1 12 Tf 20 100 Td(%b)Tj ET" % _literal(text)
    return (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )


def _literal(text: str) -> bytes:
    # WinAnsiEncoding, which the font names below.
    raw = text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        raw = raw.replace(special, b"\\" + special)
    return raw


def _comments(count: int) -> bytes:
    if count == 0:
        return b""
    # The last line is cut to measure, and ends as a line has to.
    return (_COMMENT * (count // len(_COMMENT) + 1))[: count - 1] + b"\n"


def as_ascii(text: str) -> bytes:
    """Return a text for formats that know ASCII only, a question mark for any other character."""
    return text.encode("ascii", "replace")


def txt(*, text: str, size_bytes: int | None = None) -> bytes:
    """Return UTF-8 text, padded with line feeds."""
    whole = f"{text}\n".encode()
    return whole + b"\n" * missing_bytes("TXT", smallest=len(whole), size_bytes=size_bytes)


def rtf(*, text: str, size_bytes: int | None = None) -> bytes:
    """Return one RTF paragraph, padded with line feeds, which RTF readers ignore."""
    start = b"{\\rtf1\\ansi\\uc1 " + "".join(map(_rtf_character, text)).encode("ascii")
    end = b"\\par}"
    smallest = len(start) + len(end)
    return start + b"\n" * missing_bytes("RTF", smallest=smallest, size_bytes=size_bytes) + end


def _rtf_character(character: str) -> str:
    if character in "\\{}":
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    # A signed 16-bit number for each UTF-16 unit, and what readers show that do not know it.
    units = character.encode("utf-16-le")
    pairs = (units[start : start + 2] for start in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair, 'little', signed=True)}?" for pair in pairs)


_SECTOR = 512
# Marks of the sector table: unused, end of a chain, the table itself.
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST_STREAM = 4096
_TEXT_START = 0x400
_ENTRIES_PER_FAT_SECTOR = _SECTOR // 4
_ROOT, _STREAM, _UNUSED = 5, 2, 0


def doc(*, text: str, size_bytes: int | None = None) -> bytes:
    """Return a document of one paragraph; padding follows the last sector, where no chain leads."""
    # In Word a paragraph ends with a carriage return.
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
    # The file information block by offsets: version, text, sizes of its parts, pieces.
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
    # One piece holds the whole text, in UTF-16, from its first character to its last.
    positions = struct.pack("<II", 0, character_count)
    piece = struct.pack("<HIH", 0, _TEXT_START, 0)
    return struct.pack("<BI", 2, len(positions) + len(piece)) + positions + piece


def _compound_file(word: bytes, table: bytes) -> bytes:
    word_sectors, table_sectors = len(word) // _SECTOR, len(table) // _SECTOR
    # Sector 0 is the table and sector 1 the directory, so the streams begin at 2.
    word_start, table_start = 2, 2 + word_sectors
    fat = [_FAT, _END, *_chain(word_start, word_sectors), *_chain(table_start, table_sectors)]
    if len(fat) > _ENTRIES_PER_FAT_SECTOR:
        raise InvalidArgument("the text of a DOC sample has at most some 28,000 characters.")
    fat += [_FREE] * (_ENTRIES_PER_FAT_SECTOR - len(fat))
    directory = (
        _entry("Root Entry", _ROOT, child=1, start=_END)
        # Names are ordered by length first, so 1Table is left of WordDocument.
        + _entry("WordDocument", _STREAM, left=2, start=word_start, size=len(word))
        + _entry("1Table", _STREAM, start=table_start, size=len(table))
        + _entry("", _UNUSED)
    )
    return _header() + struct.pack(f"<{len(fat)}I", *fat) + directory + word + table


def _header() -> bytes:
    # Version 3: little endian, sectors of 512 bytes, mini sectors of 64.
    versions = struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    places = struct.pack("<IIIIIIIII", 0, 1, 1, 0, _SMALLEST_STREAM, _END, 0, _END, 0)
    # One sector of the table; the header has room for the numbers of 109.
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
    # Marked black throughout, the tree is a plain binary one (MS-CFB, 2.6.4).
    black = 1
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), form, black, left, _FREE, child)
        + bytes(16 + 4 + 16)
        + struct.pack("<IQ", start, size)
    )


_EPOCH = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PADDING_PART = "word/padding.bin"
# Its length is a 16-bit number at the end of an archive.
_LONGEST_COMMENT = 65_535
# A local header, a central entry and the part's name in both.
_PART_OVERHEAD = 30 + 46 + 2 * len(_PADDING_PART)

_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/octet-stream"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}"/></Types>'
)
_RELATIONSHIPS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)


def docx(*, text: str, size_bytes: int | None = None) -> bytes:
    """Return a document of one paragraph; padding is the archive's comment or a stored part."""
    plain = _archive(text, padding=0)
    missing = missing_bytes("DOCX", smallest=len(plain), size_bytes=size_bytes)
    return _archive(text, padding=missing) if missing else plain


def docx_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Return the names and contents of the parts that make a document."""
    paragraph = f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    document = f'{_XML}<w:document xmlns:w="{_MAIN}"><w:body>{paragraph}</w:body></w:document>'
    return (
        ("[Content_Types].xml", _CONTENT_TYPES),
        ("_rels/.rels", _RELATIONSHIPS),
        ("word/document.xml", document),
    )


def part_info(name: str) -> ZipInfo:
    """Return an entry dated to the archive format's first day, so that bytes never vary."""
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    # Marked as made on MS-DOS, or the bytes would differ from system to system.
    info.create_system = 0
    return info


def _archive(text: str, *, padding: int) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, content in docx_parts(text):
            archive.writestr(part_info(name), content)
        # Beyond a comment, a part that nothing refers to; its headers count towards the size.
        if padding > _LONGEST_COMMENT:
            stored = bytes(padding - _PART_OVERHEAD)
            archive.writestr(part_info(_PADDING_PART), stored, ZIP_STORED)
        else:
            archive.comment = b" " * padding
    return written.getvalue()
