"""A verdict as frozen values: counts, gates, findings and what became of each requirement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.events import CasePlanned
from harness.openapi.requirements import Requirement, Strength
from harness.outcome import Attribution, Outcome, Status
from harness.verdict.scope import Scope


class Conclusion(StrEnum):
    """What a run says of the API."""

    CONFORMANT = "CONFORMANT"
    CONFORMANT_WITH_WAIVERS = "CONFORMANT_WITH_WAIVERS"
    NON_CONFORMANT = "NON_CONFORMANT"
    INCONCLUSIVE = "INCONCLUSIVE"


class Coverage(StrEnum):
    """What became of one requirement; every requirement has exactly one of these."""

    PASSED = "passed"
    FAILED = "failed"
    OBSERVED = "observed"
    """Something that is recommended or only observed is otherwise, which decides nothing."""
    UNTESTABLE = "untestable"
    UNTESTED = "untested"


TESTED = (Coverage.PASSED, Coverage.FAILED, Coverage.OBSERVED)
"""What a requirement came to where a case of the run speaks of it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases were planned, how many ran, and what they came to."""

    planned: int = 0
    executed: int = 0
    by_status: Mapping[Status, int] = field(default_factory=dict)

    def of(self, *statuses: Status) -> int:
        """Return how many cases came to one of these."""
        return sum(self.by_status.get(status, 0) for status in statuses)


@dataclass(frozen=True, slots=True)
class Gate:
    """One rule of a profile, with what was allowed and what was seen; passed ones are kept too."""

    name: str
    limit: float
    actual: float
    passed: bool
    note: str = ""
    is_set: bool = True
    """False where the profile asks for nothing here, so that nothing can be met either."""

    @property
    def state(self) -> str:
        """`met`, `not met` or `not set`."""
        if not self.is_set:
            return "not set"
        return "met" if self.passed else "not met"


@dataclass(frozen=True, slots=True)
class Finding:
    """A case that did not pass, described by the check that decided against it."""

    case: str
    title: str
    status: Status
    requirements: tuple[str, ...] = ()
    check: str = ""
    operation: str = ""
    expected: str = ""
    actual: str = ""
    where: str = ""
    source: str = ""
    message: str = ""
    attribution: Attribution = Attribution.API
    fingerprint: str = ""
    curl: str = ""
    exchange: int = 0
    waiver: str = ""
    cause: str = ""
    """Id of its cause, where it is grouped under one."""
    sentence: str = ""
    """What is wrong, for people."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings that have one thing behind them, with the one that stands for them."""

    id: str
    operation: str
    check: str
    expected: str
    actual: str
    attribution: Attribution
    status: Status
    cases: tuple[str, ...]
    failed: int
    """How many of the cases fail; the others could not be judged."""
    finding: Finding = field(repr=False)
    operations: tuple[str, ...] = ()
    """All that are concerned, the commonest first."""
    checks: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    """The one that most of the cases verify first."""
    because: str = ""
    """Id of the cause that this one follows from."""
    explains: int = 0
    """How many cases follow from it beyond those that show it."""
    reproduce: str = ""
    """The script that shows it again, by its path in the run's folder; empty where none can be written."""
    reproduction_decides: bool = True
    """False where its script only prints the answer, for people to look at."""

    @property
    def reach(self) -> int:
        return len(self.cases)


@dataclass(frozen=True, slots=True)
class Judged:
    """A planned case with the status that counts: softened by strength, lifted by a waiver."""

    planned: CasePlanned
    status: Status
    outcome: Outcome | None = None
    waiver: str = ""
    strength: Strength = Strength.SHALL
    """The most binding one among its requirements."""
    because: str = ""
    """The outage that keeps a failed case from being held against the API once more."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A requirement, what became of it, and the cases that show it."""

    requirement: Requirement
    coverage: Coverage
    cases: tuple[str, ...] = ()
    reason: str = ""
    in_scope: bool = True
    """False where nothing here could test it: another environment, a missing capability."""
    waived: bool = False


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver and what it did in this run."""

    id: str
    state: str
    """`active`, `stale`, `expired`, `not_yet_valid`, `not_applicable` or `not_exercised`."""
    requirement: str
    reason: str
    owner: str
    approved_by: str
    issue: str
    created: str
    expires: str
    cases: tuple[str, ...] = ()
    warning: str = ""
    cause: str = ""
    """Id of the cause that it names, where it names one."""


@dataclass(frozen=True, slots=True)
class OperationUse:
    """One operation: how often it was called, how often it answered, and how fast."""

    operation: str
    api: str
    """Empty where the operation is not under test, as the token endpoints may be."""
    requests: int
    answered: int
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class AnswerUse:
    """One documented answer of an operation, and whether it came in the run."""

    operation: str
    status: str
    """`201`, `4XX` or `default`."""
    is_reached: bool


@dataclass(frozen=True, slots=True)
class ConstraintUse:
    """One constraint of a document on what an operation is sent, and whether the run exercised it."""

    operation: str
    pointer: str
    seen: str
    """`both`, `within` (accepted), `beyond` (judged), or nothing."""

    @property
    def is_exercised(self) -> bool:
        return self.seen == "both"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run comes to. Recomputed from record, requirements and waivers, it comes out the same."""

    conclusion: Conclusion
    exit_code: int
    reason: str
    run_id: str
    harness_version: str
    environment: str
    base_url: str
    profile: str
    seed: int
    started: str
    duration_seconds: float
    requests: int
    cases: Counts
    operations: tuple[OperationUse, ...] = field(default=(), repr=False)
    answers: tuple[AnswerUse, ...] = field(default=(), repr=False)
    """Every answer that the documents under test describe."""
    constraints: tuple[ConstraintUse, ...] = field(default=(), repr=False)
    """Every constraint that the documents under test put on a request."""
    gates: tuple[Gate, ...] = ()
    findings: tuple[Finding, ...] = ()
    unverified: tuple[Finding, ...] = ()
    """Cases that could not be judged; each of them keeps the verdict from being conformant."""
    observations: tuple[Finding, ...] = ()
    """Cases that only a SHOULD or OBSERVE requirement holds against the API."""
    causes: tuple[Cause, ...] = ()
    """What is behind the findings and the cases that could not be judged: what explains others first."""
    judged: tuple[Judged, ...] = field(default=(), repr=False)
    traced: tuple[Traced, ...] = field(default=(), repr=False)
    waivers: tuple[WaiverUse, ...] = ()
    scope: Scope = field(default_factory=Scope)

    @property
    def operations_total(self) -> int:
        return sum(1 for operation in self.operations if operation.api)

    @property
    def operations_reached(self) -> int:
        return sum(1 for operation in self.operations if operation.api and operation.answered)

    def requirements(self, coverage: Coverage) -> int:
        """Return how many requirements came to this."""
        return sum(1 for traced in self.traced if traced.coverage is coverage)
