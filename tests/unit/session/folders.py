"""Write made-up run folders, as small as a verdict allows."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from harness.config import MOCK_HEADER
from harness.events import (
    CaseFinished,
    CasePlanned,
    CasesCounted,
    CaseStarted,
    DocumentUsed,
    Event,
    ExchangeDone,
    RunFinished,
    RunScanned,
    RunStarted,
    SetUsed,
)
from harness.exchange import Exchange, Headers, Request, Response
from harness.outcome import Check, Outcome, Status
from harness.record import RecordWriter

NPI = "dental/create/npi"
TOOTH = "dental/create/tooth"
DATE = "dental/search/date"
CASES = {NPI: Status.PASS, TOOTH: Status.PASS, DATE: Status.PASS}
CREATE = "POST /dental/attachments"
STARTED = "2026-11-22T10:00:00Z"
ENDED = "2026-11-22T10:00:09Z"
END = RunFinished(ENDED, 9.0)

REQUIREMENTS = """requirements:
  - {id: D001, statement: A wrong NPI is refused, source: guide 3, strength: SHALL,
     endpoints: [DCR], environments: [mock], how: property}
  - {id: D002, statement: A wrong tooth is refused, source: guide 4, strength: SHALL,
     endpoints: [DCR], environments: [mock], how: property}
  - {id: D003, statement: The vendor keeps attachments, source: guide 5, strength: SHALL,
     endpoints: [DCR], environments: [], how: property, untestable: nobody outside sees it}
"""
WAIVER = """- id: WVR-1
  match: {requirement: D001, check: error.code}
  reason: mended in March
  owner: payer-x
  approved_by: board
  created: 2026-11-01
  expires: 2026-12-31
"""
_REQUIREMENT = {NPI: ("D001",), TOOTH: ("D002",)}


def run_folder(  # noqa: PLR0913 each is a way in which a run can differ
    folder: Path,
    cases: Mapping[str, Status | None] = CASES,
    *,
    waivers: str = "",
    end: RunFinished | None = END,
    leaks: int | None = 0,
    total: int | None = None,
    answers_as_mock: bool = False,
    **changes: object,
) -> Path:
    """Write a run: a status of None is a case that was planned and not run.

    `total` is the size of the suite, where it is not just these cases.
    """
    (folder / "requirements" / "dental").mkdir(parents=True)
    (folder / "requirements" / "dental" / "requirements.yaml").write_text(REQUIREMENTS)
    if waivers:
        (folder / "waivers.yaml").write_text(waivers)
        changes = {"waivers": _sha256(waivers), **changes}
    started = replace(_started(folder.name), **changes)  # type: ignore[arg-type]  # names are checked at run time
    tail: Iterable[Event] = (*((end,) if end else ()), *_scanned(leaks))
    writer = RecordWriter(folder / "record.jsonl")
    size = len(cases) if total is None and not started.shard else total
    headers = ((MOCK_HEADER, "0.1.0"),) if answers_as_mock else ()
    counted = () if size is None else (CasesCounted(size),)
    for event in (started, *counted, *_plans(cases), *_events(cases, headers), *tail):
        writer.write(event)
    writer.close()
    return folder


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _started(run_id: str) -> RunStarted:
    return RunStarted(
        run_id=run_id,
        started=STARTED,
        harness_version="0.1.0",
        environment="mock",
        base_url="http://127.0.0.1:40001",
        profile="ci",
        seed=1,
        apis=("dental",),
        documents=(DocumentUsed("dental", "openapi.yaml", "d" * 64, (CREATE,)),),
        sets=(SetUsed("dental", _sha256(REQUIREMENTS)),),
        embedded=True,
        suite="contract",
    )


def _plans(cases: Iterable[str]) -> Iterable[Event]:
    for case in cases:
        api, group, title = case.split("/")
        yield CasePlanned(case, title, api, group, _REQUIREMENT.get(case, ()))


def _events(cases: Mapping[str, Status | None], headers: Headers) -> Iterable[Event]:
    for number, (case, status) in enumerate(cases.items(), start=1):
        if status is None:
            continue
        request = Request("POST", "http://127.0.0.1:40001/dental/attachments", (), b"{}", CREATE)
        yield CaseStarted(case, STARTED)
        yield ExchangeDone(
            Exchange(number, request, Response(201, headers, b"{}", 0.01), case=case)
        )
        check = Check("error.code", status, "DENTATT_009", "201", exchange=number)
        yield CaseFinished(Outcome(case, status, (check,), duration_seconds=0.5, requests=1))


def _scanned(leaks: int | None) -> Iterable[Event]:
    return () if leaks is None else (RunScanned(leaks),)
