from dataclasses import replace

from harness.exchange import Exchange, Response
from harness.outcome import Check, Outcome, Status
from harness.report.html.report_page import render
from harness.report.html.timeline import MAX_MARKS, Timeline, timeline
from harness.report.report_data import ReportData, report_data
from tests.unit.report.samples import exchange, failed, passed, plan, record, sample

GOOD = "dental/create/good"
BAD = "dental/create/bad"


def sent(number: int, case: str, second: float, took: float = 0.01) -> Exchange:
    stamp = f"2026-11-22T10:{int(second) // 60:02}:{second % 60:06.3f}Z"
    answer = Response(201, (), b"{}", took)
    return replace(exchange(number, case), started=stamp, response=answer)


def made(*exchanges: Exchange, embedded: bool = False) -> ReportData:
    outcomes = (passed(GOOD), failed(BAD, exchange=2))
    found = sample(record((plan(GOOD), plan(BAD)), outcomes, exchanges, embedded=embedded))
    return report_data(found.record, found.verdict)


def drawn(*exchanges: Exchange, embedded: bool = False) -> Timeline:
    found = timeline(made(*exchanges, embedded=embedded))
    assert found is not None
    return found


def test_a_run_that_sent_nothing_has_no_plot() -> None:
    assert timeline(made()) is None
    assert 'id="timeline"' not in render(made())


def test_time_goes_across_and_duration_up_by_powers_of_ten() -> None:
    found = drawn(
        sent(1, GOOD, 0, 0.001), sent(3, GOOD, 0.5, 0.1), sent(4, GOOD, 1, 0.01), sent(5, GOOD, 1)
    )

    assert found.layers[0].path == "M0 200h0M500 0h0M1000 100h0"
    assert [(tick.place, tick.label) for tick in found.up] == [(200, "1 ms"), (100, "10 ms")]
    assert [tick.label for tick in found.across][:2] == ["10:00:00.0", "10:00:00.2"]
    assert found.slowest.seconds == 0.1


def test_the_exchange_that_a_check_names_is_marked_and_no_other() -> None:
    found = drawn(sent(1, BAD, 0), sent(2, BAD, 0.1), sent(3, GOOD, 0.2))

    assert found.counts == {Status.PASS: 2, Status.FAIL: 1}
    assert [(mark.status, mark.title) for mark in found.marks] == [
        (
            Status.FAIL,
            "dental/create/bad: POST /dental/attachments/v1/attachments/documents -> 201 in 10 ms",
        )
    ]


def test_a_request_without_an_answer_is_not_drawn_as_in_order() -> None:
    found = drawn(replace(sent(1, GOOD, 0), response=None))

    assert found.counts == {Status.ERROR: 1}


def test_long_pauses_are_cut_and_counted() -> None:
    found = drawn(sent(1, GOOD, 0), sent(3, GOOD, 600), sent(4, GOOD, 600.5))

    assert found.pauses == 1
    assert [each.label for each in found.gaps] == ["10 min 0 s"]
    assert found.seconds < 1


def test_behind_a_pause_the_axis_shows_the_true_time() -> None:
    found = drawn(sent(1, GOOD, 0), sent(3, GOOD, 600), sent(4, GOOD, 600.8))

    assert found.across[0].label == "10:00:00.0"
    assert found.across[-1].label == "10:10:00.6"


def test_on_the_embedded_mock_the_clock_of_the_run_is_not_believed() -> None:
    found = drawn(sent(1, GOOD, 0), sent(3, GOOD, 0.5), sent(4, GOOD, 1), embedded=True)

    assert not found.has_clock
    assert found.across[0].label == "0.0 s"
    assert found.seconds < 0.1


def test_a_dot_that_stands_out_leads_to_its_case() -> None:
    page = render(made(sent(1, GOOD, 0), sent(2, BAD, 0.1)))

    assert '<a href="#case=dental/create/bad" tabindex="-1"' in page


def test_each_product_has_a_band_of_when_its_cases_ran() -> None:
    found = drawn(sent(1, GOOD, 0), sent(2, "medical/upload/x", 1), sent(3, "run/token", 1))

    assert [(each.name, each.exchanges) for each in found.bands] == [("dental", 1), ("medical", 1)]


def test_too_many_marks_become_a_layer() -> None:
    numbers = range(1, MAX_MARKS + 2)
    checks = tuple(Check("status", Status.FAIL, "400", "201", exchange=each) for each in numbers)
    exchanges = tuple(sent(each, BAD, each / 10) for each in numbers)
    found = sample(record((plan(BAD),), (Outcome(BAD, Status.FAIL, checks),), exchanges))

    plot = timeline(report_data(found.record, found.verdict))

    assert plot is not None
    assert plot.marks == ()
    assert [(layer.status, layer.count) for layer in plot.layers] == [(Status.FAIL, MAX_MARKS + 1)]


def test_the_table_tells_what_the_plot_shows() -> None:
    found = drawn(sent(1, GOOD, 0), sent(2, BAD, 0.95), sent(3, GOOD, 1))

    assert len(found.slices) == 10
    assert (found.slices[0].span, found.slices[0].exchanges) == ("10:00:00.0 to 10:00:00.1", 1)
    assert found.slices[9].counts == {Status.PASS: 1, Status.FAIL: 1}
    assert sum(each.exchanges for each in found.slices) == 3


def test_the_page_tells_the_plot_in_words() -> None:
    page = render(made(sent(1, GOOD, 0), sent(2, BAD, 0.1)))

    assert "2 exchanges in 100 ms: 1 in order, 1 show a failure." in page
    assert 'aria-labelledby="plot-title" aria-describedby="plot-text"' in page


def test_stamps_that_are_missing_leave_the_rest() -> None:
    found = drawn(replace(sent(1, GOOD, 0), started=""), sent(3, GOOD, 0.1))

    assert found.counts == {Status.PASS: 1}
