import pytest

from harness.document import parse
from harness.exchange import Response
from harness.openapi.bodies import readings
from harness.openapi.conformance import judge
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.openapi.xml_writer import xml_text
from harness.outcome import Status
from tests.work import at_most

DOCUMENT = """\
openapi: 3.0.4
info: {title: F, version: '1'}
paths:
  /pet:
    get:
      responses: {'200': {description: ok, content: {application/xml: {schema: {$ref: '#/components/schemas/Pet'}}}}}
  /pets:
    get:
      responses: {'200': {description: ok, content: {text/xml: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}
  /text:
    get:
      responses: {'200': {description: ok, content: {application/xml: {schema: {type: string}}}}}
  /choice:
    get:
      responses: {'200': {description: ok, content: {application/xml: {schema: {oneOf: [{type: object}, {type: array}]}}}}}
  /form:
    get:
      responses:
        '200':
          description: ok
          content:
            application/x-www-form-urlencoded:
              schema: {type: object, required: [a], additionalProperties: false, properties: {a: {type: integer}, b: {type: array, maxItems: 2, items: {type: string, minLength: 2}}, c: {type: object}}}
  /parts:
    get:
      responses:
        '200':
          description: ok
          content:
            multipart/form-data:
              schema: {type: object, required: [meta], properties: {meta: {type: object, required: [n], properties: {n: {type: integer}}}, file: {type: string, format: binary}, any: {}}}
components:
  schemas:
    Tag: {type: object, properties: {id: {type: integer}}, xml: {name: tag}}
    Base: {type: object, xml: {name: base}, properties: {day: {type: string, format: date}}}
    Pet:
      allOf: [{$ref: '#/components/schemas/Base'}]
      type: object
      required: [name, photos]
      xml: {name: pet, namespace: 'urn:pets', prefix: p}
      properties:
        id: {type: integer, format: int64, xml: {attribute: true}}
        name: {type: string, maxLength: 6}
        photos: {type: array, xml: {wrapped: true}, items: {type: string, xml: {name: photo}}}
        plain: {type: array, xml: {wrapped: true}, items: {type: integer}}
        tags: {type: array, items: {$ref: '#/components/schemas/Tag'}}
        kin: {allOf: [{$ref: '#/components/schemas/Tag'}]}
        weight: {type: number, nullable: true}
        tame: {type: boolean, xml: {name: isTame}}
"""
API = build_api(parse(DOCUMENT), "f")
KEPT = "<name>Rex</name><photos/>"


def judged(
    path: str, content_type: str, body: str | bytes, api: Api = API
) -> list[tuple[str, ...]]:
    operation = next(each for each in api.operations if each.path == path)
    raw = body.encode() if isinstance(body, str) else body
    checks = judge(api, operation, Response(200, (("content-type", content_type),), raw))
    return [
        (each.status.value, each.expected, each.actual, each.where)
        for each in checks
        if each.name == "contract.schema"
    ]


def of_pet(inner: str, attributes: str = "") -> list[tuple[str, ...]]:
    return judged(
        "/pet", "application/xml", f'<p:pet xmlns:p="urn:pets"{attributes}>{inner}</p:pet>'
    )


VALID = [("pass", "the documented schema", "valid", "body")]


@pytest.mark.parametrize(
    ("inner", "attributes"),
    [
        pytest.param(KEPT, "", id="least"),
        pytest.param(KEPT, ' id="5"', id="attribute"),
        pytest.param(KEPT, ' other="5"', id="attribute-of-others"),
        pytest.param("<name>Rex</name><photos><photo>a</photo><photo/></photos>", "", id="wrapped"),
        pytest.param(f"{KEPT}<plain><plain>1</plain></plain>", "", id="wrapped-without-a-name"),
        pytest.param(f"{KEPT}<tag><id>1</id></tag><tag/>", "", id="list"),
        pytest.param(f"{KEPT}<tags><id>1</id></tags>", "", id="list-by-its-property"),
        pytest.param(f"{KEPT}<kin/><weight/><isTame>1</isTame>", "", id="empty"),
        pytest.param(f"{KEPT}<weight> +1.50 </weight>", "", id="number"),
        pytest.param("<name>\n  Rex\n  </name><photos/>", "", id="indented"),
        pytest.param(f"{KEPT}<day>2026-01-02</day><more>a</more>", "", id="further"),
        pytest.param("<!-- a --><name><![CDATA[Rex]]></name><photos/>", "", id="cdata"),
    ],
)
def test_xml_that_keeps_its_schema_passes(inner: str, attributes: str) -> None:
    assert of_pet(inner, attributes) == VALID


@pytest.mark.parametrize(
    ("inner", "attributes", "expected"),
    [
        pytest.param("<name>Rex</name>", "", ('required ["photos"]', "body"), id="missing"),
        pytest.param(KEPT, ' id="x"', ('type "integer"', "body /id"), id="attribute"),
        pytest.param("<name>Rexxxxx</name><photos/>", "", ("maxLength 6", "body /name"), id="text"),
        pytest.param(f"{KEPT}<plain><plain>a</plain></plain>", "", ('type "integer"', "body /plain/0"), id="wrapped"),
        pytest.param(f"{KEPT}<tag><id>a</id></tag>", "", ('type "integer"', "body /tags/0/id"), id="list"),
        pytest.param(f"{KEPT}<day>2026-02-30</day>", "", ('format "date"', "body /day"), id="format"),
        pytest.param(f"{KEPT}<isTame>yes</isTame>", "", ('type "boolean"', "body /tame"), id="name"),
    ],
)  # fmt: skip
def test_xml_that_breaks_its_schema_fails(
    inner: str, attributes: str, expected: tuple[str, str]
) -> None:
    (check,) = of_pet(inner, attributes)

    assert (check[0], (check[1], check[3])) == ("fail", expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(f'<cat xmlns="urn:pets">{KEPT}</cat>', ("xml.name pet", "cat"), id="name"),
        pytest.param(f"<pet>{KEPT}</pet>", ("xml.namespace urn:pets", "no namespace"), id="none"),
        pytest.param(f'<pet xmlns="urn:a">{KEPT}</pet>', ("xml.namespace urn:pets", "urn:a"), id="other"),
    ],
)  # fmt: skip
def test_names_and_namespaces_are_judged(body: str, expected: tuple[str, str]) -> None:
    assert judged("/pet", "application/xml; charset=utf-8", body) == [("fail", *expected, "body")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type", id="entity"),
        pytest.param("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "document type", id="external"),
        pytest.param("<a>" * 101 + "</a>" * 101, "nested more than 100 deep", id="deep"),
        pytest.param(f"<r>{'<a/>' * 100_001}</r>", "more than 100,000 elements", id="many"),
        pytest.param('<?xml version="1.0" encoding="x-none"?><a/>', "encoding", id="encoding"),
        pytest.param(f"<pet xmlns='urn:pets'>a{KEPT}</pet>", "text beside", id="mixed"),
        pytest.param(f"<pet xmlns='urn:pets'>{KEPT}<name/></pet>", "more than once", id="twice"),
        pytest.param(f"<pet xmlns='urn:pets'>{KEPT}<weight>NaN</weight></pet>", "in XML alone", id="nan"),
        pytest.param("<pet xmlns='urn:pets'><name/><photos><a/></photos></pet>", "holds <a>", id="item"),
        pytest.param(f"<pet xmlns='urn:pets'>{KEPT}<tame/></pet>", "is called otherwise", id="mistaken"),
    ],
)  # fmt: skip
def test_xml_that_nobody_can_decide_is_told_as_not_judged(body: str, why: str) -> None:
    with at_most(3_000_000):
        ((status, _, actual, _),) = judged("/pet", "application/xml", body)

    assert (status, actual.startswith("not judged: "), why in actual) == ("omit", True, True)


def test_a_schema_that_does_not_say_what_elements_mean_is_not_judged() -> None:
    ((status, *_),) = judged("/choice", "application/xml", "<a/>")

    assert status == "omit"


def test_a_schema_of_text_takes_xml_as_it_comes() -> None:
    assert judged("/text", "application/xml", "<a") == []


@pytest.mark.parametrize("body", ["", "{}", "<a>", "<a></b>", "<a/><b/>", "<a>&b;</a>"])
def test_what_is_no_xml_fails(body: str) -> None:
    ((status, expected, actual, _),) = judged("/pet", "application/xml", body)

    assert (status, expected, actual[:9]) == ("fail", "an XML body", "not XML: ")


def test_a_list_as_root_is_judged() -> None:
    good = f'<pets><p:pet xmlns:p="urn:pets">{KEPT}</p:pet></pets>'

    assert judged("/pets", "text/xml", good) == VALID
    assert judged("/pets", "text/xml", good.replace("Rex", "Rexxxxx"))[0][3] == "body /0/name"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("a=1&b=xx&b=yy&c=%7B%7D", VALID, id="valid"),
        pytest.param("a=x", [("fail", 'type "integer"', '"x"', "body /a")], id="type"),
        pytest.param("b=xx", [("fail", 'required ["a"]', "only b", "body")], id="missing"),
        pytest.param("a=1&b=x", [("fail", "minLength 2", '"x"', "body /b/0")], id="item"),
        pytest.param("a=1&z=1", [("fail", "additionalProperties false", '{"a":1,"z":""}', "body")], id="unknown"),
        pytest.param("a=1&a=2", [("omit", "the documented schema", "not judged: the field a was sent more than once", "body")], id="twice"),
        pytest.param("a=1&c=x", [("omit", "the documented schema", "not judged: the field c is not JSON", "body")], id="style"),
    ],
)  # fmt: skip
def test_forms_are_judged(body: str, expected: list[tuple[str, ...]]) -> None:
    assert judged("/form", "application/x-www-form-urlencoded", body) == expected


def parts(*written: tuple[str, str, bytes]) -> bytes:
    lines = [
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n%s\r\n%s\r\n'
        % (name.encode(), f"Content-Type: {kind}\r\n".encode() if kind else b"", content)
        for name, kind, content in written
    ]
    return b"".join(lines) + b"--b--\r\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(parts(("meta", "application/json", b'{"n":1}'), ("file", "image/png", b"\xff\x00"), ("any", "", b"x")), VALID, id="valid"),
        pytest.param(parts(("meta", "", b'{"n":1}')), VALID, id="json-by-default"),
        pytest.param(parts(("file", "", b"a")), [("fail", 'required ["meta"]', "only file", "body")], id="missing"),
        pytest.param(parts(("meta", "application/json", b'{"n":"1"}')), [("fail", 'type "integer"', '"1"', "body /meta/n")], id="inside"),
        pytest.param(parts(("meta", "application/xml", b"<a/>")), [("omit", "the documented schema", "not judged: the field meta is written in a way of its own", "body")], id="other"),
    ],
)  # fmt: skip
def test_multipart_is_judged(body: bytes, expected: list[tuple[str, ...]]) -> None:
    assert judged("/parts", "multipart/form-data; boundary=b", body) == expected


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=c"])
def test_multipart_that_is_none_fails(content_type: str) -> None:
    ((status, expected, *_),) = judged("/parts", content_type, parts(("meta", "", b"{}")))

    assert (status, expected) == ("fail", "a form")


def test_what_is_written_is_read_as_the_same() -> None:
    operation = next(each for each in API.operations if each.path == "/pet")
    media_type = operation.answers[0].media_types[0]
    pet = {
        "id": 7,
        "name": "<R&x",
        "photos": ["a", ""],
        "plain": [1, 2],
        "tags": [{"id": 1}, {}],
        "kin": {"id": 3},
        "weight": None,
        "tame": False,
        "day": "2026-01-02",
    }

    written = xml_text(API, media_type.schema, pet)  # type: ignore[arg-type]  # a JSON value
    first = next(readings(API, media_type, "application/xml", written.encode()))

    assert (first.value, first.faults) == (pet, ())


def test_large_xml_costs_no_more_than_it_holds() -> None:
    body = f'<pet xmlns="urn:pets">{KEPT}{"<tag><id>1</id></tag>" * 2_000}</pet>'

    with at_most(3_000_000):
        checks = judged("/pet", "application/xml", body)

    assert checks[0][0] == Status.PASS.value
