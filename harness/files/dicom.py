"""Build a DICOM secondary capture image, explicit little endian."""

import struct

from harness.errors import InvalidArgument
from harness.files.padding import missing_bytes

_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_INSTANCE = "2.25.1001"
_LONG_FORM = {"OB", "OW", "UT"}
_LONGEST_COMMENT = 10_240


def dicom(*, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None) -> bytes:
    """Return an 8-bit grey image; the text is Image Comments, padding Data Set Trailing Padding."""
    whole = bytes(128) + b"DICM" + _meta() + _dataset(text, width, height)
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
    return _element(2, 0, "UL", struct.pack("<I", len(elements))) + elements


def _dataset(text: str, width: int, height: int) -> bytes:
    comment = text.encode()
    if len(comment) > _LONGEST_COMMENT:
        raise InvalidArgument(f"a DICOM comment has at most {_LONGEST_COMMENT} bytes.")
    elements = (
        (0x0008, 0x0005, "CS", "ISO_IR 192"),
        (0x0008, 0x0016, "UI", _SECONDARY_CAPTURE),
        (0x0008, 0x0018, "UI", _INSTANCE),
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
    return raw + filler * (len(raw) % 2)
