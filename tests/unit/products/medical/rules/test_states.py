"""Published status samples, with our names in place of theirs, and what breaks them."""

import pytest

from harness.exchange import Exchange, Request
from harness.jsonvalue import Json
from harness.openapi.bundled import bundled_document
from harness.outcome import Status
from harness.products.medical.rules.baseline import for_payer, names_of, payer
from harness.products.medical.rules.checks import judge_states
from harness.products.medical.rules.requests import found, states, transaction
from harness.rules.target import Answered
from tests.unit.products.medical.rules.fakes import said


def answered(body: Json) -> Answered:
    api = bundled_document("medical-status")
    exchange = Exchange(1, Request("GET", "http://fake/"))
    return Answered(exchange, said(200, body), api.operations[0], api)


def document(number: int, **more: Json) -> dict[str, Json]:
    return {
        "documentName": f"harness-{number:02}.pdf",
        "controlNumber": f"HARNESS-{number:04}",
        **more,
    }


def state(code: str, message: str, *documents: Json) -> dict[str, Json]:
    return {
        "statusCode": code,
        "statusMessage": message,
        "statusTimeStamp": "2021-08-20T13:22Z",
        "documents": list(documents),
    }


ACCEPTED: dict[str, Json] = {
    "statusCode": "06",
    "statusMessage": "ACCEPTED_BY_PAYER",
    "statusTimeStamp": "2021-08-20T13:25Z",
}
REJECTED: dict[str, Json] = {
    "statusCode": "52",
    "statusMessage": "REJECTED_BY_PAYER",
    "statusTimeStamp": "2021-08-20T13:25Z",
}
UNTIMED: dict[str, Json] = {**REJECTED, "statusTimeStamp": None}
ACKNOWLEDGED = ("05", "ACKNOWLEDGED_BY_PAYER")
PARTLY = ("10", "PARTIALLY_ACCEPTED")


def failing(payer_id: str, *given: dict[str, Json], solicited: bool = False) -> set[str]:
    """Return the names of the checks that do not hold for two documents."""
    sent = for_payer(payer(payer_id), names_of(2), solicited=solicited)
    checks = judge_states(answered(list(given)), given, payer(payer_id), sent)
    return {check.name for check in checks if check.status is not Status.PASS}


def test_documents_hold_in_either_order() -> None:
    assert failing("TESTEP05", state(*ACKNOWLEDGED, document(1), document(2))) == set()
    assert failing("TESTEP05", state(*ACKNOWLEDGED, document(2), document(1))) == set()


def test_each_attempt_to_fax_may_be_reported() -> None:
    attempt = state("14", "Attachment failed to fax", document(1), document(2))

    assert failing("TESTPP14", attempt, attempt, attempt) == set()


def test_the_partial_acceptance_sample_holds() -> None:
    partly = state(*PARTLY, document(2, **REJECTED), document(1, **ACCEPTED))

    assert failing("TESTEP10", partly) == set()


def test_a_solicited_document_may_have_any_control_number() -> None:
    given = state(
        *ACKNOWLEDGED, document(1, controlNumber="1"), document(2, controlNumber="51827660-012714")
    )

    assert failing("TESTEP05", given, solicited=True) == set()


@pytest.mark.parametrize(
    ("payer_id", "given", "broken"),
    [
        ("TESTEP05", [], {"status.codes"}),
        (
            "TESTEP05",
            [state("06", "ACCEPTED_BY_PAYER", document(1), document(2))],
            {"status.codes", "status.message"},
        ),
        (
            "TESTEP05",
            [state("05", "Acknowledged", document(1), document(2))],
            {"status.message"},
        ),
        ("TESTEP05", [state(*ACKNOWLEDGED, document(1))], {"status.documents"}),
        (
            "TESTEP05",
            [state(*ACKNOWLEDGED, document(1), document(2, controlNumber=None))],
            {"status.documents", "status.unnumbered-documents"},
        ),
        (
            "TESTEP10",
            [state(*PARTLY, document(1), document(2))],
            {"documents.codes", "documents.verdict"},
        ),
        (
            "TESTEP10",
            [state(*PARTLY, document(1, **ACCEPTED), document(2, **ACCEPTED))],
            {"documents.codes"},
        ),
        (
            "TESTEP10",
            [state(*PARTLY, document(1, **ACCEPTED), document(2, **UNTIMED))],
            {"documents.verdict"},
        ),
    ],
    ids=[
        "no status",
        "another code",
        "another message",
        "a document lost",
        "no control number",
        "no verdicts",
        "all accepted",
        "no time",
    ],
)
def test_what_differs_is_named(
    payer_id: str, given: list[dict[str, Json]], broken: set[str]
) -> None:
    assert failing(payer_id, *given) == broken


def test_a_detail_may_stand_alone_or_in_an_array() -> None:
    detail: dict[str, Json] = {"transactionDetails": {}, "status": [state(*PARTLY)]}

    assert transaction(detail) == detail
    assert transaction([detail]) == detail
    assert transaction([detail, detail]) == {}
    assert transaction(None) == {}


def test_statuses_and_hits_are_read_from_whatever_came() -> None:
    assert states([{"statusCode": "01"}, "odd"]) == ({"statusCode": "01"}, {})
    assert states({"statusCode": "01"}) == ()
    assert found(answered([{"traceId": "AB"}, {}])) == ("ab", "")
    assert found(answered(None)) == ()
