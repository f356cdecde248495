"""The shipped workflows against the mock: green when it is faithful, red when it is not."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET
from harness.exchange import Exchange, Request, Response
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.outcome import Status
from harness.resources import shipped
from harness.workflow.cases import case_list
from harness.workflow.document import parse
from harness.workflow.engine import execute as engine
from harness.workflow.engine.reports import CaseReport, Context
from tests.products import create_app


@contextmanager
def context(*faults: str) -> Iterator[Context]:
    ids = itertools.count(1)
    with running(create_app(MockSettings(faults=frozenset(faults)))) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)

        def send(request: Request) -> Exchange:
            parts = urlsplit(request.url)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(request.method, target, request.body, dict(request.headers))
            reply = connection.getresponse()
            response = Response(reply.status, tuple(reply.getheaders()), reply.read())
            return Exchange(next(ids), request, response)

        yield Context(
            send=send,
            clock=lambda: 0.0,
            sleep=lambda _: None,
            boundary=lambda: "frontier",
            servers={"*": url},
            environment={
                "HARNESS_CLIENT_ID": MOCK_CLIENT_ID,
                "HARNESS_CLIENT_SECRET": MOCK_CLIENT_SECRET,
            },
        )
        connection.close()


def reports(name: str, *faults: str) -> dict[str, CaseReport]:
    book = parse.load(shipped("workflows") / f"{name}.arazzo.yaml")
    with context(*faults) as made:
        return {case.id: engine.run(case, made) for case in case_list.expand(book)}


@pytest.mark.parametrize(
    ("name", "count"), [("dental-attachments", 3), ("medical-attachments", 18)]
)
def test_a_faithful_implementation_passes(name: str, count: int) -> None:
    found = reports(name)

    assert [report.message for report in found.values()] == [""] * count
    assert {report.status for report in found.values()} == {Status.PASS}


@pytest.mark.parametrize(
    ("name", "fault", "count"),
    [
        ("dental-attachments", "search-loses-a-byte", 3),
        ("dental-attachments", "search-swaps-files", 2),
        ("dental-attachments", "search-renames-files", 3),
        ("dental-attachments", "search-gives-wrong-control-number", 3),
        ("dental-attachments", "search-gives-wrong-id", 3),
        ("medical-attachments", "wrong-status-TESTEP06", 1),
        ("medical-attachments", "document-verdicts-alike", 1),
        ("medical-attachments", "document-name-changed", 18),
        ("medical-attachments", "hits-without-trace-id", 18),
        ("medical-attachments", "details-without-payerId", 18),
    ],
)
def test_an_implementation_that_breaks_a_promise_does_not(
    name: str, fault: str, count: int
) -> None:
    found = reports(name, fault)

    assert [report.status for report in found.values()].count(Status.FAIL) == count
