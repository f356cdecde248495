"""Hold a run against the limits of a profile; every gate is reported, the passed ones too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.errors import UnknownName
from harness.outcome import Status
from harness.record import Record
from harness.verdict.compare import Comparison
from harness.verdict.coverage import demanded, kept_shares, missing
from harness.verdict.model import Counts, Gate, Judged, OperationUse, Traced, WaiverUse
from harness.verdict.scope import CLIENT


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of a profile's gates. Rates run from 0 to 1."""

    name: str
    should_pass_rate: float = 0.0
    requirement_coverage_min: float = 0.0
    operation_coverage_min: float = 0.0
    keyword_coverage_min: float = 0.0
    max_waivers: int = 20
    shall_failures: int = 0
    errors: int = 0
    unverified_cases: int = 0
    new_failures_vs_baseline: int = 0
    removed_cases_vs_baseline: int | None = None
    """None: cases may go, as they do when a selection is run."""
    stale_waivers: int = 0
    leak_scan: int = 0
    untested_blocks: bool = False
    """A testable SHALL requirement without a passing case keeps the verdict inconclusive."""
    certifies: bool = False
    """A certificate may rest on a run under this profile."""


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        # `ci` asks for no share of anything: a project begins with what it has.
        Profile("ci"),
        # For a certificate nothing that could be tested may stay untested.
        Profile(
            "onboarding",
            should_pass_rate=0.9,
            requirement_coverage_min=1.0,
            operation_coverage_min=1.0,
            max_waivers=10,
            untested_blocks=True,
            certifies=True,
        ),
        # A regression run compares whole suites, so that a case that is gone is suspicious.
        Profile("regression", removed_cases_vs_baseline=0),
        Profile("deep", operation_coverage_min=1.0),
    )
}


def profile_named(name: str) -> Profile:
    """Return a profile. Raises UnknownName with the names that exist."""
    if name not in PROFILES:
        raise UnknownName(None, kind="profile", name=name, known=tuple(PROFILES))
    return PROFILES[name]


# Beside errors these keep a case from being evidence, whatever the reason was.
UNVERIFIED = (Status.SKIP, Status.NOT_RUN, Status.REVIEW)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that gates look at."""

    record: Record
    judged: Sequence[Judged]
    counts: Counts
    traced: Sequence[Traced]
    waivers: Sequence[WaiverUse]
    operations: Sequence[OperationUse]
    leaks: int | None
    """None: nobody has searched what was written for secrets."""
    comparison: Comparison | None


def gates(profile: Profile, evidence: Evidence) -> tuple[Gate, ...]:
    """Return every gate of the profile, in the order in which a reader should see them."""
    return (
        *_of_the_run(profile, evidence),
        *_of_the_coverage(profile, evidence),
        *_of_the_keywords(profile, evidence.record),
        *_of_the_baseline(profile, evidence.comparison),
        *_of_the_waivers(profile, evidence.waivers),
        _leak_scan(profile, evidence.leaks),
    )


def _of_the_run(profile: Profile, evidence: Evidence) -> Iterable[Gate]:
    counts, finished = evidence.counts, evidence.record.finished
    # A run is complete only if its record says so: a crash writes no last event.
    whole = finished is not None and not finished.interrupted and not finished.error
    # More was judged than planned: cases ran that no plan announced.
    unplanned = len(evidence.judged) != counts.planned
    yield _at_most("shall_failures", profile.shall_failures, counts.of(Status.FAIL))
    yield _at_most("errors", profile.errors, counts.of(Status.ERROR))
    yield _at_most("unverified_cases", profile.unverified_cases, counts.of(*UNVERIFIED))
    yield Gate(
        "planned_equals_executed",
        counts.planned,
        counts.executed,
        # Zero of zero planned cases would otherwise be met.
        counts.planned == counts.executed > 0 and not unplanned,
        "cases ran that nobody planned" if unplanned else "",
    )
    yield Gate("run_complete", 1, int(whole), whole, "" if whole else "the run did not end well")
    # A suite that sent nothing has tested nothing, however many cases passed.
    yield _at_least("exchanges_min", 1, len(evidence.record.exchanges))


def _of_the_coverage(profile: Profile, evidence: Evidence) -> Iterable[Gate]:
    wanted = len(demanded(evidence.traced))
    covered = wanted - len(missing(evidence.traced))
    under_test = [operation.answered > 0 for operation in evidence.operations if operation.api]
    kept = kept_shares(evidence.traced, evidence.judged)
    # Without a recommendation that was tried nothing was broken, so that the share is whole.
    yield _at_least("should_pass_rate", profile.should_pass_rate, _rate(sum(kept), len(kept), 1.0))
    # Without any requirement to cover nothing was shown, so that the share is nothing.
    yield _at_least(
        "requirement_coverage_min", profile.requirement_coverage_min, _rate(covered, wanted, 0.0)
    )
    run = evidence.record.run
    # A client need not call everything that an API offers; the scenarios say what it has to do.
    wanted_operations = 0.0 if run.role == CLIENT else profile.operation_coverage_min
    yield _at_least(
        "operation_coverage_min",
        # The stricter of profile and settings: nobody can lower a profile by a setting.
        max(wanted_operations, run.min_operation_coverage),
        _rate(sum(under_test), len(under_test), 0.0),
    )


def _of_the_keywords(profile: Profile, record: Record) -> Iterable[Gate]:
    """Yield the gate on constraints, where a document was exercised or a share was asked for."""
    limit = max(profile.keyword_coverage_min, record.run.min_keyword_coverage)
    seen = [word for each in record.exercised for _, word in each.sides]
    if seen or limit:
        yield _at_least("keyword_coverage_min", limit, _rate(seen.count("both"), len(seen), 0.0))


def _of_the_baseline(profile: Profile, comparison: Comparison | None) -> Iterable[Gate]:
    is_set = comparison is not None
    found = comparison or Comparison()
    # A failure that is no longer waived is new to whoever looks at the verdict.
    broken = len(found.new_failure) + len(found.waiver_expired)
    limit = profile.new_failures_vs_baseline
    # Without a baseline the gate is shown as not set and not as met.
    yield replace(_at_most("new_failures_vs_baseline", limit, broken), is_set=is_set)
    if profile.removed_cases_vs_baseline is not None:
        removed = len(found.test_removed)
        limit = profile.removed_cases_vs_baseline
        yield replace(_at_most("removed_cases_vs_baseline", limit, removed), is_set=is_set)


def _of_the_waivers(profile: Profile, waivers: Sequence[WaiverUse]) -> Iterable[Gate]:
    states = [waiver.state for waiver in waivers]
    expired = ", ".join(waiver.id for waiver in waivers if waiver.state == "expired")
    stale = ", ".join(waiver.id for waiver in waivers if waiver.state == "stale")
    note = f"expired: {expired}" if expired else ""
    # Expired waivers lift nothing; the note says why their failures are back.
    yield _at_most("max_waivers", profile.max_waivers, states.count("active"), note)
    yield _at_most("stale_waivers", profile.stale_waivers, states.count("stale"), stale)


def _leak_scan(profile: Profile, leaks: int | None) -> Gate:
    # Not searched is not clean.
    if leaks is None:
        return Gate("leak_scan", profile.leak_scan, 0, False, "nobody has searched the files")  # noqa: FBT003 a gate that did not hold
    return _at_most("leak_scan", profile.leak_scan, leaks)


def _at_most(name: str, limit: float, actual: float, note: str = "") -> Gate:
    return Gate(name, limit, actual, actual <= limit, note)


def _at_least(name: str, limit: float, actual: float) -> Gate:
    # A share of nothing is reached by anything, so it is no limit.
    return Gate(name, limit, actual, actual >= limit, is_set=limit > 0)


def _rate(part: float, whole: int, of_nothing: float) -> float:
    # Rounding down: 999 of 1,000 must never read as all.
    return int(part / whole * 10_000) / 10_000 if whole else of_nothing
