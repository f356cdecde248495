import pytest

from harness.files.documents import as_ascii, rtf, txt


def test_text_is_utf_8_and_ends_its_line() -> None:
    assert txt(text="Zähne") == "Zähne\n".encode()
    assert txt(text="x", size_bytes=4) == b"x\n\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", b"plain"),
        ("{a\\b}", b"\\{a\\\\b\\}"),
        ("\u00e9", b"\\u233?"),
        ("\U0001f9b7", b"\\u-10178?\\u-8777?"),
    ],
    ids=["ascii", "special", "accent", "beyond-the-basic-plane"],
)
def test_rtf_escapes_what_it_must(text: str, expected: bytes) -> None:
    assert rtf(text=text) == b"{\\rtf1\\ansi\\uc1 " + expected + b"\\par}"


def test_ascii_formats_replace_other_characters() -> None:
    assert as_ascii("Zähne") == b"Z?hne"
