"""What a proof is: which injected faults the suite detects, by which cases, and what it wrongly blames."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from harness.jsonvalue import Json


class Detection(Enum):
    """What the suite made of a fault, the strongest first."""

    FAILED = "failed"
    """A case failed: the run is not conformant."""
    OBSERVED = "observed"
    """Only cases on recommendations saw it: the run warns and is conformant."""
    INCONCLUSIVE = "inconclusive"
    """No case could tell: the run is not conformant either."""
    UNOBSERVABLE = "unobservable"
    """No request can show it; the reason is beside it."""
    ESCAPED = "escaped"


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one fault under one seed. Cases that are bad without any fault do not count."""

    fault: str
    area: str
    breaks: str
    sentence: str
    seed: int
    failed: tuple[str, ...]
    observed: tuple[str, ...]
    unsure: tuple[str, ...]
    """Cases that ended in an error."""
    names_requirement: bool
    """True where a case that detects it verifies the very requirement that it breaks."""
    tried: tuple[str, ...]
    requests: int
    requests_to_catch: int
    seconds: float
    may_be_unsure: bool = False
    """True for faults of the transport: without an answer, being unable to tell is right."""
    unobservable: str = ""
    """Why no request can show it, where that is so."""

    @property
    def detection(self) -> Detection:
        if self.failed:
            return Detection.FAILED
        if self.observed:
            return Detection.OBSERVED
        # Errors count only for faults that leave nothing to judge.
        if self.unsure and self.may_be_unsure:
            return Detection.INCONCLUSIVE
        return Detection.UNOBSERVABLE if self.unobservable else Detection.ESCAPED

    @property
    def caught_by(self) -> tuple[str, ...]:
        """Return the cases that stand for the detection."""
        match self.detection:
            case Detection.FAILED:
                return self.failed
            case Detection.OBSERVED:
                return self.observed
            case Detection.INCONCLUSIVE:
                return self.unsure
            case Detection.UNOBSERVABLE | Detection.ESCAPED:
                return ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """A case that failed where nothing is wrong."""

    case: str
    status: str
    message: str


@dataclass(frozen=True, slots=True)
class ToleranceResult:
    """What became of a tolerated behaviour under one seed: it may raise no alarm."""

    id: str
    sentence: str
    seed: int
    alarms: tuple[Alarm, ...]
    cases: int
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """A fault that was not tried: no selected case could see it."""

    fault: str
    area: str
    breaks: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NotDone:
    """A fault or a tolerance that was to be tried and was not: nothing is known of it."""

    name: str
    seed: int
    is_fault: bool
    reason: str

    def __str__(self) -> str:
        kind = "fault" if self.is_fault else "tolerance"
        return f"{kind} {self.name} (seed {self.seed}): {self.reason}"


@dataclass(frozen=True, slots=True)
class DocumentProved:
    """A document that the suite was made from."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ProofPart:
    """Which part of a proof this one is."""

    shard: str
    """As I/N."""
    plan: tuple[str, ...]
    """The ids of all tasks of the whole proof, in its order."""


@dataclass(frozen=True, slots=True)
class ProofReport:
    """Everything that one proof found."""

    seeds: tuple[int, ...]
    cases: tuple[str, ...]
    proofs: tuple[Proof, ...]
    tolerances: tuple[ToleranceResult, ...]
    seconds: float
    out_of_scope: tuple[OutOfScope, ...] = ()
    selection: str = ""
    """Which cases took part, in words; empty where all of them did."""
    started: str = ""
    harness_version: str = ""
    subject: str = ""
    """What the mock stood in for: the APIs or documents, in words."""
    profile: str = ""
    documents: tuple[DocumentProved, ...] = ()
    not_done: tuple[NotDone, ...] = ()
    part: ProofPart | None = None
    """None where this is all of the proof."""

    @property
    def faults(self) -> Mapping[str, Proof]:
        """Return the worst proof of each fault over all seeds."""
        # The weakest detection of any seed is what the suite can be relied upon for.
        order = list(Detection)
        worst: dict[str, Proof] = {}
        for proof in self.proofs:
            before = worst.get(proof.fault)
            rank = order.index(proof.detection)
            if before is None or rank > order.index(before.detection):
                worst[proof.fault] = proof
        return worst

    @property
    def escaped(self) -> tuple[Proof, ...]:
        """Return the faults that a seed did not detect."""
        return tuple(each for each in self.faults.values() if each.detection is Detection.ESCAPED)

    @property
    def alarming(self) -> tuple[ToleranceResult, ...]:
        """Return the tolerances that raised an alarm."""
        return tuple(each for each in self.tolerances if each.alarms)

    @property
    def counts(self) -> Mapping[Detection, int]:
        """Return how many faults came to what."""
        counted = Counter(each.detection for each in self.faults.values())
        return {detection: counted[detection] for detection in Detection}

    @property
    def idle_cases(self) -> tuple[str, ...]:
        """Return the cases that never detected anything, in the order of the plan."""
        # An observation beside a failure shows as well that the case sees something.
        busy = {case for proof in self.proofs for case in (*proof.caught_by, *proof.observed)}
        return tuple(case for case in self.cases if case not in busy)

    @property
    def is_good(self) -> bool:
        """True where all was tried, no fault escaped and nothing tolerated raised an alarm."""
        return not self.escaped and not self.alarming and not self.not_done

    @property
    def scope(self) -> str:
        """Say which cases were tried against how many faults of what."""
        cases = f"{len(self.cases):,} cases"
        chosen = f" ({self.selection})" if self.selection else ""
        of_what = f" of {self.subject}" if self.subject else ""
        # Said beside the figure, or a proof of a selection would read like one of all faults.
        left_out = len(self.out_of_scope)
        more = (
            f"; {left_out:,} more that no selected case could see were not tried"
            if left_out
            else ""
        )
        shard = f"Shard {self.part.shard} of a proof: " if self.part else ""
        return f"{shard}{cases}{chosen}{of_what} against {len(self.faults):,} faults{more}."

    @property
    def sentence(self) -> str:
        """Return the figure that a certificate quotes."""
        total = len(self.faults)
        # Neither detected nor escaped: no request could show it.
        hidden = self.counts[Detection.UNOBSERVABLE]
        more = f" {hidden} of them cannot be observed." if hidden else ""
        detected = total - len(self.escaped) - hidden
        lost = f" Not tried: {len(self.not_done)}." if self.not_done else ""
        return f"The suite detects {detected} of {total} injected faults.{more}{lost}"


def by_area(proofs: Iterable[Proof]) -> Mapping[str, Sequence[Proof]]:
    """Group proofs by the area of their fault."""
    grouped: dict[str, list[Proof]] = {}
    for proof in proofs:
        grouped.setdefault(proof.area, []).append(proof)
    return grouped


def written(report: ProofReport) -> Json:
    """Return the report as JSON: the matrix names cases by their place in the list `cases`."""
    place = {case: index for index, case in enumerate(report.cases)}
    return {
        "version": 1,
        "sentence": report.sentence,
        "started": report.started,
        "harness_version": report.harness_version,
        "subject": report.subject,
        "profile": report.profile,
        "good": report.is_good,
        "seeds": list(report.seeds),
        "seconds": round(report.seconds, 1),
        "faults": len(report.faults),
        "counts": {detection.value: count for detection, count in report.counts.items()},
        "cases": list(report.cases),
        "selection": report.selection,
        "out_of_scope": [
            {
                "fault": each.fault,
                "area": each.area,
                "breaks": each.breaks,
                "sentence": each.sentence,
            }
            for each in report.out_of_scope
        ],
        "documents": [{"name": each.name, "sha256": each.sha256} for each in report.documents],
        "not_done": [_not_done(each) for each in report.not_done],
        "matrix": [_row(proof, place) for proof in report.proofs],
        "liberties": [_tolerance(each) for each in report.tolerances],
        "idle_cases": [place[case] for case in report.idle_cases],
        # Only a shard has it: what reads a proof knows a part by this member.
        **({"part": _part(report, report.part, place)} if report.part else {}),
    }


def _part(report: ProofReport, part: ProofPart, place: Mapping[str, int]) -> Json:
    """Return what the other shards have to fit, and what a whole proof leaves out."""
    # By place in `cases`, since each fault may be tried by hundreds.
    tried: list[Json] = [[place[case] for case in each.tried] for each in report.proofs]
    return {"shard": part.shard, "plan": list(part.plan), "tried": tried}


def _not_done(each: NotDone) -> Json:
    kind = "fault" if each.is_fault else "tolerance"
    return {"kind": kind, "name": each.name, "seed": each.seed, "reason": each.reason}


def _row(proof: Proof, place: Mapping[str, int]) -> Json:
    def places(cases: Iterable[str]) -> list[Json]:
        return [place[case] for case in cases]

    return {
        "fault": proof.fault,
        "area": proof.area,
        "breaks": proof.breaks,
        "sentence": proof.sentence,
        "seed": proof.seed,
        "detection": proof.detection.value,
        **({"reason": proof.unobservable} if proof.unobservable else {}),
        "names_requirement": proof.names_requirement,
        "failed": places(proof.failed),
        "observed": places(proof.observed),
        "unsure": places(proof.unsure),
        "tried": len(proof.tried),
        "requests": proof.requests,
        "requests_to_catch": proof.requests_to_catch,
        "seconds": proof.seconds,
    }


def _tolerance(tolerance: ToleranceResult) -> Json:
    return {
        "id": tolerance.id,
        "sentence": tolerance.sentence,
        "seed": tolerance.seed,
        "alarms": [
            {"case": each.case, "status": each.status, "message": each.message}
            for each in tolerance.alarms
        ],
        "cases": tolerance.cases,
        "requests": tolerance.requests,
        "seconds": tolerance.seconds,
    }
