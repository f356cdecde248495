from dataclasses import replace
from io import StringIO

from rich.console import Console

from harness.cli.console import Level
from harness.cli.live import Live
from harness.cli.progress import MOST_CAUSES, Progress
from harness.events import (
    CaseFinished,
    CasePlanned,
    CaseStarted,
    DocumentUsed,
    RunFinished,
    RunStarted,
)
from harness.outcome import Check, Outcome, Status

RUN = RunStarted(
    run_id="r", started="t", harness_version="0.1.0", environment="mock",
    base_url="http://127.0.0.1:1", profile="ci", seed=1, apis=("dental",),
)  # fmt: skip


def test_a_group_is_told_when_it_ends_and_a_failure_at_once() -> None:
    lines: list[str] = []
    progress = Progress(lines.append)

    progress(RUN)
    for case in ("dental/create/a", "dental/create/b"):
        progress(CasePlanned(case, case, "dental", "create"))
    progress(CaseFinished(Outcome("dental/create/a", Status.FAIL, message="why", requests=2)))
    progress(
        CaseFinished(Outcome("dental/create/b", Status.PASS, requests=1, duration_seconds=0.25))
    )

    assert lines == [
        "harness 0.1.0: mock at http://127.0.0.1:1, profile ci, seed 1",
        "2 cases planned",
        "  FAIL  dental/create/a: why",
        "  dental/create                2 cases     3 requests     250 ms   1 not passed",
    ]


def test_a_downloaded_document_and_a_correction_without_use_are_told() -> None:
    lines: list[str] = []
    warning = "specs/dental/overlay.yaml:7:13: the target $.info matches nothing."
    used = DocumentUsed(
        "dental",
        "specs/downloaded/dental.json",
        "ab",
        ("GET /x",),
        origin="downloaded",
        unmatched=(warning,),
    )

    Progress(lines.append)(replace(RUN, documents=(used,)))

    assert lines[1:] == [
        "dental is judged by specs/downloaded/dental.json (downloaded)",
        f"warning: {warning}",
    ]


class Recorded:
    """A block that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counts: list[tuple[int, int, int, str]] = []

    def line(self, text: str, style: str = "") -> None:
        self.lines.append(f"[{style}]{text}" if style else text)

    def count(self, done: int, total: int, failures: int, suite: str) -> None:
        self.counts.append((done, total, failures, suite))


def failing(case: str, actual: str, *, exchange: int = 0) -> Outcome:
    bad = Check("part.size", Status.FAIL, expected="607", actual=actual, exchange=exchange)
    return Outcome(case, Status.FAIL, (bad,), f"part.size: expected 607, got {actual}")


def told(cases: list[Outcome], *, level: Level = Level.NORMAL) -> list[str]:
    lines: list[str] = []
    progress = Progress(lines.append, level=level)
    for each in cases:
        api, group, *_ = each.case.split("/")
        progress(CasePlanned(each.case, each.case, api, group))
    for each in cases:
        progress(CaseFinished(each))
    progress(RunFinished("t", 1.0))
    return lines


def test_on_a_terminal_a_block_counts_cases_failures_and_the_suite() -> None:
    block = Recorded()
    progress = Progress(print, block=block)

    for case in ("a/b/1", "a/b/2"):
        progress(CasePlanned(case, case, "a", "b"))
    progress(CaseFinished(Outcome("a/b/1", Status.FAIL, message="why")))

    assert block.counts == [(1, 2, 1, "a/b")]
    assert block.lines == ["2 cases planned", "[bold red]  FAIL  a/b/1: why"]


def test_failures_that_look_alike_are_told_once_and_counted() -> None:
    lines = told([failing(f"dental/search/{n}", "606") for n in range(39)])

    assert lines == [
        "39 cases planned",
        "  FAIL  dental/search/0: part.size: expected 607, got 606",
        "        +38 like dental/search/0",
        "  dental/search               39 cases     0 requests       0 ms   39 not passed",
    ]


def test_of_many_causes_the_first_are_told_and_the_others_counted() -> None:
    cases = [
        Outcome(f"dental/a/{n}", Status.FAIL, (Check(f"check-{n}", Status.FAIL),), f"no {n}")
        for n in range(25)
    ]

    lines = told(cases)

    assert sum(line.startswith("  FAIL") for line in lines) == MOST_CAUSES
    assert lines[-1] == "  15 further failures: see the causes below"


def test_of_many_suites_the_products_are_told() -> None:
    cases = [Outcome(f"dental/{n}/x", Status.PASS) for n in range(30)]

    lines = told(cases)

    assert lines[1:] == ["  dental                      30 cases     0 requests       0 ms   ok"]


def test_all_is_told_where_it_is_asked_for_and_nothing_where_it_is_not() -> None:
    cases = [failing(f"dental/search/{n}", "606") for n in range(39)]

    assert sum("FAIL" in line for line in told(cases, level=Level.FULL)) == 39
    assert told(cases, level=Level.QUIET) == []


def test_where_messages_are_whole_what_is_advisory_is_told_too() -> None:
    lines: list[str] = []
    for whole in (False, True):
        progress = Progress(lines.append, whole=whole)
        progress(CasePlanned("workflow/a", "a", "workflow", "a"))
        progress(CaseFinished(Outcome("workflow/a", Status.WARN, message="recovered: s")))

    assert [line for line in lines if "WARN" in line] == ["  WARN  workflow/a: recovered: s"]


def test_a_line_on_a_terminal_cannot_be_forged() -> None:
    screen = StringIO()
    with Live(Console(file=screen, force_terminal=True, width=100, color_system=None)) as live:
        live.line("a\x1b[2Jb\nc")

    assert "a\\u001b[2Jb\\nc" in screen.getvalue()


def test_a_thorough_run_says_what_it_is_at_before_anything_has_a_result() -> None:
    lines: list[str] = []
    progress = Progress(lines.append)
    progress(RunStarted("r", "t", "0", "mock", "http://127.0.0.1:1", "deep", 1, ("a",)))
    progress(CasePlanned("a/fuzz/x", "a/fuzz/x", "a", "fuzz"))
    progress(CasePlanned("a/b/1", "a/b/1", "a", "b"))

    progress(CaseStarted("a/fuzz/x", "t"))
    progress(CaseStarted("a/b/1", "t"))

    assert lines[1:] == ["2 cases planned", "  Schemathesis tries a/fuzz/x"]
