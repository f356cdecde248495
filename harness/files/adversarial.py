"""Build files and file names that mislead or strain whoever reads them, lazily and within a fixed expansion."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import repeat
from zipfile import ZipFile

from harness.errors import InvalidArgument
from harness.files.documents import docx_parts, part_info
from harness.files.pictures import png_chunk
from harness.files.samples import SYNTHETIC_TEXT, sample

MOST_EXPANDED_BYTES = 50 * 1024 * 1024
"""No file built here unpacks to more than this."""

# Written piece by piece, so that the expanded file is never in memory.
_CHUNK = bytes(64 * 1024)
_SPACES = b" " * len(_CHUNK)


@dataclass(frozen=True, slots=True)
class HostileFile:
    """A named way to be hostile; the bytes exist only once `build` is called."""

    name: str
    description: str
    build: Callable[[], bytes]


def truncated(content: bytes, *, kept_bytes: int | None = None) -> bytes:
    """Return the first half of a file, or as many bytes as asked for."""
    kept = len(content) // 2 if kept_bytes is None else kept_bytes
    if not 0 <= kept < len(content):
        raise InvalidArgument(f"a file of {len(content)} bytes cannot be cut to {kept}.")
    return content[:kept]


def wrong_magic(content: bytes) -> bytes:
    """Return a file whose first eight bytes are all changed, so that no signature fits."""
    # The mask is not zero, so no byte stays what it was.
    return bytes(byte ^ 0xA5 for byte in content[:8]) + content[8:]


def pdf_and_zip() -> bytes:
    """Return bytes that are a PDF when read from the start and a DOCX when read from the end."""
    return sample("pdf") + sample("docx")


def gif_and_script() -> bytes:
    """Return a GIF that is also a JavaScript assignment; it does nothing."""
    # The text ends the comment that the width begins, assigns a value, and hides the rest.
    image = sample("gif", text="*/=1;//")
    # A screen 10,799 pixels wide spells the start of a comment.
    return image[:6] + b"/*" + image[8:]


def docx_bomb(*, expanded_bytes: int = MOST_EXPANDED_BYTES) -> bytes:
    """Return a small document whose text unpacks to some 50 MiB of spaces."""
    _refuse_beyond_cap(expanded_bytes)
    parts = docx_parts("|")
    # The mark itself is replaced, hence one more.
    spaces = expanded_bytes - sum(len(content) for _, content in parts) + 1
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, content in parts:
            head, mark, tail = content.partition("|")
            with archive.open(part_info(name), "w") as part:
                part.write(head.encode())
                for chunk in _chunks(_SPACES, spaces if mark else 0):
                    part.write(chunk)
                part.write(tail.encode())
    return written.getvalue()


def png_bomb(*, expanded_bytes: int = MOST_EXPANDED_BYTES) -> bytes:
    """Return a valid one-bit PNG of some 400 million black pixels."""
    _refuse_beyond_cap(expanded_bytes)
    # Of one bit each: 20,000 pixels in a row.
    row_bytes = 2_500
    rows = expanded_bytes // (1 + row_bytes)
    # One bit of depth and grey; then the only methods there are, and no interlacing.
    header = (row_bytes * 8).to_bytes(4, "big") + rows.to_bytes(4, "big") + b"\1\0\0\0\0"
    packer = zlib.compressobj(9)
    packed = [packer.compress(chunk) for chunk in _chunks(_CHUNK, rows * (1 + row_bytes))]
    pixels = b"".join([*packed, packer.flush()])
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def png_with_wrong_checksum() -> bytes:
    """Return a PNG whose last checksum is wrong."""
    image = sample("png")
    return image[:-1] + bytes((image[-1] ^ 0xFF,))


def tiff_in_a_circle() -> bytes:
    """Return a TIFF whose only directory names itself as the next one."""
    # The directory begins at byte 8 with its count; the link to the next one follows the entries.
    image = sample("tiff")
    count = int.from_bytes(image[8:10], "little")
    link = 8 + 2 + 12 * count
    return image[:link] + (8).to_bytes(4, "little") + image[link + 4 :]


def dicom_with_program_preamble() -> bytes:
    """Return a DICOM image whose free preamble begins like a Windows program."""
    return b"MZ" + sample("dicom")[2:]


def docx_with_outside_part() -> bytes:
    """Return a document with a part that a careless unpacker would write outside its folder."""
    written = BytesIO(sample("docx"))
    # Appending keeps the document sound: readers that look for its own parts find them.
    with ZipFile(written, "a") as archive:
        archive.writestr(part_info("word/../../../outside.txt"), SYNTHETIC_TEXT)
    return written.getvalue()


HOSTILE_FILES = (
    HostileFile("empty", "no byte at all", bytes),
    HostileFile("one-nul", "a single NUL", partial(bytes, 1)),
    HostileFile("truncated-pdf", "the first half of a PDF", lambda: truncated(sample("pdf"))),
    HostileFile("truncated-jpeg", "the first half of a JPEG", lambda: truncated(sample("jpeg"))),
    HostileFile("truncated-docx", "the first half of a DOCX", lambda: truncated(sample("docx"))),
    HostileFile("wrong-magic", "a PNG with another start", lambda: wrong_magic(sample("png"))),
    HostileFile("pdf-and-zip", "a PDF that is also a ZIP", pdf_and_zip),
    HostileFile("gif-and-script", "a GIF that is also a script", gif_and_script),
    HostileFile("docx-bomb", "a DOCX that unpacks to 50 MiB", docx_bomb),
    HostileFile("docx-outside", "a DOCX with a part outside its folder", docx_with_outside_part),
    HostileFile("png-bomb", "a PNG of some 400 million pixels", png_bomb),
    HostileFile("png-checksum", "a PNG with a wrong checksum", png_with_wrong_checksum),
    HostileFile("tiff-circle", "a TIFF without an end", tiff_in_a_circle),
    HostileFile("dicom-program", "a DICOM that looks like a program", dicom_with_program_preamble),
)


def _refuse_beyond_cap(expanded_bytes: int) -> None:
    if not 64 * 1024 <= expanded_bytes <= MOST_EXPANDED_BYTES:
        raise InvalidArgument(f"a bomb expands to 64 KiB to 50 MiB, not {expanded_bytes} bytes.")


def _chunks(chunk: bytes, size: int) -> Iterator[bytes]:
    # The last piece may be empty.
    whole, remainder = divmod(size, len(chunk))
    yield from repeat(chunk, whole)
    yield chunk[:remainder]


@dataclass(frozen=True, slots=True)
class HostileName:
    """A file name and what is hostile about it."""

    rule: str
    file_name: str
    description: str


# Escapes, since editors and version control may compose what stands here.
NFC_NAME = "r\u00f6ntgen.pdf"
"""One composed character."""

NFD_NAME = "ro\u0308ntgen.pdf"
"""The same to the eye, with a combining diaeresis."""

HOSTILE_NAMES = (
    HostileName("empty", "", "no name"),
    HostileName("dot", ".", "the folder itself"),
    HostileName("dot-dot", "..", "the folder above"),
    HostileName("space", " ", "a single space"),
    HostileName("no-extension", "xray", "nothing announces the type"),
    HostileName("traversal", "../../etc/passwd.pdf", "leads out of the folder"),
    HostileName("traversal-backslash", "..\\..\\windows\\x.pdf", "leads out, Windows style"),
    HostileName("traversal-encoded", "..%2f..%2fx.pdf", "leads out once decoded"),
    HostileName("absolute", "/srv/x.pdf", "names a place of its own"),
    HostileName("right-to-left", "xray_\u202efdp.exe", "shows as xray_exe.pdf"),
    HostileName("composed", NFC_NAME, "differs from its twin in bytes only"),
    HostileName("decomposed", NFD_NAME, "differs from its twin in bytes only"),
    HostileName("emoji", "\U0001f9b7.png", "lies outside the basic plane"),
    HostileName("255-bytes", "a" * 251 + ".pdf", "the most that common file systems take"),
    HostileName("256-bytes", "a" * 252 + ".pdf", "one more than file systems take"),
    HostileName("255-characters", "\u00e9" * 251 + ".pdf", "255 characters in 506 bytes"),
    HostileName("nul", "xray\0.pdf", "ends early in C"),
    HostileName("line-break", "xray\r\nX-Injected: 1.pdf", "starts a header of its own"),
    HostileName("tab", "xray\t1.pdf", "a control character"),
    HostileName("quote", 'xray"1".pdf', "ends a quoted parameter early"),
    HostileName("apostrophe", "o'sample.pdf", "ends a quoted SQL string early"),
    HostileName("semicolon", "xray;1.pdf", "starts a header parameter of its own"),
    HostileName("backslash", "xray\\1.pdf", "escapes in a quoted parameter"),
    HostileName("reserved", "CON.pdf", "a device on Windows"),
    HostileName("double-extension", "xray.pdf.exe", "runs although it looks like a document"),
    HostileName("hidden", ".pdf", "an extension and nothing else"),
    HostileName("trailing-dot", "xray.pdf.", "Windows drops the dot"),
    HostileName("markup", "<img src=x>.pdf", "becomes part of a page that shows it"),
)


def hostile_name(rule: str) -> HostileName | None:
    """Return the name that breaks a rule."""
    return next((hostile_name for hostile_name in HOSTILE_NAMES if hostile_name.rule == rule), None)
