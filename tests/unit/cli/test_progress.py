from dataclasses import replace

from harness.cli.progress import Progress
from harness.events import CaseFinished, CasePlanned, DocumentUsed, RunStarted
from harness.outcome import Outcome, Status

RUN = RunStarted(
    run_id="r", started="t", harness_version="0.1.0", environment="mock",
    base_url="http://127.0.0.1:1", profile="ci", seed=1, apis=("dental",),
)  # fmt: skip


def test_a_group_is_told_when_it_ends_and_a_failure_at_once() -> None:
    lines: list[str] = []
    progress = Progress(lines.append, terminal=False)

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
        "  dental/create               2 cases      3 requests    0.2 s   1 not passed",
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

    Progress(lines.append, terminal=False)(replace(RUN, documents=(used,)))

    assert lines[1:] == [
        "dental is judged by specs/downloaded/dental.json (downloaded)",
        f"warning: {warning}",
    ]


def test_on_a_terminal_a_line_counts() -> None:
    lines: list[str] = []

    def rewrite(line: str, *, stay: bool = False) -> None:
        lines.append(f"{line}, and stay" if stay else line)

    progress = Progress(lines.append, terminal=True, rewrite=rewrite)

    for case in ("a/b/1", "a/b/2"):
        progress(CasePlanned(case, case, "a", "b"))
    progress(CaseFinished(Outcome("a/b/1", Status.PASS)))

    assert lines[-1] == "  1 of 2 cases, and stay"


def test_where_all_is_told_what_decides_nothing_is_told_too() -> None:
    lines: list[str] = []
    for whole in (False, True):
        progress = Progress(lines.append, terminal=False, whole=whole)
        progress(CasePlanned("workflow/a", "a", "workflow", "a"))
        progress(CaseFinished(Outcome("workflow/a", Status.WARN, message="recovered: s")))

    assert lines == [
        "1 case planned",
        "  workflow/a                  1 cases      0 requests    0.0 s   ok",
        "1 case planned",
        "  WARN  workflow/a: recovered: s",
        "  workflow/a                  1 cases      0 requests    0.0 s   ok",
    ]
