import csv
import io
from pathlib import Path

import pytest

from harness.report.formats.traceability import COLUMNS, render, safe, write
from tests.unit.report.samples import exchange, failed, passed, plan, record, requirement, sample

CASE = "dental/create/npi-checksum"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_every_requirement_has_a_row_with_its_cases() -> None:
    plans = (plan(CASE, "D112"), plan(f"{CASE}-2", "D112", "D113"))
    outcomes = (passed(CASE), failed(f"{CASE}-2", exchange=1))
    requirements = (
        requirement("D112"),
        requirement("D113"),
        requirement("D114", environments=(), untestable="only the vendor sees it"),
        requirement("D115"),
    )

    found = sample(record(plans, outcomes, (exchange(1, CASE),)), requirements)

    table = rows(render(found.verdict))
    assert tuple(table[0]) == COLUMNS
    assert [(row[0], row[5], row[6], row[7]) for row in table[1:]] == [
        ("D112", f"{CASE} {CASE}-2", "failed", f"fail: {CASE}-2: the API accepted a wrong NPI"),
        ("D113", f"{CASE}-2", "failed", f"fail: {CASE}-2: the API accepted a wrong NPI"),
        ("D114", "", "untestable", "only the vendor sees it"),
        ("D115", "", "untested", "no planned case names it"),
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        pytest.param("=HYPERLINK(1)", "'=HYPERLINK(1)", id="formula"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(1)", "'@SUM(1)", id="at"),
        pytest.param("\t=1", "'=1", id="tab"),
        pytest.param("D112", "D112", id="plain"),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert safe(cell) == written


def test_the_file_is_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "traceability.csv"
    found = sample(record((), (), ()), (requirement("D112", statement='ä, "b"'),))

    write(found.verdict, path)

    assert rows(path.read_text(encoding="utf-8"))[1][1] == 'ä, "b"'
