"""Issue certificates of made-up runs, quickly and always the same."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.session.certify.certificate import ARCHIVE, Application, issue
from harness.session.reporting.verdict_inputs import judged_run
from harness.verdict.certificate import Subject
from tests.unit.session.folders import run_folder

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SUBJECT = Subject("Sample Payer", "Gateway", "4.2", "payer")
ATTEST = """- requirement: D003
  who: Jo Sample
  when: 2026-11-22
  what: Saw the attachment in the portal.
"""
PROOF = """{"version": 1, "sentence": "The suite detects 1 of 2 injected faults.", "matrix": [
  {"fault": "a", "detection": "failed", "failed": [0]}, {"fault": "b", "detection": "escaped"}]}"""


@cache
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


SERVER = {
    "profile": "onboarding",
    "environment": "custom",
    "like": "mock",
    "embedded": False,
}
"""What a run against a server of its own says of itself."""


def bundle(tmp_path: Path, *, papers: bool = False, **run: object) -> Path:
    """Return the folder of a certificate; its archive lies beside it."""
    folder = run_folder(tmp_path / "run", **{**SERVER, **run})  # type: ignore[arg-type]  # names are checked at run time
    application = Application(SUBJECT)
    if papers:
        (tmp_path / "a.yaml").write_text(ATTEST)
        (tmp_path / "p.json").write_text(PROOF)
        application = Application(SUBJECT, tmp_path / "a.yaml", tmp_path / "p.json")
    return issue(judged_run(folder), application, key(), now=NOW)


def archive(folder: Path) -> Path:
    return folder.parent / ARCHIVE
