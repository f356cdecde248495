"""Write a proof: `proof.json` for programs, `proof.md` for a summary, `proof.html` to look at."""

import json
from pathlib import Path

from harness.errors import StorageError
from harness.report.html.proof import html, markdown
from harness.report.proof import ProofReport, written


def write(report: ProofReport, folder: Path) -> None:
    """Write all three files. Raises StorageError."""
    files = {
        "proof.json": json.dumps(written(report), separators=(",", ":"), ensure_ascii=False) + "\n",
        "proof.md": markdown(report),
        "proof.html": html(report),
    }
    try:
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
    except OSError as problem:
        raise StorageError(folder, problem) from None
