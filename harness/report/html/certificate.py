"""Render `certificate.html` from a certificate: one file that prints and loads nothing."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.jsonvalue import Json
from harness.report.wording import LABELS, duration, figure, one_line, plural

TEMPLATES = Path(__file__).parent / "templates"

_TITLES = {
    "CONFORMANT": "Conformant",
    "CONFORMANT_WITH_WAIVERS": "Conformant with waivers",
    "NON_CONFORMANT": "Not conformant",
    "INCONCLUSIVE": "Inconclusive",
}

_KINDS = {
    "certificate": "Certificate of conformance",
    "specimen": "Specimen of a certificate, which certifies nothing",
    "report": "Conformance report, not a certificate",
}
_OUTCOMES = {str(status): label for status, label in LABELS.items()}
"""The words that every report has for what a case came to."""


def render(certificate: Mapping[str, Json]) -> str:
    """Return the page; all that it says stands in the certificate."""
    style = _style()
    return (
        _environment()
        .get_template("certificate.html")
        .render(
            c=certificate,
            title=_TITLES,
            kinds=_KINDS,
            outcomes=_OUTCOMES,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=_policy(style),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=figure, duration=duration, line=one_line, plural=plural)
    return environment


@cache
def _style() -> str:
    return (TEMPLATES / "certificate.css").read_text(encoding="utf-8")


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
