"""A request that names a thing of another operation is tried with one that exists."""

import json

import pytest

from harness.exchange import Request
from harness.jsonvalue import Json, members
from harness.outcome import Status
from tests.unit.rules.document.scripted import bad, tried

HEAD = "openapi: 3.0.3\ninfo: {title: own, version: '1'}\n"
MADE = "responses: {'201': {description: made}, 4XX: {description: no}}"


def document(collection: str, member: str) -> str:
    return f"""{HEAD}
paths:
  /{collection}:
    post:
      requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}
      {MADE}
  /runs:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [{member.partition("/")[0]}]
              properties: {{{schema_of(member)}}}
      {MADE}
"""


def schema_of(member: str) -> str:
    name, _, rest = member.partition("/")
    if rest == "0":
        return f"{name}: {{type: array, minItems: 1, items: {{type: string}}}}"
    if rest:
        inner = f"{rest}: {{type: string, format: uuid}}"
        return f"{name}: {{type: object, required: [{rest}], properties: {{{inner}}}}}"
    return f"{name}: {{type: string, format: uuid}}"


@pytest.mark.parametrize(
    ("collection", "member"),
    [
        ("flows", "flow_id"),
        ("work-pools", "workPoolId"),
        ("categories", "categoryID"),
        ("boxes", "state/box_id"),
        ("tags", "tag_ids/0"),
    ],
)
def test_what_another_operation_makes_is_named(collection: str, member: str) -> None:
    def answer(request: Request) -> tuple[int, Json]:
        if request.url.endswith(f"/{collection}"):
            return 201, {"id": "that-one"}
        try:
            body = members(json.loads(request.body))
        except ValueError:
            return 400, None
        if not {"flow_id", "workPoolId", "categoryID", "state", "tag_ids"} & set(body):
            return 400, None
        return (201, {"id": "a-run"}) if "that-one" in str(body) else (409, None)

    checks, _ = tried(document(collection, member), answer)

    assert "valid.accepted" in [
        each.name for each in checks["own/POST-runs/valid"] if each.status is Status.PASS
    ]
    assert ("own/POST-runs/valid", "valid.accepted") not in bad(checks)


def test_what_nobody_makes_is_said_to_be_wanted() -> None:
    checks, _ = tried(
        document("things", "flow_id"), lambda r: (404 if "runs" in r.url else 201, None)
    )

    assert [each.status for each in checks["own/POST-runs/valid"]][-1] is Status.SKIP
