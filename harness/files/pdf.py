"""Build a one-page PDF with a correct cross-reference table."""

from harness.files.padding import missing_bytes

_COMMENT = b"%" + b" " * 78 + b"\n"


def pdf(*, text: str, size_bytes: int | None = None) -> bytes:
    """Return a page that shows the text; padding is comment lines after the trailer."""
    body, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", list[int]()
    for number, content in enumerate(_objects(text), start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(offsets) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, rows)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\n" % count
    end = b"startxref\n%d\n%%%%EOF\n" % len(body)
    smallest = len(body) + len(table) + len(trailer) + len(end)
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
    raw = text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        raw = raw.replace(special, b"\\" + special)
    return raw


def _comments(count: int) -> bytes:
    if count == 0:
        return b""
    return (_COMMENT * (count // len(_COMMENT) + 1))[: count - 1] + b"\n"
