import io
import stat
import zipfile
from pathlib import Path

import pytest

from harness.errors import DocumentError
from harness.session.certify import bundle

FILES = {"a.txt": b"one", "below/b.json": b"{}"}
REGULAR = (stat.S_IFREG | 0o644) << 16


def archive(path: Path, *entries: tuple[str, bytes], attributes: int = REGULAR) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, raw in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = attributes
            target.writestr(entry, raw)
    return path


def test_an_archive_reads_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "c.zip").write_bytes(bundle.zipped(FILES))

    assert bundle.read(tmp_path / "c.zip") == FILES


def test_an_archive_is_the_same_whatever_the_order() -> None:
    assert bundle.zipped(FILES) == bundle.zipped(dict(reversed(FILES.items())))


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "a/../../b",
        "C:\\windows",
        "a\\b",
        "",
        ".hidden",
        "a//b",
        "x" * 200,
        "ü",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_hostile_name_is_refused(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "c.zip", (name, b"x"))

    with pytest.raises(DocumentError, match=r"c\.zip: "):
        bundle.read(path)


def test_a_name_that_goes_on_after_a_null_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.zip"
    path.write_bytes(bundle.zipped({"a_b": b"x"}).replace(b"a_b", b"a\x00b"))

    with pytest.raises(DocumentError, match="which no bundle has"):
        bundle.read(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "c.zip", ("a", b"good"), ("a", b"evil"))

    with pytest.raises(DocumentError, match="holds 'a' twice"):
        bundle.read(path)


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = (stat.S_IFLNK | 0o777) << 16
    path = archive(tmp_path / "c.zip", ("a", b"/etc/passwd"), attributes=link)

    with pytest.raises(DocumentError, match="in a form that no bundle has"):
        bundle.read(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a", b"\0" * 50_000_000)
    (tmp_path / "c.zip").write_bytes(target.getvalue())

    with pytest.raises(DocumentError, match="in a form that no bundle has"):
        bundle.read(tmp_path / "c.zip")


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    many = [(f"f{number}", b"") for number in range(bundle.MAX_FILES + 1)]

    with pytest.raises(DocumentError, match="holds more than 1,000 files"):
        bundle.read(archive(tmp_path / "c.zip", *many))


@pytest.mark.parametrize(
    ("before", "after"),
    [pytest.param(b"junk", b"", id="before"), pytest.param(b"", b"junk", id="after")],
)
def test_bytes_around_an_archive_are_refused(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "c.zip").write_bytes(before + bundle.zipped(FILES) + after)

    with pytest.raises(DocumentError):
        bundle.read(tmp_path / "c.zip")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04 nonsense")

    with pytest.raises(DocumentError, match="is not an archive that can be read"):
        bundle.read(tmp_path / "c.zip")


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("/etc/passwd")

    with pytest.raises(DocumentError, match="neither a file nor a folder"):
        bundle.read(tmp_path)


def test_a_strange_name_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a\nb").write_text("")

    with pytest.raises(DocumentError, match="which no bundle has"):
        bundle.read(tmp_path)
