"""A small API in memory with named defects, and its document: what the rules for any document are tried on."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness import document
from harness.config import ENVIRONMENTS
from harness.exchange import Exchange, Request, Response
from harness.jsonvalue import Json
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.outcome import Check, Status
from harness.rules.document.catalogue import document_rules
from harness.rules.document.draft import Access
from harness.rules.document.scene import Scene
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule

TOKEN = "Bearer good-token"
TEXT = """\
openapi: 3.1.0
info: {title: Books, version: '1'}
servers: [{url: /v1}]
security: [{token: []}]
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    NewBook:
      type: object
      additionalProperties: false
      required: [title, pages]
      properties:
        title: {type: string, minLength: 1, maxLength: 40}
        pages: {type: integer, minimum: 1, maximum: 9999}
        kind: {enum: [novel, poem]}
        note: {type: [string, 'null']}
    Book:
      type: object
      required: [id, title, pages]
      properties:
        id: {type: integer, readOnly: true}
        title: {type: string}
        pages: {type: integer}
        kind: {type: string}
        note: {type: [string, 'null']}
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Book'}}}}}
        4XX: {description: refused}
    post:
      operationId: addBook
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/NewBook'}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        4XX: {description: refused}
  /books/{bookId}:
    parameters: [{name: bookId, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getBook
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        4XX: {description: refused}
    patch:
      operationId: changeBook
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, additionalProperties: false, properties: {title: {type: string, minLength: 1, maxLength: 40}}}}}
      responses:
        '204': {description: changed}
        4XX: {description: refused}
    delete:
      operationId: removeBook
      responses:
        '204': {description: removed}
        4XX: {description: refused}
"""


@dataclass
class Bookshop:
    """The API, right in everything but the defects it is told to have."""

    defects: frozenset[str] = frozenset()
    books: dict[int, dict[str, Json]] = field(default_factory=dict)
    last: int = 0
    exchanges: dict[int, Exchange] = field(default_factory=dict)

    def send(self, request: Request) -> Exchange:
        """Answer a request as an exchange with a number of its own."""
        status, body, headers = self._answer(request)
        raw = json.dumps(body).encode() if body is not None else b""
        kind = (("content-type", "application/json"),) if body is not None else ()
        number = len(self.exchanges) + 1
        response = Response(status, (*kind, *headers), raw)
        self.exchanges[number] = Exchange(number, request, response)
        return self.exchanges[number]

    def _answer(self, request: Request) -> tuple[int, Json, tuple[tuple[str, str], ...]]:
        path, _, query = request.url.removeprefix("http://books/v1").partition("?")
        sent = {name.lower(): value for name, value in request.headers}
        is_known = sent.get("authorization") == TOKEN or "open" in self.defects
        if not is_known:
            return 401, None, ()
        item = re.fullmatch(r"/books/([^/]+)", path)
        if path == "/books":
            methods = {"GET": self._list, "POST": self._add}
        elif item:
            number = int(item[1]) if re.fullmatch("[0-9]{1,15}", item[1]) else -1
            methods = {
                "GET": lambda *_: self._get(number, item[1]),
                "PATCH": lambda _, body, __: self._change(number, body),
                "DELETE": lambda *_: self._remove(number),
            }
        else:
            return 404, None, ()
        if request.method in ("HEAD", "OPTIONS"):
            return 200, None, ()
        if request.method not in methods:
            return 405, None, (("allow", ", ".join(methods)),)
        status, body = methods[request.method](query, request.body, sent.get("content-type", ""))
        return status, body, ()

    def _list(self, query: str, _: bytes, __: str) -> tuple[int, Json]:
        limit = dict(each.split("=", 1) for each in query.split("&") if "=" in each).get(
            "limit", "9"
        )
        is_good = limit.isdigit() and 1 <= int(limit) <= 100
        if not is_good and "limit-unchecked" not in self.defects:
            return 400, None
        return 200, list(self.books.values())

    def _add(self, _: str, body: bytes, kind: str) -> tuple[int, Json]:
        if kind.partition(";")[0] != "application/json":
            return 415, None
        try:
            book = json.loads(body.decode())
        except ValueError:
            return (500 if "crashes-on-garbage" in self.defects else 400), None
        if not self._is_sound(book):
            return 422, None
        self.last += 1
        made = {"id": self.last, **book}
        self.books[self.last] = made
        shown = {
            k: v for k, v in made.items() if not (k == "pages" and "pages-lost" in self.defects)
        }
        return (202 if "undocumented-status" in self.defects else 201), shown

    def _is_sound(self, book: Json) -> bool:
        if not isinstance(book, Mapping):
            return False
        title, pages = book.get("title"), book.get("pages")
        rules = {
            "title-unchecked": isinstance(title, str) and 1 <= len(title) <= 40,
            "pages-unchecked": type(pages) is int and 1 <= pages <= 9999,
            "kind-unchecked": book.get("kind", "novel") in ("novel", "poem"),
            "note-unchecked": isinstance(book.get("note"), str | None),
            "unknown-accepted": set(book) <= {"title", "pages", "kind", "note"},
        }
        if "null-note-refused" in self.defects and "note" in book and book["note"] is None:
            return False
        return all(kept or name in self.defects for name, kept in rules.items())

    def _get(self, number: int, text: str) -> tuple[int, Json]:
        if "crashes-on-odd-path" in self.defects and "%" in text:
            return 500, None
        return (200, self.books[number]) if number in self.books else (404, None)

    def _change(self, number: int, body: bytes) -> tuple[int, Json]:
        try:
            change = json.loads(body.decode())
        except ValueError:
            return 400, None
        title = change.get("title", "x") if isinstance(change, Mapping) else None
        is_sound = isinstance(title, str) and 1 <= len(title) <= 40 and set(change) <= {"title"}
        if not is_sound:
            return 422, None
        if number not in self.books:
            return 404, None
        if "change-forgotten" not in self.defects:
            self.books[number] = {**self.books[number], **change}
        return 204, None

    def _remove(self, number: int) -> tuple[int, Json]:
        if number not in self.books:
            return 404, None
        if "remove-forgotten" not in self.defects:
            del self.books[number]
        return 204, None


def api_of_books() -> Api:
    """Return the document of the bookshop."""
    return build_api(document.parse(TEXT, "books.yaml"), "books")


def checks_of(*defects: str) -> dict[str, list[Check]]:
    """Run every rule against a bookshop with these defects; return the checks by case."""
    api, shop = api_of_books(), Bookshop(frozenset(defects))
    scene = Scene(api, lambda _: Access(headers=(("Authorization", TOKEN),)))
    environment = ENVIRONMENTS["mock"]
    target = Target(
        environment=type(environment)(name="mock", base_url="http://books"),
        apis={"books": api},
        send=shop.send,
        bearer=lambda _: "",
        is_alive=lambda: True,
    )
    rules = document_rules(api, scene)
    return {rule.id: list(try_rule(rule, target, Effort(1, 1))) for rule in rules}


def broken(checks: dict[str, list[Check]]) -> set[str]:
    """Return the names of the checks that failed."""
    return {
        check.name for found in checks.values() for check in found if check.status is Status.FAIL
    }
