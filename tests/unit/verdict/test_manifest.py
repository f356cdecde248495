import pytest

from harness.verdict import statement

FILES = {"b.txt": b"two", "a/one.txt": b"one"}


def test_a_manifest_is_what_sha256sum_reads() -> None:
    assert statement.manifest_of(FILES) == (
        b"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a/one.txt\n"
        b"3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3  b.txt\n"
    )


def test_a_manifest_is_read_back() -> None:
    assert statement.read_manifest(statement.manifest_of(FILES)) == statement.digests(FILES)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"abc  a\n", id="short_digest"),
        pytest.param(b"0" * 64 + b" a\n", id="one_space"),
        pytest.param((b"0" * 64 + b"  a\n") * 2, id="twice"),
        pytest.param(b"\xff", id="not_utf8"),
    ],
)
def test_what_is_no_manifest_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"manifest|utf-8"):
        statement.read_manifest(raw)
