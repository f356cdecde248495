"""Render the small pages: a comparison, a watch, a run under load, a shared package, a proof of the judge."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from harness.exchange import Exchange
from harness.report import watch_report
from harness.report.formats.changes import Pair, by_change, conclusion, outside_causes, reach
from harness.report.html.evidence import CauseCard, Panel
from harness.report.html.report_page import asset, environment, policy
from harness.report.html.view_model import TrendRow, trend_row
from harness.report.judge_proof import JudgeProof, Trial
from harness.report.load_report import BUSY, LoadRun, gate_words, milliseconds
from harness.report.messages import request_text, response_text
from harness.report.report_data import ReportData
from harness.report.trend import PastRun
from harness.report.watch_report import KnownView, Watched

_STATES = {"LIMITS_MET": "conformant", "LIMITS_NOT_MET": "non_conformant"}
"""The colours that verdicts have on the other pages."""


def render_load(run: LoadRun) -> str:
    """Return the page; everything that came over the wire is escaped."""
    style = asset("tokens.css") + asset("report.css")
    return (
        environment()
        .get_template("load.html")
        .render(
            run=run,
            # Anything else that a run can come to is shown as inconclusive.
            state=_STATES.get(run.conclusion, "inconclusive"),
            busy=BUSY if run.is_sender_busy else "",
            gate_words=gate_words,
            ms=milliseconds,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


@dataclass(frozen=True, slots=True)
class GoodRow:
    """One good client: how many scenarios it passed, and which of them accused it."""

    client: str
    passed: int
    omitted: int
    accused: Sequence[Trial]


def html(proof: JudgeProof) -> str:
    """Return the page: one file that loads nothing from anywhere."""
    style = asset("tokens.css") + asset("report.css") + asset("proof.css")
    return (
        environment()
        .get_template("judge_proof.html")
        .render(
            proof=proof,
            good=[_good(proof, each) for each in proof.good],
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


def markdown(proof: JudgeProof) -> str:
    """Return the summary as Markdown."""
    return "\n".join(_lines(proof)) + "\n"


def _lines(proof: JudgeProof) -> Iterator[str]:
    seeds = ", ".join(map(str, proof.seeds))
    yield f"# {proof.sentence}"
    yield ""
    yield f"{len(proof.scenarios)} scenarios, seeds {seeds}, {proof.seconds:.0f} s."
    yield ""
    yield "| scenario | broken clients that it has to catch |"
    yield "|---|---|"
    for scenario in proof.scenarios:
        if trials := proof.of_scenario(scenario):
            named = ", ".join(f"`{each.client}` {each.word}" for each in trials)
            yield f"| `{scenario}` | {named} |"
    yield ""
    yield "| good client | passed | omitted | accused |"
    yield "|---|---|---|---|"
    for row in (_good(proof, each) for each in proof.good):
        accused = ", ".join(f"`{each.scenario}`" for each in row.accused) or "by none"
        yield f"| `{row.client}` | {row.passed} | {row.omitted} | {accused} |"
    yield ""
    for client, lacks in proof.left_out.items():
        yield f"- `{client}` is left out: {lacks} is not installed."
    yield f"{len(proof.idle)} of {len(proof.scenarios)} scenarios caught no client of this list."


def _good(proof: JudgeProof, client: str) -> GoodRow:
    trials = proof.of_client(client)
    counts = Counter(each.word for each in trials)
    # Of a good client every trial that is wrong is an accusation.
    accused = tuple(each for each in trials if each.is_wrong)
    return GoodRow(client, counts["passed"], counts["omitted"], accused)


MAX_WHOLE = 8
"""Causes that are shown whole; with the limit of a body it keeps the page within ten sheets."""
# Causes after these are only counted.
MAX_LISTED = 100
BODY_LIMIT = 900


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What the template fills in."""

    whose: str
    whole: tuple[CauseCard, ...]
    more: tuple[CauseCard, ...]
    left_out: int


def render_share(report_data: ReportData, cards: Sequence[CauseCard], whose: str) -> str:
    """Return the page: one file that loads nothing, with the scripts beside it."""
    style = asset("tokens.css") + asset("report.css")
    shown = SharedPage(
        whose=whose,
        whole=tuple(_short(each, report_data) for each in cards[:MAX_WHOLE]),
        more=tuple(cards[MAX_WHOLE : MAX_WHOLE + MAX_LISTED]),
        left_out=max(len(cards) - MAX_WHOLE - MAX_LISTED, 0),
    )
    return (
        environment()
        .get_template("share.html")
        .render(
            run=report_data.record.run,
            verdict=report_data.verdict,
            page=shown,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


def _short(card: CauseCard, report_data: ReportData) -> CauseCard:
    exchange = report_data.by_id.get(card.cause.finding.exchange)
    # A cause without a panel has no exchange to show.
    panel = _panel(exchange, card.panel) if exchange and card.panel else None
    return replace(card, panel=panel)


def _panel(exchange: Exchange, panel: Panel) -> Panel:
    return replace(
        panel,
        request=request_text(exchange.request, BODY_LIMIT),
        response=response_text(exchange, BODY_LIMIT),
    )


MOST_CAUSES = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Causes that are in one state, with its title and what it means."""

    id: str
    title: str
    says: str
    causes: Sequence[KnownView]
    total: int


def render_watch(
    watched: Watched, runs: Sequence[PastRun], kept: Collection[str], gone: Sequence[KnownView]
) -> str:
    """Return the page; `kept` are the runs whose folders lie beside it, `gone` earlier causes."""
    style = asset("report.css") + asset("watch.css")
    # The newest run first, which is the one that is looked for.
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


MAX_LISTED_CHANGES = 200
_BAD = ("new failure", "waiver expired", "test removed", "no longer judged")
_TITLES = (
    ("new failure", "Failed now, and not before", "new_failure"),
    ("waiver expired", "Waived before, and failed now", "waiver_expired"),
    ("test removed", "No longer there", "test_removed"),
    ("no longer judged", "Could be judged before, and not now", "no_longer_judged"),
    ("fixed", "Fixed", "fixed"),
    ("still failing", "Still failing", "still_failing"),
    ("newly waived", "Waived now, and not before", "newly_waived"),
    ("test added", "New", "test_added"),
    ("requirement set changed", "Requirement sets that changed", "requirement_set_changed"),
    ("document changed", "Documents that changed", "document_changed"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Cases or documents that changed in one way."""

    id: str
    title: str
    is_bad: bool
    names: tuple[str, ...]
    total: int


def render_comparison(pair: Pair, reasons: Mapping[str, str]) -> str:
    """Return the page; `reasons` say by case what is wrong with it now, or was before."""
    style = asset("tokens.css") + asset("report.css")
    # Slower ones first; the rest keeps its order.
    slower = sorted(pair.changes.latency, key=lambda each: not each.slower)
    return (
        environment()
        .get_template("compare.html")
        .render(
            pair=pair,
            conclusion=conclusion(pair),
            kinds=tuple(_kinds(pair)),
            groups=tuple(by_change(pair)),
            reach=reach,
            reasons=reasons,
            latency=slower,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


def _kinds(pair: Pair) -> Sequence[Kind]:
    found = []
    for word, title, member in _TITLES:
        # Cases that stand under a cause are not listed a second time.
        names = outside_causes(pair, member, getattr(pair.changes, member))
        if names:
            shown = tuple(names[:MAX_LISTED_CHANGES])
            found.append(Kind(member.replace("_", "-"), title, word in _BAD, shown, len(names)))
    return found
