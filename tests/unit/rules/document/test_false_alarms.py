"""What looks like a defect and is none: every test here is a false alarm that was once raised."""

import json
import re
from urllib.parse import parse_qs, urlsplit

from harness.exchange import Request, Response
from harness.jsonvalue import Json
from harness.outcome import Attribution, Status
from tests.unit.rules.document.scripted import bad, tried

HEAD = "openapi: 3.0.3\ninfo: {title: own, version: '1'}\n"
OPTIONAL_FORM = f"""{HEAD}
paths:
  /token:
    post:
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {{type: object, properties: {{scope: {{type: string}}}}}}
      responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}
"""
OPTIONAL_JSON = f"""{HEAD}
paths:
  /things:
    patch:
      requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}
      responses: {{'204': {{description: ok}}, 4XX: {{description: no}}}}
"""
AUTHORIZATION_AS_PARAMETER = f"""{HEAD}
paths:
  /health:
    get:
      parameters:
        - {{name: Authorization, in: header, required: true, schema: {{type: string}}}}
        - {{name: Accept, in: header, required: true, schema: {{type: string}}}}
      responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}
"""
TWO_SLOTS = f"""{HEAD}
paths:
  /a/{{x}}/b/{{y}}:
    get:
      parameters:
        - {{name: x, in: path, required: true, schema: {{type: string}}}}
        - {{name: y, in: path, required: true, schema: {{type: string}}}}
      responses: {{'200': {{description: ok}}}}
"""
BELOW_A_SERVER = f"""{HEAD}
servers: [{{url: /api/v1}}]
paths:
  /things: {{get: {{responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}}}}}
"""
ONE_LIST = f"""{HEAD}
paths:
  /things: {{get: {{responses: {{'200': {{description: ok}}}}}}}}
"""
TYPE_OF_ANOTHER_LANGUAGE = """swagger: '2.0'
info: {title: own, version: '1'}
paths:
  /bytes/{n}:
    get:
      parameters: [{name: n, in: path, required: true, type: int}]
      responses: {'200': {description: ok}}
"""
LARGE_NUMBERS = f"""{HEAD}
paths:
  /things:
    get:
      parameters:
        - {{name: since, in: query, schema: {{type: integer, maximum: 9223372036854775807}}}}
        - {{name: If-Match, in: header, schema: {{type: string, pattern: '^"[0-9]+"$'}}}}
      responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}
"""


def test_a_form_of_one_odd_name_is_a_form() -> None:
    checks, _ = tried(OPTIONAL_FORM, lambda request: (200 if request.body else 400, None))

    assert not [case for case, _ in bad(checks) if case.endswith("body-broken")]


def test_nothing_at_all_is_an_optional_body_left_out() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        kind = dict(request.headers).get("Content-Type", "application/json")
        try:
            body = json.loads(request.body or b"{}")
        except ValueError:
            body = None
        return (204 if isinstance(body, dict) and "json" in kind else 400), None

    checks, _ = tried(OPTIONAL_JSON, answer)

    assert bad(checks) == set()


def test_headers_whose_definition_counts_for_nothing_are_not_missed() -> None:
    checks, _ = tried(AUTHORIZATION_AS_PARAMETER, lambda _: (200, None))

    assert bad(checks) == set()


def test_a_token_goes_where_a_document_describes_it_as_a_parameter() -> None:
    _, sent = tried(AUTHORIZATION_AS_PARAMETER, lambda _: (200, None), token="t0ken")

    assert ("Authorization", "Bearer t0ken") in sent[0].headers


def test_a_path_that_cannot_be_made_is_no_error() -> None:
    checks, _ = tried(TWO_SLOTS, lambda _: (404, None))

    assert [each.status for each in checks["own/GET-a-x-b-y/path-odd"]] == [Status.SKIP]


def test_a_base_url_may_end_with_the_path_of_the_server() -> None:
    for base_url in ("http://127.0.0.1", "http://127.0.0.1/api/v1", "http://127.0.0.1/api/v1/"):
        _, sent = tried(BELOW_A_SERVER, lambda _: (200, None), base_url=base_url)

        assert sent[0].url == "http://127.0.0.1/api/v1/things"


def test_wrong_credentials_are_named_as_what_is_wrong() -> None:
    checks, _ = tried(BELOW_A_SERVER, lambda _: (401, None))

    (found,) = [each for each in checks["own/GET-things/valid"] if each.name == "valid.accepted"]
    assert found.status is Status.SKIP
    assert "credentials are missing or not accepted" in found.actual


def test_a_place_where_nothing_answers_is_named_as_what_is_wrong() -> None:
    checks, _ = tried(BELOW_A_SERVER, lambda _: (404, None))

    (found,) = [each for each in checks["own/GET-things/valid"] if each.name == "valid.accepted"]
    assert "nothing answers at http://127.0.0.1/api/v1/things: 404" in found.actual


WEEK = f"""{HEAD}
paths:
  /plans:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                monday: {{$ref: '#/components/schemas/Day'}}
                friday: {{$ref: '#/components/schemas/Day'}}
      responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}
    put:
      responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}
components:
  schemas:
    Day: {{type: object, properties: {{hours: {{type: integer, maximum: 24}}, note: {{type: string}}}}}}
"""


def test_places_of_one_schema_are_one_cause_and_tried_in_full_once() -> None:
    checks, sent = tried(WEEK, lambda _: (200, None))

    sources = {
        check.source
        for case, found in checks.items()
        for check in found
        if case.endswith("hours-maximum") and check.status is Status.FAIL
    }
    odd = [case for case in checks if case.endswith("note-odd")]
    above = [each for each in sent if b'"hours": 25' in each.body]
    assert len(sources) == 1
    assert next(iter(sources)).startswith("own.yaml:21:")
    assert odd == ["own/POST-plans/body-friday-note-odd"]
    assert len(above) == 2


def test_methods_that_nobody_offers_are_tried_once_a_path() -> None:
    checks, _ = tried(WEEK, lambda _: (200, None))

    assert [case for case in checks if case.endswith("other-methods")] == [
        "own/POST-plans/other-methods"
    ]


def test_what_the_valid_request_shows_is_not_told_again() -> None:
    text = WEEK.replace("'200'", "'204'")
    checks, _ = tried(text, lambda request: (200 if request.method == "POST" else 204, None))

    told = [case for case, name in bad(checks) if name == "contract.status"]
    assert told == ["own/POST-plans/valid"]


def test_an_address_is_made_longer_without_breaking_it() -> None:
    text = WEEK.replace("note: {type: string}", "note: {type: string, format: uri, maxLength: 90}")
    _, sent = tried(text, lambda _: (200, None))

    longest = [each.body for each in sent if b"xxx" in each.body and b"https" in each.body]
    assert longest
    assert all(body.count(b"https://") == 1 for body in longest)


def test_where_nothing_may_be_changed_only_safe_methods_are_sent() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        is_item = request.url.rpartition("/")[2].isdigit()
        return 200, {"id": 7} if is_item or request.method == "POST" else [{"id": 7}]

    items = TWO_SLOTS.replace("/a/{x}/b/{y}", "/things/{id}").split("      parameters")[0]
    text = f"""{items}
      parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
      responses: {{'200': {{description: ok}}}}
    delete:
      parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
      responses: {{'200': {{description: ok}}}}
  /things:
    get: {{responses: {{'200': {{description: ok}}}}}}
    post: {{responses: {{'200': {{description: ok}}}}}}
"""
    _, sent = tried(text, answer, writes=False)

    assert {each.method for each in sent} <= {"GET", "HEAD", "OPTIONS"}
    assert any(each.url.endswith("/7") for each in sent)


SWITCH = f"""{HEAD}
paths:
  /plans:
    put:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {{type: string, enum: [a, b]}}
                is_open: {{type: boolean}}
                plan_default: {{type: boolean, default: true}}
                plan: {{type: object, properties: {{days: {{type: integer}}}}}}
      responses: {{'200': {{description: ok}}, 4XX: {{description: no}}}}
"""


def _body(request: Request) -> dict[str, Json]:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def test_a_rule_across_members_is_none_of_the_document_to_break() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        body = _body(request)
        is_alone = body.get("plan_default") is False and "plan" not in body
        return (400 if is_alone or body.get("is_open") is False else 200), None

    checks, _ = tried(SWITCH, answer)

    assert {each.status for each in checks["own/PUT-plans/body-plan_default-optional"]} == {
        Status.PASS,
        Status.OMIT,
    }
    assert ("own/PUT-plans/body-is_open-optional", "valid.accepted") in bad(checks)


def test_nullable_in_a_version_without_the_word_is_told_of_the_document() -> None:
    text = SWITCH.replace("3.0.3", "3.1.0").replace("default: true", "nullable: true")

    def answer(request: Request) -> tuple[int, Json]:
        return (400 if None in _body(request).values() else 200), None

    checks, _ = tried(text, answer)

    found = checks["own/PUT-plans/body-plan_default-nullable"]
    (told,) = [each for each in found if each.status is Status.WARN]
    assert told.attribution is Attribution.DOCUMENT
    assert "`nullable` is a word of OpenAPI 3.0" in told.actual


def test_a_text_in_all_objects_at_once_is_a_short_one() -> None:
    body = "{content: {application/json: {schema: {$ref: '#/components/schemas/Day'}}}}"
    one = f"requestBody: {body}\n      responses: {{'200': {{description: ok}}}}"
    schemas = WEEK[WEEK.index("components:") :]
    text = f"{HEAD}\npaths:\n  /plans:\n    post:\n      {one}\n    patch:\n      {one}\n{schemas}"
    _, sent = tried(text, lambda _: (200, None))

    longest = {
        method: max(len(each.body) for each in sent if each.method == method)
        for method in ("POST", "PATCH")
    }
    assert longest["POST"] > 20_000
    assert longest["PATCH"] < 1_000


def test_a_redirection_to_another_server_is_not_about_the_operation() -> None:
    to = (("location", "https://127.0.0.1/things"),)

    checks, _ = tried(ONE_LIST, lambda _: Response(301, to))

    assert bad(checks) == set()
    assert Status.SKIP in [each.status for each in checks["own/GET-things/valid"]]


def test_a_redirection_on_the_same_server_that_no_document_has_is_no_answer_to_a_valid_request() -> (
    None
):
    checks, _ = tried(ONE_LIST, lambda _: Response(302, (("location", "/others"),)))

    assert ("own/GET-things/valid", "contract.status") in bad(checks)


def test_a_redirection_to_no_url_is_survived() -> None:
    checks, _ = tried(ONE_LIST, lambda _: Response(302, (("location", "http://[::1"),)))

    assert bad(checks) == set()


def test_a_type_of_another_language_is_given_what_it_plainly_means() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        return (200 if request.url.rpartition("/")[2].isdigit() else 404), None

    checks, _ = tried(TYPE_OF_ANOTHER_LANGUAGE, answer)

    assert "valid.accepted" in [
        each.name for each in checks["own/GET-bytes-n/valid"] if each.status is Status.PASS
    ]


def test_the_largest_number_is_sent_to_the_last_digit_and_no_header_that_cannot_be_sent() -> None:
    def answer(request: Request) -> tuple[int, Json]:
        query = parse_qs(urlsplit(request.url).query)
        since = query.get("since", ["0"])[0]
        is_number = since.lstrip("-").isdecimal() and int(since) <= 2**63 - 1
        tag = dict(request.headers).get("If-Match", '"1"')
        return (200 if is_number and re.fullmatch('"[0-9]+"', tag) else 400), None

    checks, sent = tried(LARGE_NUMBERS, answer)

    assert bad(checks) == set()
    assert any("since=9223372036854775807" in request.url for request in sent)
    tags = [
        dict(request.headers)["If-Match"] for request in sent if "If-Match" in dict(request.headers)
    ]
    assert tags == [each.strip() for each in tags]


NOBODY_CAN_SATISFY = f"""{HEAD}
paths:
  /things:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {{type: object, required: [x], properties: {{x: {{type: string, pattern: '^a$b'}}}}}}
      responses: {{'201': {{description: made}}}}
"""


def test_what_nobody_can_send_is_named_as_what_is_wrong() -> None:
    checks, _ = tried(NOBODY_CAN_SATISFY, lambda _: (400, None))

    (found,) = [each for each in checks["own/POST-things/valid"] if each.name == "valid.accepted"]
    assert found.status is Status.SKIP
    assert "no text was found for the pattern ^a$b; give an example" in found.actual
