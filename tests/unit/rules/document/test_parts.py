"""Forms whose parts are JSON, and members that only a fuller object shows."""

import json

from harness.exchange import Request
from harness.jsonvalue import Json
from tests.unit.rules.document.scripted import bad, tried

HEAD = "openapi: 3.1.0\ninfo: {title: own, version: '1'}\n"
PHOTOS = f"""{HEAD}
paths:
  /photos:
    post:
      requestBody:
        required: true
        content:
          multipart/form-data:
            encoding: {{meta: {{contentType: application/json}}}}
            schema:
              type: object
              required: [file]
              properties:
                file: {{type: string, format: binary}}
                meta: {{type: object, properties: {{iso: {{type: integer}}}}}}
      responses: {{'201': {{description: made}}, 4XX: {{description: no}}}}
"""
NOTES = f"""{HEAD}
paths:
  /bookings:
    post:
      requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/B'}}}}}}}}
      responses: {{'201': {{description: made}}, 4XX: {{description: no}}}}
  /bookings/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}}}
    patch:
      requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/C'}}}}}}}}
      responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}
components:
  schemas:
    B: {{type: object, required: [nights], properties: {{nights: {{type: integer}}, notes: {{type: string}}}}}}
    C: {{type: object, properties: {{notes: {{type: string}}}}}}
"""


def read(raw: bytes) -> dict[str, Json] | None:
    """Return a body that is an object; None for any other."""
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def test_a_part_that_is_no_json_is_sent() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        body = request.body or b""
        if b'name="meta"' not in body:
            return (201 if b'name="file"' in body else 400), None
        content = body.partition(b'name="meta"')[2].partition(b"\r\n\r\n")[2]
        try:
            json.loads(content.partition(b"\r\n--")[0])
        except ValueError:
            return 500, None
        return 201, None

    checks, _ = tried(PHOTOS, answer)

    assert ("own/POST-photos/body-broken", "no-server-error") in bad(checks)


def test_a_change_that_is_lost_shows_on_a_member_that_need_not_be_there() -> None:
    kept: list[dict[str, Json]] = []

    def answer(request: Request) -> tuple[int, Json]:
        if request.method == "POST":
            body = read(request.body or b"")
            if body is None:
                return 400, None
            kept.append({**body, "id": len(kept) + 1})
            return 201, kept[-1]
        name = request.url.rpartition("/")[2]
        is_there = name.isdigit() and 0 < int(name) <= len(kept)
        return (200, kept[int(name) - 1]) if is_there else (404, None)  # a PATCH changes nothing

    checks, _ = tried(NOTES, answer)

    assert ("own/POST-bookings/life-cycle", "state.changed") in bad(checks)
