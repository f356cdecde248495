"""Build records of made-up runs, small or large, passing or failing."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from harness.events import CasePlanned, DocumentUsed, RunFinished, RunStarted
from harness.exchange import Exchange, Request, Response
from harness.openapi.requirements import Method, Requirement, Strength
from harness.outcome import Check, Outcome, Status
from harness.record import Record
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Verdict

TODAY = date(2026, 11, 22)
BASE_URL = "http://127.0.0.1:40001"
CREATE = "POST /dental/attachments/v1/attachments/documents"
STATUS = "GET /medicalnetwork/attachments/status/v1/{traceId}"
UPLOAD = "POST /medicalnetwork/attachments/submission/v1/uploads"
INQUIRY = "POST /priorauth/v1/inquiry"
TOKEN = "POST /apip/auth/v2/token"
PAYERS = tuple(
    [f"TESTEP{code:02}" for code in (1, 2, 4, 5, 6, 10, 51, 52, 53)]
    + [f"TESTPP{code}" for code in range(11, 20)]
)


def run(**changes: object) -> RunStarted:
    started = RunStarted(
        run_id="20261122T100000Z-1",
        started="2026-11-22T10:00:00Z",
        harness_version="0.1.0",
        environment="mock",
        base_url=BASE_URL,
        profile="ci",
        seed=1,
        apis=("dental", "medical", "prior-auth"),
        suite="contract",
        documents=(
            DocumentUsed("dental", "specs/dental/openapi.yaml", "d" * 64, (CREATE,)),
            DocumentUsed(
                "medical", "specs/medical-status/openapi.yaml", "a" * 64, (STATUS, UPLOAD)
            ),
            DocumentUsed("prior-auth", "specs/prior-auth/openapi.yaml", "b" * 64, (INQUIRY,)),
        ),
    )
    return replace(started, **changes)  # type: ignore[arg-type]  # names are checked at run time


def requirement(name: str, strength: Strength = Strength.SHALL, **changes: object) -> Requirement:
    plain = Requirement(
        id=name,
        statement=f"What {name} promises",
        source="seed 000",
        strength=strength,
        endpoints=("DCR",),
        environments=("mock", "sandbox"),
        how=Method.PROPERTY,
        group={"D": "dental", "A": "medical", "O": "platform"}.get(name[0], "prior-auth"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # names are checked at run time


def plan(case: str, *requirements: str, **changes: str) -> CasePlanned:
    api, group = case.split("/")[:2]
    title = changes.get("title", f"{case.rpartition('/')[2].replace('-', ' ')}")
    return CasePlanned(
        case=case,
        title=title,
        api=api,
        group=group,
        requirements=requirements,
        strength=changes.get("strength", "SHALL"),
        kind=changes.get("kind", "contract"),
    )


def passed(case: str, *, exchange: int = 0) -> Outcome:
    check = Check("status", Status.PASS, "201", "201", exchange=exchange)
    return Outcome(case, Status.PASS, (check,), duration_seconds=0.012, requests=1)


def failed(case: str, *, exchange: int = 0, check: str = "error.code") -> Outcome:
    bad = Check(check, Status.FAIL, "DENTATT_009", "201", "/errors/0/code", exchange)
    return Outcome(case, Status.FAIL, (bad,), "the API accepted a wrong NPI", requests=1)


def ended(case: str, status: Status, message: str = "") -> Outcome:
    return Outcome(case, status, (), message)


def exchange(number: int, case: str, operation: str = CREATE, **changes: object) -> Exchange:
    method, _, path = operation.partition(" ")
    body = json.dumps({"patientFirstName": "Sample", "providerNPI": "1234567893"}).encode()
    request = Request(
        method=method,
        url=f"{BASE_URL}{path.replace('{traceId}', '0f8fad5b-d9cb-469f-a165-70867728950e')}",
        headers=(("Authorization", "Bearer [masked]"), ("Content-Type", "application/json")),
        body=body if method == "POST" else b"",
        operation=operation,
    )
    answer = Response(
        status=201,
        headers=(("content-type", "application/json"),),
        body=json.dumps({"attachmentId": "CHC#000000000001", "case": case}).encode(),
        elapsed_seconds=0.01 + (number % 17) / 1000,
    )
    plain = Exchange(number, request, answer, case=case, started="2026-11-22T10:00:01Z")
    return replace(plain, **changes)  # type: ignore[arg-type]  # names are checked at run time


@dataclass(frozen=True)
class Sample:
    """A record, the requirements it is judged by, and the verdict."""

    record: Record
    requirements: tuple[Requirement, ...]
    verdict: Verdict


def record(
    plans: Sequence[CasePlanned],
    outcomes: Iterable[Outcome],
    exchanges: Iterable[Exchange],
    **changes: object,
) -> Record:
    finished = RunFinished("2026-11-22T10:00:09Z", 9.8)
    return Record(
        run(**changes),
        tuple(plans),
        tuple(outcomes),
        tuple(exchanges),
        finished,
        cases_total=len(plans),
    )


def sample(found: Record, requirements: Sequence[Requirement] = (), profile: str = "ci") -> Sample:
    verdict = judge(found, requirements, PROFILES[profile], today=TODAY)
    return Sample(found, tuple(requirements), verdict)
