"""Know the eleven file types of attachments: media types, aliases, extensions."""

from dataclasses import dataclass

from harness.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class MediaType:
    """A file type under the name that the other rooms use, with every spelling of its media type."""

    kind: str
    canonical: str
    aliases: tuple[str, ...]
    extensions: tuple[str, ...]


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MEDIA_TYPES = (
    MediaType("bmp", "image/bmp", ("image/x-ms-bmp",), (".bmp",)),
    MediaType("jpeg", "image/jpeg", ("image/pjpeg", "image/jpg"), (".jpg", ".jpeg")),
    MediaType("tiff", "image/tiff", ("image/x-tiff",), (".tiff", ".tif")),
    MediaType("png", "image/png", (), (".png",)),
    MediaType("pdf", "application/pdf", (), (".pdf",)),
    MediaType("txt", "text/plain", ("text/x-text",), (".txt",)),
    MediaType("doc", "application/msword", (), (".doc",)),
    MediaType("docx", _WORD, (), (".docx",)),
    MediaType(
        "dicom",
        "application/dicom",
        ("application/dicom+json", "application/dicom+xml"),
        (".dcm", ".dicom"),
    ),
    MediaType("gif", "image/gif", (), (".gif",)),
    # The vendor's list prints `text,rtf`; the registered spelling is text/rtf.
    MediaType("rtf", "application/rtf", ("text/rtf",), (".rtf",)),
)

# Not among the types above, since it announces none of them.
ANY_BINARY = "application/octet-stream"
"""Accepted for every file type; says nothing about the content."""

_BY_KIND = {media_type.kind: media_type for media_type in MEDIA_TYPES}
_BY_NAME = {
    name: media_type
    for media_type in MEDIA_TYPES
    for name in (media_type.canonical, *media_type.aliases)
}
_BY_EXTENSION = {
    extension: media_type for media_type in MEDIA_TYPES for extension in media_type.extensions
}


def media_type_of_kind(kind: str) -> MediaType:
    """Return the file type called by a short name such as pdf."""
    if kind not in _BY_KIND:
        raise InvalidArgument(f"there is no file kind {kind!r}. Known: {', '.join(_BY_KIND)}.")
    return _BY_KIND[kind]


def media_type_named(name: str) -> MediaType | None:
    """Return the file type behind a Content-Type, parameters and case ignored (RFC 9110, 8.3.1)."""
    return _BY_NAME.get(name.partition(";")[0].strip().lower())


def media_type_of_file(file_name: str) -> MediaType | None:
    """Return the file type that a file name's last extension announces."""
    # The last one counts, as it does for systems that start a program by it.
    _, dot, extension = file_name.rpartition(".")
    return _BY_EXTENSION.get(dot + extension.lower())
