"""Render `proof.html` and `proof.md`: what a proof found, for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.report.html.report_page import asset, environment, policy
from harness.report.proof import Detection, Proof, ProofReport, by_area

WORDS: Mapping[Detection, str] = {
    Detection.FAILED: "caught",
    Detection.OBSERVED: "observed",
    Detection.INCONCLUSIVE: "inconclusive",
    Detection.UNOBSERVABLE: "not observable",
    Detection.ESCAPED: "escaped",
}
BADGES: Mapping[Detection, str] = {
    Detection.FAILED: "pass",
    Detection.OBSERVED: "warn",
    Detection.INCONCLUSIVE: "error",
    Detection.UNOBSERVABLE: "omit",
    Detection.ESCAPED: "fail",
}
"""The marks that the other pages have; what is caught is what a reader hopes for."""
# Alarms of one tolerance: more of them say the same.
_LISTED = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault against the cases of one endpoint."""

    caught: int
    tried: int


@dataclass(frozen=True, slots=True)
class Row:
    """One fault against all endpoints."""

    proof: Proof
    cells: tuple[Cell, ...]


def html(report: ProofReport) -> str:
    """Return the page: one file that loads nothing from anywhere."""
    style = asset("tokens.css") + asset("report.css") + asset("proof.css")
    # In the order of the plan, so that columns do not move from proof to proof.
    groups = tuple(dict.fromkeys(map(_group, report.cases)))
    grouped = by_area(report.faults.values())
    return (
        environment()
        .get_template("proof.html")
        .render(
            report=report,
            words=WORDS,
            badges=BADGES,
            groups=groups,
            areas=[
                (area, [_row(each, groups) for each in proofs]) for area, proofs in grouped.items()
            ],
            # Nothing here proves that these cases can fail.
            idle=list(_by_group(report.idle_cases).items()),
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


def markdown(report: ProofReport) -> str:
    """Return the summary as Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: ProofReport) -> Iterator[str]:
    seeds = ", ".join(map(str, report.seeds))
    yield f"# {report.sentence}"
    yield ""
    made = f"{report.started}, " if report.started else ""
    yield f"{report.scope} {made}seeds {seeds}, {report.seconds:.0f} s."
    yield ""
    heads = ("area", "faults", *(WORDS[detection] for detection in Detection))
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for area, proofs in by_area(report.faults.values()).items():
        counts = Counter(each.detection for each in proofs)
        figures = " | ".join(str(counts[detection]) for detection in Detection)
        yield f"| {area} | {len(proofs)} | {figures} |"
    yield ""
    yield from _not_done(report)
    yield from _escapes(report)
    yield from _alarms(report)
    yield (
        f"{len(report.idle_cases):,} of {len(report.cases):,} cases caught nothing; "
        "`proof.json` lists them."
    )


def _not_done(report: ProofReport) -> Iterator[str]:
    # First of all lists: what was not tried is worse than what escaped, since nobody knows.
    if report.not_done:
        yield "## Not tried"
        yield ""
        yield from (f"- {each}" for each in report.not_done)
        yield ""


def _escapes(report: ProofReport) -> Iterator[str]:
    if report.escaped:
        yield "## Escaped"
        yield ""
        yield from (
            f"- `{each.fault}` ({each.breaks}, seed {each.seed}): {each.sentence}"
            for each in report.escaped
        )
        yield ""


def _alarms(report: ProofReport) -> Iterator[str]:
    good = len(report.tolerances) - len(report.alarming)
    yield f"{good} of {len(report.tolerances)} tolerated behaviours raise no alarm."
    yield ""
    for tolerance in report.alarming:
        for alarm in tolerance.alarms[:_LISTED]:
            yield f"- `{tolerance.id}` (seed {tolerance.seed}): `{alarm.case}`: {alarm.message}"
    if report.alarming:
        yield ""


def _row(proof: Proof, groups: Sequence[str]) -> Row:
    caught = Counter(map(_group, proof.caught_by))
    tried = Counter(map(_group, proof.tried))
    return Row(proof, tuple(Cell(caught[group], tried[group]) for group in groups))


def _by_group(cases: Iterable[str]) -> Mapping[str, Sequence[str]]:
    grouped: dict[str, list[str]] = {}
    for case in cases:
        grouped.setdefault(_group(case), []).append(case)
    return grouped


def _group(case: str) -> str:
    # Product and endpoint, the first two parts of a case's id.
    return "/".join(case.split("/")[:2])
