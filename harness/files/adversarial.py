"""Build files that mislead or strain whoever reads them, lazily and within a fixed expansion."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import repeat
from zipfile import ZipFile

from harness.errors import InvalidArgument
from harness.files.docx import docx_parts, part_info
from harness.files.images import png_chunk
from harness.files.samples import SYNTHETIC_TEXT, sample

MOST_EXPANDED_BYTES = 50 * 1024 * 1024
"""No file built here unpacks to more than this."""

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
    return bytes(byte ^ 0xA5 for byte in content[:8]) + content[8:]


def pdf_and_zip() -> bytes:
    """Return bytes that are a PDF when read from the start and a DOCX when read from the end."""
    return sample("pdf") + sample("docx")


def gif_and_script() -> bytes:
    """Return a GIF that is also a JavaScript assignment; it does nothing."""
    image = sample("gif", text="*/=1;//")
    # A screen 10,799 pixels wide spells the start of a comment.
    return image[:6] + b"/*" + image[8:]


def docx_bomb(*, expanded_bytes: int = MOST_EXPANDED_BYTES) -> bytes:
    """Return a small document whose text unpacks to some 50 MiB of spaces."""
    _refuse_beyond_cap(expanded_bytes)
    parts = docx_parts("|")
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
    row_bytes = 2_500
    rows = expanded_bytes // (1 + row_bytes)
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
    whole, remainder = divmod(size, len(chunk))
    yield from repeat(chunk, whole)
    yield chunk[:remainder]
