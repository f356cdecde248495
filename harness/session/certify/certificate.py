"""Write the certificate bundle of a run, and build the same files again to compare them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness import __version__, document
from harness.errors import ConfigurationError, DocumentError
from harness.jsonvalue import Json, members
from harness.openapi import requirements
from harness.product import Products
from harness.record import Record
from harness.report.formats import har, traceability
from harness.report.html import certificate as page
from harness.session.certify.bundle import Files, zipped
from harness.session.certify.keys import public_pem
from harness.session.reporting.staging import staged
from harness.session.reporting.verdict_inputs import (
    FILE_OF,
    JudgedRun,
    VerdictInputs,
    day_of,
)
from harness.source import Source
from harness.verdict import attestations
from harness.verdict.certificate import (
    CertificateDetails,
    Subject,
    certificate,
    expiry,
    obstacles,
    of_the_suite,
    read_proof,
)
from harness.verdict.model import Verdict
from harness.verdict.scope import CLIENT
from harness.verdict.statement import digests, key_id, manifest_of, seal, sha256, statement
from harness.verdict.write import render

FOLDER = "certificate"
ARCHIVE = "certificate.zip"
CERTIFICATE = "certificate.json"
PAGE = "certificate.html"
MANIFEST = "MANIFEST.sha256"
ENVELOPE = "attestation.dsse.json"
PUBLIC_KEY = "public-key.pem"
ATTESTATIONS = "attest.yaml"
PROOF = "proof.json"
NAMED = (MANIFEST, CERTIFICATE, "record.jsonl", "verdict.json")
"""Files that the signed statement names itself; the manifest among them names all others."""


_ADVICE = (
    "Certify a whole, finished run of the suite: harness run --profile onboarding, all shards joined "
    "and what was cut off resumed, or harness certify without --of."
)
_CLIENT_ADVICE = (
    "Certify a whole, finished judgement: harness judge run --profile onboarding, without --scenario; "
    "by hand, with every scenario judged."
)


@dataclass(frozen=True, slots=True)
class Application:
    """What a partner asks to be certified, with the papers that come along."""

    subject: Subject
    attestations: Path | None = None
    proof: Path | None = None
    issuer: str = ""
    """Who issues it, where that is not the partner."""


@dataclass(frozen=True, slots=True)
class Named:
    """Who is certified, by whom, when, and with which key."""

    subject: Subject
    issuer: str
    """Empty where the partner issues it itself."""
    issued: datetime
    key: str
    """The id of the key."""


@dataclass(frozen=True, slots=True)
class Built:
    """The unsigned part of a bundle, with what it was made from."""

    files: Files
    verdict: Verdict
    certificate: Mapping[str, Json]


def issue(
    judged: JudgedRun, application: Application, key: Ed25519PrivateKey, *, now: datetime
) -> Path:
    """Write `certificate/` and `certificate.zip` into a run's folder; return the first.

    What is signed is what was read and judged, whatever has become of the files since.
    """
    run = judged.folder
    if (run / FOLDER).exists() or (run / ARCHIVE).exists():
        raise ConfigurationError(
            f"{run / FOLDER} exists; a certificate is never overwritten.",
            advice="Move it away first.",
        )
    kept = dict(judged.files)
    for name, path in ((ATTESTATIONS, application.attestations), (PROOF, application.proof)):
        if path:
            kept[name] = document.read(path).text.encode()
    kept[PUBLIC_KEY] = public_pem(key)
    _check_certifiable(judged, now)
    known_by = key_id(key.public_key())
    named = Named(application.subject, application.issuer, now, known_by)
    built = build(replace(judged, files=kept), named)
    _check_expiry(built.verdict, day_of(judged.inputs.record), now)
    files = {**built.files, MANIFEST: manifest_of(built.files)}
    files[ENVELOPE] = seal(statement_bytes(built, files), key)
    with staged(run) as place:
        for name, raw in files.items():
            path = place / FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        (place / ARCHIVE).write_bytes(zipped(files))
    return run / FOLDER


def check_papers(
    application: Application, products: Products, *, today: date, role: str = "server"
) -> None:
    """Read what comes along before hours are spent on a run. Raises DocumentError."""
    known = requirements.load(more=products.specs, file_name=FILE_OF[role])
    if application.attestations:
        attestations.parse(document.read(application.attestations), known, today=today)
    if application.proof:
        read_proof(document.read(application.proof))


def build(judged: JudgedRun, named: Named) -> Built:
    """Make from what a verdict rests on all that a bundle says of it."""
    record, verdict = judged.inputs.record, judged.verdict
    papers = _papers(judged.files, judged.inputs, named)
    files = {**judged.files, **_derived(record, verdict)}
    unsigned = certificate(record, verdict, papers, digests(files), day=day_of(record))
    written = json.dumps(unsigned, ensure_ascii=False, indent=2) + "\n"
    # Read back, so that the page is made from what a verifier will read.
    parsed = members(json.loads(written))
    files[CERTIFICATE] = written.encode("utf-8", "replace")
    files[PAGE] = page.render(parsed, sha256(files[CERTIFICATE])).encode("utf-8", "replace")
    return Built(files, verdict, parsed)


def statement_bytes(built: Built, files: Files) -> bytes:
    """Return the statement that is signed."""
    # What a bundle lacks has the digest of nothing, so that it can still be compared.
    named = {name: sha256(files.get(name, b"")) for name in NAMED}
    claims = statement(built.certificate, built.verdict.judged, named)
    return json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _derived(record: Record, verdict: Verdict) -> Files:
    documents = json.dumps([asdict(each) for each in record.run.documents], indent=2) + "\n"
    return {
        "documents.json": documents.encode(),
        "evidence.har": har.render(record).encode("utf-8", "replace"),
        "traceability.csv": traceability.render(verdict).encode("utf-8", "replace"),
        "verdict.json": render(verdict).encode("utf-8", "replace"),
    }


def _papers(kept: Files, inputs: VerdictInputs, named: Named) -> CertificateDetails:
    seen = _parsed(kept, ATTESTATIONS)
    proven = _parsed(kept, PROOF)
    return CertificateDetails(
        subject=named.subject,
        issuer=named.issuer,
        issued=named.issued,
        harness_version=__version__,
        key=named.key,
        attestations=(
            *attestations.recorded(inputs.record),
            *(
                attestations.parse(seen, inputs.requirements, today=named.issued.date())
                if seen
                else ()
            ),
        ),
        proof=read_proof(proven) if proven else None,
    )


def _parsed(kept: Files, name: str) -> document.Document | None:
    if name not in kept:
        return None
    try:
        return document.parse(kept[name].decode("utf-8"), name)
    except UnicodeDecodeError:
        raise DocumentError("is not UTF-8.", source=Source(name)) from None


def check_run(judged: JudgedRun) -> None:
    """Refuse a run that was not made to certify, before anything of it is written again."""
    record = judged.inputs.record
    advice = _CLIENT_ADVICE if record.run.role == CLIENT else _ADVICE
    _refuse(judged.folder, tuple(of_the_suite(record)), advice)


def _refuse(run: Path, reasons: tuple[str, ...], advice: str) -> None:
    if reasons:
        raise ConfigurationError(f"{run} certifies nothing: {'; '.join(reasons)}.", advice=advice)


def _check_certifiable(judged: JudgedRun, now: datetime) -> None:
    """Refuse to put a name to what is no whole run, holds a secret, or was made out of time."""
    run, record = judged.folder, judged.inputs.record
    advice = _CLIENT_ADVICE if record.run.role == CLIENT else _ADVICE
    _refuse(run, obstacles(record, judged.verdict), advice)
    if record.scanned is None or record.scanned.leaks:
        raise ConfigurationError(
            f"{run} was not found free of secrets; nothing of it is handed over.",
            advice="See the gate leak_scan.",
        )
    ended = record.finished.finished if record.finished else ""
    stamps = [record.run.started, ended, now.strftime("%Y-%m-%dT%H:%M:%SZ")]
    # Stamps of one form in UTC sort as text.
    if stamps != sorted(stamps):
        raise ConfigurationError(
            f"{run} ended before it began, or lies in the future: the clock was set back.",
            advice="Set the clock right and run again.",
        )


def _check_expiry(verdict: Verdict, day: date, now: datetime) -> None:
    last = expiry(verdict, day)
    if now.astimezone(UTC).date() > last:
        raise ConfigurationError(
            f"a certificate of this run would have ended on {last}.", advice="Run again."
        )
