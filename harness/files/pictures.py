"""Build grey images, the same bytes every time: BMP, TIFF, JPEG, PNG, GIF and DICOM."""

import struct
import zlib

from harness.errors import InvalidArgument
from harness.files.documents import as_ascii
from harness.files.padding import missing_bytes

_GREY_PALETTE = b"".join(bytes((level, level, level, 0)) for level in (0, 255))
_ASCII, _SHORT, _LONG, _RATIONAL = 2, 3, 4, 5


def bmp(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return a one-bit bitmap; text and padding lie in the gap before the pixels."""
    # Rows are filled up to a multiple of four bytes.
    row = (width + 31) // 32 * 4
    note = text.encode()
    gap_start = 14 + 40 + len(_GREY_PALETTE)
    smallest = gap_start + len(note) + row * height
    note += bytes(missing_bytes("BMP", smallest=smallest, size_bytes=size_bytes))
    pixels = bytes(row * height)
    total = gap_start + len(note) + len(pixels)
    header = struct.pack("<2sIHHI", b"BM", total, 0, 0, gap_start + len(note))
    # 2,835 pixels to the metre are 72 to the inch.
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 1, 0, len(pixels), 2835, 2835, 2, 0)
    return header + info + _GREY_PALETTE + note + pixels


def tiff(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return a baseline grey TIFF; the text is its ImageDescription, padding follows the pixels."""
    description = as_ascii(text) + b"\0"
    resolution = struct.pack("<II", 72, 1)
    # Entries have to be in the order of their tags (TIFF 6.0, section 2).
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
    # One directory, at byte 8, and none after it.
    directory = struct.pack("<H", tag_count) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    start = struct.pack("<2sHI", b"II", 42, 8) + directory + bytes(4)
    whole = start + resolution + description + bytes(width * height)
    return whole + bytes(missing_bytes("TIFF", smallest=len(whole), size_bytes=size_bytes))


def _text_tag(number: int, value: bytes, offset: int) -> tuple[int, int, int, int]:
    # Four bytes or fewer stand in the entry itself instead of their offset (TIFF 6.0, section 2).
    inline = int.from_bytes(value.ljust(4, b"\0"), "little")
    return number, _ASCII, len(value), inline if len(value) <= 4 else offset


_LONGEST_SEGMENT = 65_533
_LONGEST_SUB_BLOCK = 255


def jpeg(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return a baseline JPEG, all mid-grey; text and padding are comment segments."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + bytes((1, 0x11, 0))
    # One code of one bit each: a DC difference of zero, then end of block.
    tables = b"".join(
        _segment(0xC4, bytes((number, 1)) + bytes(15) + bytes(1)) for number in (0x00, 0x10)
    )
    # Eight by eight pixels are one block; a block that is not full counts as one.
    blocks = -(-width // 8) * -(-height // 8)
    start = (
        b"\xff\xd8" + _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + _segment(0xFE, text.encode())
    )
    rest = (
        _segment(0xDB, b"\0" + b"\1" * 64)
        + _segment(0xC0, frame)
        + tables
        # One component, all 64 coefficients, no approximation: what a baseline scan has.
        + _segment(0xDA, bytes((1, 1, 0, 0, 63, 0)))
        + _zero_bits(2 * blocks)
        + b"\xff\xd9"
    )
    smallest = len(start) + len(rest)
    return start + _comments(missing_bytes("JPEG", smallest=smallest, size_bytes=size_bytes)) + rest


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _comments(count: int) -> bytes:
    # Marker and length take four bytes of each segment.
    whole, remainder = divmod(count, _LONGEST_SEGMENT + 4)
    filled = _segment(0xFE, b" " * _LONGEST_SEGMENT) * whole
    if remainder < 4:
        return filled + b"\xff" * remainder  # fill bytes before a marker (ITU-T T.81, B.1.1.2)
    return filled + _segment(0xFE, b" " * (remainder - 4))


def _zero_bits(count: int) -> bytes:
    whole, remainder = divmod(count, 8)
    # Bits left over in the last byte are ones (ITU-T T.81, F.1.2.3).
    return bytes(whole) + (bytes((0xFF >> remainder,)) if remainder else b"")


def png(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return an 8-bit grey PNG; text and padding share one tEXt chunk."""
    note = b"Comment\0" + text.encode("latin-1", "replace")
    # Each row begins with its filter: 0 is none.
    pixels = zlib.compress((b"\0" + bytes(width)) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    # Four chunks of twelve bytes each, besides what they hold.
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
    # Two bits for the palette; code 4 clears the table and code 5 ends the data.
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
        # At least one byte is left for each block to come, so that none of them ends the data.
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


_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_INSTANCE = "2.25.1001"
_LONG_FORM = {"OB", "OW", "UT"}
_LONGEST_COMMENT = 10_240


def dicom(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return an 8-bit grey image; the text is Image Comments, padding Data Set Trailing Padding."""
    whole = bytes(128) + b"DICM" + _meta() + _dataset(text, width, height)
    # The padding is an element itself, of twelve bytes before its value.
    smallest = len(whole) + 12
    padding = missing_bytes("DICOM", smallest=smallest, size_bytes=size_bytes)
    if padding % 2:
        raise InvalidArgument(f"a DICOM file has an even number of bytes, not {size_bytes}.")
    return whole + _element(0xFFFC, 0xFFFC, "OB", bytes(padding))


def _meta() -> bytes:
    elements = (
        _element(2, 1, "OB", b"\0\1")
        + _element(2, 2, "UI", _SECONDARY_CAPTURE)
        + _element(2, 3, "UI", _INSTANCE)
        + _element(2, 0x10, "UI", _EXPLICIT_LITTLE_ENDIAN)
        + _element(2, 0x12, "UI", "2.25.1000")
    )
    # The first element says how long the others are (DICOM PS3.10, 7.1).
    return _element(2, 0, "UL", struct.pack("<I", len(elements))) + elements


def _dataset(text: str, width: int, height: int) -> bytes:
    comment = text.encode()
    if len(comment) > _LONGEST_COMMENT:
        raise InvalidArgument(f"a DICOM comment has at most {_LONGEST_COMMENT} bytes.")
    # In the order of their tags, as every data set is.
    elements = (
        (0x0008, 0x0005, "CS", "ISO_IR 192"),
        (0x0008, 0x0016, "UI", _SECONDARY_CAPTURE),
        (0x0008, 0x0018, "UI", _INSTANCE),
        # Required though unknown: an empty value says so.
        (0x0008, 0x0020, "DA", ""),
        (0x0008, 0x0030, "TM", ""),
        (0x0008, 0x0050, "SH", ""),
        (0x0008, 0x0060, "CS", "OT"),
        (0x0008, 0x0064, "CS", "WSD"),
        (0x0008, 0x0090, "PN", ""),
        (0x0010, 0x0010, "PN", "Atreides^Paul"),
        (0x0010, 0x0020, "LO", "SYNTHETIC"),
        (0x0010, 0x0030, "DA", ""),
        (0x0010, 0x0040, "CS", ""),
        (0x0020, 0x000D, "UI", "2.25.1002"),
        (0x0020, 0x000E, "UI", "2.25.1003"),
        (0x0020, 0x0010, "SH", ""),
        (0x0020, 0x0011, "IS", ""),
        (0x0020, 0x0013, "IS", "1"),
        (0x0020, 0x4000, "LT", comment),
        (0x0028, 0x0002, "US", 1),
        (0x0028, 0x0004, "CS", "MONOCHROME2"),
        (0x0028, 0x0010, "US", height),
        (0x0028, 0x0011, "US", width),
        (0x0028, 0x0100, "US", 8),
        (0x0028, 0x0101, "US", 8),
        (0x0028, 0x0102, "US", 7),
        (0x0028, 0x0103, "US", 0),
        (0x7FE0, 0x0010, "OB", bytes(width * height)),
    )
    return b"".join(_element(*element) for element in elements)


def _element(group: int, number: int, form: str, value: str | int | bytes) -> bytes:
    raw = _padded(form, value)
    start = struct.pack("<HH2s", group, number, form.encode())
    # OB and its kin carry two reserved bytes and a 32-bit length (DICOM PS3.5, 7.1.2).
    length = struct.pack("<xxI", len(raw)) if form in _LONG_FORM else struct.pack("<H", len(raw))
    return start + length + raw


def _padded(form: str, value: str | int | bytes) -> bytes:
    if isinstance(value, int):
        return struct.pack("<H", value)
    raw = value.encode() if isinstance(value, str) else value
    filler = b"\0" if form in ("UI", "OB") else b" "
    # All values have an even length; texts are filled with blanks, the others with NUL.
    return raw + filler * (len(raw) % 2)
