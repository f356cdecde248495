"""Say in one sentence why a verdict is what it is."""

from collections.abc import Sequence

from harness.outcome import Status
from harness.record import Record
from harness.verdict.gates import UNVERIFIED
from harness.verdict.model import Conclusion, Counts, Gate, Traced


def doubts(record: Record, counts: Counts, untested: Sequence[Traced]) -> tuple[str, ...]:
    """Return everything that keeps a run from proving anything, the gravest first."""
    blind = {status: counts.of(status) for status in (Status.ERROR, *UNVERIFIED)}
    unjudged = ", ".join(
        f"{count:,} {status.replace('_', ' ')}" for status, count in blind.items() if count
    )
    found = (
        _ending(record),
        "" if record.planned else "no case was planned",
        _nothing_applied(counts),
        f"{_cases(sum(blind.values()))} could not be judged ({unjudged})" if unjudged else "",
        _excess(counts),
        "" if record.exchanges else "not one request was sent",
        f"{len(untested)} of the SHALL requirements in scope have no result" if untested else "",
    )
    return tuple(doubt for doubt in found if doubt)


def reason(
    conclusion: Conclusion,
    counts: Counts,
    unclear: Sequence[str],
    gates: Sequence[Gate],
    *,
    is_client: bool = False,
) -> str:
    """Return the sentence that stands under the verdict."""
    broken = [gate.name for gate in gates if not gate.passed]
    match conclusion:
        case Conclusion.NON_CONFORMANT:
            failed = counts.of(Status.FAIL)
            also = f"; besides, {'; '.join(unclear)}" if unclear else ""
            verb = "shows" if failed == 1 else "show"
            whose = (
                "the client breaking the contract" if is_client else "the API breaking its contract"
            )
            return f"{failed:,} of {_cases(counts.planned)} {verb} {whose}{also}."
        case Conclusion.INCONCLUSIVE:
            return _sentence("; ".join(unclear))
        case Conclusion.CONFORMANT_WITH_WAIVERS:
            waived = _cases(counts.of(Status.WAIVED))
            kept = f"{_ran(counts)}, and every failure is waived ({waived})"
            return f"{kept}{_but(broken)}{_omitted(counts)}."
        case Conclusion.CONFORMANT:
            return f"{_ran(counts)} and no contract was broken{_but(broken)}{_omitted(counts)}."


def _ran(counts: Counts) -> str:
    return f"{_cases(counts.executed - counts.of(Status.OMIT))} ran"


def _omitted(counts: Counts) -> str:
    omitted = counts.of(Status.OMIT)
    verb = "was" if omitted == 1 else "were"
    return f"; {_cases(omitted)} {verb} omitted" if omitted else ""


def _nothing_applied(counts: Counts) -> str:
    """Say that not one case applied: what was only omitted shows nothing of the target."""
    applied = counts.planned - counts.of(Status.OMIT)
    return "every case was omitted" if counts.planned and applied <= 0 else ""


def _ending(record: Record) -> str:
    if record.finished is None:
        return "the run was cut off before its end"
    if record.finished.error:
        return f"the run could not be done: {record.finished.error.rstrip('.')}"
    return "the run was interrupted" if record.finished.interrupted else ""


def _excess(counts: Counts) -> str:
    excess = counts.executed + counts.of(Status.NOT_RUN) - counts.planned
    return f"{_cases(excess)} ran that nobody planned" if excess > 0 else ""


def _but(gates: Sequence[str]) -> str:
    if not gates:
        return ""
    several = len(gates) > 1
    verb = "were" if several else "was"
    return f", but the gate{'s' if several else ''} {', '.join(gates)} {verb} not met"


def _cases(count: int) -> str:
    return f"{count:,} case{'' if count == 1 else 's'}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
