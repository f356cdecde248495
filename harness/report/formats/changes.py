"""Render what changed between two runs: for people, as JSON, as Markdown."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.events import RunStarted
from harness.report.wording import one_line, plural

MOST = 20
"""Names that a list for people shows; JSON holds them all."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$@&-])")


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


def text(pair: Pair) -> str:
    """Return the changes for a terminal; the last line is the conclusion."""
    lines = [f"{_run(pair.base)}", f"{_run(pair.head)}"]
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
        f"## {_plain(conclusion(pair))}",
        f"From {_plain(_run(pair.base))}  \nto {_plain(_run(pair.head))}",
    ]
    for title, names in _kinds(pair):
        if names:
            listed = [f"- {_plain(name)}" for name in names[:MOST]]
            blocks.append("\n".join([f"### {title} ({len(names):,})", "", *listed, *_rest(names)]))
    if pair.changes.latency:
        blocks.append(_table(pair.changes.latency))
    return "\n\n".join(blocks) + "\n"


def as_json(pair: Pair) -> str:
    """Return everything; keys are a promise, more may join them."""
    kinds = {name: list(names) for name, names in _by_name(pair.changes)}
    document = {
        "version": 1,
        "base": _identity(pair.base),
        "head": _identity(pair.head),
        "regression": pair.changes.is_regression,
        "conclusion": conclusion(pair),
        **kinds,
        "latency": [_latency(each) for each in pair.changes.latency],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def conclusion(pair: Pair) -> str:
    """Return one sentence: worse, unclear, or no worse."""
    changes = pair.changes
    broken = len(changes.new_failure) + len(changes.waiver_expired)
    removed = len(changes.test_removed)
    if changes.is_regression:
        return f"WORSE: {plural(broken, 'new failure')}, {plural(removed, 'removed test')}."
    unclear = len(changes.no_longer_judged)
    if unclear:
        return f"UNCLEAR: {plural(unclear, 'case')} could be judged before and not now."
    slower = len(_slower(pair))
    slow = f"; {plural(slower, 'operation')} slower" if slower else ""
    return f"NO WORSE: no new failure and no removed test{slow}."


def _kinds(pair: Pair) -> Iterable[tuple[str, Sequence[str]]]:
    return ((name.replace("_", " "), names) for name, names in _by_name(pair.changes))


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


def _rest(names: Sequence[str]) -> list[str]:
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
        f"| {_plain(each.operation)} | {_ms(each.base_p50)} | {_ms(each.head_p50)} "
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


def _plain(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(words, 500))
