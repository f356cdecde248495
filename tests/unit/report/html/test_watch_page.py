import re

from harness.report.html.pages import MOST_CAUSES, render_watch
from harness.report.trend import PastRun
from harness.verdict.watching import RunChanges
from tests.unit.report.test_watch_report import known, watched


def past(run: str, failed: int = 0) -> PastRun:
    started = f"2026-11-{run}T03:00:00Z"
    return PastRun(run, started, "CONFORMANT", 10, 10 - failed, failed, 0, failed, 1.0)


def test_runs_that_are_kept_are_linked_the_newest_first() -> None:
    text = render_watch(
        watched(RunChanges()), [past("28"), past("29", 1), past("30")], {"29", "30"}, ()
    )

    assert re.findall(r'href="(runs/[^"]+)"', text) == [
        "runs/30/report.html",
        "runs/29/report.html",
    ]
    assert "The last 3 runs" in text


def test_causes_stand_where_they_belong() -> None:
    turn = RunChanges(opened=(known("a"),), closed=(known("b"),))

    text = render_watch(watched(turn), [past("30")], (), (known("c"),))

    assert text.index(">New <") < text.index(">Gone <")
    assert ">Still there <" not in text


def test_words_from_outside_stay_text_and_nothing_is_loaded() -> None:
    turn = RunChanges(opened=(known("a", sentence="<img src=x>", operation="GET /<script>"),))

    text = render_watch(watched(turn, documents=("<b>",)), [past("30")], (), ())

    assert "&lt;img src=x&gt;" in text
    assert re.findall(r"<(?:link|img|iframe|script|b)\b", text) == []


def test_a_page_of_very_many_causes_is_bounded() -> None:
    many = tuple(known(str(number)) for number in range(MOST_CAUSES + 7))

    assert "And 7 more, in watch.json." in render_watch(
        watched(RunChanges(opened=many)), [past("30")], (), ()
    )
