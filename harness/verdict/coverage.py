"""Trace every requirement to its cases and say what became of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from harness.events import RunStarted
from harness.openapi.requirements import Requirement, Strength
from harness.outcome import Status
from harness.product import PLATFORM
from harness.verdict.model import Coverage, Judged, Traced

# In this order: a failure that nobody waived counts more than one that somebody did.
_BROKEN = (Status.FAIL, Status.WAIVED)
# One of these is enough: what one case could not see no other case has proven.
_BLIND = (Status.ERROR, Status.SKIP, Status.NOT_RUN, Status.REVIEW)


def trace(
    requirements: Iterable[Requirement], judged: Sequence[Judged], run: RunStarted
) -> tuple[Traced, ...]:
    """Return what became of each requirement, in their order."""
    named, every = _by_requirement(judged), tuple(requirements)
    # The products that have requirements here and were not part of the run.
    others = {requirement.group for requirement in every} - {PLATFORM, *run.apis}
    return tuple(
        _traced(requirement, named[requirement.id])
        if requirement.id in named
        else _without_cases(requirement, run, others=others)
        for requirement in every
    )


def missing(traced: Iterable[Traced]) -> tuple[Traced, ...]:
    """Return the SHALL requirements that could have been tested here and were not."""
    return tuple(
        candidate for candidate in demanded(traced) if candidate.coverage is Coverage.UNTESTED
    )


def demanded(traced: Iterable[Traced]) -> tuple[Traced, ...]:
    """Return the SHALL requirements that this run could have tested."""
    shall = (candidate for candidate in traced if candidate.requirement.strength is Strength.SHALL)
    return tuple(candidate for candidate in shall if candidate.in_scope)


def kept_shares(traced: Iterable[Traced], judged: Iterable[Judged]) -> tuple[float, ...]:
    """Return what share of its cases passed, for each recommendation that was tried.

    Each counts once, however many cases it has.
    """
    recommended = {t.requirement.id for t in traced if t.requirement.strength is Strength.SHOULD}
    # A recommendation that only met errors has not been tried.
    tried = [candidate for candidate in judged if candidate.status in (Status.PASS, Status.WARN)]
    named = _by_requirement(
        [candidate for candidate in tried if candidate.strength is Strength.SHOULD]
    )
    return tuple(
        sum(other.status is Status.PASS for other in cases) / len(cases)
        for requirement, cases in named.items()
        if requirement in recommended
    )


def _by_requirement(judged: Sequence[Judged]) -> Mapping[str, Sequence[Judged]]:
    named: dict[str, list[Judged]] = {}
    for each in judged:
        # Once, even if a case names a requirement twice.
        for requirement in dict.fromkeys(each.planned.requirements):
            named.setdefault(requirement, []).append(each)
    return named


def _traced(requirement: Requirement, cases: Sequence[Judged]) -> Traced:
    names = tuple(judged.planned.case for judged in cases)
    statuses = {judged.status for judged in cases}
    broken = next((status for status in _BROKEN if status in statuses), None)
    # One broken case is enough, however many passed.
    if broken is not None:
        waived = broken is Status.WAIVED
        return Traced(requirement, Coverage.FAILED, names, _why(cases, broken), waived=waived)
    blind = next((status for status in _BLIND if status in statuses), None)
    if blind is not None:
        return Traced(requirement, Coverage.UNTESTED, names, _why(cases, blind))
    if Status.WARN in statuses and not _is_settled(requirement, statuses):
        return Traced(requirement, Coverage.OBSERVED, names, _why(cases, Status.WARN))
    if Status.PASS in statuses:
        return Traced(requirement, Coverage.PASSED, names)
    # Nothing but omitted cases is left: nothing here could test it.
    reason = _why(cases, Status.OMIT)
    return Traced(requirement, Coverage.UNTESTED, names, reason, in_scope=False)


def _is_settled(requirement: Requirement, statuses: Collection[Status]) -> bool:
    """Return whether a SHALL was kept where it binds; an observation beside it takes nothing away."""
    return requirement.strength is Strength.SHALL and Status.PASS in statuses


def _without_cases(requirement: Requirement, run: RunStarted, *, others: Collection[str]) -> Traced:
    if requirement.untestable:
        reason = requirement.untestable
        return Traced(requirement, Coverage.UNTESTABLE, reason=reason, in_scope=False)
    # An environment of the user's own is treated as the one that it says it is like.
    if (run.like or run.environment) not in requirement.environments:
        places = ", ".join(requirement.environments)
        reason = f"can only be tested in: {places}"
        return Traced(requirement, Coverage.UNTESTABLE, reason=reason, in_scope=False)
    if requirement.group not in (*run.apis, PLATFORM):
        reason = f"{requirement.group} was not part of this run"
        return Traced(requirement, Coverage.UNTESTED, reason=reason, in_scope=False)
    if requirement.group == PLATFORM and _is_of_some_products(run, others):
        # What all products share is verified by cases of single ones, not all of which ran.
        reason = f"no case of {', '.join(run.apis)} verifies it"
        return Traced(requirement, Coverage.UNTESTED, reason=reason, in_scope=False)
    return Traced(requirement, Coverage.UNTESTED, reason="no planned case names it")


def _is_of_some_products(run: RunStarted, others: Collection[str]) -> bool:
    """Return whether all cases of some of the products were to run; a part of them excuses nothing."""
    return bool(others) and not run.selection and not run.shard


def _why(cases: Sequence[Judged], status: Status) -> str:
    first = next(judged for judged in cases if judged.status is status)
    message = first.outcome.message if first.outcome else "no result"
    waiver = f" {first.waiver}" if first.waiver else ""
    return f"{status}{waiver}: {first.planned.case}{': ' + message if message else ''}"
