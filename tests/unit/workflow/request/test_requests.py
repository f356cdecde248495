import hashlib

import pytest

from harness.client.multipart import parse
from harness.exchange import Request, Response, header
from harness.outcome import Status
from harness.workflow.language.scope import decode
from tests.unit.workflow.conftest import Bench, Run, answer

FLOW = """\
workflows:
  - workflowId: w
    inputs:
      type: object
      properties:
        id: {{type: string, default: 'a/b?c%d e'}}
        list: {{type: array, default: [1, 'x y']}}
        object: {{type: object, default: {{k: v}}}}
        maybe: {{type: string}}
        paths: {{type: array, default: [one.txt, two.pdf]}}
    steps:
      - stepId: s
        operationId: {operation}
{members}
"""


def send(bench: Bench, operation: str, members: str) -> Run:
    indented = "".join(f"        {line}\n" for line in members.strip("\n").split("\n"))
    return bench.run(FLOW.format(operation=operation, members=indented), [answer(200)])


def sent(bench: Bench, operation: str, members: str) -> Request:
    run = send(bench, operation, members)
    assert run.requests, run.report.message
    return run.requests[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$inputs.id", "/things/a%2Fb%3Fc%25d%20e"),
        ("x-{$inputs.id}", "/things/x-a%2Fb%3Fc%25d%20e"),
        ("$inputs.list", "/things/1,x%20y"),
        ("$inputs.object", "/things/k,v"),
        ("12", "/things/12"),
        ("true", "/things/true"),
    ],
)
def test_path_parameters_are_encoded(bench: Bench, value: str, expected: str) -> None:
    request = sent(
        bench,
        "getThing",
        f"parameters: [{{name: id, in: path, value: {value}}}]".replace("x-{", "'x-{").replace(
            "}}]", "}'}]"
        ),
    )

    assert request.url == f"http://api.test/v1{expected}"


def test_query_parameters_are_encoded_and_arrays_repeated(bench: Bench) -> None:
    members = """\
parameters:
  - {name: a b, in: query, value: x&y=z}
  - {name: l, in: query, value: $inputs.list}
  - {name: o, in: query, value: $inputs.object}
  - {name: none, in: query, value: $inputs.maybe}
  - {name: gone, in: query, value: null}
"""

    assert (
        sent(bench, "listThings", members).url.partition("?")[2]
        == "a%20b=x%26y%3Dz&l=1&l=x%20y&k=v"
    )


def test_a_querystring_is_sent_whole(bench: Bench) -> None:
    request = sent(
        bench,
        "listThings",
        "parameters: [{name: q, in: querystring, value: 'a=1&b={$inputs.list}'}]",
    )

    assert request.url.partition("?")[2] == "a=1&b=[1,%22x%20y%22]"


def test_headers_and_cookies(bench: Bench) -> None:
    members = """\
parameters:
  - {name: X-Id, in: header, value: 7}
  - {name: a, in: cookie, value: '1;2'}
  - {name: b, in: cookie, value: x}
"""

    request = sent(bench, "listThings", members)

    assert request.headers == (("X-Id", "7"), ("Cookie", "a=1%3B2; b=x"))


@pytest.mark.parametrize(
    "parameter",
    ['{name: X, in: header, value: "a\\r\\nb: c"}', "{name: 'X Y', in: header, value: a}"],
)
def test_a_header_that_would_break_the_message_is_not_sent(bench: Bench, parameter: str) -> None:
    run = send(bench, "listThings", f"parameters: [{parameter}]")

    assert run.report.status is Status.ERROR
    assert run.requests == []


def test_a_json_body_keeps_types_and_leaves_out_what_nobody_gave(bench: Bench) -> None:
    members = """\
requestBody:
  payload:
    id: $inputs.id
    text: 'n: {$inputs.list}'
    list: $inputs.list
    deep: {maybe: $inputs.maybe, no: null, yes: true, money: $5.00}
"""

    request = sent(bench, "createThing", members)

    assert request.body == (
        b'{"id":"a/b?c%d e","text":"n: [1,\\"x y\\"]","list":[1,"x y"],'
        b'"deep":{"no":null,"yes":true,"money":"$5.00"}}'
    )
    assert header(request.headers, "content-type") == "application/json"


def test_a_template_is_sent_as_written(bench: Bench) -> None:
    members = 'requestBody: {payload: \'{"a": "{$inputs.id}", "b": {$inputs.list}}\'}'

    assert sent(bench, "createThing", members).body == b'{"a": "a/b?c%d e", "b": [1,"x y"]}'


def test_replacements_change_the_payload(bench: Bench) -> None:
    members = """\
requestBody:
  payload: {pet: {id: 1, tags: [a, b]}, list: [{sku: A, n: 1}, {sku: B, n: 1}]}
  replacements:
    - {target: /pet/id, value: $inputs.id}
    - {target: /pet/tags/1, value: 9}
    - {target: /pet/new, value: [x]}
    - {target: "$.list[?@.sku == 'B'].n", targetSelectorType: jsonpath, value: 5}
"""

    assert sent(bench, "createThing", members).body == (
        b'{"pet":{"id":"a/b?c%d e","tags":["a",9],"new":["x"]},"list":[{"sku":"A","n":1},{"sku":"B","n":5}]}'
    )


def test_xml_is_replaced_by_xpath(bench: Bench) -> None:
    members = """\
requestBody:
  contentType: application/xml
  payload: <order><id>{$inputs.maybe2}</id></order>
  replacements: [{target: /order/id, value: $inputs.list}]
""".replace("{$inputs.maybe2}", "0")

    assert sent(bench, "createThing", members).body == b'<order><id>[1,"x y"]</id></order>'


@pytest.mark.parametrize("target", ["/pet/gone/id", "/list/9"])
def test_a_replacement_that_leads_nowhere_is_an_error(bench: Bench, target: str) -> None:
    run = send(
        bench,
        "createThing",
        f"requestBody: {{payload: {{list: [1]}}, replacements: [{{target: {target}, value: 1}}]}}",
    )

    assert run.report.status is Status.ERROR
    assert run.requests == []


def test_a_form_is_encoded(bench: Bench) -> None:
    request = sent(
        bench,
        "sendForm",
        "requestBody: {payload: {a b: 'x&y', l: $inputs.list, maybe: $inputs.maybe}}",
    )

    assert request.body == b"a+b=x%26y&l=1&l=x+y"
    assert header(request.headers, "content-type") == "application/x-www-form-urlencoded"


def test_a_form_may_be_a_text(bench: Bench) -> None:
    request = sent(bench, "sendForm", "requestBody: {payload: 'id={$inputs.list}&x=1'}")

    assert request.body == b'id=[1,"x y"]&x=1'


@pytest.fixture
def _files(bench: Bench) -> None:
    (bench.folder / "one.txt").write_bytes(b"one")
    (bench.folder / "two.pdf").write_bytes(b"%PDF-two")


@pytest.mark.usefixtures("_files")
def test_multipart_sends_json_texts_and_files(bench: Bench) -> None:
    members = """\
requestBody:
  payload: {request: {id: $inputs.id, maybe: $inputs.maybe}, note: hello, many: [1, 2], scan: $file('./one.txt')}
  x-files:
    files: {path: $inputs.paths}
    named: {path: ./two.pdf, filename: x.bin, contentType: application/x-bin}
"""

    request = sent(bench, "sendFiles", members)
    parts = parse(request.body, header(request.headers, "content-type") or "")

    assert header(request.headers, "content-type") == "multipart/form-data; boundary=frontier"
    assert [(each.name, each.filename, each.content_type, each.content) for each in parts] == [
        ("request", None, "application/json", b'{"id":"a/b?c%d e"}'),
        ("note", None, "", b"hello"),
        ("many", None, "", b"1"),
        ("many", None, "", b"2"),
        ("scan", "one.txt", "text/plain", b"one"),
        ("files", "one.txt", "text/plain", b"one"),
        ("files", "two.pdf", "application/pdf", b"%PDF-two"),
        ("named", "x.bin", "application/x-bin", b"%PDF-two"),
    ]


@pytest.mark.parametrize("path", ["gone.pdf", "../outside.txt", "/etc/hostname"])
def test_a_file_that_is_absent_or_outside_is_an_error(bench: Bench, path: str) -> None:
    (bench.folder.parent / "outside.txt").write_text("x", encoding="utf-8")

    run = send(bench, "sendFiles", f"requestBody: {{x-files: {{f: {{path: {path}}}}}}}")

    assert run.report.status is Status.ERROR
    assert run.requests == []


@pytest.mark.usefixtures("_files")
def test_a_whole_file_can_be_the_body(bench: Bench) -> None:
    request = sent(
        bench,
        "createThing",
        "requestBody: {contentType: application/pdf, payload: $file('two.pdf')}",
    )

    assert request.body == b"%PDF-two"


MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="b.pdf"; attachmentId="12"\r\n'
    b"Content-Type: application/pdf\r\n\r\nPDF\r\n"
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n'
    b'--b\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"x":1}\r\n--b--\r\n'
)


def test_a_multipart_body_is_a_value() -> None:
    digest = hashlib.sha256(b"PDF").hexdigest()

    found = decode(MULTIPART, "multipart/form-data; boundary=b")

    assert isinstance(found, dict)
    assert found["count"] == 3
    assert found["parts"][0] == {
        "name": "file",
        "filename": "b.pdf",
        "contentType": "application/pdf",
        "size": 3,
        "sha256": digest,
        "disposition": {"name": "file", "filename": "b.pdf", "attachmentId": "12"},
    }
    assert found["parts"][2]["json"] == {"x": 1}
    assert [each["filename"] for each in found["files"]] == ["a.txt", "b.pdf"]


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b'{"a":1}', "application/json; charset=utf-8", {"a": 1}),
        (b'{"a":1}', "application/problem+json", {"a": 1}),
        (b'{"a":1}', "", {"a": 1}),
        (b'{"a":1}', "text/plain", '{"a":1}'),
        (b"{oops", "application/json", "{oops"),
        (b"NaN", "application/json", "NaN"),
        (b"[" * 100_000, "application/json", "[" * 100_000),
        ("é".encode("latin-1"), "text/plain; charset=iso-8859-1", "é"),
        (b"x", "text/plain; charset=nonsense", "x"),
        (b"x", "multipart/form-data", "x"),
    ],
)
def test_other_bodies_are_json_or_text(body: bytes, kind: str, expected: object) -> None:
    assert decode(body, kind) == expected


@pytest.mark.usefixtures("_files")
def test_uploads_compare_with_what_came_back(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: w
    steps:
      - stepId: up
        operationId: sendFiles
        requestBody: {x-files: {files: {path: two.pdf}}}
        outputs: {sent: $request.body#/files}
      - stepId: down
        operationId: sendFiles
        successCriteria:
          - condition: $response.body#/files == $steps.up.outputs.sent
          - condition: $response.body#/parts/0/disposition/attachmentId == '12'
"""
    back = (
        MULTIPART.split(b"--b\r\n", maxsplit=2)[1]
        .replace(b"b.pdf", b"two.pdf")
        .replace(b"PDF\r\n", b"%PDF-two\r\n")
    )
    reply = Response(
        200,
        (("Content-Type", "multipart/form-data; boundary=b"),),
        b"--b\r\n" + back + b"--b--\r\n",
    )

    run = bench.run(text, [answer(200), reply])

    assert run.report.status is Status.PASS, run.report.message


def test_a_server_without_a_host_is_an_error(bench: Bench) -> None:
    path = bench.folder / "openapi.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("http://api.test/v1", "/v1"), encoding="utf-8"
    )

    run = send(bench, "listThings", "description: x")

    assert run.report.status is Status.ERROR
    assert "names no server with a host" in run.report.message


@pytest.mark.parametrize(
    ("body", "expected"),
    [("{payload: null}", b"null"), ("{contentType: application/json}", b"")],
    ids=["null", "none"],
)
def test_null_is_a_body_and_no_payload_is_none(bench: Bench, body: str, expected: bytes) -> None:
    openapi = bench.folder / "openapi.yaml"
    loose = openapi.read_text().replace("required: true\n        content", "content")
    openapi.write_text(loose.replace("schema: {type: object}", "schema: {}"))

    assert sent(bench, "createThing", f"requestBody: {body}").body == expected


def test_a_server_with_a_path_of_its_own_stands_in_for_the_document_s(bench: Bench) -> None:
    text = FLOW.format(operation="listThings", members="")

    run = bench.run(text, [answer(200)], servers={"things": "http://127.0.0.1:4000/v2/"})

    assert run.requests[0].url == "http://127.0.0.1:4000/v2/things"


def test_a_structured_header_is_judged_by_its_value(bench: Bench) -> None:
    openapi = bench.folder / "openapi.yaml"
    declared = "- {name: X-O, in: header, schema: {type: object, required: [a]}}"
    page = "- {name: page, in: query, schema: {type: integer}}"
    openapi.write_text(openapi.read_text().replace(page, f"{page}\n        {declared}"))

    good = send(bench, "listThings", "parameters: [{name: X-O, in: header, value: {a: 1}}]")
    bad = send(bench, "listThings", "parameters: [{name: X-O, in: header, value: {b: 1}}]")

    assert header(good.requests[0].headers, "X-O") == "a,1"
    assert bad.report.status is Status.ERROR
    assert len(bad.requests) == 1
