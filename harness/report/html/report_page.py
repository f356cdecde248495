"""Render `report.html`: one file that opens from disk and loads nothing from anywhere."""

import base64
import hashlib
import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from harness.outcome import Status
from harness.report import wording
from harness.report.html.evidence import evidence
from harness.report.html.view_model import Page, page
from harness.report.messages import printable
from harness.report.report_data import ReportData
from harness.report.view import FindingView, JudgedView, OperationShare, TracedView, shares, tree
from harness.report.wording import LABELS, UNJUDGED, formats_sentence, one_line

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
    # Halves of surrogate pairs may come over the wire and have no encoding.
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
    created = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        # A misspelt name in a template raises instead of writing nothing.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    created.filters.update(
        bound=wording.bound,
        capitalize_first=lambda text: text[:1].upper() + text[1:],
        duration=wording.duration,
        formats=formats_sentence,
        figure=wording.figure,
        line=wording.one_line,
        next_step=wording.next_step,
        plural=wording.plural,
        printable=printable,
        quoted=shlex.quote,
    )
    # Known to every template, so that no call has to pass them.
    created.globals.update(
        labels=wording.LABELS, culprit=wording.culprit, static_causes=STATIC_CAUSES
    )
    return created


@cache
def asset(name: str) -> str:
    """Return a style or a script of the pages."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def policy(style: str, script: str = "") -> str:
    """Allow a page its own style and script and nothing else, wherever it is opened."""
    # A hash instead of 'unsafe-inline': only this very text may run (CSP Level 3, 2.3.1).
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; {scripts}"
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


MAX_MESSAGE = 170
# In the order of urgency: what failed, what nobody knows, what somebody accepted, what is fine.
WORST_FIRST = (
    Status.FAIL,
    *UNJUDGED,
    Status.WAIVED,
    Status.WARN,
    Status.PASS,
    Status.OMIT,
)
_RESULTS = ("failed", "waived", "observed", "untested", "untestable", "passed")
"""What requirements come to, in the order in which they are listed."""


def data(report_data: ReportData, fragments: Mapping[str, Mapping[str, str]]) -> str:
    """Return the data as JSON that may stand in a script element.

    `fragments` are pieces of the page that are put in where something is opened.
    """
    traced = [
        (each, "waived" if each.waived else str(each.coverage))
        for each in report_data.verdict.traced
    ]
    traced.sort(key=lambda pair: _RESULTS.index(pair[1]))
    # Cases refer to requirements by their place, which keeps the data of a large run small.
    places = {each.requirement.id: at for at, (each, _) in enumerate(traced)}
    content = {
        "labels": {str(status): label for status, label in LABELS.items()},
        "order": [str(each) for each in WORST_FIRST],
        "apis": list(dict.fromkeys(each.planned.api for each in report_data.verdict.judged)),
        "cases": _cases(report_data, places),
        "requirements": [_requirement(each, result) for each, result in traced],
        "constraints": [_constraints(each) for each in shares(report_data.verdict.constraints)],
        **fragments,
    }
    # ASCII only, so that line separators of Unicode cannot end a line of script.
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    # `</script>` and `<!--` must not come out of what stands in an element of script.
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


# Rows and no objects: the names of members would be most of the data of a large run.
def _requirement(traced: TracedView, result: str) -> Sequence[object]:
    requirement = traced.requirement
    return [
        requirement.id,
        one_line(requirement.statement, 600),
        str(requirement.strength),
        result,
        one_line(traced.reason, MAX_MESSAGE),
        one_line(requirement.source),
    ]


def _constraints(share: OperationShare) -> Sequence[object]:
    return [
        one_line(share.operation, 300),
        share.result,
        share.exercised,
        share.total,
        tree(share.constraints),
    ]


def _cases(report_data: ReportData, places: Mapping[str, int]) -> Sequence[Sequence[object]]:
    verdict = report_data.verdict
    findings = {
        each.case: each for each in (*verdict.observations, *verdict.unverified, *verdict.findings)
    }
    rank = {status: place for place, status in enumerate(WORST_FIRST)}
    ordered = sorted(verdict.judged, key=lambda each: rank[each.status])
    return [
        [
            *_described(each, findings.get(each.planned.case)),
            len(report_data.of(each.planned.case)),
            round(each.outcome.duration_seconds, 4) if each.outcome else 0,
            list(_known(each.planned.requirements, places)),
            each.planned.kind,
        ]
        for each in ordered
    ]


def _described(judged: JudgedView, finding: FindingView | None) -> Sequence[str]:
    """Return id, status, product and title of a case, what is wrong with it, and its cause."""
    sentence = finding.sentence if finding else ""
    return [
        one_line(judged.planned.case, 300),
        str(judged.status),
        judged.planned.api,
        one_line(judged.planned.title, MAX_MESSAGE),
        one_line(_message(judged, sentence), MAX_MESSAGE),
        finding.cause if finding else "",
    ]


def _message(judged: JudgedView, sentence: str) -> str:
    if sentence:
        return sentence
    if judged.outcome is None or judged.status is Status.PASS:
        return ""
    return judged.outcome.message


def _known(names: Iterable[str], places: Mapping[str, int]) -> Iterable[int]:
    return (places[name] for name in names if name in places)
