"""Check a certificate bundle offline: nothing is believed that can be computed again."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from harness import __version__
from harness.errors import HarnessError
from harness.jsonvalue import Json, items, members, text
from harness.session.certify.bundle import Files, read
from harness.session.certify.certificate import (
    ATTESTATIONS,
    CERTIFICATE,
    ENVELOPE,
    FOLDER,
    MANIFEST,
    PROOF,
    PUBLIC_KEY,
    Built,
    Named,
    build,
    statement_bytes,
)
from harness.session.certify.keys import TrustedKey, parse_public
from harness.session.reporting.verdict_inputs import (
    BASELINE,
    RECORD,
    REQUIREMENTS,
    WAIVERS,
    JudgedRun,
    conclude,
    inputs_of,
)
from harness.verdict import statement
from harness.verdict.certificate import SPECIMEN, Subject, obstacles
from harness.verdict.statement import claims

# Claims that have to come out the same under any version of this program.
_RECOMPUTED = (
    "kind",
    "certified",
    "conformant",
    "verdict",
    "scope",
    "profile",
    "started",
    "expires",
)
# What a bundle rests on; all else in it is made from these.
_SOURCES = (RECORD, WAIVERS, BASELINE, ATTESTATIONS, PROOF, PUBLIC_KEY)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was checked."""

    name: str
    holds: bool
    says: str


@dataclass(frozen=True, slots=True)
class Verified:
    """All that was checked, and what the signed statement says."""

    lines: tuple[Line, ...]
    claims: Mapping[str, Json]
    """Empty where the signature does not vouch for them."""
    signer: str = ""
    """Whose the key is, for whoever trusts it; empty where nobody has said."""

    @property
    def holds(self) -> bool:
        """True where everything does."""
        return all(line.holds for line in self.lines)

    @property
    def is_specimen(self) -> bool:
        """True where the target was the mock that ships with the program."""
        return self.claims.get("kind") == SPECIMEN

    @property
    def title(self) -> str:
        """Name the product, its version and the partner."""
        subject = members(self.claims.get("subject"))
        product = " ".join(filter(None, (text(subject.get(n)) for n in ("product", "version"))))
        partner = text(subject.get("partner"))
        return (
            f"{product} of {partner}"
            if product and partner
            else "a bundle that no good signature vouches for"
        )


def verify(path: Path, *, now: datetime, trusted: Sequence[TrustedKey] = ()) -> Verified:
    """Check a bundle, folder or zip. Raises DocumentError where it cannot be read as one."""
    return verify_files(read(path), now=now, trusted=trusted)


def verify_files(files: Files, *, now: datetime, trusted: Sequence[TrustedKey] = ()) -> Verified:
    """Check the files of a bundle."""
    # First, for claims are believed only where a good signature stands over them.
    signature = _line("signature", lambda: _signature(files))
    judged = cache(lambda: _judged(files))
    claimed = _claims(files) if signature.holds else {}
    # Whose key it is can be checked only for somebody who trusts some.
    trust = (("signer", lambda: _trust(files, trusted)),) if trusted else ()
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        *trust,
        ("verdict", lambda: _verdict(files, judged, claimed)),
        ("scope", lambda: _scope(judged())),
        ("period", lambda: _period(claimed, now)),
        ("result", lambda: _result(claimed)),
    )
    lines = (_line("files", lambda: _files(files)), signature, *(_line(*each) for each in checks))
    return Verified(lines, claimed, _signer(files, trusted))


class _Broken(Exception):
    """Why a check does not hold."""


def _line(name: str, check: Callable[[], str]) -> Line:
    try:
        return Line(name, holds=True, says=check())
    except (_Broken, HarnessError, ValueError) as problem:
        return Line(name, holds=False, says=str(problem))


def _claims(files: Files) -> Mapping[str, Json]:
    """Return what the signed statement says of the certificate."""
    try:
        payload = members(json.loads(statement.payload_of(files.get(ENVELOPE, b""))))
    except (ValueError, RecursionError):
        return {}
    return members(members(payload.get("predicate")).get("certificate"))


def _signer(files: Files, trusted: Sequence[TrustedKey]) -> str:
    key = parse_public(files.get(PUBLIC_KEY, b""))
    if key is None:
        return ""
    known = statement.key_id(key)
    return next((each.name for each in trusted if statement.key_id(each.key) == known), "")


def _files(files: Files) -> str:
    """Hold every file against the manifest: none missing, none added, none changed."""
    if MANIFEST not in files or ENVELOPE not in files:
        raise _Broken(f"this is no bundle: it holds no {MANIFEST} or no {ENVELOPE}")
    try:
        listed = statement.read_manifest(files[MANIFEST])
    except ValueError:
        raise _Broken(f"{MANIFEST} cannot be read") from None
    rest = {name: raw for name, raw in files.items() if name not in (MANIFEST, ENVELOPE)}
    problems = [
        *(f"{name} is missing" for name in sorted(set(listed) - set(rest))),
        *(f"{name} was added" for name in sorted(set(rest) - set(listed))),
        *(
            f"{name} was changed"
            for name in sorted(set(rest) & set(listed))
            if statement.sha256(rest[name]) != listed[name]
        ),
    ]
    if problems:
        # Ten say enough of a bundle that was changed.
        raise _Broken("; ".join(problems[:10]))
    # In one spelling, or the same list could be written in several ways.
    if files[MANIFEST] != statement.manifest_of(rest):
        raise _Broken(f"{MANIFEST} is not written as it was")
    return f"{len(rest)} files, each as the manifest says, none missing and none added"


def _signature(files: Files) -> str:
    key = parse_public(files.get(PUBLIC_KEY, b""))
    if key is None:
        raise _Broken(f"{PUBLIC_KEY} is missing or no Ed25519 key")
    payload = statement.unsealed(files.get(ENVELOPE, b""), key)
    # The signature covers the statement, which covers the files by their digests.
    for name, digest in _subjects(payload):
        if statement.sha256(files.get(name, b"")) != digest:
            raise _Broken(f"the signed statement names another {name}")
    # What was signed anew by somebody else would otherwise keep the name of the first key.
    if text(_claims(files).get("signed_by")) != statement.key_id(key):
        raise _Broken("the signed statement names another key than the one that signed it")
    return f"Ed25519, by the key {statement.key_id(key)}"


def _trust(files: Files, trusted: Sequence[TrustedKey]) -> str:
    owner = _signer(files, trusted)
    if not owner:
        raise _Broken("it was signed by a key that is none of those you trust")
    return f"signed by the key of {owner}, which you trust"


def _subjects(payload: bytes) -> Iterator[tuple[str, str]]:
    try:
        subjects = [members(each) for each in items(members(json.loads(payload))["subject"])]
        found = {text(e["name"]): text(members(e["digest"])["sha256"]) for e in subjects}
    except (ValueError, KeyError, RecursionError):
        raise _Broken("the signed statement cannot be read") from None
    if MANIFEST not in found:
        raise _Broken(f"the signed statement does not name {MANIFEST}")
    yield from found.items()


def _verdict(files: Files, judged: Callable[[], JudgedRun], claimed: Mapping[str, Json]) -> str:
    """Judge the record again and compare all that the bundle says of it."""
    built = _built(files, judged)
    conclusion = f"{built.verdict.conclusion}, exit code {built.verdict.exit_code}"
    again = claims(built.certificate)
    if any(again[name] != claimed.get(name) for name in _RECOMPUTED):
        raise _Broken(f"the record comes to {conclusion}, the signed statement says otherwise")
    # Another version may word pages and lists otherwise; only the verdict has to be the same.
    if claimed.get("harness_version") != __version__:
        return (
            f"the record comes to {conclusion}, as certified; pages and lists were made by "
            f"harness {claimed.get('harness_version')} and not compared"
        )
    changed = [name for name, raw in built.files.items() if files.get(name) != raw]
    if changed:
        raise _Broken(f"made again from the record, {', '.join(sorted(changed)[:5])} differ")
    payload = statement.payload_of(files.get(ENVELOPE, b""))
    if payload != statement_bytes(built, files):
        raise _Broken("made again from the record, the signed statement differs")
    return f"made again from the record: {conclusion}"


def _scope(judged: JudgedRun) -> str:
    """Hold the record against what a certificate may rest on: whole products, a profile made for it."""
    reasons = obstacles(judged.inputs.record, judged.verdict)
    if reasons:
        raise _Broken(f"its run certifies nothing: {'; '.join(reasons)}")
    products = ", ".join(judged.verdict.scope.products)
    return f"whole products under a certification profile: {products}"


def _judged(files: Files) -> JudgedRun:
    kept = _kept(files)
    inputs = inputs_of(kept, FOLDER)
    return JudgedRun(Path(FOLDER), kept, inputs, conclude(inputs))


def _kept(files: Files) -> Files:
    kept = {
        name: raw
        for name, raw in files.items()
        if name in _SOURCES or name.startswith(f"{REQUIREMENTS}/")
    }
    # Without requirement sets nothing could be judged again.
    if RECORD not in kept or not any(name not in _SOURCES for name in kept):
        raise _Broken(f"{RECORD} or the requirement sets are missing")
    return kept


def _built(files: Files, judged: Callable[[], JudgedRun]) -> Built:
    """Make the bundle again for the subject that its certificate names."""
    # The certificate names its subject and its day; all else is made again.
    try:
        claimed = members(json.loads(files.get(CERTIFICATE, b"")))
    except (ValueError, RecursionError):
        raise _Broken(f"{CERTIFICATE} cannot be read") from None
    named = {name: text(each) for name, each in members(claimed.get("subject")).items()}
    subject = Subject(*(named.get(name, "") for name in ("partner", "product", "version", "role")))
    issuer, key = text(claimed.get("issuer")), text(claimed.get("signed_by"))
    return build(judged(), Named(subject, issuer, _stamp(claimed, "issued"), key))


def _period(claimed: Mapping[str, Json], now: datetime) -> str:
    issued = _stamp(claimed, "issued")
    try:
        last = date.fromisoformat(text(claimed.get("expires")))
    except ValueError:
        raise _Broken("it does not say when it ends") from None
    if now < issued:
        raise _Broken(f"it was issued on {issued:%Y-%m-%d %H:%M} UTC, which is yet to come")
    if now.astimezone(UTC).date() > last:
        raise _Broken(f"it ended on {last}")
    return f"issued {issued:%Y-%m-%d}, holds until {last}"


def _result(claimed: Mapping[str, Json]) -> str:
    if claimed.get("conformant") is not True:
        raise _Broken(f"{text(claimed.get('verdict'))}: this is a report, not a certificate")
    # A run against our own mock shows what a certificate looks like, and certifies nobody.
    if claimed.get("kind") == SPECIMEN:
        return f"{text(claimed.get('verdict'))}, against the mock that ships with the program"
    if claimed.get("certified") is not True:
        raise _Broken("this is a report, not a certificate")
    return text(claimed.get("reason"))


def _stamp(claimed: Mapping[str, Json], name: str) -> datetime:
    try:
        return datetime.strptime(text(claimed.get(name)), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _Broken(f"it does not say when it was {name}") from None
