"""Render `report.html`: one file that opens from disk and loads nothing from anywhere."""

import base64
import hashlib
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from harness.report import wording
from harness.report.formats_told import told_formats
from harness.report.html.evidence import evidence
from harness.report.html.rows import data
from harness.report.html.view_model import Page, page
from harness.report.messages import printable
from harness.report.report_data import ReportData

TEMPLATES = Path(__file__).parent / "templates"
STATIC_CAUSES = 5
"""Causes whose body is in the page from the start, for readers without scripts and for print."""


def render(report_data: ReportData) -> str:
    """Return the page; everything that came over the wire is escaped."""
    style, script = asset("tokens.css") + asset("report.css"), asset("report.js")
    shown = page(report_data)
    return (
        environment()
        .get_template("report.html")
        .render(
            record=report_data.record,
            run=report_data.record.run,
            verdict=report_data.verdict,
            page=shown,
            data=Markup(data(report_data, _fragments(report_data, shown))),  # noqa: S704 escaped as JSON
            style=Markup(style),  # noqa: S704 a file of ours
            script=Markup(script),  # noqa: S704 a file of ours
            policy=policy(style, script),
        )
    )


def write(report_data: ReportData, path: Path) -> None:
    """Write `report.html`."""
    path.write_text(render(report_data), encoding="utf-8", errors="replace")


def _fragments(report_data: ReportData, shown: Page) -> Mapping[str, Mapping[str, str]]:
    """Return the bodies of causes and cases that are put into the page when they are opened."""
    module = environment().get_template("parts.html").make_module({"verdict": report_data.verdict})
    cause_body, case_body = (_macro(module, name) for name in ("cause_body", "case_body"))
    said = {each.id: each.finding.sentence for each in report_data.verdict.causes}
    return {
        "causeBodies": {
            card.cause.id: str(cause_body(card)) for card in shown.causes[STATIC_CAUSES:]
        },
        "caseBodies": {
            wording.one_line(seen.case, 300): str(case_body(seen, said))
            for seen in evidence(report_data)
        },
    }


def _macro(module: object, name: str) -> Macro:
    found: Macro = getattr(module, name)
    return found


@cache
def environment() -> Environment:
    """Return what renders the pages of a run."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        bound=wording.bound,
        capitalize_first=lambda text: text[:1].upper() + text[1:],
        duration=wording.duration,
        formats=told_formats,
        figure=wording.figure,
        line=wording.one_line,
        next_step=wording.next_step,
        plural=wording.plural,
        printable=printable,
        quoted=shlex.quote,
    )
    made.globals.update(labels=wording.LABELS, culprit=wording.culprit, static_causes=STATIC_CAUSES)
    return made


@cache
def asset(name: str) -> str:
    """Return a style or a script of the pages."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def policy(style: str, script: str = "") -> str:
    """Allow a page its own style and script and nothing else, wherever it is opened."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; {scripts}"
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
