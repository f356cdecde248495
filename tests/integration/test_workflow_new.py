"""What `harness workflow new` writes passes against a server that keeps its documents."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result

from harness.cli.workflow import command
from harness.files.samples import sample

pytestmark = pytest.mark.slow

OPENAPI = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: 'SERVER'}]
security: [{key: []}]
paths:
  /orders/{orderId}:
    parameters: [{name: orderId, in: path, required: true, schema: {type: string, pattern: '^o-[0-9]+$'}}]
    delete: {operationId: cancelOrder, responses: {'204': {description: gone}}}
    get:
      operationId: getOrder
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
  /orders:
    get:
      operationId: listOrders
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}}
    post:
      operationId: placeOrder
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Placed'}}}}}
  /invoices:
    post:
      operationId: invoice
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [orderId], properties: {orderId: {type: string}}}}}
      responses: {'204': {description: sent}}
  /customers/{customerId}:
    get:
      operationId: getCustomer
      parameters: [{name: customerId, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: one}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    NewOrder:
      type: object
      required: [sku, count, ends]
      properties:
        sku: {type: string, pattern: '^[A-Z]{3}-\\d{4}$'}
        count: {type: integer, minimum: 2, multipleOf: 5}
        ends: {type: string, format: date, minLength: 10}
    Order:
      allOf: [{$ref: '#/components/schemas/NewOrder'}]
      required: [id]
      properties: {id: {type: string}}
    Placed: {type: object, required: [orderId, links], properties: {orderId: {type: string}, links: {type: object}}}
"""


class Shop(BaseHTTPRequestHandler):
    """Keeps orders as the document says, and refuses whatever it does not allow."""

    protocol_version = "HTTP/1.1"
    orders: ClassVar[dict[str, dict[str, object]]] = {}

    def _answer(self, status: int, value: object = None) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status if self.headers.get("X-Key") == "k" else 401)
        if body:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(
            self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}"
        )
        return found

    def do_GET(self) -> None:
        if self.path == "/orders":
            self._answer(200, list(self.orders.values()))
            return
        found = self.orders.get(self.path.removeprefix("/orders/"))
        self._answer(200 if found else 404, found)

    def do_DELETE(self) -> None:
        tripped = self.orders.pop(self.path.removeprefix("/orders/"), None)
        self._answer(204 if tripped else 404)

    def do_POST(self) -> None:
        given = self._body()
        if self.path == "/invoices":
            self._answer(204 if given.get("orderId") in self.orders else 422)
            return
        good = re.fullmatch(r"[A-Z]{3}-\d{4}", str(given.get("sku"))) and given["count"] == 5
        name = f"o-{len(self.orders) + 1}"
        if good:
            self.orders[name] = {**given, "id": name}
        self._answer(201 if good else 422, {"orderId": name, "links": {}} if good else None)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("API_KEY", "k")
    Shop.orders = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        (tmp_path / "shop.yaml").write_text(OPENAPI.replace("SERVER", url))
        yield tmp_path
        server.shutdown()


def workflow(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_a_draft_passes_against_a_correct_server(folder: Path) -> None:
    made = workflow("new", "shop.yaml", "-o", "first.arazzo.yaml")

    run = workflow("run", "first.arazzo.yaml", "--reports", "reports")
    text = (folder / "first.arazzo.yaml").read_text()
    assert made.exit_code == 0, made.output
    assert "left out getCustomer" in made.output
    assert run.exit_code == 0, run.output
    assert re.findall(r"stepId: (\S+)", text) == [
        "place-order",
        "invoice",
        "list-orders",
        "get-order",
        "cancel-order",
    ]
    assert "orderId: $steps.place-order.outputs.orderId" in text


def test_what_is_left_out_can_be_asked_for(folder: Path) -> None:
    workflow("new", "shop.yaml", "--operations", "getCustomer", "-o", "first.arazzo.yaml")

    assert "value: $inputs.customerId" in (folder / "first.arazzo.yaml").read_text()


@pytest.mark.parametrize("name", ["dental", "medical", "prior-auth", "token-v2"])
def test_a_draft_of_a_bundled_api_passes_against_the_mock(folder: Path, name: str) -> None:
    made = workflow("new", name, "-o", "deep/first.arazzo.yaml")

    run = workflow("run", "deep/first.arazzo.yaml", "--reports", "reports")
    text = (folder / "deep" / "first.arazzo.yaml").read_text()
    assert made.exit_code == 0, made.output
    assert run.exit_code == 0, run.output
    assert all(each.startswith("harness:") for each in re.findall(r"url: \"?(\S+)", text))


def test_a_draft_that_would_lie_outside_the_project_says_so(folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "harness.yaml").write_text("seed: 1\n")

    made = workflow("new", "shop.yaml", "-o", "inner/first.arazzo.yaml")

    assert made.exit_code == 1
    assert made.output.count("error:") == 1
    assert "lies outside the project" in made.output
    assert "cannot be run as it is" in made.output


def test_a_bundled_document_has_a_name_that_must_exist(folder: Path) -> None:
    workflow("new", "dental", "-o", "first.arazzo.yaml")
    path = folder / "first.arazzo.yaml"
    path.write_text(path.read_text().replace("harness:dental", "harness:dentl"))

    found = workflow("lint", "first.arazzo.yaml")

    assert found.exit_code == 1
    assert "Did you mean 'dental'?" in found.output


def quick_start() -> str:
    """Return a collection such as a vendor hands out: a token, an upload, a search."""
    base = "{{baseUrl}}/dental/attachments/v1/attachments/documents"
    claim = {
        "claimId": "C1", "payerId": "PAY01", "memberId": "M1", "providerNPI": "1234567893", "submitterId": "999898",
        "dateOfService": "2026-01-15", "patientLastName": "Sampleton", "patientFirstName": "Sam",
        "patientDateOfBirth": "2000-01-31", "billingProviderTaxId": "123456789",
    }  # fmt: skip
    form = [
        {"key": "request", "type": "text", "contentType": "application/json", "value": json.dumps(claim)},
        {"key": "files", "type": "file", "src": "/somewhere/else/scan.png"},
    ]  # fmt: skip
    token = [
        {"key": "grant_type", "value": "client_credentials"},
        {"key": "client_id", "value": "{{client_id}}"},
        {"key": "client_secret", "value": "a-secret-of-mine"},
    ]

    def item(name: str, url: str, body: object, *test: str, **more: object) -> dict[str, object]:
        event = {"listen": "test", "script": {"exec": list(test)}}
        request = {"method": "POST", "url": url, "body": body, **more}
        return {"name": name, "request": request, "event": [event]}

    found = {
        "info": {"name": "Quick start", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
        "variable": [{"key": "baseUrl", "value": "https://sandbox-apigw.optum.com"}],
        "item": [
            item("Token", "{{baseUrl}}/apip/auth/sntl/v1/token", {"mode": "urlencoded", "urlencoded": token},
                 "pm.environment.set('token', pm.response.json().access_token)", auth={"type": "noauth"}),
            item("Create", base, {"mode": "formdata", "formdata": form},
                 "pm.expect(pm.response.json().status).to.eql('CLOSED')", "pm.globals.set('ids', pm.response.json().attachmentIds)"),
            item("Search", f"{base}/search", {"mode": "raw", "raw": '{"attachmentIds": {{ids}}}'}, "pm.response.to.have.status(200)"),
        ],
    }  # fmt: skip
    return json.dumps(found)


def test_a_collection_becomes_a_workflow_that_passes_against_the_mock(folder: Path) -> None:
    (folder / "quick.json").write_text(quick_start())
    (folder / "scan.png").write_bytes(sample("png"))

    made = workflow("import", "quick.json", "-o", "first.arazzo.yaml")
    run = workflow("run", "first.arazzo.yaml", "--reports", "reports")

    assert made.exit_code == 0, made.output
    assert "3 requests carried over, 1 thing not" in made.output
    assert "a-secret-of-mine" not in (folder / "first.arazzo.yaml").read_text()
    assert run.exit_code == 0, run.output
