"""What stands before the rules of an API: methods, sizes, limits, and codes only a fault can show."""

import pytest

from harness.mock.settings import Limits
from harness.products.dental.codes.errors import DENTAL_ERRORS
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    DOCUMENTS,
    METADATA,
    SEARCH,
    STATUS,
    TEXT_FILE,
    UPLOADS,
    V2,
    MockApi,
)
from tests.products import FAULTS

PRIOR_AUTH = "/rcm/prior-authorization/v1"
CODES = [fault for fault in FAULTS if "-fails-with-" in fault.id]


@pytest.mark.parametrize("path", [DENTAL_HEALTH, f"{STATUS}/healthcheck", "/"])
def test_head_is_get_without_a_body(path: str) -> None:
    api = MockApi()

    got, headed = api.send("GET", path), api.send("HEAD", path)

    assert (headed.status_code, headed.headers["content-type"]) == (
        200,
        got.headers["content-type"],
    )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("HEAD", DOCUMENTS, {"POST"}),
        ("DELETE", SEARCH, {"POST"}),
        ("POST", DENTAL_HEALTH, {"GET", "HEAD"}),
        ("GET", UPLOADS, {"POST"}),
        ("GET", METADATA, {"POST"}),
        ("GET", V2, {"POST"}),
        ("PUT", f"{PRIOR_AUTH}/inquiry", {"POST"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(method: str, path: str, allowed: set[str]) -> None:
    answer = MockApi().send(method, path)

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("path", "members"),
    [
        (SEARCH, ["detail", "instance", "properties", "status", "title", "type"]),
        (METADATA, ["statusCode", "statusMessage"]),
    ],
)
def test_a_body_that_is_too_large_or_of_another_type_is_refused_in_the_words_of_its_api(
    path: str, members: list[str]
) -> None:
    api = MockApi(limits=Limits(json_body_bytes=100))

    large = api.send("POST", path, json={"attachmentIds": ["x" * 200]})
    other = api.send("POST", path, content=b"{}", headers={"Content-Type": "text/plain"})

    assert (large.status_code, sorted(large.json())) == (413, members)
    assert (other.status_code, sorted(other.json())) == (415, members)


@pytest.mark.parametrize(
    ("method", "path", "token", "detail"),
    [
        ("GET", DENTAL_HEALTH, "", "The access token is missing."),
        ("GET", DENTAL_HEALTH, "not-one", "The access token is not valid."),
        ("GET", f"{DENTAL_HEALTH}/x", "", "Nothing is at this path."),
        ("PUT", DENTAL_HEALTH, "", "This method is not allowed here."),
        ("POST", SEARCH, None, "The body has to be application/json."),
    ],
)
def test_the_detail_of_a_problem_says_what_the_row_of_the_table_cannot(
    method: str, path: str, token: str | None, detail: str
) -> None:
    assert MockApi().send(method, path, token=token).json()["detail"] == detail


def test_each_code_that_no_caller_can_provoke_has_a_fault() -> None:
    shown = {fault.id.rpartition("-")[2] for fault in CODES}

    assert shown == {
        error.code.rpartition("_")[2] for error in DENTAL_ERRORS if not error.reachable
    }
    assert {"001", "105", "106", "200", *(str(number) for number in range(400, 410))} <= shown


@pytest.mark.parametrize("name", [fault.id for fault in CODES])
def test_a_fault_shows_its_code_with_the_documented_body(name: str) -> None:
    api = MockApi(name)
    code = f"DENTATT_{name.rpartition('-')[2]}"
    error = next(each for each in DENTAL_ERRORS if each.code == code)

    created = api.create(TEXT_FILE)
    answer = created
    if name.startswith("search"):
        answer = api.search(*created.json()["attachmentIds"])

    assert answer.status_code == error.status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["properties"]["errors"][0] == {
        "code": code,
        "field": error.key,
        "message": error.description,
    }


@pytest.mark.parametrize("name", ["healthcheck-always-limited", "upload-always-limited"])
def test_who_is_limited_is_told_when_to_come_back(name: str) -> None:
    api = MockApi(name)

    answer = api.upload() if name.startswith("upload") else api.send("GET", DENTAL_HEALTH)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"


def test_without_allow_a_405_says_nothing() -> None:
    answer = MockApi("allow-missing").send("GET", SEARCH)

    assert answer.status_code == 405
    assert "allow" not in answer.headers
