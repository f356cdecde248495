from dataclasses import replace

import pytest

from harness.events import DocumentUsed
from harness.report.formats import summary
from harness.report.html import report_page
from harness.report.report_data import ReportData, report_data
from harness.report.wording import formats_sentence
from tests.unit.report.samples import passed, plan, record, sample

USED = DocumentUsed(
    "dental",
    "specs/dental/openapi.yaml",
    "d" * 64,
    (),
    formats="standard",
    formats_asserting=("date", "uuid"),
    formats_warning=("email",),
    formats_unchecked=("tooth",),
)


def run_judged_by(document: DocumentUsed) -> ReportData:
    case = "dental/create/a"
    found = sample(record([plan(case)], [passed(case)], (), documents=(document,)))
    return report_data(found.record, found.verdict)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            USED,
            "Formats, a breach fails: date, uuid; a breach only warns: email; not checked: tooth.",
            id="usual",
        ),
        pytest.param(
            replace(USED, formats="all", formats_warning=(), formats_unchecked=()),
            "Formats (x-formats or --formats asked for all), a breach fails: date, uuid.",
            id="all",
        ),
        pytest.param(
            DocumentUsed("a", "a.yaml", "d" * 64, (), formats="standard"), "", id="none-named"
        ),
    ],
)
def test_formats_are_told_in_one_sentence(document: DocumentUsed, expected: str) -> None:
    assert formats_sentence(document) == expected


def test_the_page_and_the_summary_say_what_became_of_formats() -> None:
    told = run_judged_by(USED)

    assert "a breach only warns: email; not checked: tooth." in report_page.render(told)
    assert "- dental: Formats, a breach fails: date, uuid; a breach" in summary.render_summary(told)
