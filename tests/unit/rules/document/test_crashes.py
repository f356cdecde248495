"""Crashes that need an object, a language, or what an earlier request left behind."""

import json

from harness.exchange import Request
from harness.jsonvalue import Json
from harness.outcome import Status
from tests.unit.rules.document.scripted import bad, tried

TEXT = """
openapi: 3.1.0
info: {title: own, version: '1'}
paths:
  /tags:
    get:
      parameters:
        - name: filter
          in: query
          content: {application/json: {schema: {type: object}}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: array, items: {type: object, properties: {title: {type: string}}}}
        4XX: {description: no}
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties: {group: {type: string}, title: {type: [string, 'null']}}
      responses: {'201': {description: ok}, 4XX: {description: no}}
  /tags/{id}:
    put:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {a: {type: string}, b: {type: string}}}
      responses: {'200': {description: ok}, 4XX: {description: no}}
"""


def body_of(request: Request) -> dict[str, Json]:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def test_a_request_that_breaks_what_worked_before_is_found_in_the_end() -> None:
    titles: list[Json] = []

    def answer(request: Request) -> tuple[int, Json]:
        body = body_of(request)
        if request.method == "POST" and "group" in body:
            return (500 if None in titles else 201), {"id": 1}
        titles.extend([body["title"]] if "title" in body else [])
        return (201 if request.method == "POST" else 200), {"id": 1}

    checks, _ = tried(TEXT, answer)

    assert ("own/POST-tags/still-accepted", "state.still-accepted") in bad(checks)


def test_what_is_sent_in_the_end_bears_other_texts() -> None:
    texts: list[str] = []

    def answer(request: Request) -> tuple[int, Json]:
        title = body_of(request).get("title")
        texts.extend([title] if isinstance(title, str) else [])
        return (201 if request.method == "POST" else 200), {"id": 1}

    tried(TEXT, answer)

    assert texts[-1] not in texts[:-1]


def test_what_goes_on_working_is_not_accused_in_the_end() -> None:
    checks, _ = tried(TEXT, lambda request: (201 if request.method == "POST" else 200, {"id": 1}))

    found = [each for case, each in checks.items() if case.endswith("still-accepted")]
    assert {each.status for checks in found for each in checks} == {Status.PASS}


def test_a_filter_is_tried_with_conditions_on_what_is_listed() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        return (500 if "title" in request.url and "regexp" in request.url else 200), []

    checks, _ = tried(TEXT, answer)

    assert ("own/GET-tags/query-filter-odd", "no-server-error") in bad(checks)


def test_a_crash_on_an_unreadable_body_needs_no_valid_request() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        return (500 if b"\xff" in request.body else 400), None

    checks, _ = tried(TEXT, answer)

    statuses = {each.status for each in checks["own/POST-tags/body-broken"]}
    assert statuses == {Status.FAIL, Status.SKIP}


def test_an_operation_that_has_stopped_making_objects_is_not_asked_forever() -> None:
    made: list[int] = []

    def answer(request: Request) -> tuple[int, Json]:
        if request.method == "POST" and request.body == b"{}":
            made.append(1)
            return (201 if len(made) < 3 else 503), {"id": 7}
        return 200, {"id": 7}

    _, sent = tried(TEXT, answer)

    puts = [each for each in sent if each.method == "PUT"]
    assert len(puts) > 20
    assert len(made) < 20
