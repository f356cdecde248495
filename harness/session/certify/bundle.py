"""Read a certificate bundle, folder or zip, as names and bytes; write one as a zip."""

import io
import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from harness.errors import DocumentError
from harness.reading import read_bytes
from harness.source import Source

# A bundle is compared in memory, so that a hostile archive has to end somewhere.
MAX_BYTES = 1024 * 1024 * 1024
MAX_FILES = 1_000

# No '..', no leading dot or slash, six levels at most: such a name stays within any folder.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,5}")
# The earliest date of the format; a real one would make every archive another.
_DATE = (1980, 1, 1, 0, 0, 0)
_REGULAR = (stat.S_IFREG | 0o644) << 16

Files = Mapping[str, bytes]


def read(path: Path) -> Files:
    """Return the files of a bundle. Raises DocumentError for what no bundle of ours holds."""
    if path.is_dir():
        return _from_folder(path)
    return _from_zip(path)


def zipped(files: Files) -> bytes:
    """Return an archive that is the same wherever and whenever it is made.

    Nothing is compressed: compressed bytes differ between libraries, and in compressed bytes a
    changed bit may decode to the same text.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            # Unix wherever it is written, since the attributes below are those of Unix.
            entry.create_system = 3
            entry.external_attr = _REGULAR
            archive.writestr(entry, files[name])
    return target.getvalue()


def _from_folder(folder: Path) -> Files:
    found: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # A link could lead to any file of the machine that verifies.
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise _refused(folder, f"holds {name!r}, which is neither a file nor a folder.")
        if path.is_dir():
            continue
        size += path.stat().st_size
        _check(folder, name, size, len(found) + 1)
        found[name] = _bytes(path)
    return found


def _from_zip(path: Path) -> Files:
    raw = _bytes(path, MAX_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = {each.filename: _entry(path, archive, each) for each in _entries(path, archive)}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError) as problem:
        raise _refused(path, f"is not an archive that can be read ({problem}).") from None
    # Bytes before, between or behind the entries belong to no file and could hold anything.
    if zipped(files) != raw:
        raise _refused(path, "is not the archive that was written: bytes around its files differ.")
    return files


def _entries(path: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    names = [each.filename for each in entries]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _refused(path, f"holds {twice!r} twice.")
    size = 0
    for each in entries:
        size += each.file_size
        # The name as it is stored, for zipfile ends it at a zero byte.
        _check(path, each.orig_filename, size, len(entries))
        if each.external_attr != _REGULAR or each.compress_type != zipfile.ZIP_STORED:
            raise _refused(path, f"holds {each.filename!r} in a form that no bundle has.")
    return entries


def _entry(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        # One byte more than announced is enough to notice that there is more.
        raw = stream.read(entry.file_size + 1)
    if len(raw) != entry.file_size:
        raise _refused(path, f"lies about the size of {entry.filename!r}.")
    return raw


def _check(path: Path, name: str, size: int, count: int) -> None:
    if _NAME.fullmatch(name) is None:
        raise _refused(path, f"holds the name {name[:120]!r}, which no bundle has.")
    if size > MAX_BYTES or count > MAX_FILES:
        raise _refused(path, f"holds more than {MAX_FILES:,} files or {MAX_BYTES:,} bytes.")


def _bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    try:
        raw = read_bytes(path, limit=limit)
    except OSError as problem:
        what = f"cannot be read ({problem.strerror})."
        raise DocumentError(what, source=Source(str(path)), advice="Check the path.") from None
    if len(raw) > limit:
        raise _refused(path, f"is larger than {limit:,} bytes.")
    return raw


def _refused(path: Path, what: str) -> DocumentError:
    return DocumentError(what, source=Source(str(path)))
