"""Write a proof: `proof.json` for programs, `proof.md` for a summary, `proof.html` to look at."""

import json
from pathlib import Path

from harness.errors import StorageError
from harness.jsonvalue import Json
from harness.report import judge_proof
from harness.report.html import pages
from harness.report.html.proof import html, markdown
from harness.report.judge_proof import JudgeProof
from harness.report.proof import ProofReport, written


def write(report: ProofReport, folder: Path) -> None:
    """Write all three files. Raises StorageError."""
    _write(folder, written(report), markdown(report), html(report))


def write_of_judge(proof: JudgeProof, folder: Path) -> None:
    """Write the same three files of a proof of the judge. Raises StorageError."""
    page = pages.html(proof)
    _write(folder, judge_proof.written(proof), pages.markdown(proof), page)


def _write(folder: Path, value: Json, summary: str, page: str) -> None:
    files = {
        # Compact: the matrix of a whole proof is megabytes long.
        "proof.json": json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n",
        "proof.md": summary,
        "proof.html": page,
    }
    try:
        for name, text in files.items():
            # Halves of surrogate pairs may have come over the wire and have no encoding.
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
    except OSError as problem:
        raise StorageError(folder, problem) from None
