import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import escape

from harness.exchange import Request, Response
from harness.jsonvalue import Json, items, members
from harness.jsonvalue import text as text_of
from harness.openapi.requirements import Strength
from harness.report.formats import console, har, junit, summary, traceability
from harness.report.html import report_page as html
from harness.report.html.report_page import render, write
from harness.report.report_data import report_data
from tests.unit.report.runs import hostile_run, one_exchange_run, waived_run, whole_run
from tests.unit.report.samples import (
    BASE_URL,
    CREATE,
    exchange,
    failed,
    plan,
    record,
    requirement,
    sample,
)
from tests.work import at_most


def data_of(page: str) -> Mapping[str, Json]:
    """Return what the page builds its lists from."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found is not None
    return members(json.loads(found[1]))


def body_of(page: str, case: str) -> str:
    """Return what opens under the row of a case."""
    return text_of(members(data_of(page)["caseBodies"])[case])


@pytest.fixture(scope="module")
def failing() -> str:
    return render(whole_run(passing=False))


def test_the_verdict_comes_first_with_its_reason_and_the_next_step(failing: str) -> None:
    head = failing.split("<main", maxsplit=1)[0]

    assert "<h1>Non-conformant</h1>" in head
    assert "4 of 800 cases show the API breaking its contract" in head
    assert "Take the first cause, run its script" in head


def test_the_first_screen_names_the_causes_whose_fault_they_are_and_what_to_do(
    failing: str,
) -> None:
    head = failing.split("<nav", maxsplit=1)[0]

    assert head.count('<li><a href="#cause=') == 5
    assert "What went wrong" in head
    assert "<dt>At fault</dt>" in head
    assert "<dt>What to do</dt>" in head


def test_a_cause_shows_both_sides_its_requirement_and_its_cases(failing: str) -> None:
    cause = failing.split('<details class="cause')[1].split('<details class="cause', maxsplit=1)[0]

    assert "DENTATT_009 (the NPI is not valid)" in cause
    assert "<figcaption>Request</figcaption>" in cause
    assert "<figcaption>Response</figcaption>" in cause
    assert "<dt>Promised</dt>" in cause
    assert '<a href="#case=dental/' in cause or '<a href="#case=medical/' in cause


def test_the_payers_stand_in_a_grid(failing: str) -> None:
    grid = failing.split('id="payers"')[1].split("</section>", maxsplit=1)[0]

    assert grid.count("<li") == 18
    assert '<li class="fail"><a href="#case=medical/status/TESTEP06">' in grid


def test_every_requirement_and_every_case_is_in_the_data(failing: str) -> None:
    found = data_of(failing)

    assert len(items(found["requirements"])) == 347
    assert len(items(found["cases"])) == 800


def test_what_failed_is_listed_first(failing: str) -> None:
    statuses = [items(each)[1] for each in items(data_of(failing)["cases"])]

    assert statuses[0] == "fail"
    assert statuses == sorted(statuses, key=statuses.index)


def test_a_case_that_failed_opens_on_what_was_expected_and_its_exchange(failing: str) -> None:
    first = text_of(items(items(data_of(failing)["cases"])[0])[0])

    body = body_of(failing, first)

    assert '<span class="label">Expected</span>' in body
    assert "<figcaption>Response</figcaption>" in body
    assert "harness replay " in body


def test_the_failing_step_of_a_workflow_is_open_and_no_other(failing: str) -> None:
    body = body_of(failing, "medical/status/TESTEP06")

    assert body.count('<details class="step ') == 3
    assert body.count(" open>") == 1
    assert '<details class="step fail" open>' in body


def test_rows_are_built_when_asked_for_and_not_before(failing: str) -> None:
    static = failing.split('<script type="application/json"', maxsplit=1)[0]

    assert len(re.findall(r"<[a-z]", static)) < 2_500


def test_nothing_is_loaded_from_anywhere(failing: str) -> None:
    assert re.findall(r"<(?:link|img|iframe|script src)\b", failing) == []
    assert "@import" not in failing
    assert "url(" not in failing
    assert "default-src &#39;none&#39;" in failing


def test_only_a_sample_of_the_exchanges_is_embedded(failing: str) -> None:
    assert len(failing) < 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param('"><img src=x onerror=alert(1)>', id="attribute"),
        pytest.param("</pre></details><h1>CONFORMANT</h1>", id="markup"),
        pytest.param("{{ 7 * 7 }}{% raw %}", id="template"),
    ],
)
def test_what_came_over_the_wire_stays_text(text: str) -> None:
    page = render(hostile_run(text))

    assert str(escape(text)) in page
    assert page.count("<h1>") == 1
    assert "<img" not in page


def test_a_page_survives_broken_unicode(tmp_path: Path) -> None:
    path = tmp_path / "report.html"

    write(hostile_run("\ud800\x00\u202e"), path)

    assert "\x00" not in path.read_text(encoding="utf-8")


def test_large_bodies_are_cut_with_a_word() -> None:
    body = b"[" + b"1," * 20_000 + b"1]"
    found = one_exchange_run(
        Request("POST", f"{BASE_URL}/x", (), body, CREATE), Response(201, (), body)
    )

    page = render(found)

    assert "[37,003 more]" in page
    assert "# body left out" not in page


def test_a_run_that_breaks_everything_stays_readable() -> None:
    names = [f"dental/create/rule-{number}" for number in range(300)]
    found = sample(
        record(
            [plan(name) for name in names],
            [failed(name, exchange=number) for number, name in enumerate(names, start=1)],
            [exchange(number, name) for number, name in enumerate(names, start=1)],
        )
    )

    page = render(report_data(found.record, found.verdict))

    bodies = members(data_of(page)["caseBodies"])
    assert page.count('<details class="cause') == 1
    assert len(bodies) == 300
    assert sum("<figcaption>Response" in text_of(each) for each in bodies.values()) == 12


def test_an_empty_run_has_a_page_too() -> None:
    found = sample(record((), (), ()), ())

    page = render(report_data(found.record, found.verdict))

    assert "<h1>Inconclusive</h1>" in page
    assert "No case was planned." in page


def test_a_gate_that_does_not_hold_is_named_under_a_conformant_verdict() -> None:
    found = whole_run(passing=True, cases=100)
    gates = tuple(
        replace(gate, passed=gate.name != "leak_scan")  # type: ignore[type-var]
        for gate in found.verdict.gates
    )
    verdict = replace(found.verdict, gates=gates)  # type: ignore[type-var]

    page = render(report_data(found.record, verdict))

    assert "No contract was broken; 1 gate of the run is not met: leak_scan." in page


def test_all_formats_of_a_large_run_take_little_work() -> None:
    found = whole_run(passing=False)
    assert len(found.record.exchanges) > 3_900

    with at_most(calls=1_500_000):
        html.render(found)
        har.render(found.record)
        junit.render(found)
        summary.render_summary(found)
        console.render(found)
        traceability.render(found.verdict)


def test_a_weak_requirement_that_is_not_met_is_no_alarm() -> None:
    case = "dental/create/npi"
    plans = (plan(case, "D112", strength="SHOULD"),)
    weak = requirement("D112", Strength.SHOULD)
    found = sample(record(plans, (failed(case, exchange=1),), (exchange(1, case),)), (weak,))

    page = render(report_data(found.record, found.verdict))

    assert [items(each)[1] for each in items(data_of(page)["cases"])] == ["warn"]
    assert [items(each)[3] for each in items(data_of(page)["requirements"])] == ["observed"]


def test_every_waiver_stands_on_the_page() -> None:
    page = render(waived_run())

    section = page.split('id="waivers"')[1].split("</section>", maxsplit=1)[0]
    assert "<h1>Conformant with waivers</h1>" in page
    assert "payer-x, board" in section
    assert "ends in 9 days" in section
    assert section.count("<tr ") == 3


def test_what_the_mock_was_told_to_break_stands_on_the_first_screen() -> None:
    """A reader who does not know of it takes an exercise for a broken API."""
    found = whole_run(passing=False)
    told = replace(
        found, record=replace(found.record, run=replace(found.record.run, faults=("a-fault",)))
    )

    head = render(told).partition("</header>")[0]

    assert "The mock was told to break promises" in head
    assert "<code>a-fault</code>" in head
