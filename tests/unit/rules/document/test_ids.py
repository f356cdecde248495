"""Which value of an answer is the id of what was made."""

import json

from harness import document
from harness.exchange import Response
from harness.jsonvalue import Json
from harness.openapi.load import build_api
from harness.rules.document.resources import can_name, ids_in, linked_ids

API = build_api(
    document.parse(
        """\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /bookings:
    post:
      operationId: book
      responses:
        '201':
          description: made
          links: {get: {operationId: read, parameters: {bookingId: '$response.body#/number'}}}
  /bookings/{bookingId}:
    parameters: [{name: bookingId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: read, responses: {'200': {description: ok}}}
  /bookings/{bookingId}/invoice:
    parameters: [{name: bookingId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: invoice, responses: {'200': {description: ok}}}
  /invoices/{bookingId}:
    parameters: [{name: bookingId, in: path, required: true, schema: {type: string}}]
    get: {operationId: other, responses: {'200': {description: ok}}}
""",
        "own.yaml",
    ),
    "own",
)
BY_ID = {each.id: each for each in API.operations}


def made(body: Json, location: str = "") -> Response:
    """Return the answer to what made something."""
    headers = (("location", location),) if location else ()
    return Response(201, headers, json.dumps(body).encode())


def ids(response: Response) -> list[Json]:
    return list(ids_in(response, "bookingId", "/bookings"))


def test_what_was_made_stands_in_its_location_first() -> None:
    found = ids(made({"id": 5, "guest": {"name": "Ann"}}, "/v1/bookings/7"))

    assert found[0] == "7"


def test_a_location_that_leads_elsewhere_comes_last() -> None:
    assert ids(made({"id": 5}, "/jobs/9")) == [5, "9"]


def test_the_name_of_something_within_is_no_id() -> None:
    assert ids(made({"number": 3, "guest": {"name": "Ann", "id": 4}})) == [4]


def test_what_a_path_does_not_take_is_no_id() -> None:
    read, other = BY_ID["read"], BY_ID["other"]

    assert not can_name(API, read, "bookingId", "Ann")
    assert can_name(API, read, "bookingId", "7")
    assert can_name(API, other, "bookingId", 7)


def test_a_link_counts_for_every_operation_below_the_one_it_names() -> None:
    response = made({"number": 3})

    found = {name: linked_ids(API, BY_ID["book"], response, each) for name, each in BY_ID.items()}

    assert found["read"] == found["invoice"] == {"bookingId": 3}
    assert found["other"] == {}
