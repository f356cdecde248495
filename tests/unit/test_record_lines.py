import errno
import io
import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harness import record
from harness.errors import DocumentError, StorageError
from harness.events import (
    CaseFinished,
    CasePlanned,
    CasesCounted,
    CaseStarted,
    ClientPrinted,
    DocumentUsed,
    Event,
    ExchangeDone,
    Job,
    MockRecognised,
    RunFinished,
    RunResumed,
    RunScanned,
    RunStarted,
    SetUsed,
)
from harness.exchange import Exchange, Request, Response
from harness.outcome import Attribution, Check, Outcome, Status
from harness.record_lines import event, plain

SCHEMA = Path(record.__file__).parent / "report" / "schemas" / "record-1.schema.json"
STAMP = "2026-11-22T10:00:00Z"
RUN = RunStarted(
    run_id="r1",
    started=STAMP,
    harness_version="0.1.0",
    environment="mock",
    base_url="http://127.0.0.1:1",
    profile="ci",
    seed=1,
    apis=("dental",),
    documents=(DocumentUsed("dental", "openapi.yaml", "a" * 64, ("GET /x",)),),
    sets=(SetUsed("dental", "b" * 64),),
    faults=("npi-checksum-unchecked",),
    shard="2/3",
    split=(("dental/a",), ("dental/b", "dental/c"), ()),
    split_sha256="d" * 64,
    merged=("r0",),
    waivers="c" * 64,
    embedded=True,
    job=Job("GitHub Actions", "contract", "7", "https://ci.example/7"),
    suite="contract",
    like="mock",
    settings_of="mock",
)
OUTCOME = Outcome(
    case="dental/a",
    status=Status.FAIL,
    checks=(Check("status", Status.FAIL, "201", "500", "w", 1, "f:1:1", Attribution.DOCUMENT),),
    requests=1,
)
EXCHANGE = Exchange(1, Request("POST", "http://127.0.0.1:1/x", (("A", "b"),), b"\xff"))
EVENTS: tuple[Event, ...] = (
    RUN,
    CasesCounted(812),
    MockRecognised("token"),
    CasePlanned("dental/a", "A", "dental", "create", ("D001",)),
    CaseStarted("dental/a", STAMP),
    ExchangeDone(EXCHANGE),
    ExchangeDone(Exchange(2, EXCHANGE.request, Response(200, (("C", "d"),), b"{}", 0.1))),
    ClientPrinted("dental/a", "the last of\nwhat it said", 50_000),
    CaseFinished(OUTCOME),
    RunFinished(STAMP, 2.0, interrupted=True, error="e", exit_code=3),
    RunResumed(STAMP, "0.1.0"),
    RunScanned(0),
)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    document = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


@pytest.mark.parametrize(
    "line", [pytest.param(each, id=f"{n}-{type(each).__name__}") for n, each in enumerate(EVENTS)]
)
def test_every_kind_of_line_is_read_as_it_was_written(
    line: Event, schema: Draft202012Validator
) -> None:
    written = json.loads(json.dumps(plain(line)))

    assert event(written) == line
    schema.validate(written)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"type": "nonsense"}, id="kind"),
        pytest.param({"type": "scanned"}, id="member_missing"),
        pytest.param(
            {"type": "started", "case": "a", "started": STAMP, "x": "y"}, id="member_added"
        ),
        pytest.param(
            {**plain(ExchangeDone(EXCHANGE)), "caze": "dental/a"}, id="member_of_an_exchange"
        ),
        pytest.param({**plain(CaseFinished(OUTCOME)), "requets": 1}, id="member_of_an_outcome"),
        pytest.param(
            {**plain(RunFinished(STAMP, 2.0)), "interupted": True}, id="member_of_the_end"
        ),
        pytest.param(
            {"type": "case", "case": "a", "title": "", "api": "", "group": "", "strength": "MUST"},
            id="strength",
        ),
        pytest.param({"type": "outcome", "case": "a", "status": "ok", "checks": []}, id="status"),
    ],
)
def test_what_is_no_line_is_refused_by_the_reader_and_by_the_schema(
    line: dict[str, object], schema: Draft202012Validator
) -> None:
    assert not schema.is_valid(line)
    with pytest.raises((KeyError, TypeError, ValueError)):
        event(line)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
    st.sampled_from(["run", "case", "exchange", "outcome", "finished", "scanned"]),
)
def test_a_foreign_line_is_named_and_never_a_crash(value: object, kind: str) -> None:
    line = {**value, "type": kind} if isinstance(value, dict) else value
    raw = json.dumps(plain(RUN)).encode() + b"\n" + json.dumps(line).encode() + b"\n"

    try:
        record.parse(raw, "r")
    except DocumentError as problem:
        assert str(problem).startswith("r:2:1: is not a line of a record")  # noqa: PT017


def test_the_schema_knows_every_member_of_every_line() -> None:
    definitions = json.loads(SCHEMA.read_text())["$defs"]

    for line in EVENTS:
        written = plain(line)
        assert set(definitions[str(written["type"])]["properties"]) == set(written)
    document = definitions["run"]["properties"]["documents"]["items"]
    assert set(document["properties"]) == {each.name for each in fields(DocumentUsed)}


def test_another_version_is_named() -> None:
    raw = json.dumps({**plain(RUN), "version": 2}).encode() + b"\n"

    with pytest.raises(DocumentError, match=r"r:1:1: was written in another version"):
        record.parse(raw, "r")


def test_a_record_of_before_the_new_members_still_reads() -> None:
    old = (
        '{"type":"run","version":1,"run_id":"r","started":"2026-11-22T10:00:00Z",'
        '"harness_version":"0.1.0","environment":"mock","base_url":"u","profile":"ci","seed":1,'
        '"apis":["dental"],"documents":[],"selection":""}\n'
    )

    read = record.parse(old.encode(), "r")

    assert (read.run.shard, read.run.sets, read.run.embedded, read.scanned) == ("", (), False, None)


def test_what_a_resumed_run_had_ended_before_no_longer_holds() -> None:
    ended = RunFinished(STAMP, 2.0, interrupted=True)

    cut = record.fold((RUN, ended, RunScanned(0), RunResumed(STAMP, "0.1.0")))
    whole = record.fold((RUN, ended, RunResumed(STAMP, "0.1.0"), RunFinished(STAMP, 3.0)))

    assert (cut.finished, cut.scanned) == (None, None)
    assert whole.finished == RunFinished(STAMP, 3.0)
    assert len(whole.resumed) == 1


class FullDisk(io.StringIO):
    """Takes what it is given and says that it cannot when it is to be kept."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_with_the_file_and_what_to_do(tmp_path: Path) -> None:
    writer = record.RecordWriter(tmp_path / "record.jsonl", FullDisk())

    with pytest.raises(
        StorageError,
        match=r"record\.jsonl cannot be written \(No space left on device\)\. Make room",
    ) as caught:
        writer.write(RUN)
    with pytest.raises(StorageError):
        writer.close()
    assert caught.value.exit_code == 3


def test_a_record_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        record.RecordWriter(tmp_path / "none" / "record.jsonl")
