"""Write the cases and the requirements as the data from which the page builds its lists when asked."""

import json
from collections.abc import Iterable, Mapping, Sequence

from harness.outcome import Status
from harness.report.constraint_tree import shares, tree
from harness.report.report_data import ReportData
from harness.report.view import JudgedView
from harness.report.wording import LABELS, UNJUDGED, one_line

MAX_MESSAGE = 170
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
    places = {each.requirement.id: at for at, (each, _) in enumerate(traced)}
    content = {
        "labels": {str(status): label for status, label in LABELS.items()},
        "order": [str(each) for each in WORST_FIRST],
        "apis": list(dict.fromkeys(each.planned.api for each in report_data.verdict.judged)),
        "cases": _cases(report_data, places),
        "requirements": [
            [
                each.requirement.id,
                one_line(each.requirement.statement, 600),
                str(each.requirement.strength),
                result,
                one_line(each.reason, MAX_MESSAGE),
                one_line(each.requirement.source),
            ]
            for each, result in traced
        ],
        "constraints": [
            [
                one_line(each.operation, 300),
                each.result,
                each.exercised,
                each.total,
                tree(each.constraints),
            ]
            for each in shares(report_data.verdict.constraints)
        ],
        **fragments,
    }
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    # `</script>` and `<!--` must not come out of what stands in an element of script.
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _cases(report_data: ReportData, places: Mapping[str, int]) -> Sequence[Sequence[object]]:
    verdict = report_data.verdict
    told = {
        each.case: each for each in (*verdict.observations, *verdict.unverified, *verdict.findings)
    }
    rank = {status: place for place, status in enumerate(WORST_FIRST)}
    ordered = sorted(verdict.judged, key=lambda each: rank[each.status])
    return [
        [
            one_line(each.planned.case, 300),
            str(each.status),
            each.planned.api,
            one_line(each.planned.title, MAX_MESSAGE),
            one_line(_message(each, told[each.planned.case].sentence), MAX_MESSAGE)
            if each.planned.case in told
            else _message(each, ""),
            told[each.planned.case].cause if each.planned.case in told else "",
            len(report_data.of(each.planned.case)),
            round(each.outcome.duration_seconds, 4) if each.outcome else 0,
            list(_known(each.planned.requirements, places)),
            each.planned.kind,
        ]
        for each in ordered
    ]


def _message(judged: JudgedView, sentence: str) -> str:
    if sentence:
        return sentence
    is_quiet = judged.outcome is None or judged.status is Status.PASS
    return (
        "" if is_quiet or judged.outcome is None else one_line(judged.outcome.message, MAX_MESSAGE)
    )


def _known(names: Iterable[str], places: Mapping[str, int]) -> Iterable[int]:
    return (places[name] for name in names if name in places)
