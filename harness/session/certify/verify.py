"""Check a certificate bundle offline: nothing is believed that can be computed again."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from harness import __version__
from harness.errors import HarnessError
from harness.jsonvalue import Json, items, members, text
from harness.session.certify.bundle import Files, read
from harness.session.certify.certificate import (
    ATTESTATIONS,
    CERTIFICATE,
    ENVELOPE,
    MANIFEST,
    PROOF,
    PUBLIC_KEY,
    Built,
    build,
    statement_bytes,
)
from harness.session.certify.keys import parse_public
from harness.session.reporting.frozen import BASELINE, RECORD, REQUIREMENTS, WAIVERS
from harness.verdict import dsse, manifest
from harness.verdict.certificate import Subject

_SOURCES = (RECORD, WAIVERS, BASELINE, ATTESTATIONS, PROOF, PUBLIC_KEY)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was checked."""

    name: str
    holds: bool
    says: str


@dataclass(frozen=True, slots=True)
class Verified:
    """All that was checked, and whom the certificate names."""

    lines: tuple[Line, ...]
    title: str

    @property
    def holds(self) -> bool:
        """True where everything does."""
        return all(line.holds for line in self.lines)


def verify(path: Path, *, now: datetime, trusted: Ed25519PublicKey | None = None) -> Verified:
    """Check a bundle, folder or zip. Raises DocumentError where it cannot be read as one."""
    return verify_files(read(path), now=now, trusted=trusted)


def verify_files(
    files: Files, *, now: datetime, trusted: Ed25519PublicKey | None = None
) -> Verified:
    """Check the files of a bundle."""
    told = _certificate(files)
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("files", lambda: _files(files)),
        ("signature", lambda: _signature(files, trusted)),
        ("verdict", lambda: _verdict(files, told)),
        ("period", lambda: _period(told, now)),
        ("result", lambda: _result(told)),
    )
    return Verified(tuple(_line(name, check) for name, check in checks), _title(told))


class _Broken(Exception):
    """Why a check does not hold."""


def _line(name: str, check: Callable[[], str]) -> Line:
    try:
        return Line(name, holds=True, says=check())
    except (_Broken, HarnessError, ValueError) as problem:
        return Line(name, holds=False, says=str(problem))


def _certificate(files: Files) -> Mapping[str, Json]:
    try:
        return members(json.loads(files.get(CERTIFICATE, b"")))
    except (ValueError, RecursionError):
        return {}


def _files(files: Files) -> str:
    """Hold every file against the manifest: none missing, none added, none changed."""
    if MANIFEST not in files or ENVELOPE not in files:
        raise _Broken(f"this is no bundle: it holds no {MANIFEST} or no {ENVELOPE}")
    try:
        listed = manifest.parse(files[MANIFEST])
    except ValueError:
        raise _Broken(f"{MANIFEST} cannot be read") from None
    rest = {name: raw for name, raw in files.items() if name not in (MANIFEST, ENVELOPE)}
    problems = [
        *(f"{name} is missing" for name in sorted(set(listed) - set(rest))),
        *(f"{name} was added" for name in sorted(set(rest) - set(listed))),
        *(
            f"{name} was changed"
            for name in sorted(set(rest) & set(listed))
            if manifest.sha256(rest[name]) != listed[name]
        ),
    ]
    if problems:
        raise _Broken("; ".join(problems[:10]))
    if files[MANIFEST] != manifest.render(rest):
        raise _Broken(f"{MANIFEST} is not written as it was")
    return f"{len(rest)} files, each as the manifest says, none missing and none added"


def _signature(files: Files, trusted: Ed25519PublicKey | None) -> str:
    key = parse_public(files.get(PUBLIC_KEY, b""))
    if key is None:
        raise _Broken(f"{PUBLIC_KEY} is missing or no Ed25519 key")
    if trusted and dsse.key_id(trusted) != dsse.key_id(key):
        raise _Broken(f"it was signed by another key than the one you gave: {dsse.key_id(key)}")
    payload = dsse.unsealed(files.get(ENVELOPE, b""), key)
    for name, digest in _subjects(payload):
        if manifest.sha256(files.get(name, b"")) != digest:
            raise _Broken(f"the signed statement names another {name}")
    known = "the key you gave" if trusted else "whose key that is, ask its owner (--key pins it)"
    return f"Ed25519, {dsse.key_id(key)}; {known}"


def _subjects(payload: bytes) -> Iterator[tuple[str, str]]:
    try:
        subjects = [members(each) for each in items(members(json.loads(payload))["subject"])]
        found = {text(e["name"]): text(members(e["digest"])["sha256"]) for e in subjects}
    except (ValueError, KeyError, RecursionError):
        raise _Broken("the signed statement cannot be read") from None
    if MANIFEST not in found:
        raise _Broken(f"the signed statement does not name {MANIFEST}")
    yield from found.items()


def _verdict(files: Files, told: Mapping[str, Json]) -> str:
    """Judge the record again and compare all that the bundle says of it."""
    built = _built(files, told)
    conclusion = f"{built.verdict.conclusion}, exit code {built.verdict.exit_code}"
    again = (built.certificate.get("verdict"), built.certificate.get("cases"))
    if again != (told.get("verdict"), told.get("cases")):
        raise _Broken(f"the record comes to {conclusion}, the certificate says otherwise")
    if told.get("harness_version") != __version__:
        return (
            f"the record comes to {conclusion}, as certified; pages and lists were made by "
            f"harness {told.get('harness_version')} and not compared"
        )
    changed = [name for name, raw in built.files.items() if files.get(name) != raw]
    if changed:
        raise _Broken(f"made again from the record, {', '.join(sorted(changed)[:5])} differ")
    payload = dsse.payload_of(files.get(ENVELOPE, b""))
    if payload != statement_bytes(built, files):
        raise _Broken("made again from the record, the signed statement differs")
    return f"made again from the record: {conclusion}"


def _built(files: Files, told: Mapping[str, Json]) -> Built:
    kept = {
        name: raw
        for name, raw in files.items()
        if name in _SOURCES or name.startswith(f"{REQUIREMENTS}/")
    }
    if RECORD not in kept or not any(name not in _SOURCES for name in kept):
        raise _Broken(f"{RECORD} or the requirement sets are missing")
    named = {name: text(each) for name, each in members(told.get("subject")).items()}
    subject = Subject(*(named.get(name, "") for name in ("partner", "product", "version", "role")))
    return build(kept, subject, _stamp(told, "issued"), text(told.get("signed_by")))


def _period(told: Mapping[str, Json], now: datetime) -> str:
    issued = _stamp(told, "issued")
    try:
        last = date.fromisoformat(text(told.get("expires")))
    except ValueError:
        raise _Broken("it does not say when it ends") from None
    if now < issued:
        raise _Broken(f"it was issued on {issued:%Y-%m-%d %H:%M} UTC, which is yet to come")
    if now.astimezone(UTC).date() > last:
        raise _Broken(f"it ended on {last}")
    return f"issued {issued:%Y-%m-%d}, holds until {last}"


def _result(told: Mapping[str, Json]) -> str:
    if told.get("certified") is not True:
        raise _Broken(f"{text(told.get('verdict'))}: this is a report, not a certificate")
    return text(told.get("reason"))


def _stamp(told: Mapping[str, Json], name: str) -> datetime:
    try:
        return datetime.strptime(text(told.get(name)), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _Broken(f"it does not say when it was {name}") from None


def _title(told: Mapping[str, Json]) -> str:
    subject = members(told.get("subject"))
    names = [text(subject.get(name)) for name in ("partner", "product", "version")]
    return " ".join(name for name in names if name) or "nobody"
