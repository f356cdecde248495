"""Find which causes are new, fixed or still there between two verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.outcome import Status
from harness.verdict.causes import Key, keys_of
from harness.verdict.model import Cause, Finding, Verdict


class Change(StrEnum):
    """What became of a cause from one run to another, the gravest first."""

    NEW = "new"
    STILL = "still"
    GONE = "gone"
    """It does not show, and nothing proves it mended: its cases fail otherwise, or have no result."""
    WAIVED = "waived"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class CauseChange:
    """One cause and what became of it; the cases of both runs, in the order of the plan."""

    change: Change
    cause: Cause
    """As the later run has it, else as the earlier one had it."""
    before: tuple[str, ...] = ()
    now: tuple[str, ...] = ()

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that show it: now, or before where none does any more."""
        return self.now or self.before

    @property
    def added(self) -> tuple[str, ...]:
        """Cases that show it now and did not before."""
        known = set(self.before)
        return tuple(case for case in self.now if case not in known)


def cause_changes(before: Verdict, now: Verdict) -> tuple[CauseChange, ...]:
    """Return the causes of two runs: two are the same where a finding of each has a key in common.

    The id alone would not do, as it is that of the finding that stands for a cause.
    """
    old, new = _keys(before), _keys(now)
    statuses = {judged.planned.case: judged.status for judged in now.judged}
    met: set[str] = set()
    found = []
    for cause in now.causes:
        same = [other for other in before.causes if not old[other.id].isdisjoint(new[cause.id])]
        # Two earlier causes may have become one, and then both are still there.
        met |= {other.id for other in same}
        earlier = tuple(case for other in same for case in other.cases)
        change = Change.STILL if same else Change.NEW
        found.append(CauseChange(change, cause, earlier, cause.cases))
    found += [
        CauseChange(_ended(cause, statuses), cause, cause.cases)
        for cause in before.causes
        if cause.id not in met
    ]
    order = list(Change)
    # The gravest change first, and of equal ones the one with the most cases.
    return tuple(sorted(found, key=lambda each: (order.index(each.change), -len(each.cases))))


def _keys(verdict: Verdict) -> Mapping[str, frozenset[Key]]:
    # By finding, since two causes of different runs rarely have the same one standing for them.
    gathered: dict[str, set[Key]] = {cause.id: set() for cause in verdict.causes}
    findings: Iterable[Finding] = (*verdict.findings, *verdict.unverified)
    for finding in findings:
        gathered[finding.cause] |= set(keys_of(finding))
    return {name: frozenset(keys) for name, keys in gathered.items()}


def _ended(cause: Cause, statuses: Mapping[str, Status]) -> Change:
    """Return what became of a cause that no case shows any more, by what its cases came to."""
    came: Sequence[Status | None] = [statuses.get(case) for case in cause.cases]
    # Only a case that ran and passed proves that a cause is mended.
    if all(status in (Status.PASS, Status.WARN) for status in came):
        return Change.FIXED
    return Change.WAIVED if all(status is Status.WAIVED for status in came) else Change.GONE
