"""What an auditor has: runs as he likes to have them, and a key of his own."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.cli.certify import command as certify_command
from harness.cli.verify import command as verify_command
from harness.errors import HarnessError
from harness.events import RunFinished
from harness.outcome import Status
from harness.session.certify.bundle import read, zipped
from harness.session.certify.certificate import (
    ENVELOPE,
    MANIFEST,
    PUBLIC_KEY,
    Named,
    build,
    statement_bytes,
)
from harness.session.certify.keys import public_pem
from harness.session.reporting.verdict_inputs import judged_run
from harness.verdict.statement import key_id, manifest_of, payload_of, seal
from tests.unit.session.bundles import NOW, SERVER, SUBJECT
from tests.unit.session.folders import CASES, run_folder

OWN_KEY = Ed25519PrivateKey.from_private_bytes(b"\x2a" * 32)
WHO = ("--partner", "Sample Payer", "--product", "Gateway", "--version", "4.2")


def finished(folder: Path, cases: Mapping[str, Status | None] = CASES, **changes: object) -> Path:
    """Write a run against a server, as whole as a certificate wants it, that ended a minute ago."""
    now = datetime.now(UTC)
    started, ended = ((now - timedelta(minutes=n)).strftime("%Y-%m-%dT%H:%M:%SZ") for n in (2, 1))
    given = {"end": RunFinished(ended, 60.0), "started": started, **SERVER, **changes}
    return run_folder(folder, cases, **given)  # type: ignore[arg-type]  # names are checked at run time


def certify(*arguments: str) -> Result:
    """Ask for a certificate on the command line."""
    return CliRunner().invoke(certify_command, [*WHO, *arguments])


def verify(path: Path, *arguments: str) -> Result:
    """Check a bundle on the command line."""
    return CliRunner().invoke(verify_command, [str(path), *arguments])


def last_line(result: Result) -> str:
    """Return the line that a reader remembers."""
    return result.output.rstrip().splitlines()[-1]


def said(result: Result) -> str:
    """Return the message of the error that a command ended with, else what it printed."""
    is_ours = isinstance(result.exception, HarnessError)
    return str(result.exception) if is_ours else result.output


def sealed(run: Path, by: Ed25519PrivateKey = OWN_KEY) -> dict[str, bytes]:
    """Make a bundle of any run, past every refusal of the command that issues them."""
    judged = judged_run(run)
    kept = {**judged.files, PUBLIC_KEY: public_pem(by)}
    named = Named(SUBJECT, "", NOW, key_id(by.public_key()))
    built = build(replace(judged, files=kept), named)
    files = {**built.files, MANIFEST: manifest_of(built.files)}
    return {**files, ENVELOPE: seal(statement_bytes(built, files), by)}


def restated(files: Mapping[str, bytes], **claims: object) -> dict[str, bytes]:
    """Change what the signed statement says of the certificate, and sign it again."""
    statement = json.loads(payload_of(files[ENVELOPE]))
    statement["predicate"]["certificate"].update(claims)
    payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
    return {**files, ENVELOPE: seal(payload, OWN_KEY)}


def archived(files: Mapping[str, bytes], path: Path) -> Path:
    """Write an archive as the program does."""
    path.write_bytes(zipped(files))
    return path


def issued(folder: Path) -> dict[str, bytes]:
    """Return the files of the bundle that a run's folder holds."""
    return dict(read(folder / "certificate.zip"))
