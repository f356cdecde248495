"""Build plain text and RTF."""

from harness.files.padding import missing_bytes


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
    units = character.encode("utf-16-le")
    pairs = (units[start : start + 2] for start in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair, 'little', signed=True)}?" for pair in pairs)
