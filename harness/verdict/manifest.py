"""List files with their digests, in the form that `sha256sum -c` reads."""

import hashlib
import re
from collections.abc import Mapping

_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")


def sha256(raw: bytes) -> str:
    """Return the digest in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the digest of each file, ordered by path."""
    return {path: sha256(files[path]) for path in sorted(files)}


def render(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of some files."""
    return "".join(f"{digest}  {path}\n" for path, digest in digests(files).items()).encode()


def parse(raw: bytes) -> dict[str, str]:
    """Return digest by path. Raises ValueError for anything that `render` does not write."""
    lines = raw.decode("utf-8").splitlines()
    found = {}
    for line in lines:
        pair = _LINE.fullmatch(line)
        if pair is None or pair[2] in found:
            raise ValueError(f"not a line of a manifest: {line[:80]}")
        found[pair[2]] = pair[1]
    return found
