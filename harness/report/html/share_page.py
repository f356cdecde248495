"""Render the page of a shared package: causes of one kind for whoever has to mend them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from harness.exchange import Exchange
from harness.report.html.evidence import CauseCard, Panel
from harness.report.html.report_page import asset, environment, policy
from harness.report.messages import request_text, response_text
from harness.report.report_data import ReportData

MAX_WHOLE = 8
"""Causes that are shown whole; with the limit of a body it keeps the page within ten sheets."""
MAX_LISTED = 100
BODY_LIMIT = 900


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What the template fills in."""

    whose: str
    whole: tuple[CauseCard, ...]
    more: tuple[CauseCard, ...]
    left_out: int


def render(report_data: ReportData, cards: Sequence[CauseCard], whose: str) -> str:
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
    panel = _panel(exchange, card.panel) if exchange and card.panel else None
    return replace(card, panel=panel)


def _panel(exchange: Exchange, panel: Panel) -> Panel:
    return replace(
        panel,
        request=request_text(exchange.request, BODY_LIMIT),
        response=response_text(exchange, BODY_LIMIT),
    )
