import json
import time
from collections.abc import Callable

import pytest

from harness.exchange import Headers, Response
from harness.openapi.bundled import bundled_document
from harness.openapi.conformance import judge
from harness.openapi.model import Api
from harness.outcome import Attribution, Check, Status

JSON = ("Content-Type", "application/json; charset=utf-8")
TRACE = ("x-trace", "t-1")


def answer(body: object, status: int = 200, headers: Headers = (JSON, TRACE)) -> Response:
    return Response(status, headers, json.dumps(body).encode())


def judged(api: Api, response: Response) -> list[tuple[str, str]]:
    return [(check.name, check.status.value) for check in judge(api, api.operations[0], response)]


def failed(api: Api, response: Response) -> list[Check]:
    checks = judge(api, api.operations[0], response, exchange=7)
    return [check for check in checks if check.status is not Status.PASS]


def test_documented_answer_passes_every_check(api_text: Api) -> None:
    response = answer({"name": "Sam", "parent": {"name": "Kim"}, "born": "2000-02-29"})

    assert judged(api_text, response) == [
        ("contract.status", "pass"),
        ("contract.media-type", "pass"),
        ("contract.header", "pass"),
        ("contract.schema", "pass"),
    ]


def test_undocumented_status_fails_and_nothing_else_is_judged(
    api_with: Callable[[str, str], Api],
) -> None:
    api = api_with("        default:\n          description: Failed.\n", "")

    (check,) = judge(api, api.operations[0], answer({}, status=302))

    assert check == Check(
        "contract.status",
        Status.FAIL,
        expected="200 or 4XX",
        actual="302",
        where="status",
        source="small.yaml:13:7",
    )


@pytest.mark.parametrize("status", [pytest.param(404, id="range"), pytest.param(503, id="default")])
def test_range_and_default_document_a_status(api_text: Api, status: int) -> None:
    headers = (("content-type", "application/problem+json"),)

    assert failed(api_text, answer({"title": "No"}, status, headers)) == []


def test_wrong_media_type_fails_and_leaves_the_schema_alone(api_text: Api) -> None:
    response = Response(200, (("Content-Type", "text/html"), TRACE), b"<p>")

    assert judged(api_text, response) == [
        ("contract.status", "pass"),
        ("contract.media-type", "fail"),
        ("contract.header", "pass"),
    ]


def test_missing_content_type_fails_unless_any_is_documented(
    api_text: Api, api_with: Callable[[str, str], Api]
) -> None:
    bare = Response(200, (TRACE,), b'{"name": "Sam"}')

    assert [check.actual for check in failed(api_text, bare)] == ["no content type"]
    assert failed(api_with("application/json", "'*/*'"), bare) == []


@pytest.mark.parametrize(
    "documented",
    [pytest.param("'*/*'", id="any"), pytest.param("application/*", id="range")],
)
def test_body_behind_a_media_type_range_is_still_judged(
    api_with: Callable[[str, str], Api], documented: str
) -> None:
    api = api_with("application/json", documented)

    assert [check.name for check in failed(api, answer({"name": 5}))] == ["contract.schema"]


def test_required_header_is_missed(api_text: Api) -> None:
    (check,) = failed(api_text, answer({"name": "Sam"}, headers=(JSON,)))

    assert (check.name, check.actual, check.where) == (
        "contract.header",
        "absent",
        "header x-trace",
    )


def test_required_header_without_a_value_is_missed(api_text: Api) -> None:
    (check,) = failed(api_text, answer({"name": "Sam"}, headers=(JSON, ("X-Trace", ""))))

    assert (check.name, check.actual) == ("contract.header", "blank")


def test_broken_rule_is_named_with_its_value_its_place_and_its_line(api_text: Api) -> None:
    (check,) = failed(api_text, answer({"name": "Sam", "parent": {"name": "sam"}}))

    assert check == Check(
        "contract.schema",
        Status.FAIL,
        expected='pattern "^[A-Z][a-z]+$"',
        actual='"sam"',
        where="body /parent/name",
        exchange=7,
        source="small.yaml:43:16",
    )


def test_branch_that_came_closest_is_named(api_text: Api) -> None:
    (check,) = failed(api_text, answer({"name": "Sam", "either": {"a": 1}}))

    assert check.expected == 'required ["b"]'
    assert check.actual == "only a"


def test_long_value_is_clipped(api_text: Api) -> None:
    (check, *_) = failed(api_text, answer({"name": "A" * 5000}))

    assert len(check.actual) == 120
    assert check.actual.endswith("…")


def test_at_most_five_faults_are_told(api_with: Callable[[str, str], Api]) -> None:
    api = api_with("required: [name]", "additionalProperties: {type: string}")

    response = answer({f"x{number}": number for number in range(50)})

    assert len(failed(api, response)) == 5


@pytest.mark.parametrize(
    ("body", "actual"),
    [
        pytest.param(b"", "not JSON: Expecting value: line 1 column 1 (char 0)", id="empty"),
        pytest.param(b"[" * 100_000, "not JSON: nested too deeply", id="deep"),
    ],
)
def test_body_that_is_no_json_fails(api_text: Api, body: bytes, actual: str) -> None:
    (check,) = failed(api_text, Response(200, (JSON, TRACE), body))

    assert (check.expected, check.actual) == ("a JSON body", actual)


def test_pattern_that_cannot_be_evaluated_is_the_documents_fault(
    api_with: Callable[[str, str], Api],
) -> None:
    api = api_with("^[A-Z][a-z]+$", "^[A-Z(+$")

    (check,) = failed(api, answer({"name": "Sam"}))

    assert check.status is Status.ERROR
    assert check.attribution is Attribution.DOCUMENT
    assert check.source == "small.yaml:43:16"


def test_schema_that_refers_to_itself_endlessly_is_the_documents_fault(
    api_with: Callable[[str, str], Api],
) -> None:
    api = api_with("required: [name]", "allOf: [{$ref: '#/components/schemas/Thing'}]")

    (check,) = failed(api, answer({"name": "Sam"}))

    assert (check.status, check.attribution) == (Status.ERROR, Attribution.DOCUMENT)


def test_multipart_answer_gets_no_schema_check() -> None:
    dental = bundled_document("dental")
    operation = dental.operation("searchAttachments")
    assert operation is not None
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)

    checks = judge(dental, operation, Response(200, headers, b"--b--"))

    assert [check.name for check in checks] == ["contract.status", "contract.media-type"]


@pytest.mark.parametrize(
    ("nullable", "wrong"),
    [pytest.param("false", ["body /born"], id="plain"), pytest.param("true", [], id="nullable")],
)
def test_openapi_3_0_null_needs_nullable(
    api_with: Callable[..., Api], nullable: str, wrong: list[str]
) -> None:
    api = api_with("format: date", f"format: date\n          nullable: {nullable}", version="3.0.3")

    checks = failed(api, answer({"name": "Sam", "born": None}))

    assert [check.where for check in checks] == wrong


def test_small_answer_is_judged_in_less_than_a_third_of_a_millisecond(api_text: Api) -> None:
    response = answer({"name": "Sam", "parent": {"name": "Kim"}})
    judge(api_text, api_text.operations[0], response)

    best = min(_seconds(api_text, response) for _ in range(50))

    assert best < 0.0003


def _seconds(api: Api, response: Response) -> float:
    started = time.perf_counter()
    judge(api, api.operations[0], response)
    return time.perf_counter() - started
