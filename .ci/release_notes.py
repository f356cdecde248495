"""Print what the changelog says of a tag; end with 1 where tag, version and changelog disagree."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def notes(tag: str, changelog: str, init: str) -> str:
    """Return the notes of `vX.Y.Z`. Raises ValueError."""
    if not re.fullmatch(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", tag):
        raise ValueError(f"{tag} is not vX.Y.Z")
    version = tag[1:]
    if f'__version__ = "{version}"' not in init.splitlines():
        raise ValueError(f"harness/__init__.py does not say {version}")
    found = re.search(
        rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d\n(.+?)(?=^## |\Z)",
        changelog,
        re.DOTALL | re.MULTILINE,
    )
    if found is None:
        raise ValueError(f"CHANGELOG.md has no '## {version} - YYYY-MM-DD' with notes below")
    return found[1].strip() + "\n"


if __name__ == "__main__":
    try:
        texts = [
            (ROOT / name).read_text(encoding="utf-8")
            for name in ("CHANGELOG.md", "harness/__init__.py")
        ]
        sys.stdout.write(notes(sys.argv[1], *texts))
    except ValueError as problem:
        sys.exit(f"release: {problem}")
