from pathlib import Path

import pytest

from harness import record
from harness.errors import DocumentError
from harness.events import (
    CaseFinished,
    CasePlanned,
    CaseStarted,
    DocumentUsed,
    Event,
    ExchangeDone,
    RunFinished,
    RunResumed,
    RunStarted,
)
from harness.exchange import Exchange, Request, Response
from harness.outcome import Attribution, Check, Outcome, Status

RUN = RunStarted(
    run_id="r1",
    started="2026-11-22T10:00:00Z",
    harness_version="0.1.0",
    environment="mock",
    base_url="http://127.0.0.1:1",
    profile="ci",
    seed=1,
    apis=("dental",),
    documents=(
        DocumentUsed("dental", "openapi.yaml", "ab", ("GET /x",)),
        DocumentUsed(
            "token-v2",
            "t.json",
            "cd",
            ("POST /t",),
            origin="downloaded",
            unmatched=("o.yaml:1:2: no",),
        ),
    ),
)
PLANNED = CasePlanned("dental/a", "A", "dental", "create", ("D001",))
EXCHANGE = Exchange(
    id=1,
    request=Request("POST", "http://127.0.0.1:1/x", (("A", "b"),), b"\xff\x00", "POST /x", "step"),
    response=Response(200, (("C", "d"),), "ä".encode(), 0.1),
    case="dental/a",
    started="2026-11-22T10:00:01Z",
    duration_seconds=0.2,
)
UNANSWERED = Exchange(id=2, request=Request("GET", "http://127.0.0.1:1/y"), failure="no connection")
OUTCOME = Outcome(
    case="dental/a",
    status=Status.FAIL,
    checks=(Check("status", Status.FAIL, "201", "500", "w", 1, "f:1:1", Attribution.DOCUMENT),),
    message="m",
    requests=1,
    attribution=Attribution.DOCUMENT,
)
FINISHED = RunFinished("2026-11-22T10:00:02Z", 2.0, interrupted=True, error="e")
EVENTS: tuple[Event, ...] = (
    RUN,
    PLANNED,
    CaseStarted("dental/a", "t"),
    ExchangeDone(EXCHANGE),
    ExchangeDone(UNANSWERED),
    CaseFinished(OUTCOME),
    FINISHED,
)


def written(path: Path, events: tuple[Event, ...] = EVENTS) -> Path:
    writer = record.RecordWriter(path)
    for event in events:
        writer.write(event)
    writer.close()
    return path


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    read = record.read(written(tmp_path / "record.jsonl"))

    assert read == record.Record(RUN, (PLANNED,), (OUTCOME,), (EXCHANGE, UNANSWERED), FINISHED)
    assert read.exchanges_of("dental/a") == (EXCHANGE,)


def test_a_torn_last_line_is_what_a_killed_run_leaves(tmp_path: Path) -> None:
    path = written(tmp_path / "record.jsonl", EVENTS[:-1])
    with path.open("a") as stream:
        stream.write('{"type":"finis')

    read = record.read(path)

    assert read.finished is None
    assert read.outcomes == (OUTCOME,)


def test_a_broken_line_in_the_middle_is_an_error_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    path.write_text('{"type":"nonsense"}\n{}\n')

    with pytest.raises(DocumentError, match=r"record\.jsonl:1:1: is not a line of a record"):
        record.read(path)


def test_a_file_without_a_run_line_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    path.write_text("")

    with pytest.raises(DocumentError, match="no run line"):
        record.read(path)
    with pytest.raises(DocumentError, match="cannot be read"):
        record.read(tmp_path / "none")


def test_an_outcome_of_a_resumed_run_takes_the_place_of_the_earlier() -> None:
    passed = Outcome("dental/a", Status.PASS)
    lines = (RUN, CaseFinished(OUTCOME), RunResumed("t", "v"), CaseFinished(passed))

    assert record.fold(lines).outcomes == (passed,)


@pytest.mark.parametrize("line", [CaseFinished(OUTCOME), PLANNED])
def test_one_sitting_plans_and_ends_a_case_once(line: Event) -> None:
    with pytest.raises(DocumentError, match="the case 'dental/a' twice"):
        record.fold((RUN, line, line))
