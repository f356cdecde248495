import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest

from harness import document
from harness.config import Environment
from harness.exchange import Exchange, Request, Response
from harness.mock.document.api import DocumentMock
from harness.mock.document.faults import derived_faults, faults_called
from harness.mock.document.security import TOKEN
from harness.openapi.load import build_api
from harness.outcome import Check, Status
from harness.rules.document.catalogue import document_rules
from harness.rules.document.draft import Access
from harness.rules.document.scene import Scene
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.unit.rules.document.bookshop import TEXT

API = build_api(document.parse(TEXT, "books.yaml"), "books")
FAULTS = tuple(fault.id for fault in derived_faults(API))
Sending = Callable[[Request], Exchange]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def sending(loop: asyncio.AbstractEventLoop, *faults: str) -> Sending:
    transport = httpx.ASGITransport(DocumentMock(API, faults_called(API, faults)))
    client = httpx.AsyncClient(transport=transport)

    def send(request: Request) -> Exchange:
        answer = loop.run_until_complete(
            client.request(
                request.method, request.url, headers=list(request.headers), content=request.body
            )
        )
        response = Response(answer.status_code, tuple(answer.headers.items()), answer.content)
        return Exchange(1, request, response)

    return send


def checks(send: Sending, first: str = "") -> Iterator[Check]:
    """Yield what the rules find, those of one operation before all others."""
    scene = Scene(API, lambda _: Access(headers=(("Authorization", f"Bearer {TOKEN}"),)))
    target = Target(
        Environment(name="mock", base_url="http://mock"),
        {"books": API},
        send,
        lambda _: "",
        is_alive=lambda: True,
    )
    rules = document_rules(API, scene)
    for rule in sorted(rules, key=lambda rule: not rule.id.startswith(f"books/{first}/")):
        yield from try_rule(rule, target, Effort(1, 1))


def test_the_mock_of_a_document_is_not_accused(loop: asyncio.AbstractEventLoop) -> None:
    found = list(checks(sending(loop)))

    bad = (Status.FAIL, Status.ERROR, Status.SKIP, Status.WARN)
    assert [check for check in found if check.status in bad] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_that_a_document_gives_is_found(
    loop: asyncio.AbstractEventLoop, fault: str
) -> None:
    found = checks(sending(loop, fault), first=fault.partition("/")[0])

    assert any(check.status is Status.FAIL for check in found)


def answer(send: Sending, method: str, path: str, body: bytes = b"", **headers: str) -> Response:
    sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers}
    if not body:
        del sent["Content-Type"]
    exchange = send(Request(method, f"http://mock/v1{path}", tuple(sent.items()), body))
    assert exchange.response is not None
    return exchange.response


def test_what_was_made_is_listed_read_changed_and_removed(loop: asyncio.AbstractEventLoop) -> None:
    send = sending(loop)

    made = answer(send, "POST", "/books", b'{"title": "A", "pages": 3}')
    path = (made.header("location") or "").removeprefix("/v1")
    read = answer(send, "GET", path)
    changed = answer(send, "PATCH", path, b'{"title": "B"}')
    again = answer(send, "GET", path)
    listed = answer(send, "GET", "/books")
    removed = answer(send, "DELETE", path)
    tripped = answer(send, "GET", path)

    assert (made.status, read.status, changed.status, removed.status) == (201, 200, 204, 204)
    assert tripped.status == 404
    assert b'"title":"A"' in read.body
    assert b'"title":"B"' in again.body
    assert listed.json() == [again.json()]


def test_what_the_document_does_not_allow_is_refused_as_http_says(
    loop: asyncio.AbstractEventLoop,
) -> None:
    send = sending(loop)

    assert answer(send, "POST", "/books", b'{"title": ""}').status == 422
    assert answer(send, "POST", "/books", b"{").status == 400
    assert answer(send, "POST", "/books", b"x", **{"Content-Type": "text/plain"}).status == 415
    assert answer(send, "GET", "/books?limit=0").status == 400
    assert answer(send, "GET", "/books", Authorization="Bearer other").status == 401
    assert answer(send, "PUT", "/books", b"{}").status == 405
    assert answer(send, "PUT", "/books", b"{}").header("allow") == "GET, POST"
    assert answer(send, "GET", "/nothing").status == 404


NESTED = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: /shop}]
paths:
  /customers:
    post:
      operationId: createCustomer
      responses: {'201': {description: made, content: {application/json: {schema: {type: object, required: [customerId], properties: {customerId: {type: string}}}}}}}
  /customers/{customerId}/orders:
    parameters: [{name: customerId, in: path, required: true, schema: {type: string}}]
    post: {operationId: createOrder, responses: {'201': {description: made}, '404': {description: no}}}
"""


def test_an_object_that_only_paths_below_it_know_is_kept() -> None:
    async def ordered() -> tuple[int, int]:
        mock = DocumentMock(build_api(document.parse(NESTED, "shop.yaml"), "shop"))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(mock)) as client:
            base = "http://mock/shop/customers"
            customer = (await client.post(base)).json()["customerId"]
            known = await client.post(f"{base}/{customer}/orders")
            other = await client.post(f"{base}/nobody/orders")
            return known.status_code, other.status_code

    assert asyncio.run(ordered()) == (201, 404)
