"""Each fault of tokens and of the protocol is seen; without it all is well."""

import base64
import json
from collections.abc import Callable

import httpx
import pytest

from harness.jsonvalue import Json
from tests.integration.fault_cases import Case, Probe
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    DOCUMENTS,
    SNTL,
    STATUS,
    SUBMISSION_HEALTH,
    V2,
    MockApi,
)
from tests.integration.test_consistency_faults import CAUGHT_BY as TWINS
from tests.integration.test_edge_rules import CAUGHT_BY as EDGES
from tests.products import FAULTS as ALL

FAULTS = [
    each for each in ALL if each.area in ("protocol", "tokens") and each.id not in (*EDGES, *TWINS)
]


def segment(value: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def decoded(text: str) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def tampered(token: str) -> str:
    """Return the token with a changed payload under its old signature."""
    header, payload, signature = token.split(".")
    return f"{header}.{segment({**decoded(payload), 'jti': 'other'})}.{signature}"


def unsigned(token: str) -> str:
    """Return the token's payload under algorithm none."""
    return f"{segment({'alg': 'none', 'typ': 'JWT'})}.{token.split('.')[1]}."


def health_with(token: str | Callable[[str], str], scheme: str = "Bearer") -> Probe:
    """See the status of a protected call with a made-up or changed token."""

    def probe(api: MockApi) -> object:
        sent = token if isinstance(token, str) else token(api.token)
        headers = {"Authorization": f"{scheme} {sent}".strip()}
        return api.send("GET", SUBMISSION_HEALTH, token="", headers=headers).status_code

    return probe


def stranger(path: str) -> Probe:
    """See the status of a call without any token."""
    return lambda api: api.send("GET", path, token="").status_code


def health_after(seconds: float) -> Probe:
    def probe(api: MockApi) -> object:
        fresh = MockApi(*api.faults)
        assert fresh.token
        fresh.advance(seconds)
        return fresh.send("GET", DENTAL_HEALTH).status_code

    return probe


def v2(see: Callable[[httpx.Response], object], **changes: Json) -> Probe:
    return lambda api: see(api.send("POST", V2, json=api.fields(changes), token=""))


def sntl(see: Callable[[httpx.Response], object], **changes: Json) -> Probe:
    return lambda api: see(api.send("POST", SNTL, data=api.fields(changes), token=""))


def status(answer: httpx.Response) -> object:
    return answer.status_code


def algorithm(answer: httpx.Response) -> object:
    token = str(answer.json()["access_token"])
    return decoded(token.split(".", maxsplit=1)[0])["alg"] if token.count(".") == 2 else token


def twice(api: MockApi) -> object:
    return [api.send("GET", DENTAL_HEALTH).status_code for _ in range(2)]


def broken_request(api: MockApi) -> object:
    parts = [("request", (None, "{", "application/json")), ("files", ("a.txt", b"a", "text/plain"))]
    return api.send("POST", DOCUMENTS, files=parts).status_code


CASES: dict[str, Case] = {
    "missing-path-as-success": Case(lambda api: api.send("GET", "/nowhere").status_code, 404),
    "wrong-method-as-success": Case(lambda api: api.send("GET", V2).status_code, 405),
    "wrong-media-type-crashes": Case(
        lambda api: api.send("POST", DOCUMENTS, json={}).status_code, 415
    ),
    "malformed-body-crashes": Case(broken_request, 400),
    "bad-token-as-400": Case(health_with("x.y.z"), 401),
    "challenge-missing": Case(
        lambda api: api.send("GET", DENTAL_HEALTH, token="").headers.get("www-authenticate", "")[
            :6
        ],
        "Bearer",
    ),
    "expired-token-accepted": Case(health_after(3600), 401),
    "token-ends-early": Case(health_after(3599), 200),
    "missing-token-accepted": Case(
        lambda api: api.send("GET", SUBMISSION_HEALTH, token="").status_code, 401
    ),
    "upload-without-token": Case(stranger(SUBMISSION_HEALTH), 401),
    "status-without-token": Case(stranger(f"{STATUS}/healthcheck"), 401),
    "retrieval-without-token": Case(
        stranger("/medicalnetwork/attachments/retrieval/v1/healthcheck"), 401
    ),
    "prior-auth-without-token": Case(stranger("/rcm/prior-authorization/v1/healthcheck"), 401),
    "empty-token-accepted": Case(health_with(""), 401),
    "token-in-query-accepted": Case(
        lambda api: (
            api.send(
                "GET", SUBMISSION_HEALTH, token="", params={"access_token": api.token}
            ).status_code
        ),
        401,
    ),
    "malformed-token-accepted": Case(health_with("no-token"), 401),
    "wrong-scheme-accepted": Case(health_with(lambda token: token, "Token"), 401),
    "tampered-token-accepted": Case(health_with(tampered), 401),
    "unsigned-token-accepted": Case(health_with(unsigned), 401),
    "token-used-only-once": Case(twice, [200, 200]),
    "secret-unchecked": Case(v2(status, client_secret="wrong"), 401),
    "client-id-unchecked": Case(v2(status, client_id="wrong"), 401),
    "grant-type-unchecked": Case(v2(status, grant_type="password"), 400),
    "sntl-grant-type-unchecked": Case(sntl(status, grant_type="password"), 400),
    "sntl-json-accepted": Case(
        lambda api: api.send("POST", SNTL, json=api.fields(), token="").status_code, 415
    ),
    "v2-json-refused": Case(v2(status), 200),
    "v2-slash-missing": Case(
        lambda api: api.send("POST", f"{V2}/", json=api.fields(), token="").status_code, 200
    ),
    "token-by-get": Case(lambda api: api.send("GET", V2, token="").status_code, 405),
    "token-error-echoes-secret": Case(
        v2(lambda answer: "hush-hush" in answer.text, client_secret="hush-hush"), False
    ),
    "token-not-a-jwt": Case(v2(algorithm), "RS256"),
    "token-unsigned": Case(v2(algorithm), "RS256"),
    "token-lifetime-doubled": Case(v2(lambda answer: answer.json()["expires_in"]), 3600),
    "token-lifetime-as-text": Case(v2(lambda answer: answer.json()["expires_in"]), 3600),
    "sntl-token-lifetime-odd": Case(sntl(lambda answer: answer.json()["expires_in"]), 3600),
    "token-type-wrong": Case(v2(lambda answer: answer.json().get("token_type")), "bearer"),
    "token-type-missing": Case(v2(lambda answer: answer.json().get("token_type")), "bearer"),
    "access-token-missing": Case(v2(lambda answer: "access_token" in answer.json()), True),
    "token-error-without-error": Case(
        v2(lambda answer: answer.json().get("error"), client_secret="wrong"), "invalid_client"
    ),
    "token-refused-with-200": Case(v2(status, client_secret=""), 400),
    "sntl-error-without-reason": Case(
        sntl(lambda answer: answer.json().get("failureReason"), client_id="x"), "InvalidClient"
    ),
}


@pytest.fixture(scope="module")
def clean() -> MockApi:
    return MockApi()


def test_every_fault_has_a_case() -> None:
    assert set(CASES) == {fault.id for fault in FAULTS}


@pytest.mark.parametrize("name", CASES)
def test_a_clean_mock_keeps_the_promise(clean: MockApi, name: str) -> None:
    assert CASES[name].probe(clean) == CASES[name].clean


@pytest.mark.parametrize("name", CASES)
def test_a_fault_breaks_its_promise(name: str) -> None:
    case = CASES[name]

    assert case.probe(MockApi(name)) != case.clean
