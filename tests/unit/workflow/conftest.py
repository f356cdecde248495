"""A bench on which small documents are run against scripted answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import pytest

from harness.exchange import Exchange, Request, Response
from harness.workflow.cases import case_list as cases
from harness.workflow.document import parse
from harness.workflow.document.model import Book, Finding
from harness.workflow.engine import execute as engine
from harness.workflow.engine.reports import CaseReport, Context
from harness.workflow.lint import check as lint

OPENAPI = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: http://api.test/v1}]
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: page, in: query, schema: {type: integer}}
      responses:
        '200':
          description: all
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}
    post:
      operationId: createThing
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object}}
      responses:
        '201':
          description: made
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: one
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
        '503': {description: busy}
    delete:
      operationId: deleteThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses: {'204': {description: gone}}
  /files:
    post:
      operationId: sendFiles
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object}
            encoding: {request: {contentType: application/json}}
      responses: {'200': {description: fine}}
  /form:
    post:
      operationId: sendForm
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object}}
      responses: {'200': {description: fine}}
components:
  schemas:
    Thing:
      type: object
      properties:
        id: {type: string}
        status: {type: string, enum: [UP, DOWN]}
        items: {type: array, items: {type: object, properties: {x: {type: string}}}}
"""

HEAD = """\
arazzo: 1.1.0
info: {title: T, version: '1'}
sourceDescriptions:
  - {name: things, type: openapi, url: ./openapi.yaml}
"""

Answer: TypeAlias = Response | str


def answer(
    status: int = 200, body: bytes = b"", kind: str = "application/json", **headers: str
) -> Response:
    """Make a response; a header's underscores become hyphens."""
    pairs = (("Content-Type", kind),) if body else ()
    extra = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, (*pairs, *extra), body)


@dataclass
class Run:
    """What happened on the bench."""

    report: CaseReport
    requests: list[Request]
    waits: list[float]
    secrets: list[str]

    @property
    def calls(self) -> list[str]:
        return [
            f"{each.method} {each.url.removeprefix('http://api.test/v1')}" for each in self.requests
        ]


@dataclass
class Bench:
    """A folder with an OpenAPI document, and a clock that only sleeping moves."""

    folder: Path
    now: float = 1_000_000.0
    requests: list[Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def write(self, text: str, name: str = "flow.arazzo.yaml") -> Path:
        path = self.folder / name
        path.write_text(text if text.startswith("arazzo") else HEAD + text, encoding="utf-8")
        return path

    def book(self, text: str) -> Book:
        return parse.load(self.write(text))

    def lint(self, text: str) -> tuple[Finding, ...]:
        return lint.lint(self.book(text))

    def context(self, answers: Iterable[Answer], seconds_per_call: float = 0.0) -> Context:
        script = iter(answers)

        def send(request: Request) -> Exchange:
            self.requests.append(request)
            self.now += seconds_per_call
            given = next(script, "the script has no more answers")
            if isinstance(given, str):
                return Exchange(len(self.requests), request, failure=given)
            return Exchange(len(self.requests), request, given)

        def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            self.now += seconds

        return Context(
            send=send,
            clock=lambda: self.now,
            sleep=sleep,
            boundary=lambda: "frontier",
            secret=self.secrets.append,
        )

    def run(
        self, text: str, answers: Iterable[Answer] = (), workflow: str = "", **changes: object
    ) -> Run:
        case = cases.expand(self.book(text), workflow)[0]
        context = replace(self.context(answers), **changes)  # type: ignore[arg-type]  # fields of Context
        report = engine.run(case, context)
        return Run(report, self.requests, self.waits, self.secrets)


OneStep: TypeAlias = Callable[..., Run]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Return a bench whose folder holds openapi.yaml."""
    (tmp_path / "openapi.yaml").write_text(OPENAPI, encoding="utf-8")
    return Bench(tmp_path)


@pytest.fixture
def one_step(bench: Bench) -> OneStep:
    """Return a runner of one GET /things step with the members given as YAML."""

    def run(members: str, *answers: Answer, **changes: object) -> Run:
        indented = "".join(f"        {line}\n" for line in members.strip("\n").split("\n"))
        text = f"workflows:\n  - workflowId: w\n    steps:\n      - stepId: s\n        operationId: listThings\n{indented}"
        return bench.run(text, answers, "", **changes)

    return run
