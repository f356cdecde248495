"""Compare two runs case by case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.outcome import Status
from harness.record import Record
from harness.verdict.operations import durations, percentile

# A quarter more: shared machines and networks vary by less than that between runs.
RELATIVE_TOLERANCE = 0.25
FLOOR_SECONDS = 0.05
"""A change below this is noise on any network, however large it is in percent."""

_UNJUDGED = (Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN, Status.OMIT)
# What a case was before, where it fails now; anything else makes the failure new.
_INTO_FAILURE = {Status.FAIL: "still_failing", Status.WAIVED: "waiver_expired"}


@dataclass(frozen=True, slots=True)
class Latency:
    """How long one operation took in both runs."""

    operation: str
    base_p50: float
    head_p50: float
    base_p95: float
    head_p95: float
    slower: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed; every member but `latency` holds case ids or document names, sorted."""

    new_failure: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    still_failing: tuple[str, ...] = ()
    newly_waived: tuple[str, ...] = ()
    waiver_expired: tuple[str, ...] = ()
    test_added: tuple[str, ...] = ()
    test_removed: tuple[str, ...] = ()
    no_longer_judged: tuple[str, ...] = ()
    """Cases that passed or failed before and of which nothing is known now."""
    document_changed: tuple[str, ...] = ()
    requirement_set_changed: tuple[str, ...] = ()
    latency: tuple[Latency, ...] = ()

    @property
    def is_regression(self) -> bool:
        """True where a case broke or went missing; slowness alone is not one."""
        return bool(self.new_failure or self.waiver_expired or self.test_removed)

    @property
    def slower(self) -> tuple[Latency, ...]:
        """The operations that take longer than the tolerance allows."""
        return tuple(latency for latency in self.latency if latency.slower)


def compare(
    base: Record,
    head: Record,
    *,
    base_statuses: Mapping[str, Status] | None = None,
    head_statuses: Mapping[str, Status] | None = None,
    tolerance: float = RELATIVE_TOLERANCE,
) -> Comparison:
    """Compare two runs, by the statuses a verdict settled on where they are given.

    An operation may take longer by the tolerance, a share of what it took before.
    """
    old = _statuses(base) if base_statuses is None else base_statuses
    new = _statuses(head) if head_statuses is None else head_statuses
    # Cases of one run alone are added or removed and have not moved.
    both = sorted(set(old) & set(new))
    moves = {case: _move(old[case], new[case]) for case in both}

    def moved(name: str) -> tuple[str, ...]:
        return tuple(case for case in both if moves[case] == name)

    return Comparison(
        new_failure=moved("new_failure"),
        fixed=moved("fixed"),
        still_failing=moved("still_failing"),
        newly_waived=moved("newly_waived"),
        waiver_expired=moved("waiver_expired"),
        test_added=tuple(sorted(set(new) - set(old))),
        test_removed=tuple(sorted(set(old) - set(new))),
        no_longer_judged=moved("no_longer_judged"),
        document_changed=_changed(_documents(base), _documents(head)),
        requirement_set_changed=_changed(_sets(base), _sets(head)),
        latency=_latency(base, head, tolerance),
    )


def _statuses(record: Record) -> Mapping[str, Status]:
    # What was planned and has no outcome did not run.
    planned = {plan.case: Status.NOT_RUN for plan in record.planned}
    return planned | {outcome.case: outcome.status for outcome in record.outcomes}


def _move(old: Status, new: Status) -> str:
    if new is Status.FAIL:
        return _INTO_FAILURE.get(old, "new_failure")
    if new is Status.WAIVED:
        return "" if old is Status.WAIVED else "newly_waived"
    if new in _UNJUDGED:
        return "" if old in _UNJUDGED else "no_longer_judged"
    mended = old in _INTO_FAILURE and new in (Status.PASS, Status.WARN)
    return "fixed" if mended else ""


def _documents(record: Record) -> Mapping[str, str]:
    return {document.api: document.sha256 for document in record.run.documents}


def _sets(record: Record) -> Mapping[str, str]:
    return {set_used.name: set_used.sha256 for set_used in record.run.sets}


def _changed(base: Mapping[str, str], head: Mapping[str, str]) -> tuple[str, ...]:
    # A document that only one run used has changed as well.
    return tuple(sorted(name for name in {**base, **head} if base.get(name) != head.get(name)))


def _latency(base: Record, head: Record, tolerance: float) -> tuple[Latency, ...]:
    old, new = durations(base), durations(head)
    return tuple(
        _latency_of(each, old[each], new[each], tolerance) for each in sorted(set(old) & set(new))
    )


def _latency_of(
    operation: str, old: Sequence[float], new: Sequence[float], tolerance: float
) -> Latency:
    base_p50, head_p50 = percentile(old, 0.5), percentile(new, 0.5)
    base_p95, head_p95 = percentile(old, 0.95), percentile(new, 0.95)
    return Latency(
        operation=operation,
        base_p50=base_p50,
        head_p50=head_p50,
        base_p95=base_p95,
        head_p95=head_p95,
        slower=_is_slower(base_p50, head_p50, tolerance)
        or _is_slower(base_p95, head_p95, tolerance),
    )


def _is_slower(old: float, new: float, tolerance: float) -> bool:
    # Both must be exceeded: a share of a very short time is noise.
    return new - old > max(FLOOR_SECONDS, old * tolerance)
