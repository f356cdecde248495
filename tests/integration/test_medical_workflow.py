"""The workflow of medical attachments: answers that are nearly right do not pass."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from harness.exchange import Exchange, Request, Response
from harness.outcome import Status
from harness.resources import shipped
from harness.workflow.cases import case_list
from harness.workflow.document import parse
from harness.workflow.engine import execute as engine
from harness.workflow.engine.reports import CaseReport, Context
from tests.integration.test_workflow_documents import context

Edit = Callable[[str], str]
UPLOAD, METADATA = "/uploads", "/metadata"
CASES = case_list.expand(parse.load(shipped("workflows") / "medical-attachments.arazzo.yaml"))
SUMMARY, DETAIL = "fieldset=summary", "fieldset=detail"


@pytest.fixture(scope="module")
def sound() -> Iterator[Context]:
    """A context whose target is a mock without faults."""
    with context() as made:
        yield made


def report_of(made: Context, payer: str, target: str, edit: Edit) -> CaseReport:
    """Run the case of a payer while the answers of one address are changed on the way."""
    case = next(each for each in CASES if each.id == f"medical/status/{payer}")

    def send(request: Request) -> Exchange:
        exchange = made.send(request)
        response = exchange.response
        if response is None or not request.url.endswith(target):
            return exchange
        body = edit(response.body.decode()).encode()
        return replace(exchange, response=Response(response.status, response.headers, body))

    return engine.run(case, replace(made, send=send))


def replaced(old: str, new: str) -> Edit:
    def edit(body: str) -> str:
        assert old in body
        return body.replace(old, new)

    return edit


@pytest.mark.parametrize(
    ("payer", "target", "old", "new", "step"),
    [
        ("TESTEP06", UPLOAD, "_TESTEP06_", "_TESTEP05_", "upload"),
        ("TESTEP06", UPLOAD, "_999898", "", "upload"),
        ("TESTEP06", METADATA, '"traceId":"', '"traceId":"0', "metadata"),
        ("TESTEP06", METADATA, '"payerId":"TESTEP06"', '"payerId":"TESTEP05"', "metadata"),
        ("TESTEP06", METADATA, '"payerId":"TESTEP06"', '"payerId":"TESTEP0"', "metadata"),
        ("TESTEP06", METADATA, '"statusCode":"06"', '"statusCode":"0"', "metadata"),
        ("TESTEP06", SUMMARY, '"statusCode":"06"', '"statusCode":"05"', "summary"),
        ("TESTEP06", SUMMARY, '"ACCEPTED_BY_PAYER"', '"ACCEPTED_BY_PAYER_"', "summary"),
        ("TESTEP06", SUMMARY, "arm-front.png", "arm-side.jpg", "summary"),
        ("TESTEP06", SUMMARY, "arm-front.png", "rm-front.png", "summary"),
        ("TESTEP10", SUMMARY, "arm-side.jpg", "arm-side.jp", "summary"),
        ("TESTEP06", DETAIL, '"payerId":"TESTEP06"', '"payerId":"TESTEP05"', "detail"),
        ("TESTEP06", DETAIL, '"submitterId":"999898"', '"submitterId":"99989"', "detail"),
        ("TESTEP06", DETAIL, '"submitterId":"999898"', '"submitterId":"1999898"', "detail"),
        ("TESTEP06", DETAIL, '"memberId":"0000000001"', '"memberId":"000000000"', "detail"),
        ("TESTEP06", DETAIL, '"memberId":"0000000001"', '"memberId":"10000000001"', "detail"),
        ("TESTEP06", DETAIL, '"2026-01-15"', '"2026-01-16"', "detail"),
        ("TESTEP06", DETAIL, '"statusCode":"06"', '"statusCode":"05"', "detail"),
        ("TESTEP06", DETAIL, '"ACCEPTED_BY_PAYER"', '"REJECTED_BY_PAYER"', "detail"),
    ],
)  # fmt: skip
def test_an_answer_that_is_nearly_right_fails_at_its_step(
    sound: Context, payer: str, target: str, old: str, new: str, step: str
) -> None:
    report = report_of(sound, payer, target, replaced(old, new))

    failed = [check for check in report.checks if check.status is Status.FAIL]
    assert report.status is Status.FAIL
    assert {check.where.split(":")[0] for check in failed} == {f"step {step}"}


def test_an_earlier_upload_of_the_same_member_does_not_mislead(sound: Context) -> None:
    def with_another_first(body: str) -> str:
        another = body.replace(
            '"traceId":"', '"traceId":"00000000-0000-4000-8000-000000000000","x":"'
        )
        return f"[{another[1:-1]},{body[1:]}"

    report = report_of(sound, "TESTEP06", METADATA, with_another_first)

    assert report.message == ""
    assert report.status is Status.PASS


@pytest.mark.parametrize("target", [UPLOAD, METADATA, SUMMARY, DETAIL])
def test_a_step_that_is_told_to_wait_is_sent_again(sound: Context, target: str) -> None:
    case = next(each for each in CASES if each.id == "medical/status/TESTEP06")
    refused: list[str] = []

    def send(request: Request) -> Exchange:
        exchange = sound.send(request)
        if not request.url.endswith(target) or refused:
            return exchange
        refused.append(request.url)
        return replace(exchange, response=Response(429, (("Retry-After", "2"),), b""))

    report = engine.run(case, replace(sound, send=send))

    assert report.status is Status.PASS
    assert len(refused) == 1
