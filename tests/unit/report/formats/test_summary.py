from dataclasses import replace
from pathlib import Path

from harness.report.formats.summary import LIMIT_BYTES, render_summary, write
from harness.report.report_data import report_data
from tests.unit.report.runs import hostile_run, waived_run, whole_run
from tests.unit.report.samples import exchange, failed, plan, record, sample


def test_the_page_begins_with_the_verdict(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"

    write(whole_run(passing=True, cases=100), path)

    assert path.read_text(encoding="utf-8").startswith(
        "## CONFORMANT\n\n99 cases ran and no contract was broken; 1 case was omitted. "
    )


def test_cases_of_one_cause_are_told_once() -> None:
    names = [f"dental/create/rule-{number}" for number in range(5_000)]
    found = sample(
        record(
            [plan(name) for name in names],
            [failed(name, exchange=1) for name in names],
            (exchange(1, names[0]),),
        )
    )

    page = render_summary(report_data(found.record, found.verdict))

    assert page.count("```bash") == 1
    assert "### 1 cause, 5,000 cases" in page
    assert "- case: `dental/create/rule-0 and 4,999 more`" in page
    assert len(page.encode()) < LIMIT_BYTES


def test_text_of_the_api_stays_text() -> None:
    page = render_summary(hostile_run("</details><img src=x>`|a|``` @team"))

    outside = "".join(page.split("```bash")[0])
    assert "\n</details>" not in page
    assert "actual: `` </details><img src=x>`|a|``` @team ``" in outside
    assert "````bash" in page


def test_the_gates_are_a_table() -> None:
    page = render_summary(whole_run(passing=False, cases=350))

    assert "| `shall_failures` | 4 | at most 0 | **not met** |" in page
    assert "| `errors` | 2 | at most 0 | **not met** |" in page


def test_a_broken_gate_says_which_waiver_is_stale() -> None:
    page = render_summary(waived_run())

    assert page.startswith("## CONFORMANT\\_WITH\\_WAIVERS\n")
    assert "| `stale_waivers` | 1 | at most 0 | **not met** WVR\\-8 |" in page


def test_a_long_command_is_named_by_its_place() -> None:
    assert "The curl command is in report.html" in render_summary(hostile_run("x" * 5_000))


def test_a_page_that_grew_too_long_is_cut_with_a_word() -> None:
    found = waived_run()
    gate = replace(found.verdict.gates[0], note="n" * 400)  # type: ignore[type-var]
    verdict = replace(found.verdict, gates=(gate,) * 3_000)  # type: ignore[type-var]

    page = render_summary(report_data(found.record, verdict))

    assert page.endswith("Cut here; see report.html.\n")
    assert len(page.encode()) < 1_000_000
