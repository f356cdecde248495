"""Two whole made-up runs, as large as a real one: one that passes and one that does not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from harness.events import CasePlanned
from harness.exchange import Exchange, Request, Response
from harness.openapi.requirements import Requirement, Strength
from harness.outcome import Attribution, Check, Outcome, Status
from harness.report.report_data import ReportData, report_data
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.waivers import Waiver
from tests.unit.report.samples import (
    BASE_URL,
    CREATE,
    INQUIRY,
    PAYERS,
    STATUS,
    TODAY,
    TOKEN,
    UPLOAD,
    exchange,
    failed,
    passed,
    plan,
    record,
    requirement,
    sample,
)

BOUNDARY = "harness-boundary-1"
MULTIPART = (
    (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="request"\r\nContent-Type: application/json\r\n\r\n'
        '{"payerId":"TESTEP06","submitterId":"999898"}\r\n'
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="files"; filename="sample.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    + b"%PDF-1.4\n\xff\xfe\x00sample\r\n"
    + f"--{BOUNDARY}--\r\n".encode()
)

RULES = (
    ("npi-checksum", "An NPI whose check digit is wrong is refused"),
    ("tooth-number", "A tooth number outside 1 to 32 and A to T is refused"),
    ("last-name-length", "A last name longer than 75 characters is refused"),
    ("claim-id-length", "A claim id longer than 50 characters is refused"),
    ("file-type", "A file of an unlisted type is refused"),
    ("date-of-service", "A date of service that is missing is refused"),
)


def workflow(case: str, payer: str, first: int) -> Iterator[Exchange]:
    """Yield the token, the upload and the status of one run of the medical workflow."""
    token = exchange(first, case, TOKEN)
    yield replace(token, request=replace(token.request, step="get-token"))
    upload = exchange(first + 1, case, UPLOAD)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    headers = (("Authorization", "Bearer [masked]"), ("Content-Type", kind))
    request = replace(upload.request, headers=headers, body=MULTIPART, step="submit")
    yield replace(upload, request=request)
    status = exchange(first + 2, case, STATUS)
    answer = {"transactionDetails": {"payerId": payer, "statusCode": payer[-2:]}}
    yield replace(
        status,
        request=replace(status.request, step="ask-status"),
        response=Response(
            200, (("content-type", "application/json"),), json.dumps(answer).encode(), 0.021
        ),
    )


def requirements() -> tuple[Requirement, ...]:
    """Return 347 requirements, some of them weak, some untestable."""
    found = []
    for number in range(347):
        api = "DAP"[number % 3]
        name = f"{api}{number // 3 + 1:03}"
        strength = (Strength.SHALL, Strength.SHALL, Strength.SHOULD, Strength.OBSERVE)[number % 4]
        if api == "A" and 20 <= number // 3 + 1 < 40:
            strength = Strength.SHALL
        statement = RULES[number % len(RULES)][1]
        plain = requirement(name, strength, statement=f"{statement} ({name})")
        if number % 9 == 8:
            plain = replace(plain, environments=(), untestable="only the vendor sees the hand-over")
        found.append(plain)
    return tuple(sorted(found, key=lambda each: each.id))


def _contract(number: int) -> CasePlanned:
    api, group = (("dental", "create"), ("medical", "submit"), ("prior-auth", "inquiry"))[
        number % 3
    ]
    rule, title = RULES[number % len(RULES)]
    name = f"{'DAP'[number % 3]}{number % 110 + 1:03}"
    strength = ("SHALL", "SHALL", "SHOULD", "OBSERVE")[number % 4]
    return replace(plan(f"{api}/{group}/{rule}-{number}", name, strength=strength), title=title)


def _outcome(case: str, number: int, *, passing: bool) -> Outcome:
    if not passing and number in (100, 200, 300):
        checks = (
            Check("status", Status.PASS, "400", "201", "", number * 5 + 1),
            Check(
                "error.code",
                Status.FAIL,
                "DENTATT_009 (the NPI is not valid)",
                '201 Created, {"attachmentId": "CHC#000000000001"}',
                "/errors/0/code",
                number * 5 + 1,
                "specs/dental/openapi.yaml:412:9",
            ),
        )
        return Outcome(case, Status.FAIL, checks, "The API accepted what it must refuse")
    if not passing and number in (150, 151):
        message = "no answer within 30 s"
        check = Check("answer", Status.ERROR, "a response", "none", exchange=number * 5 + 1)
        broken = replace(check, attribution=Attribution.ENVIRONMENT)
        return Outcome(case, Status.ERROR, (broken,), message, attribution=broken.attribution)
    if number % 90 == 2:
        check = Check("x-request-id", Status.FAIL, "a header", "none", "", number * 5 + 1)
        return Outcome(case, Status.FAIL, (check,), "The answer names no request")
    if number % 120 == 7:
        return Outcome(case, Status.OMIT, (), "the target lacks the capability load_allowed")
    return Outcome(case, Status.PASS, (Check("status", Status.PASS, "400", "400"),), "", "", 0.061)


def whole_run(*, passing: bool, cases: int = 800) -> ReportData:
    """Return a run of some 800 cases and 4,000 exchanges, with its verdict."""
    plans, outcomes, exchanges = [], [], []
    for number in range(cases - len(PAYERS)):
        planned = replace(_contract(number), strength="SHOULD" if number % 90 == 2 else "SHALL")
        if number % 90 == 2:
            planned = replace(planned, requirements=())
        plans.append(planned)
        outcomes.append(_outcome(planned.case, number, passing=passing))
        operation = {"dental": CREATE, "medical": UPLOAD, "prior-auth": INQUIRY}[planned.api]
        exchanges += [
            exchange(number * 5 + index, planned.case, operation) for index in range(1, 6)
        ]
    for number, payer in enumerate(PAYERS):
        case = f"medical/status/{payer}"
        code = payer[-2:]
        planned = plan(case, f"A{20 + number:03}", kind="workflow")
        plans.append(replace(planned, title=f"An upload to {payer} comes to status {code}"))
        bad = not passing and payer == "TESTEP06"
        first = 10_000 + number * 3
        checks = (
            Check("statusCode", Status.FAIL if bad else Status.PASS, code, "04", "", first + 2),
        )
        outcomes.append(Outcome(case, Status.FAIL if bad else Status.PASS, checks, "", "", 0.2))
        exchanges += workflow(case, payer, first)
    if not passing:
        index = next(i for i, each in enumerate(exchanges) if each.id == 150 * 5 + 1)
        silent = replace(exchanges[index], response=None, failure="no answer within 30 s")
        exchanges[index] = replace(silent, duration_seconds=30.0)
    found = sample(record(plans, outcomes, exchanges), requirements())
    return report_data(found.record, found.verdict)


def one_exchange_run(request: Request, response: Response) -> ReportData:
    """Return a run of one failing case with exactly this exchange."""
    case = "dental/create/npi-checksum"
    check = Check("error.code", Status.FAIL, "DENTATT_009", "201", "/errors/0/code", 1)
    outcome = Outcome(case, Status.FAIL, (check,), "accepted")
    sent = Exchange(1, request, response, case=case, started="2026-11-22T10:00:01Z")
    found = sample(record((plan(case, "D112"),), (outcome,), (sent,)), (requirement("D112"),))
    return report_data(found.record, found.verdict)


def waived_run() -> ReportData:
    """Return a run whose one failure is waived until soon, and whose other waiver is stale."""
    case = "dental/create/npi-checksum"
    until = date(2026, 12, 1)
    narrow = Waiver(
        id="WVR-7",
        requirement="D112",
        reason="the sandbox answers 201",
        owner="payer-x",
        approved_by="board",
        created=TODAY,
        expires=until,
        issue="DENT-77",
        check="error.code",
    )
    stale = replace(narrow, id="WVR-8", check="status")
    found = record(
        (plan(case, "D112"), plan("dental/create/other", "D113")),
        (failed(case, exchange=1), passed("dental/create/other")),
        (exchange(1, case),),
    )
    requirements = (requirement("D112"), requirement("D113"))
    verdict = judge(found, requirements, PROFILES["ci"], waivers=(narrow, stale), today=TODAY)
    return report_data(found, verdict)


def hostile_run(text: str) -> ReportData:
    """Return a run in which everything that came over the wire is this text."""
    headers = (("content-type", "text/plain"), ("x-hostile", text))
    request = Request("POST", f"{BASE_URL}/x", headers, text.encode("utf-8", "replace"), CREATE)
    found = one_exchange_run(request, Response(201, headers, text.encode("utf-8", "replace")))
    case = found.record.outcomes[0]
    check = Check("error.code", Status.FAIL, text, text, text, 1)
    outcome = replace(case, checks=(check,), message=text)
    judged = sample(replace(found.record, outcomes=(outcome,)), (requirement("D112"),))
    return report_data(judged.record, judged.verdict)
