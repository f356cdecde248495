"""Render `certificate.html` from a certificate: one file that prints and loads nothing."""

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.jsonvalue import Json
from harness.report.html import qr
from harness.report.html.report_page import TEMPLATES, asset, policy
from harness.report.wording import LABELS, duration, figure, one_line, plural

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


def render(certificate: Mapping[str, Json], digest: str) -> str:
    """Return the page; all that it says stands in the certificate, whose SHA-256 is the digest."""
    style = asset("tokens.css") + asset("certificate.css")
    return (
        _environment()
        .get_template("certificate.html")
        .render(
            c=certificate,
            title=_TITLES,
            kinds=_KINDS,
            outcomes=_OUTCOMES,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
            digest=digest,
            code=qr.svg_path(f"SHA256:{digest.upper()}"),
            code_size=qr.SIZE + 2 * qr.QUIET,
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
