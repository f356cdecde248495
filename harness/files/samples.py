"""Make a valid file of any of the eleven kinds, marked as synthetic and of any possible size."""

from types import MappingProxyType
from typing import Protocol

from harness.codes.media_types import media_type_of_kind
from harness.files.documents import doc, docx, pdf, rtf, txt
from harness.files.pictures import bmp, dicom, gif, jpeg, png, tiff
from harness.files.upload import Upload

# In every file, so that nobody takes one for a document of a patient.
SYNTHETIC_TEXT = "Synthetic test document. No real patient."


class Generator(Protocol):
    """What every kind of file offers."""

    def __call__(self, *, text: str, size_bytes: int | None = None) -> bytes: ...


_GENERATORS = MappingProxyType[str, Generator](
    {
        "bmp": bmp,
        "jpeg": jpeg,
        "tiff": tiff,
        "png": png,
        "pdf": pdf,
        "txt": txt,
        "doc": doc,
        "docx": docx,
        "dicom": dicom,
        "gif": gif,
        "rtf": rtf,
    }
)

KINDS = tuple(_GENERATORS)
"""The eleven supported kinds of file."""


def sample(kind: str, *, text: str = SYNTHETIC_TEXT, size_bytes: int | None = None) -> bytes:
    """Return a valid file of a kind that holds the text and, where asked, has exactly this size."""
    return _GENERATORS[media_type_of_kind(kind).kind](text=text, size_bytes=size_bytes)


def sample_upload(kind: str, file_name: str = "", *, size_bytes: int | None = None) -> Upload:
    """Return a sample under a fitting media type and, unless given, a fitting file name."""
    media_type, content = media_type_of_kind(kind), sample(kind, size_bytes=size_bytes)
    return Upload(file_name or f"sample{media_type.extensions[0]}", media_type.canonical, content)
