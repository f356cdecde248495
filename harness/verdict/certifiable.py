"""Say why a run cannot carry a certificate: it certifies whole products, by a profile made for it."""

from collections.abc import Iterator

from harness.outcome import Status
from harness.record import Record
from harness.verdict.model import Verdict
from harness.verdict.profiles import PROFILES
from harness.verdict.scope import CLIENT, CONTRACT, SCENARIOS

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
    return tuple(of_the_suite(record)) or tuple(_of_the_cases(record, verdict))


def of_the_suite(record: Record) -> Iterator[str]:
    """Yield what was asked of a run that no certificate may rest on, known before its first case."""
    run, scope_profiles = record.run, certifying()
    wanted, words = _WANTED.get(run.role, _WANTED["server"])
    if run.suite != wanted:
        yield f"it ran {run.suite or 'a suite that it does not name'}, not {words}"
    if run.profile not in scope_profiles:
        yield f"it ran under profile {run.profile}, not {' or '.join(scope_profiles)}"
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
    if record.finished is None or not record.outcomes:
        yield "it was cut off or ran no case"
    if total is None:
        yield "it does not say how many cases the suite has"
    elif planned != total:
        yield f"it planned {planned:,} of the {total:,} cases of the suite"
    if not_run:
        yield f"{not_run:,} of its planned cases did not run"
