"""Build a Word document of three XML parts, the same bytes every time."""

from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from harness.files.padding import missing_bytes

_EPOCH = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PADDING_PART = "word/padding.bin"
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
    info.create_system = 0
    return info


def _archive(text: str, *, padding: int) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, content in docx_parts(text):
            archive.writestr(part_info(name), content)
        if padding > _LONGEST_COMMENT:
            stored = bytes(padding - _PART_OVERHEAD)
            archive.writestr(part_info(_PADDING_PART), stored, ZIP_STORED)
        else:
            archive.comment = b" " * padding
    return written.getvalue()
