import hashlib
import json
from dataclasses import replace
from pathlib import Path

from harness.exchange import Request, Response
from harness.jsonvalue import Json, items, members
from harness.record import Record
from harness.report.formats.har import render, write
from tests.unit.report.runs import BOUNDARY, MULTIPART, one_exchange_run
from tests.unit.report.samples import BASE_URL, CREATE, exchange, plan, record

JSON = (("Content-Type", "application/json"),)


def entry(found: Record) -> dict[str, Json]:
    log = members(json.loads(render(found))["log"])
    assert log["version"] == "1.2"
    return dict(members(items(log["entries"])[0]))


def of(request: Request, response: Response | None = None) -> dict[str, Json]:
    return entry(one_exchange_run(request, response or Response(201)).record)


def test_an_entry_has_what_har_requires() -> None:
    found = of(Request("GET", f"{BASE_URL}/x?a=1&b=", JSON))

    assert found["startedDateTime"] == "2026-11-22T10:00:01Z"
    assert set(members(found["request"])) == {
        "method",
        "url",
        "httpVersion",
        "cookies",
        "headers",
        "queryString",
        "headersSize",
        "bodySize",
    }
    assert members(found["request"])["queryString"] == [
        {"name": "a", "value": "1"},
        {"name": "b", "value": ""},
    ]
    assert found["timings"] == {"send": 0, "wait": 0.0, "receive": 0}
    assert found["_case"] == "dental/create/npi-checksum"


def test_a_multipart_request_is_named_by_digest() -> None:
    kind = f"multipart/form-data; boundary={BOUNDARY}"

    found = of(Request("POST", f"{BASE_URL}/x", (("Content-Type", kind),), MULTIPART, CREATE))

    data = members(members(found["request"])["postData"])
    digest = hashlib.sha256(b"%PDF-1.4\n\xff\xfe\x00sample").hexdigest()
    assert [members(each)["name"] for each in items(data["params"])] == ["request", "files"]
    assert members(items(data["params"])[1]) == {
        "name": "files",
        "fileName": "sample.pdf",
        "contentType": "application/pdf",
        "comment": f"18 bytes, sha256 {digest}",
    }
    assert data["text"] == ""


def test_a_json_request_is_written_out() -> None:
    found = of(Request("POST", f"{BASE_URL}/x", JSON, b'{"a":1}'))

    assert members(members(found["request"])["postData"])["text"] == '{"a":1}'


def test_a_binary_request_is_named_by_size() -> None:
    found = of(Request("POST", f"{BASE_URL}/x", (), b"\xff\x00"))

    assert members(members(found["request"])["postData"])["comment"] == "2 bytes, not text"


def test_a_binary_response_is_base64() -> None:
    found = of(Request("GET", f"{BASE_URL}/x"), Response(200, (), b"\xff\x00"))

    content = members(members(found["response"])["content"])
    assert (content["text"], content["encoding"]) == ("/wA=", "base64")


def test_an_exchange_without_an_answer_says_why() -> None:
    case = "dental/create/a"
    silent = replace(exchange(1, case), response=None, failure="timed out", duration_seconds=30.0)

    found = entry(record((plan(case),), (), (silent,)))

    response = members(found["response"])
    assert (response["status"], response["_error"], found["time"]) == (0, "timed out", 30000.0)


def test_an_empty_run_is_a_valid_archive(tmp_path: Path) -> None:
    path = tmp_path / "evidence.har"

    write(record((), (), ()), path)

    assert json.loads(path.read_text(encoding="utf-8"))["log"]["entries"] == []
