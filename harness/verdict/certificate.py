"""Say in one document what a run shows of a product, on what it rests, and until when it holds."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from harness.document import Document
from harness.errors import DocumentError
from harness.events import RunStarted
from harness.jsonvalue import Json, items, members, text
from harness.openapi.requirements import Strength
from harness.outcome import Status
from harness.record import Record
from harness.verdict.attestations import Attestation
from harness.verdict.gates import PROFILES
from harness.verdict.model import TESTED, Coverage, Traced, Verdict
from harness.verdict.scope import CLIENT, CONTRACT, SCENARIOS
from harness.verdict.write import to_json

_WANTED = {
    "server": (CONTRACT, "the suite of the products"),
    CLIENT: (SCENARIOS, "the scenarios of the judge"),
}
"""What a certificate of each role rests on."""


def certifying() -> tuple[str, ...]:
    """Return the names of the profiles that a certificate may rest on."""
    return tuple(profile.name for profile in PROFILES.values() if profile.certifies)


def obstacles(record: Record, verdict: Verdict) -> tuple[str, ...]:
    """Return every reason why a run certifies nothing, whatever it came to; empty where it may."""
    # What was asked of the run comes first: a run of the wrong suite has no cases to speak of.
    return tuple(of_the_suite(record)) or tuple(_of_the_cases(record, verdict))


def of_the_suite(record: Record) -> Iterator[str]:
    """Yield what was asked of a run that no certificate may rest on, known before its first case."""
    run, scope_profiles = record.run, certifying()
    # A role that nobody knows is held to what a server must show.
    wanted, words = _WANTED.get(run.role, _WANTED["server"])
    if run.suite != wanted:
        yield f"it ran {run.suite or 'a suite that it does not name'}, not {words}"
    if run.profile not in scope_profiles:
        yield f"it ran under profile {run.profile}, not {' or '.join(scope_profiles)}"
    # Where failures are expected, one that shows says less than it seems to.
    if run.expected_failures:
        yield f"failures were expected of it: {', '.join(run.expected_failures[:3])}"
    if run.faults:
        yield f"its target was to break promises: {', '.join(run.faults[:3])}"
    if run.shard:
        yield f"it is shard {run.shard} of a run"
    if run.selection:
        yield f"it ran only {run.selection}"
    if not run.apis:
        yield "it names no product"


def _of_the_cases(record: Record, verdict: Verdict) -> Iterator[str]:
    planned, total = len(record.planned), record.cases_total
    not_run = verdict.cases.of(Status.NOT_RUN)
    # A record without its last event may lack anything after it.
    if record.finished is None or not record.outcomes:
        yield "it was cut off or ran no case"
    # Older records do not say it; then nobody can tell a part from the whole.
    if total is None:
        yield "it does not say how many cases the suite has"
    elif planned != total:
        yield f"it planned {planned:,} of the {total:,} cases of the suite"
    if not_run:
        yield f"{not_run:,} of its planned cases did not run"


_EVIDENCE = {"failed": "failed", "observed": "observed", "inconclusive": "unsure"}
"""Which list must name cases for a detection to count; whatever else it says, a fault escaped."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How many faults were injected and how many were caught, whatever the seed."""

    faults: int
    caught: int

    def __str__(self) -> str:
        return f"The suite detects {self.caught} of {self.faults} injected faults."


def read_proof(source: Document) -> Proof:
    """Count again what a proof says. Raises DocumentError where the file contradicts itself."""
    whole = members(source.data)
    rows = [members(item) for item in items(whole.get("matrix"))]
    names = {text(row.get("fault")) for row in rows}
    escaped = {text(row.get("fault")) for row in rows if not _is_caught(row)}
    found = Proof(len(names), len(names - escaped))
    if "part" in whole or items(whole.get("not_done")):
        raise DocumentError(
            "is not a whole proof: it is a shard, or some of its faults were not tried.",
            source=source.source(),
            advice="Join all shards with: harness prove merge DIR...",
        )
    # The sentence is what people read, so that it must be what the matrix says.
    if not rows or "" in names or whole.get("sentence") != str(found):
        raise DocumentError(
            "is not a proof, or its sentence is not that of its matrix.",
            source=source.source(),
            advice="Write it anew with: harness prove.",
        )
    return found


def _is_caught(row: Mapping[str, Json]) -> bool:
    named = _EVIDENCE.get(text(row.get("detection")))
    return named is not None and bool(items(row.get(named)))


VERSION = 1
VALID_DAYS = 90
CERTIFICATE, SPECIMEN, REPORT = "certificate", "specimen", "report"
"""What a bundle can be. A specimen shows what a certificate looks like, and certifies nothing."""

# Taken over as verdict.json writes them, so that both can be compared member by member.
_FROM_VERDICT = (
    *("verdict", "reason", "scope", "profile", "seed", "run_id", "started"),
    *("duration_seconds", "requests"),
    *("cases", "gates", "findings", "unverified", "observations", "waivers"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is certified: a partner's product in one version."""

    partner: str
    product: str
    version: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class CertificateDetails:
    """What a certificate says besides what the run shows."""

    subject: Subject
    issued: datetime
    harness_version: str
    key: str
    """Fingerprint of the key that signs."""
    attestations: tuple[Attestation, ...] = ()
    proof: Proof | None = None
    issuer: str = ""
    """Who issues it; empty where the partner speaks for itself."""


def certificate(
    record: Record,
    verdict: Verdict,
    details: CertificateDetails,
    files: Mapping[str, str],
    *,
    day: date,
) -> dict[str, object]:
    """Return the certificate; `files` are the digests of what lies in the bundle beside it."""
    kind, summary = kind_of(record, verdict), to_json(verdict)
    return {
        "version": VERSION,
        "kind": kind,
        "certified": kind == CERTIFICATE,
        "conformant": verdict.exit_code == 0,
        "serial": _serial(details, files),
        "issuer": _issuer(details),
        "subject": {
            **asdict(details.subject),
            "environment": record.run.environment,
            "base_url": record.run.base_url,
        },
        "issued": _stamp(details.issued),
        "expires": expiry(verdict, day).isoformat(),
        "harness_version": details.harness_version,
        "signed_by": details.key,
        **{name: summary[name] for name in _FROM_VERDICT},
        "judged": _judged(record, verdict, details),
        **_of_the_run(record.run),
        "strengths": [_strength(strength, verdict.traced) for strength in Strength],
        "coverage": _coverage(verdict),
        "statements": _statements(verdict),
        "untested": [_untested(e) for e in verdict.traced if _is_gap(e)],
        "attestations": [
            {**asdict(attestation), "when": attestation.when.isoformat()}
            for attestation in details.attestations
        ],
        "proof": {**asdict(details.proof), "says": str(details.proof)} if details.proof else None,
        "files": dict(files),
    }


def _of_the_run(run: RunStarted) -> dict[str, object]:
    """Return what was run: products, selection, faults, and the files that it rests on."""
    return {
        "apis": list(run.apis),
        "selection": run.selection,
        "faults": list(run.faults),
        "documents": [asdict(document) for document in run.documents],
        "requirement_sets": [asdict(set_used) for set_used in run.sets],
    }


def _judged(record: Record, verdict: Verdict, details: CertificateDetails) -> dict[str, object]:
    """Return what was under test; of a client also by whom, and what nobody could observe of it."""
    if record.run.role != CLIENT:
        return {"role": record.run.role}
    # What lies outside of the run is neither observed nor missing.
    traced = [each for each in verdict.traced if each.in_scope or each.requirement.untestable]
    return {
        "role": CLIENT,
        "judge": f"harness {record.run.harness_version}, {len(record.planned):,} scenarios",
        "observed": _ids(traced, *TESTED),
        "attested": sorted({each.requirement for each in details.attestations}),
        "not_observable": _ids(traced, Coverage.UNTESTABLE),
        "not_observed": _ids(traced, Coverage.UNTESTED),
    }


def _ids(traced: Iterable[Traced], *coverages: Coverage) -> list[str]:
    return [each.requirement.id for each in traced if each.coverage in coverages]


def kind_of(record: Record, verdict: Verdict) -> str:
    """Return what a bundle is: only a conformant run against a target that is not ours certifies."""
    # Before anything else: a run against our own mock must never look like a certificate.
    if verdict.scope.is_mock:
        return SPECIMEN
    return REPORT if verdict.exit_code != 0 or obstacles(record, verdict) else CERTIFICATE


def _issuer(details: CertificateDetails) -> str:
    return details.issuer or f"self-issued by {details.subject.partner}"


def _serial(details: CertificateDetails, files: Mapping[str, str]) -> str:
    """Return a number that no other certificate has: it follows from all that identifies this one."""
    # The record's digest stands for all that the run showed.
    parts = (
        files.get("record.jsonl", ""),
        *asdict(details.subject).values(),
        _issuer(details),
        details.key,
        _stamp(details.issued),
    )
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest().upper()
    # Five groups of four digits: 80 bits, short enough to be read out.
    return "-".join(digest[start : start + 4] for start in range(0, 20, 4))


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def expiry(verdict: Verdict, day: date) -> date:
    """Return the last day: 90 days from the run, and never beyond a waiver that it rests on."""
    # A certificate that rests on a waiver ends with it.
    ends = [date.fromisoformat(use.expires) for use in verdict.waivers if use.state == "active"]
    return min([day + timedelta(days=VALID_DAYS), *ends])


def percent(part: int, whole: int) -> float:
    """Return a percentage, rounded down: 999 of 1,000 must never read as all."""
    return int(part / whole * 1000) / 10 if whole else 0.0


def _strength(strength: Strength, traced: Sequence[Traced]) -> dict[str, object]:
    found = [candidate for candidate in traced if candidate.requirement.strength is strength]
    counts = {str(coverage): _count(found, coverage) for coverage in Coverage}
    waived = sum(other.waived for other in found)
    # A waived failure is shown as waived and not counted twice.
    counts["failed"] -= waived
    testable = sum(other.in_scope for other in found)
    return {
        "strength": str(strength),
        "total": len(found),
        "testable": testable,
        **counts,
        "waived": waived,
    }


def _count(traced: Iterable[Traced], *coverages: Coverage) -> int:
    return sum(other.coverage in coverages for other in traced)


def _coverage(verdict: Verdict) -> dict[str, object]:
    return {
        "requirements": _requirement_coverage(verdict.traced),
        "operations": _operation_coverage(verdict),
    }


def _requirement_coverage(traced: Sequence[Traced]) -> dict[str, object]:
    testable = sum(other.in_scope for other in traced)
    tested = _count(traced, Coverage.PASSED, Coverage.FAILED, Coverage.OBSERVED)
    return {
        "everything": len(traced),
        "testable": testable,
        "tested": tested,
        "percent_of_testable": percent(tested, testable),
        "percent_of_everything": percent(tested, len(traced)),
    }


def _operation_coverage(verdict: Verdict) -> dict[str, object]:
    total, reached = verdict.operations_total, verdict.operations_reached
    return {"total": total, "reached": reached, "percent": percent(reached, total)}


def _statements(verdict: Verdict) -> dict[str, str]:
    """Return the words of each requirement that a finding, a waiver or a gap names."""
    found = (*verdict.findings, *verdict.unverified, *verdict.observations)
    named = {name for finding in found for name in finding.requirements}
    named |= {use.requirement for use in verdict.waivers}
    return {
        traced.requirement.id: traced.requirement.statement
        for traced in verdict.traced
        if traced.requirement.id in named
    }


def _is_gap(traced: Traced) -> bool:
    return traced.in_scope and traced.coverage is Coverage.UNTESTED


def _untested(traced: Traced) -> dict[str, object]:
    return {
        "requirement": traced.requirement.id,
        "strength": str(traced.requirement.strength),
        "statement": traced.requirement.statement,
        "reason": traced.reason,
    }
