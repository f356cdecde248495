"""Collections and logs become documents: operations matched, secrets left out, losses listed."""

import json
from pathlib import Path

import pytest

from harness.document import parse
from harness.errors import ConfigurationError, DocumentError
from harness.jsonvalue import Json, items, members
from harness.product import Products
from harness.session.workflows.drafts import Imported, imported

OPENAPI = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: 'https://api.shop.test/v1'}]
paths:
  /orders:
    post: {operationId: place, requestBody: {content: {application/json: {schema: {type: object}}}}, responses: {'201': {description: made}}}
  /orders/{id}:
    get:
      operationId: read
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: one}}
  /orders/latest:
    get: {operationId: latest, responses: {'200': {description: one}}}
  /upload:
    post: {operationId: upload, requestBody: {content: {multipart/form-data: {schema: {type: object}}}}, responses: {'200': {description: one}}}
"""
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SECRETS = ("hunter2-hunter2", "eyJhbGciOi.tail", "k-123456", "dXNlcjpwYXNz")


def request(method: str, url: Json, **more: Json) -> dict[str, Json]:
    return {"name": f"{method} it", "request": {"method": method, "url": url, **more}}


def collection(*entries: Json, **more: Json) -> dict[str, Json]:
    return {"info": {"name": "Shop", "schema": SCHEMA}, "item": list(entries), **more}


def made(folder: Path, recording: Json) -> tuple[Imported, dict[str, dict[str, Json]], Json]:
    """Return what came of a recording, its steps by id, and its workflow."""
    (folder / "api.yaml").write_text(OPENAPI)
    (folder / "recorded.json").write_text(json.dumps(recording))
    found = imported(folder / "recorded.json", [str(folder / "api.yaml")], folder, Products())
    workflow = members(items(members(parse(found.written.text).data)["workflows"])[0])
    steps = {str(members(e)["stepId"]): dict(members(e)) for e in items(workflow["steps"])}
    assert not [each for each in SECRETS if each in found.written.text]
    return found, steps, dict(workflow)


@pytest.mark.parametrize(
    ("url", "operation"),
    [
        ("https://api.shop.test/v1/orders/latest", "latest"),
        ("https://gateway.test/shop/v1/orders/latest?x=1", "latest"),
        ("http://127.0.0.1:8080/orders/latest", "latest"),
        ("{{base}}/orders/7", "read"),
        ({"raw": "{{host}}/v1/orders/:id", "variable": [{"key": "id", "value": "7"}]}, "read"),
        ({"protocol": "https", "host": ["api", "test"], "path": ["v1", "orders", "7"]}, "read"),
    ],
)
def test_a_request_is_matched_by_method_and_path(tmp_path: Path, url: Json, operation: str) -> None:
    _, steps, _ = made(tmp_path, collection(request("GET", url)))

    step = steps["get-it"]
    assert step["operationId"] == f"$sourceDescriptions.api.{operation}"
    if operation == "read":
        assert step["parameters"] == [{"name": "id", "in": "path", "value": "7"}]


def test_what_no_document_describes_is_listed_with_its_place(tmp_path: Path) -> None:
    found, _, _ = made(
        tmp_path,
        collection(request("GET", "/orders/1"), request("DELETE", "https://h.test/orders/1")),
    )

    assert [str(each).rpartition("recorded.json:")[2] for each in found.lost] == [
        "1:189: DELETE https://h.test/orders/1, which no document describes"
    ]


def test_variables_become_inputs_and_captures_outputs(tmp_path: Path) -> None:
    test: dict[str, Json] = {
        "listen": "test",
        "script": {"exec": ["pm.environment.set('id', pm.response.json().id)"]},
    }
    body: Json = {
        "mode": "raw",
        "raw": '{"sku": "{{sku}}", "count": {{count}}, "note": "for {{sku}}"}',
    }
    first = request("POST", "{{base}}/orders", body=body)
    first["event"] = [test]
    _, steps, workflow = made(
        tmp_path,
        collection(
            {"name": "folder", "item": [first, request("GET", "{{base}}/orders/{{id}}")]},
            variable=[{"key": "sku", "value": "A-1"}],
        ),
    )

    assert steps["post-it"]["requestBody"] == {
        "contentType": "application/json",
        "payload": {"sku": "$inputs.sku", "count": "$inputs.count", "note": "for {$inputs.sku}"},
    }
    assert steps["post-it"]["outputs"] == {"id": "$response.body#/id"}
    assert members(items(steps["get-it"]["parameters"])[0])["value"] == "$steps.post-it.outputs.id"
    assert members(workflow)["inputs"] == {
        "type": "object",
        "required": ["count"],
        "properties": {"sku": {"type": "string", "default": "A-1"}, "count": {"type": "string"}},
    }


@pytest.mark.parametrize(
    ("more", "variable"),
    [
        ({"header": [{"key": "Authorization", "value": "Bearer eyJhbGciOi.tail"}]}, "ACCESS_TOKEN"),
        ({"header": [{"key": "Authorization", "value": "Basic dXNlcjpwYXNz"}]}, "BASIC_CREDENTIALS"),
        ({"header": [{"key": "X-Gateway-Key", "value": "k-123456"}]}, "X_GATEWAY_KEY"),
        ({"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "eyJhbGciOi.tail"}]}}, "ACCESS_TOKEN"),
        ({"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{jwt}}"}]}}, "JWT"),
        ({"auth": {"type": "apikey", "apikey": {"key": "X-Id", "value": "k-123456"}}}, "API_KEY"),
        ({"auth": {"type": "basic", "basic": [{"key": "password", "value": "hunter2-hunter2"}]}}, "BASIC_CREDENTIALS"),
        ({"body": {"mode": "raw", "raw": '{"deep": [{"password": "hunter2-hunter2"}], "note": "hunter2-hunter2!"}'}}, "PASSWORD"),
        ({"body": {"mode": "urlencoded", "urlencoded": [{"key": "client_secret", "value": "{{pin}}"}]}}, "PIN"),
    ],
)  # fmt: skip
def test_a_secret_comes_from_the_environment_and_stands_nowhere(
    tmp_path: Path, more: dict[str, Json], variable: str
) -> None:
    variables = [
        {"key": "jwt", "value": "eyJhbGciOi.tail"},
        {"key": "pin", "value": "k-123456", "type": "secret"},
    ]
    recording = collection(request("POST", "/orders", **more), variable=variables)

    _, _, workflow = made(tmp_path, recording)

    assert list(members(members(workflow)["x-env"]).values()) == [variable]
    properties = members(members(members(workflow)["inputs"])["properties"])
    assert list(properties.values()) == [{"type": "string", "format": "password"}]


def test_files_are_named_without_their_folders(tmp_path: Path) -> None:
    form: list[Json] = [
        {"key": "note", "type": "text", "value": "n"},
        {"key": "off", "type": "text", "value": "x", "disabled": True},
        {"key": "scan", "type": "file", "src": ["C:\\me\\a.png", "/home/me/b.png"]},
    ]
    found, steps, _ = made(
        tmp_path,
        collection(request("POST", "/upload", body={"mode": "formdata", "formdata": form})),
    )

    assert members(steps["post-it"]["requestBody"])["payload"] == {"note": "n"}
    assert members(steps["post-it"]["requestBody"])["x-files"] == {
        "scan": [{"path": "a.png"}, {"path": "b.png"}]
    }
    assert "put a.png and b.png beside" in found.lost[0].what


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ({"event": [{"listen": "prerequest", "script": {"exec": "x()"}}]}, "before the request"),
        ({"event": [{"listen": "test", "script": {"exec": ["odd()"]}}]}, "odd()"),
    ],
)
def test_scripts_that_are_not_plain_are_listed(
    tmp_path: Path, entry: dict[str, Json], word: str
) -> None:
    found, _, _ = made(tmp_path, collection({**request("GET", "/orders/1"), **entry}))

    assert [word in each.what for each in found.lost] == [True]


def test_a_har_file_chains_what_an_earlier_answer_gave(tmp_path: Path) -> None:
    def entry(method: str, url: str, answer: Json, **more: Json) -> Json:
        content = {"mimeType": "application/json", "text": json.dumps(answer)}
        given = {"method": method, "url": f"https://api.shop.test/v1{url}", **more}
        return {"request": given, "response": {"status": 200, "content": content}}

    token = [
        {"name": "Authorization", "value": "Bearer eyJhbGciOi.tail"},
        {"name": "Cookie", "value": "a=b"},
    ]
    sent = {"mimeType": "application/json", "text": '{"sku": "A-1"}'}
    log = {
        "entries": [
            entry("POST", "/orders", {"data": {"orderId": "o-1234"}}, headers=token, postData=sent),
            entry("GET", "/orders/o-1234?of=o-1234", {}),
        ]
    }

    found, steps, workflow = made(tmp_path, {"log": log})

    first, second = steps.values()
    assert first["outputs"] == {"orderId": "$response.body#/data/orderId"}
    assert first["successCriteria"] == [{"condition": "$statusCode == 200"}]
    expression = f"$steps.{first['stepId']}.outputs.orderId"
    assert second["parameters"] == [
        {"name": "id", "in": "path", "value": expression},
        {"name": "of", "in": "query", "value": expression},
    ]
    assert members(workflow)["x-env"] == {"accessToken": "ACCESS_TOKEN"}
    assert [each.what for each in found.lost] == ["its cookies"]


@pytest.mark.parametrize(
    ("recording", "problem", "words"),
    [
        ({}, DocumentError, "neither a Postman collection nor a HAR"),
        ({"info": {"schema": "https://x/v1.0.0/"}, "item": []}, DocumentError, "another format"),
        (collection(request("GET", "/nothing")), ConfigurationError, "none of the 1 requests"),
    ],
)
def test_what_cannot_be_imported_is_refused(
    tmp_path: Path, recording: Json, problem: type[Exception], words: str
) -> None:
    with pytest.raises(problem, match=words):
        made(tmp_path, recording)


NAMES = (
    *("passphrase", "accessKey", "access_key", "accessCode", "pinCode", "subscriptionKey"),
    *("Ocp-Apim-Subscription-Key", "userPwd", "clientAssertion", "api_key", "sessionId"),
)
"""Names of credentials in the ways in which APIs spell them."""


def har(*requests: Json) -> dict[str, Json]:
    return {
        "log": {"entries": [{"request": each, "response": {"status": 200}} for each in requests]}
    }


def leaky(name: str, number: int) -> str:
    return f"leak-{number}-{name}-Zq8"


@pytest.mark.parametrize("is_short", [False, True], ids=["long", "short"])
def test_no_credential_stands_in_what_is_made(tmp_path: Path, *, is_short: bool) -> None:
    values = {name: f"{i}z" if is_short else leaky(name, i) for i, name in enumerate(NAMES)}
    query = "&".join(f"{name}={value}" for name, value in values.items())
    url = f"https://api.shop.test/v1/orders?{query}"
    nested: Json = {"deep": [dict(values)], **values}
    sent: Json = {
        "mode": "raw",
        "raw": json.dumps(nested),
        "options": {"raw": {"language": "json"}},
    }
    fields: Json = [{"key": name, "value": value} for name, value in values.items()]
    posted: Json = {"mimeType": "application/json", "text": json.dumps(nested)}
    entry: Json = {"method": "POST", "url": url, "headers": [], "postData": posted}
    recordings: list[Json] = [
        collection(
            request("POST", url, body=sent),
            request("POST", url, body={"mode": "urlencoded", "urlencoded": fields}),
            request("POST", url, body={"mode": "formdata", "formdata": fields}),
        ),
        har(entry),
    ]

    for recording in recordings:
        found, steps, _ = made(tmp_path, recording)

        assert steps
        shown = parse(found.written.text).data
        assert not set(values.values()) & set(map(str, _leaves(shown)))
        if not is_short:
            assert "Zq8" not in found.written.text


def _leaves(value: Json) -> list[Json]:
    held = list(value.values()) if isinstance(value, dict) else value
    return [leaf for each in held for leaf in _leaves(each)] if isinstance(held, list) else [held]


@pytest.mark.parametrize(
    ("body", "secret"),
    [
        pytest.param({"pinCode": 98765432}, "98765432", id="number"),
        pytest.param({"credentials": {"a": ["leak-in-list"]}}, "leak-in-list", id="below"),
        pytest.param("<a><passphrase>leak-in-xml</passphrase></a>", "leak-in-xml", id="xml"),
        pytest.param("accessKey=leak-in-text&b=1", "leak-in-text", id="text"),
    ],
)
def test_credentials_of_any_form_are_left_out(tmp_path: Path, body: Json, secret: str) -> None:
    written = body if isinstance(body, str) else json.dumps(body)
    kind = "text/plain" if isinstance(body, str) else "application/json"
    entry: Json = {
        "method": "POST",
        "url": "https://me:leak-in-login@api.shop.test/v1/orders?key=leak-as-key",
        "postData": {"mimeType": kind, "text": written},
    }

    found, _, _ = made(tmp_path, har(entry))

    for leak in (secret, "leak-in-login", "leak-as-key"):
        assert leak not in found.written.text


def test_a_log_of_real_calls_brings_no_patient_along(tmp_path: Path) -> None:
    patient: Json = {
        "firstName": "Annabel",
        "dateOfBirth": "1980-01-02",
        "memberId": 4711,
        "note": "kept",
    }
    entry: Json = {
        "method": "POST",
        "url": "https://api.shop.test/v1/orders?memberId=M-4711",
        "postData": {"mimeType": "application/json", "text": json.dumps({"patient": patient})},
    }

    found, steps, workflow = made(tmp_path, har(entry))

    assert not [each for each in ("Annabel", "1980-01-02", "4711") if each in found.written.text]
    (step,) = steps.values()
    payload = members(members(members(step["requestBody"])["payload"])["patient"])
    assert (payload["firstName"], payload["note"]) == ("$inputs.firstName", "kept")
    assert "firstName" in items(members(members(workflow)["inputs"])["required"])
    assert "firstName" not in members(members(workflow).get("x-env"))


@pytest.mark.parametrize("url", ["https://[bad/x", "http://[::1/orders", "//[", ""])
def test_an_address_that_cannot_be_read_is_told_with_its_place(tmp_path: Path, url: str) -> None:
    latest = "https://api.shop.test/v1/orders/latest"
    good: Json = {"method": "GET", "url": latest}

    for recording in (
        har(good, {"method": "GET", "url": url}),
        collection(request("GET", latest), request("GET", url)),
    ):
        found, steps, _ = made(tmp_path, recording)

        assert len(steps) == 1
        assert len(found.lost) == 1


def test_half_a_character_in_a_recording_is_written_as_a_replacement(tmp_path: Path) -> None:
    posted: Json = {"mimeType": "application/json", "text": r'{"note": "a\ud800b"}'}
    entry: Json = {"method": "POST", "url": "https://api.shop.test/v1/orders", "postData": posted}

    _, steps, _ = made(tmp_path, har(entry))

    (step,) = steps.values()
    assert members(step["requestBody"])["payload"] == {"note": "a\ufffdb"}
