"""Render what changed between two runs: for people, as JSON, as Markdown."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.events import RunStarted
from harness.report.view import CauseView
from harness.report.wording import markdown_text, one_line, plural

MOST = 20
"""Names that a list for people shows; JSON holds them all."""

NAMED = 3
"""Cases of a cause that are named."""
_CHANGES = {
    "new": ("new cause", ""),
    "still": ("cause", " still there"),
    "gone": ("cause", " no longer shown and not proven fixed"),
    "waived": ("cause", " waived now"),
    "fixed": ("fixed cause", ""),
}
_BY_CAUSE = ("new_failure", "still_failing", "fixed", "no_longer_judged", "newly_waived")
"""Kinds whose cases are listed under their causes."""


class LatencyView(Protocol):
    """How long one operation took in both runs, in seconds."""

    @property
    def operation(self) -> str: ...
    @property
    def base_p50(self) -> float: ...
    @property
    def head_p50(self) -> float: ...
    @property
    def base_p95(self) -> float: ...
    @property
    def head_p95(self) -> float: ...
    @property
    def slower(self) -> bool: ...


class CauseChangeView(Protocol):
    """One cause and what became of it."""

    @property
    def change(self) -> str: ...
    @property
    def cause(self) -> CauseView: ...
    @property
    def before(self) -> Sequence[str]: ...
    @property
    def now(self) -> Sequence[str]: ...
    @property
    def cases(self) -> Sequence[str]: ...
    @property
    def added(self) -> Sequence[str]: ...


class ChangesView(Protocol):
    """What changed, by kind."""

    @property
    def new_failure(self) -> Sequence[str]: ...
    @property
    def fixed(self) -> Sequence[str]: ...
    @property
    def still_failing(self) -> Sequence[str]: ...
    @property
    def newly_waived(self) -> Sequence[str]: ...
    @property
    def waiver_expired(self) -> Sequence[str]: ...
    @property
    def test_added(self) -> Sequence[str]: ...
    @property
    def test_removed(self) -> Sequence[str]: ...
    @property
    def no_longer_judged(self) -> Sequence[str]: ...
    @property
    def document_changed(self) -> Sequence[str]: ...
    @property
    def requirement_set_changed(self) -> Sequence[str]: ...
    @property
    def latency(self) -> Sequence[LatencyView]: ...
    @property
    def is_regression(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs and what changed from the first to the second."""

    base: RunStarted
    head: RunStarted
    changes: ChangesView
    causes: Sequence[CauseChangeView] = ()
    """The causes of both runs, the gravest first."""

    def of(self, change: str) -> tuple[CauseChangeView, ...]:
        """Return the causes of which this became."""
        return tuple(each for each in self.causes if each.change == change)


def text(pair: Pair) -> str:
    """Return the changes for a terminal; the last line is the conclusion."""
    lines = [f"{_run(pair.base)}", f"{_run(pair.head)}"]
    for title, found in by_change(pair):
        lines += ["", title]
        for each in found[:MOST]:
            first, *others = _cause(each)
            lines += [f"  {each.cause.id}  {first}", *(f"      {line}" for line in others)]
        lines += _rest(found)
    for title, names in _kinds(pair):
        if names:
            lines += ["", f"{title} ({len(names):,})"]
            lines += [f"  {one_line(name)}" for name in names[:MOST]]
            lines += _rest(names)
    slower = _slower(pair)
    if slower:
        lines += ["", f"slower operations ({len(slower):,})"]
        lines += [f"  {one_line(each.operation)}: {_times(each)}" for each in slower]
    return "\n".join([*lines, "", conclusion(pair)]) + "\n"


def markdown(pair: Pair) -> str:
    """Return the changes for a pull request."""
    blocks = [
        f"## {markdown_text(conclusion(pair))}",
        f"From {markdown_text(_run(pair.base))}  \nto {markdown_text(_run(pair.head))}",
    ]
    for title, found in by_change(pair):
        entries = [
            f"- `{each.cause.id}` {'; '.join(map(markdown_text, _cause(each)))}" for each in found
        ]
        blocks.append("\n".join([f"### {title}", "", *entries[:MOST], *_rest(found)]))
    for title, names in _kinds(pair):
        if names:
            listed = [f"- {markdown_text(name)}" for name in names[:MOST]]
            blocks.append("\n".join([f"### {title} ({len(names):,})", "", *listed, *_rest(names)]))
    if pair.changes.latency:
        blocks.append(_table(pair.changes.latency))
    return "\n\n".join(blocks) + "\n"


def as_json(pair: Pair) -> str:
    """Return everything; keys are a promise, more may join them."""
    # Whole and uncut, unlike the lists for people: other programs count them.
    kinds = {name: list(names) for name, names in _by_name(pair.changes)}
    document = {
        "version": 1,
        "base": _identity(pair.base),
        "head": _identity(pair.head),
        "regression": pair.changes.is_regression,
        "conclusion": conclusion(pair),
        "causes": [_cause_json(each) for each in pair.causes],
        **kinds,
        "latency": [_latency(each) for each in pair.changes.latency],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def conclusion(pair: Pair) -> str:
    """Return one sentence: worse, unclear, or no worse."""
    changes = pair.changes
    broken = len(changes.new_failure) + len(changes.waiver_expired)
    removed = len(changes.test_removed)
    new = pair.of("new")
    reach = sum(len(each.cases) for each in new)
    behind = f" ({plural(len(new), 'new cause')}, {plural(reach, 'case')})" if new else ""
    # The gravest word wins: a new failure outranks whatever could not be judged.
    if changes.is_regression:
        failures = plural(broken, "new failure")
        return f"WORSE: {failures}{behind}, {plural(removed, 'removed test')}."
    # Before "no worse": what could not be judged may have become worse.
    unclear = len(changes.no_longer_judged)
    if unclear:
        cases = plural(unclear, "case")
        return f"UNCLEAR: {cases} could be judged before and not now{behind}."
    slower = len(_slower(pair))
    slow = f"; {plural(slower, 'operation')} slower" if slower else ""
    # Its cases failed before by something else, behind which it may have been all along.
    other = f"; {plural(len(new), 'new cause')} in cases that failed before" if new else ""
    return f"NO WORSE: no new failure and no removed test{other}{slow}."


def by_change(pair: Pair) -> Iterable[tuple[str, Sequence[CauseChangeView]]]:
    """Return the causes by what became of them, with a title that says how far they reach."""
    for change, (noun, state) in _CHANGES.items():
        found = pair.of(change)
        if found:
            cases = plural(sum(len(each.cases) for each in found), "case")
            yield f"{plural(len(found), noun)}{state}, {cases}", found


def _kinds(pair: Pair) -> Iterable[tuple[str, Sequence[str]]]:
    """Return what changed and stands under no cause."""
    for name, names in _by_name(pair.changes):
        yield name.replace("_", " "), outside_causes(pair, name, names)


def outside_causes(pair: Pair, kind: str, names: Sequence[str]) -> Sequence[str]:
    """Leave out the cases of a kind that stand under their causes."""
    # Changes of documents and of the suite have no cause to stand under.
    if kind not in _BY_CAUSE:
        return names
    covered = {case for each in pair.causes for case in (*each.before, *each.now)}
    return tuple(name for name in names if name not in covered)


def _cause(each: CauseChangeView) -> Sequence[str]:
    """Say of a cause where it is and how far it reaches, what is wrong, and which cases show it."""
    cause = each.cause
    more = len(each.cases) - NAMED
    named = ", ".join(map(one_line, each.cases[:NAMED])) + (
        f" and {more:,} more" if more > 0 else ""
    )
    return (
        f"{one_line(cause.operation or cause.finding.case, 120)}: {reach(each)}",
        one_line(cause.finding.sentence, 300),
        named,
    )


def reach(each: CauseChangeView) -> str:
    """Say how many cases show a cause, and how that changed."""
    count = plural(len(each.cases), "case")
    # Only a cause that both runs show can have grown or shrunk.
    if each.change != "still":
        return count
    gone = len(set(each.before) - set(each.now))
    moved = [f"{len(each.added):,} of them new"] if each.added else []
    moved += [f"{gone:,} fewer of those before"] if gone else []
    return f"{count} ({', '.join(moved)})" if moved else count


def _cause_json(each: CauseChangeView) -> dict[str, object]:
    cause = each.cause
    return {
        "change": str(each.change),
        "id": cause.id,
        "operation": cause.operation,
        "check": cause.check,
        "expected": cause.expected,
        "actual": cause.actual,
        "attribution": str(cause.attribution),
        "status": str(cause.status),
        "sentence": cause.finding.sentence,
        "before": list(each.before),
        "now": list(each.now),
        "reproduce": cause.reproduce,
    }


def _by_name(changes: ChangesView) -> Iterable[tuple[str, Sequence[str]]]:
    return (
        ("new_failure", changes.new_failure),
        ("waiver_expired", changes.waiver_expired),
        ("test_removed", changes.test_removed),
        ("no_longer_judged", changes.no_longer_judged),
        ("newly_waived", changes.newly_waived),
        ("still_failing", changes.still_failing),
        ("fixed", changes.fixed),
        ("test_added", changes.test_added),
        ("requirement_set_changed", changes.requirement_set_changed),
        ("document_changed", changes.document_changed),
    )


def _rest(names: Sequence[object]) -> list[str]:
    return [f"  and {len(names) - MOST:,} more"] if len(names) > MOST else []


def _slower(pair: Pair) -> list[LatencyView]:
    return [each for each in pair.changes.latency if each.slower]


def _times(each: LatencyView) -> str:
    return (
        f"p50 {_ms(each.base_p50)} to {_ms(each.head_p50)}, "
        f"p95 {_ms(each.base_p95)} to {_ms(each.head_p95)}"
    )


def _table(latency: Iterable[LatencyView]) -> str:
    rows = [
        f"| {markdown_text(each.operation)} | {_ms(each.base_p50)} | {_ms(each.head_p50)} "
        f"| {_ms(each.base_p95)} | {_ms(each.head_p95)} | {'slower' if each.slower else ''} |"
        for each in latency
    ]
    head = "| operation | p50 before | p50 now | p95 before | p95 now | |"
    return "\n".join(["### latency", "", head, "| --- | --: | --: | --: | --: | --- |", *rows])


def _latency(each: LatencyView) -> dict[str, object]:
    return {
        "operation": each.operation,
        "base_p50_seconds": each.base_p50,
        "head_p50_seconds": each.head_p50,
        "base_p95_seconds": each.base_p95,
        "head_p95_seconds": each.head_p95,
        "slower": each.slower,
    }


def _identity(run: RunStarted) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "started": run.started,
        "environment": run.environment,
        "base_url": run.base_url,
        "profile": run.profile,
        "seed": run.seed,
        "harness_version": run.harness_version,
        "documents": {each.api: each.sha256 for each in run.documents},
        "requirement_sets": {each.name: each.sha256 for each in run.sets},
    }


def _run(run: RunStarted) -> str:
    return one_line(f"{run.run_id} ({run.environment} at {run.base_url}, seed {run.seed})")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
