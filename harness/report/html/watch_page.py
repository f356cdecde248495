"""Render the page of a watch: the last runs as bars, and what became of each cause."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.report import watch_report
from harness.report.html.report_page import asset, environment, policy
from harness.report.html.trend_plot import TrendRow, trend_row
from harness.report.trend import PastRun
from harness.report.watch_report import KnownView, Watched

MOST_CAUSES = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Causes that are in one state, with its title and what it means."""

    id: str
    title: str
    says: str
    causes: Sequence[KnownView]
    total: int


def render(
    watched: Watched, runs: Sequence[PastRun], kept: Collection[str], gone: Sequence[KnownView]
) -> str:
    """Return the page; `kept` are the runs whose folders lie beside it, `gone` earlier causes."""
    style = asset("report.css") + asset("watch.css")
    rows: tuple[TrendRow, ...] = tuple(
        trend_row(each, is_this=each is runs[-1]) for each in reversed(runs)
    )
    return (
        environment()
        .get_template("watch.html")
        .render(
            watched=watched,
            changes=watch_report.lines(watched),
            rows=rows,
            kept=frozenset(kept),
            groups=tuple(each for each in _groups(watched, gone) if each.causes),
            rate=watch_report.rate,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


def _groups(watched: Watched, gone: Sequence[KnownView]) -> Sequence[Group]:
    turn = watched.turn
    return (
        _group("new", "New", "Not seen in the run before.", turn.opened),
        _group("still", "Still there", "Seen before, and not mended.", turn.still),
        _group("unclear", "Not known", "Open, and their cases could not be judged.", turn.unclear),
        _group(
            "calming",
            "Passing for now",
            "They failed and passed on the same documents, and passed this time.",
            turn.calming,
        ),
        _group("gone", "Gone", "Their cases pass, or are no more.", (*turn.closed, *gone)),
    )


def _group(name: str, title: str, says: str, causes: Sequence[KnownView]) -> Group:
    newest = sorted(causes, key=lambda each: each.last, reverse=True)
    return Group(name, title, says, newest[:MOST_CAUSES], len(newest))
