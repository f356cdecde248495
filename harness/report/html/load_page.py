"""Render the page of a run under load: the verdict, the limits, every operation, what failed."""

from markupsafe import Markup

from harness.report.html.report_page import asset, environment, policy
from harness.report.load_report import BUSY, LoadRun, gate_words, milliseconds

_STATES = {"LIMITS_MET": "conformant", "LIMITS_NOT_MET": "non_conformant"}
"""The colours that verdicts have on the other pages."""


def render(run: LoadRun) -> str:
    """Return the page; everything that came over the wire is escaped."""
    style = asset("tokens.css") + asset("report.css")
    return (
        environment()
        .get_template("load.html")
        .render(
            run=run,
            state=_STATES.get(run.conclusion, "inconclusive"),
            busy=BUSY if run.is_sender_busy else "",
            gate_words=gate_words,
            ms=milliseconds,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )
