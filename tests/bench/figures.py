"""Hand the figures of a bench on: `--json FILE` beside its other arguments has them written there."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path


def split(arguments: Sequence[str]) -> tuple[list[str], Path | None]:
    """Return the arguments without `--json FILE`, and the file."""
    rest = list(arguments)
    if "--json" not in rest:
        return rest, None
    at = rest.index("--json")
    path = Path(rest[at + 1])
    return [*rest[:at], *rest[at + 2 :]], path


def write(path: Path | None, figures: Mapping[str, float | str]) -> None:
    """Write figures by name; a text says why there is none."""
    if path is not None:
        path.write_text(json.dumps(figures, indent=1), encoding="utf-8")
