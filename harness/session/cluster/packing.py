"""Pack what a merge wants of a shard into one file, and take it apart where it was asked for."""

import zipfile
from io import BytesIO
from pathlib import Path

from harness.errors import TargetError
from harness.record import FILE_NAME
from harness.session.reporting.verdict_inputs import REQUIREMENTS, WAIVERS

_MOST_BYTES = 2 * 1024**3
_MOST_FILES = 1000


class BadShard(TargetError):
    """What a worker sent is not the files of a shard: trust it with nothing more."""


def packed(run: Path, archive: Path) -> Path:
    """Put the record and what its verdict rests on into one file; it was searched for secrets already."""
    kept = [run / FILE_NAME, *sorted((run / REQUIREMENTS).rglob("*.yaml")), run / WAIVERS]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for path in kept:
            if path.is_file():
                files.write(path, path.relative_to(run).as_posix())
    return archive


def unpacked(raw: bytes, place: Path) -> Path:
    """Write the files of a shard below a folder, and no other. Raises BadShard."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as files:
            entries = files.infolist()
            size = sum(each.file_size for each in entries)
            if len(entries) > _MOST_FILES or size > _MOST_BYTES:
                raise BadShard("a worker sent more than a shard holds.")
            for each in entries:
                target = place / _checked(each.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(files.read(each))
    except zipfile.BadZipFile:
        raise BadShard("a worker sent no archive of a shard.") from None
    return place


def _checked(name: str) -> str:
    parts = name.split("/")
    is_set = len(parts) == 3 and parts[0] == REQUIREMENTS and name.endswith(".yaml")
    is_plain = all(part not in ("", ".", "..") and "\\" not in part for part in parts)
    if name in (FILE_NAME, WAIVERS) or (is_set and is_plain):
        return name
    raise BadShard(f"a worker sent the file {name!r}, which belongs to no shard.")
