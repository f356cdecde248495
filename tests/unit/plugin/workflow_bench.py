"""A bench whose client answers from a function, and a document of one case."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx

from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Overrides
from harness.plugin.bench import Bench, WorkflowOptions
from harness.settings import required_credentials
from tests.fakes import FakeClock, client_of
from tests.products import load

OPENAPI = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: http://127.0.0.1:1}]
paths:
  /things:
    get:
      operationId: listThings
      responses: {'200': {description: all}, '404': {description: none}}
"""
BOOK = """\
arazzo: 1.0.1
info: {title: T, version: '1'}
sourceDescriptions: [{name: things, type: openapi, url: ./openapi.yaml}]
workflows:
  - workflowId: w
    x-cases: {rows: [{id: one, CASE}]}
    steps:
      - {stepId: s, operationId: listThings, successCriteria: [{condition: $statusCode == 200}]}
"""


def bench_for(folder: object, answer: Callable[[httpx.Request], httpx.Response]) -> Bench:
    """Return a bench whose reports folder holds the OpenAPI document."""
    place = Path(str(folder))
    (place / "openapi.yaml").write_text(OPENAPI, encoding="utf-8")
    settings = replace(load(Overrides(), folder=Path("/"), environ={}), reports=place)
    clock, redactor = FakeClock(), Redactor()
    client = client_of(answer, clock, [])
    credentials = required_credentials(settings)
    return Bench(
        settings=settings,
        credentials=credentials,
        client=client,
        tokens=Tokens(
            settings,
            credentials,
            send=client.bound("t"),
            monotonic=clock.time().monotonic,
            learn=redactor.learn,
        ),
        redactor=redactor,
        apis={},
        time=clock.time(),
        write=lambda _: None,
        counts=Counter(),
        workflows=WorkflowOptions({"*": "http://127.0.0.1:1"}),
    )
