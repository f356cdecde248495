"""Render `report.html`: one file that opens from disk and loads nothing from anywhere."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.report import wording
from harness.report.html.view_model import page
from harness.report.messages import printable
from harness.report.report_data import ReportData

TEMPLATES = Path(__file__).parent / "templates"


def render(report_data: ReportData) -> str:
    """Return the page; everything that came over the wire is escaped."""
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template("report.html")
        .render(
            record=report_data.record,
            run=report_data.record.run,
            verdict=report_data.verdict,
            page=page(report_data),
            style=Markup(style),  # noqa: S704 a file of ours
            script=Markup(script),  # noqa: S704 a file of ours
            policy=_policy(style, script),
        )
    )


def write(report_data: ReportData, path: Path) -> None:
    """Write `report.html`."""
    path.write_text(render(report_data), encoding="utf-8", errors="replace")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        bound=wording.bound,
        duration=wording.duration,
        figure=wording.figure,
        line=wording.one_line,
        next_step=wording.next_step,
        plural=wording.plural,
        printable=printable,
    )
    environment.globals.update(labels=wording.LABELS, culprit=wording.culprit)
    return environment


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Allow this page its own style and script and nothing else, wherever it is opened."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
