import json
from collections.abc import Callable

import pytest

from harness.document import parse
from harness.exchange import Headers, Response
from harness.openapi.bundled import bundled_document
from harness.openapi.conformance import judge
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.outcome import Attribution, Check, Status
from tests.work import at_most

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


def test_a_small_answer_is_judged_with_little_work_once_its_schema_is_known(api_text: Api) -> None:
    response = answer({"name": "Sam", "parent": {"name": "Kim"}})
    judge(api_text, api_text.operations[0], response)

    with at_most(calls=1_300):
        judge(api_text, api_text.operations[0], response)


HEADERS = """\
openapi: 3.1.0
info: {title: H, version: '1'}
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          headers:
            X-Value: {schema: SCHEMA, explode: EXPLODE}
components: {schemas: {Count: {type: integer, maximum: 9}}}
"""


def with_header(schema: str, *values: str, explode: str = "false") -> list[str]:
    text = HEADERS.replace("SCHEMA", schema).replace("EXPLODE", explode)
    api = build_api(parse(text), "h")
    headers = tuple(("x-value", value) for value in values)
    return [check.expected for check in failed(api, Response(200, headers))]


@pytest.mark.parametrize(
    ("schema", "values", "expected"),
    [
        pytest.param(
            "{type: string, pattern: '^[A-Z]+$'}", ["7"], ['pattern "^[A-Z]+$"'], id="pattern"
        ),
        pytest.param("{type: string, pattern: '^[A-Z]+$'}", ["AB"], [], id="pattern-kept"),
        pytest.param("{type: integer}", ["7"], [], id="integer"),
        pytest.param("{type: integer}", ["seven"], ['type "integer"'], id="no-integer"),
        pytest.param("{type: integer, minimum: 10}", ["7"], ["minimum 10"], id="bound"),
        pytest.param("{type: boolean}", ["true"], [], id="boolean"),
        pytest.param("{type: number, multipleOf: 0.01}", ["19.99"], [], id="decimal"),
        pytest.param("{type: string}", ["7"], [], id="string-of-digits"),
        pytest.param("{$ref: '#/components/schemas/Count'}", ["10"], ["maximum 9"], id="reference"),
        pytest.param("{type: array, items: {type: integer}}", ["1, 2", "3"], [], id="array"),
        pytest.param(
            "{type: array, items: {type: integer}, maxItems: 1}",
            ["1,2"],
            ["maxItems 1"],
            id="long-array",
        ),
        pytest.param("{type: array, items: {type: string}}", ["1"], [], id="array-of-strings"),
        pytest.param(
            "{type: object, required: [a], properties: {a: {type: integer}}}",
            ["a,1,b,x"],
            [],
            id="object",
        ),
        pytest.param(
            "{type: object, required: [c]}", ["a,1"], ['required ["c"]'], id="object-without"
        ),
        pytest.param("{enum: [a, 1]}", ["1"], [], id="no-type"),
        pytest.param(
            "{format: date-time, type: string}", ["yesterday"], ['format "date-time"'], id="format"
        ),
        pytest.param("{type: [integer, 'null']}", ["x"], ['type ["integer","null"]'], id="types"),
    ],
)
def test_the_value_of_a_header_keeps_its_schema(
    schema: str, values: list[str], expected: list[str]
) -> None:
    assert with_header(schema, *values) == expected


def test_an_exploded_header_has_its_members_by_name() -> None:
    schema = "{type: object, required: [a], properties: {a: {type: integer}}}"

    assert with_header(schema, "a=1,b=2", explode="true") == []
    assert with_header(schema, "a=x", explode="true") == ['type "integer"']


def test_a_header_that_may_be_absent_is_not_judged_without_a_value() -> None:
    assert with_header("{type: integer}") == []


def test_a_header_with_content_is_read_as_that() -> None:
    text = HEADERS.replace(
        "{schema: SCHEMA, explode: EXPLODE}",
        "{required: true, content: {application/json: {schema: {type: array}}}}",
    )
    api = build_api(parse(text), "h")

    assert failed(api, Response(200, (("X-Value", "[1]"),))) == []
    assert [each.expected for each in failed(api, Response(200, (("X-Value", "{}"),)))] == [
        'type "array"'
    ]


def test_each_cookie_is_a_value_of_its_own() -> None:
    text = HEADERS.replace("X-Value", "Set-Cookie").replace(
        "SCHEMA", "{type: string, pattern: '^s='}"
    )
    api = build_api(parse(text.replace("EXPLODE", "false")), "h")
    sent = (("Set-Cookie", "s=1"), ("Set-Cookie", "t=2"))

    assert [each.actual for each in failed(api, Response(200, sent))] == ['"t=2"']


BODIES = """\
openapi: 3.1.0
info: {title: B, version: '1'}
paths:
  /a:
    METHOD:
      responses:
        '200': {description: ok, content: CONTENT}
        '204': {description: nothing, content: {application/json: {schema: {type: object}}}}
        default: {description: no, content: {application/json: {schema: {required: [code]}}}}
"""


def with_body(content: str, media_type: str, body: bytes, method: str = "get") -> list[str]:
    api = build_api(parse(BODIES.replace("METHOD", method).replace("CONTENT", content)), "b")
    headers = (("Content-Type", media_type),) if media_type else ()
    return [check.name for check in failed(api, Response(200, headers, body))]


@pytest.mark.parametrize(
    ("content", "media_type", "body", "expected"),
    [
        pytest.param(
            "{text/plain: {schema: {type: string, maxLength: 2}}}",
            "text/plain",
            b"abc",
            ["contract.schema"],
            id="text-too-long",
        ),
        pytest.param(
            "{text/plain: {schema: {type: string, enum: [ok]}}}",
            "text/plain; charset=utf-8",
            b"ok",
            [],
            id="text",
        ),
        pytest.param(
            "{text/plain: {schema: {type: integer}}}", "text/plain", b"12", [], id="number"
        ),
        pytest.param(
            "{text/plain: {schema: {type: integer}}}",
            "text/plain",
            b"x",
            ["contract.schema"],
            id="no-number",
        ),
        pytest.param(
            "{text/plain: {schema: {type: string}}}", "text/plain", b"12", [], id="text-of-digits"
        ),
        pytest.param(
            "{text/plain: {schema: {type: object}}}",
            "text/plain",
            b"12",
            [],
            id="text-with-a-schema-of-objects",
        ),
        pytest.param(
            "{application/xml: {schema: {type: object, required: [a]}}}",
            "application/xml",
            b"<r><a/></r>",
            [],
            id="xml",
        ),
        pytest.param(
            "{text/html: {schema: {type: string, minLength: 9}}}",
            "text/html",
            b"<p>",
            ["contract.schema"],
            id="html",
        ),
        pytest.param(
            "{application/octet-stream: {schema: {type: string, format: binary}}}",
            "application/octet-stream",
            b"\xff",
            [],
            id="binary",
        ),
        pytest.param(
            "{text/plain: {schema: {type: string, enum: ['é']}}}",
            "text/plain; charset=iso-8859-1",
            b"\xe9",
            [],
            id="charset",
        ),
        pytest.param(
            "{text/plain: {schema: {type: string}}}",
            "text/plain; charset=none",
            b"a",
            [],
            id="unknown-charset",
        ),
        pytest.param(
            "{application/json: {schema: {}}}",
            "application/json",
            b"NaN",
            ["contract.schema"],
            id="nan",
        ),
        pytest.param(
            "{application/json: {schema: {}}}",
            "application/json",
            b'{"a": [1, -Infinity]}',
            ["contract.schema"],
            id="infinity",
        ),
        pytest.param(
            "{application/json: {schema: {}}}",
            "application/json",
            b"[1e400]",
            [],
            id="large-number",
        ),
        pytest.param(
            "{application/json: {schema: {items: {type: integer}}}}",
            "application/json",
            b"[1e400, 2.0]",
            [],
            id="integer-by-value",
        ),
        pytest.param(
            "{application/json: {schema: {multipleOf: 0.1}}}",
            "application/json",
            b"0.1000000000000000055",
            ["contract.schema"],
            id="exact-digits",
        ),
        pytest.param(
            "{application/json: {schema: {multipleOf: 0.01}}}",
            "application/json",
            b"1.15",
            [],
            id="decimal",
        ),
        pytest.param(
            "{application/json;v=2: {schema: {required: [z]}}, application/json: {}}",
            "application/json",
            b"{}",
            [],
            id="without-parameter",
        ),
        pytest.param(
            "{application/json;v=2: {schema: {required: [z]}}, application/json: {}}",
            "application/json; v=2",
            b"{}",
            ["contract.schema"],
            id="with-parameter",
        ),
        pytest.param(
            "{application/json;v=2: {}}",
            "application/json;v=1",
            b"{}",
            ["contract.media-type"],
            id="other-parameter",
        ),
        pytest.param(
            "{'*/*': {schema: {type: array}}, application/*: {schema: {type: object}}}",
            "application/json",
            b"{}",
            [],
            id="narrower-range",
        ),
        pytest.param(
            "{application/json; charset=utf-8: {schema: {type: object}}}",
            "application/json",
            b"[]",
            ["contract.schema"],
            id="charset-of-json",
        ),
    ],
)
def test_a_body_is_judged_as_what_its_media_type_says(
    content: str, media_type: str, body: bytes, expected: list[str]
) -> None:
    assert with_body(content, media_type, body) == expected


@pytest.mark.parametrize("media_type", ["application/json", "", "text/html"])
def test_an_answer_to_head_has_no_content(media_type: str) -> None:
    content = "{application/json: {schema: {type: object}}}"

    assert with_body(content, media_type, b"", method="head") == []


@pytest.mark.parametrize("media_type", ["application/json", ""])
def test_an_answer_without_content_is_not_asked_for_it(media_type: str) -> None:
    api = build_api(parse(BODIES.replace("METHOD", "get").replace("CONTENT", "{}")), "b")

    assert failed(api, Response(204, (("Content-Type", media_type),))) == []


def test_an_empty_body_where_json_is_documented_fails() -> None:
    content = "{application/json: {schema: {type: object}}}"

    assert with_body(content, "application/json", b"") == ["contract.schema"]


def test_default_covers_every_status_without_an_entry() -> None:
    api = build_api(parse(BODIES.replace("METHOD", "get").replace("CONTENT", "{}")), "b")

    broken = failed(api, answer({"message": "x"}, 500))

    assert [(each.name, each.expected) for each in broken] == [
        ("contract.schema", 'required ["code"]')
    ]


def test_a_response_that_the_document_loses_is_a_defect_of_the_document() -> None:
    text = BODIES.replace("METHOD", "get").replace(
        "{description: ok, content: CONTENT}", "{$ref: '#/components/responses/Gone'}"
    )
    api = build_api(parse(text, "b.yaml"), "b")

    (broken,) = failed(api, answer({}))

    assert (broken.status, broken.attribution) == (Status.ERROR, Attribution.DOCUMENT)
    assert "b.yaml:7:" in broken.actual
    assert failed(api, answer({"code": 1}, 500)) == []
