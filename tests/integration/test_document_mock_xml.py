"""A document whose bodies are XML and forms: what the mock answers keeps it, and so do the requests sent."""

import asyncio

import httpx
import pytest

from harness import document
from harness.config import Environment
from harness.exchange import Exchange, Request, Response
from harness.mock.document.api import DocumentMock
from harness.mock.document.faults import faults_called
from harness.openapi.load import build_api
from harness.outcome import Check, Status
from harness.rules.document.catalogue import document_rules
from harness.rules.document.draft import Access
from harness.rules.document.scene import Scene
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule

TEXT = """\
openapi: 3.0.4
info: {title: Pets, version: '1'}
paths:
  /pets:
    post:
      operationId: addPet
      requestBody: {required: true, content: {application/xml: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses:
        '201': {description: made, content: {application/xml: {schema: {$ref: '#/components/schemas/Pet'}}}}
        4XX: {description: bad}
    get:
      operationId: listPets
      responses: {'200': {description: ok, content: {text/xml: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}
  /form:
    get:
      responses:
        '200':
          description: ok
          content:
            application/x-www-form-urlencoded:
              schema: {type: object, required: [a], properties: {a: {type: integer}, b: {type: array, items: {type: string}}}}
  /parts:
    get:
      responses:
        '200':
          description: ok
          content:
            multipart/form-data:
              schema: {type: object, required: [meta], properties: {meta: {type: object, properties: {n: {type: integer}}}, file: {type: string}}}
components:
  schemas:
    Tag: {type: object, properties: {id: {type: integer}}, xml: {name: tag}}
    Pet:
      type: object
      required: [name, photos]
      xml: {name: pet, namespace: 'urn:pets', prefix: p}
      properties:
        id: {type: integer, xml: {attribute: true}}
        name: {type: string, minLength: 2, maxLength: 6}
        photos: {type: array, maxItems: 3, xml: {wrapped: true}, items: {type: string, xml: {name: photo}}}
        tags: {type: array, items: {$ref: '#/components/schemas/Tag'}}
"""
API = build_api(document.parse(TEXT, "pets.yaml"), "pets")
PET = '<p:pet xmlns:p="urn:pets"><name>Rex</name><photos/></p:pet>'


def posted(body: str, *faults: str) -> httpx.Response:
    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(DocumentMock(API, faults_called(API, faults)))
        async with httpx.AsyncClient(transport=transport) as client:
            headers = {"content-type": "application/xml"}
            return await client.post("http://mock/pets", content=body, headers=headers)

    return asyncio.run(post())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(PET, 201, id="valid"),
        pytest.param(PET.replace("Rex", "R"), 422, id="short"),
        pytest.param(PET.replace("urn:pets", "urn:a"), 422, id="namespace"),
        pytest.param("<pet", 400, id="malformed"),
        pytest.param(f"<!DOCTYPE a [<!ENTITY b 'c'>]>{PET}", 201, id="not-decided"),
    ],
)
def test_the_mock_reads_xml_by_its_schema(body: str, status: int) -> None:
    answer = posted(body)

    assert answer.status_code == status
    if status == 201:
        assert answer.headers["content-type"] == "application/xml"
        assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<p:pet xmlns:p=')


def test_rules_send_and_accept_xml_and_forms() -> None:
    transport = httpx.ASGITransport(DocumentMock(API, ()))
    client = httpx.AsyncClient(transport=transport)
    loop = asyncio.new_event_loop()

    def send(request: Request) -> Exchange:
        answer = loop.run_until_complete(
            client.request(
                request.method, request.url, headers=list(request.headers), content=request.body
            )
        )
        response = Response(answer.status_code, tuple(answer.headers.items()), answer.content)
        return Exchange(1, request, response)

    target = Target(
        Environment(name="mock", base_url="http://mock"),
        {"pets": API},
        send,
        lambda _: "",
        is_alive=lambda: True,
    )
    rules = document_rules(API, Scene(API, lambda _: Access()))
    checks: list[Check] = [
        check for rule in rules for check in try_rule(rule, target, Effort(1, 1))
    ]
    loop.close()

    bad = (Status.FAIL, Status.ERROR, Status.SKIP, Status.WARN)
    assert [check for check in checks if check.status in bad] == []
    judged = {each.status for each in checks if each.name == "contract.schema"}
    assert judged == {Status.PASS}
    assert any(each.name == "invalid.refused" or "refused" in each.name for each in checks)
