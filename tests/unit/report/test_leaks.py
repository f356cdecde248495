import base64
import json
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.leaks import Leak, scan

SECRET = 'S3cr&t/"va lue"+ä'


def found(folder: Path, content: bytes) -> set[str]:
    (folder / "artefact.txt").write_bytes(content)
    return {leak.form for leak in scan(folder, [SECRET])}


@pytest.mark.parametrize(
    ("written", "form"),
    [
        pytest.param(SECRET, "raw", id="raw"),
        pytest.param(quote(SECRET, safe=""), "url", id="quote"),
        pytest.param(quote_plus(SECRET), "url", id="quote_plus"),
        pytest.param(json.dumps(SECRET), "json", id="json"),
        pytest.param(json.dumps(SECRET, ensure_ascii=False), "json", id="json_utf8"),
        pytest.param(escape(SECRET), "html", id="html"),
    ],
)
def test_a_secret_is_found_in_every_spelling(tmp_path: Path, written: str, form: str) -> None:
    assert form in found(tmp_path, f"before {written} after".encode())


@pytest.mark.parametrize("shift", [pytest.param(n, id=f"shift_{n}") for n in range(3)])
def test_a_secret_is_found_in_base64_wherever_it_begins(tmp_path: Path, shift: int) -> None:
    content = base64.b64encode(b"x" * shift + SECRET.encode() + b"tail")

    assert "base64" in found(tmp_path, content)


def test_a_secret_is_found_in_json_inside_base64(tmp_path: Path) -> None:
    content = base64.b64encode(json.dumps({"token": SECRET}).encode())

    assert "json+base64" in found(tmp_path, content)


def test_a_leak_names_the_place_and_never_the_secret(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(f"12345{SECRET}", encoding="utf-8")

    leaks = scan(tmp_path, ["another-secret", SECRET])

    assert leaks == (Leak(path="deep/er/a.txt", form="raw", secret=1, offset=5),)
    assert SECRET not in repr(leaks)


def test_a_clean_folder_has_no_leak(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Bearer [masked]", encoding="utf-8")

    assert scan(tmp_path, [SECRET, ""]) == ()


@given(
    before=st.binary(max_size=5),
    secret=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=10),
    after=st.binary(max_size=5),
)
def test_no_neighbours_hide_a_secret_in_base64(
    before: bytes, secret: str, after: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("leak")
    (folder / "a").write_bytes(base64.b64encode(before + secret.encode() + after))

    assert scan(folder, [secret])


def test_a_piece_that_was_asked_for_is_found_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("it ends in va-lue-17-xy", encoding="utf-8")

    leaks = scan(tmp_path, ["va-lue-17-xyz"], ["nowhere-12-x", "va-lue-17-xy"])

    assert leaks == (Leak(path="a.txt", form="piece", secret=1, offset=11),)
