from harness import document
from harness.openapi.load import build_api
from harness.session.prove.campaign import why_unobservable

API = build_api(
    document.parse(
        """\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: add
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [host, name]
              properties:
                host: {type: string, format: ipv4, pattern: '^[0-9.]+$'}
                name: {type: string, maxLength: 10}
      responses: {'201': {description: made}}
"""
    ),
    "a",
)


def test_a_constraint_that_another_one_implies_cannot_be_seen_to_be_missing() -> None:
    reason = why_unobservable(API, "add/unchecked/body/host/pattern")

    assert reason == "whatever breaks it also breaks format"


def test_a_constraint_that_stands_alone_can_be_seen() -> None:
    assert why_unobservable(API, "add/unchecked/body/name/maxLength") == ""


def test_only_what_is_unchecked_can_be_hidden() -> None:
    assert why_unobservable(API, "add/server-error") == ""
