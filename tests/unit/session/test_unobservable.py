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
              required: [day, name]
              properties:
                day: {type: string, format: date, pattern: '^[0-9-]+$', maxLength: 10}
                name: {type: string, maxLength: 10}
      responses: {'201': {description: made}}
"""
    ),
    "a",
)


def test_a_constraint_that_another_one_implies_cannot_be_seen_to_be_missing() -> None:
    reason = why_unobservable(API, "add/unchecked/body/day/maxLength")

    assert reason == "whatever breaks it also breaks format"


def test_an_empty_list_that_a_form_cannot_send_is_named_so() -> None:
    form = build_api(
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
          multipart/form-data:
            schema:
              type: object
              required: [notes]
              properties: {notes: {type: array, minItems: 1, maxItems: 2, items: {type: string}}}
      responses: {'201': {description: made}}
"""
        ),
        "a",
    )

    reason = why_unobservable(form, "add/unchecked/body/notes/minItems")

    assert reason == "no request breaks minItems and nothing else that decides on it"


def test_a_constraint_that_stands_alone_can_be_seen() -> None:
    assert why_unobservable(API, "add/unchecked/body/name/maxLength") == ""


def test_only_what_is_unchecked_can_be_hidden() -> None:
    assert why_unobservable(API, "add/server-error") == ""
