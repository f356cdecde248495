import json

import pytest

from harness.mock.answer import RESPONSE_FAULTS, Answer, response_faults_called

CALLER = b"Bearer e30.e30.e30"
JSON = Answer(200, ((b"content-type", b"application/json"),), b'{"a":1}')
ERRORS = Answer(400, ((b"content-type", b"application/json"),), b'["wrong"]')
PROBLEM = Answer(400, ((b"content-type", b"application/problem+json"),), b'{"status":400}')
TEXT = Answer(200, ((b"content-type", b"text/plain"),), b"{}")
PARTS = Answer(200, ((b"content-type", b"multipart/form-data; boundary=b"),), b"--b--\r\n")


def slipped(name: str, answer: Answer, authorization: bytes = CALLER) -> Answer:
    (response_fault,) = response_faults_called([name, "search-loses-a-byte"])
    return response_fault.rewrite(answer, authorization)


def test_text_has_no_json_to_spoil() -> None:
    spoiled = [response_fault.rewrite(TEXT, b"") for response_fault in RESPONSE_FAULTS]

    assert spoiled == [TEXT] * len(RESPONSE_FAULTS)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("json-not-a-number", b'{"harness":NaN,"a":1}'),
        ("json-member-twice", b'{"a":null,"a":1}'),
    ],
)
def test_json_is_spoilt_in_its_first_object(name: str, body: bytes) -> None:
    assert slipped(name, JSON).body == body
    assert slipped(name, ERRORS) == ERRORS


def test_a_wrong_charset_takes_the_place_of_any() -> None:
    answer = slipped("json-as-latin-1", JSON)

    assert answer.header(b"content-type") == b"application/json; charset=iso-8859-1"


def test_a_token_is_shown_where_there_is_one() -> None:
    assert slipped("token-in-header", JSON).header(b"x-debug-caller") == CALLER
    assert json.loads(slipped("token-in-body", JSON).body)["debug"] == CALLER.decode()
    assert json.loads(slipped("token-in-body", ERRORS).body) == ["wrong", CALLER.decode()]
    assert slipped("token-in-header", JSON, b"") == slipped("token-in-body", JSON, b"") == JSON


def test_only_errors_show_a_trace() -> None:
    assert b"Claims.java:42" in slipped("trace-in-errors", ERRORS).body
    assert slipped("trace-in-errors", JSON) == JSON


def test_a_refusal_gets_its_other_status_throughout() -> None:
    limited = slipped("refusals-as-limits", PROBLEM)

    assert (limited.status, json.loads(limited.body)) == (429, {"status": 429})
    assert slipped("refusals-as-401", ERRORS).status == 401
    assert slipped("refusals-as-401", JSON) == JSON


def test_parts_follow_again_after_the_end() -> None:
    assert slipped("search-twice-over", PARTS).body == b"--b--\r\n--b--\r\n"
