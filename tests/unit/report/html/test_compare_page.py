import re

from harness.report.formats.changes import Pair
from harness.report.html.pages import render_comparison
from harness.verdict.compare import Comparison, Latency
from tests.unit.report.samples import run

CASE = "dental/create/npi"
SLOW = Latency("GET /a", 0.1, 0.5, 0.2, 0.9, slower=True)


def page(changes: Comparison, reasons: dict[str, str] | None = None) -> str:
    return render_comparison(Pair(run(run_id="r1"), run(run_id="r2"), changes), reasons or {})


def test_what_is_worse_comes_first_with_its_reason() -> None:
    text = page(Comparison(new_failure=(CASE,), fixed=("dental/create/x",)), {CASE: "It is 606."})

    assert "<h1>Worse</h1>" in text
    assert text.index("Failed now, and not before") < text.index(">Fixed ")
    assert "It is 606." in text


def test_what_is_fixed_is_no_alarm() -> None:
    assert "<h1>No worse</h1>" in page(Comparison(fixed=(CASE,)))


def test_a_slower_operation_is_marked() -> None:
    assert '<span class="badge fail">slower</span>' in page(Comparison(latency=(SLOW,)))


def test_names_from_outside_stay_text_and_nothing_is_loaded() -> None:
    text = page(Comparison(test_added=("<img src=x>",)))

    assert "&lt;img src=x&gt;" in text
    assert re.findall(r"<(?:link|img|iframe|script)\b", text) == []
