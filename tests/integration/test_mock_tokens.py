"""Both token endpoints, and what becomes of good and bad tokens on protected calls."""

import base64
import json

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from harness.jsonvalue import Json
from harness.mock.settings import CLIENTS, Client, Limits
from tests.integration.mock_api import DENTAL_HEALTH, NOON, SNTL, SUBMISSION_HEALTH, V2, MockApi


@pytest.fixture(scope="module")
def api() -> MockApi:
    return MockApi()


def v2(api: MockApi, **changes: Json) -> httpx.Response:
    return api.send("POST", V2, json=api.fields(changes), token="")


def sntl(api: MockApi, **changes: Json) -> httpx.Response:
    return api.send("POST", SNTL, data=api.fields(changes), token="")


def with_header(api: MockApi, value: str) -> int:
    headers = {"Authorization": value}
    return api.send("GET", DENTAL_HEALTH, token="", headers=headers).status_code


def test_v2_answers_as_oauth_says(api: MockApi) -> None:
    answer = v2(api)

    body = answer.json()
    assert answer.status_code == 200
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    assert sorted(body) == ["access_token", "expires_in", "token_type"]
    assert answer.headers["cache-control"] == "no-store"


def test_v2_takes_forms_and_a_slash_at_the_end(api: MockApi) -> None:
    assert api.send("POST", V2, data=api.fields(), token="").status_code == 200
    assert api.send("POST", f"{V2}/", json=api.fields(), token="").status_code == 200


def test_sntl_takes_forms_only(api: MockApi) -> None:
    refused = api.send("POST", SNTL, json=api.fields(), token="")

    assert sntl(api).json()["scope"]
    assert refused.status_code == 415
    assert refused.json()["failureReason"] == "UnsupportedMediaType"


def test_a_token_is_a_jwt_with_the_claims_of_its_hour(api: MockApi) -> None:
    header, payload, _ = v2(api).json()["access_token"].split(".")

    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    issued = int(NOON.timestamp())
    assert json.loads(base64.urlsafe_b64decode(header + "=="))["alg"] == "RS256"
    assert (claims["iat"], claims["nbf"], claims["exp"]) == (issued, issued, issued + 3600)
    assert claims["aud"] == "apiPlatform"


def test_either_token_opens_either_api(api: MockApi) -> None:
    token = sntl(api).json()["access_token"]

    assert api.send("GET", SUBMISSION_HEALTH, token=token).status_code == 200


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.client_id)
def test_every_published_client_gets_a_token(client: Client) -> None:
    assert v2(MockApi(client=client)).status_code == 200


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret"])
@pytest.mark.parametrize("value", [None, "", "  ", 5, ["x"], {}])
def test_a_field_that_is_no_text_is_refused(api: MockApi, name: str, value: Json) -> None:
    answer = v2(api, **{name: value})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("grant_type", ["password", "refresh_token", "CLIENT_CREDENTIALS"])
def test_another_grant_type_is_unsupported(api: MockApi, grant_type: str) -> None:
    answer = v2(api, grant_type=grant_type)

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert sntl(api, grant_type=grant_type).json()["failureReason"] == "ValidationError"


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_wrong_credentials_are_refused_without_repeating_them(api: MockApi, name: str) -> None:
    answers = [v2(api, **{name: "canary-7319"}), sntl(api, **{name: "canary-7319"})]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json()["error"] == "invalid_client"
    assert answers[1].json() == {
        "status": "401",
        "failureReason": "InvalidClient",
        "Errors": ["The client is unknown or not proved."],
    }
    assert not any("canary-7319" in answer.text for answer in answers)


def test_a_field_given_twice_is_refused(api: MockApi) -> None:
    body = "grant_type=client_credentials&client_id=a&client_id=b&client_secret=c"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert api.send("POST", SNTL, content=body, headers=headers, token="").status_code == 400


def test_a_large_token_request_is_refused() -> None:
    small = MockApi(limits=Limits(token_body_bytes=50))

    assert v2(small).status_code == 413


def test_a_token_ends_with_its_last_second() -> None:
    mock = MockApi()
    assert mock.token

    mock.advance(3599)
    before = mock.send("GET", DENTAL_HEALTH).status_code
    mock.advance(1)

    assert (before, mock.send("GET", DENTAL_HEALTH).status_code) == (200, 401)


def test_a_token_is_not_valid_before_it_was_issued() -> None:
    mock = MockApi()
    assert mock.token

    mock.advance(-1)

    assert mock.send("GET", DENTAL_HEALTH).status_code == 401


def test_a_token_signed_by_somebody_else_is_refused(api: MockApi) -> None:
    claims = {"client_id": CLIENTS[0].client_id, "exp": 2**40, "nbf": 0}
    key = RSAKey.generate_key(2048)
    forged = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key, algorithms=["RS256"])

    assert with_header(api, f"Bearer {forged}") == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_is_taken_in_any_case(api: MockApi, scheme: str) -> None:
    assert with_header(api, f"{scheme} {api.token}") == 200


@pytest.mark.parametrize("header", ["Basic eDp5", "Bearer", "Bearer a.b", "x", "Bearer a b c"])
def test_any_other_header_is_refused(api: MockApi, header: str) -> None:
    assert with_header(api, header) == 401


def test_a_token_of_a_client_that_is_gone_is_refused(api: MockApi) -> None:
    other = MockApi(client=CLIENTS[3])

    assert with_header(api, f"Bearer {other.token}") == 200
    assert api.send("GET", DENTAL_HEALTH, token=other.token[:-4] + "AAAA").status_code == 401
