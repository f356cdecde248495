"""Whatever is sent, the mock answers with a refusal of its own and never with a crash."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.jsonvalue import Json
from tests.integration.mock_api import (
    CLAIM,
    DOCUMENTS,
    IMAGES,
    METADATA,
    PNG_FILE,
    SEARCH,
    SNTL,
    STATUS,
    TEXT_FILE,
    UPLOADS,
    V2,
    MockApi,
    json_part,
    lines,
    scans,
    submission,
)

API = MockApi()
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
EVERY_PATH = (DOCUMENTS, SEARCH, IMAGES, UPLOADS, METADATA, SNTL, V2, f"{STATUS}/x", "/", "/none")


@QUICK
@given(name=st.sampled_from(sorted(CLAIM)), value=JSON_VALUES)
def test_any_value_in_any_claim_field_is_judged(name: str, value: Json) -> None:
    answer = API.send(
        "POST",
        DOCUMENTS,
        files=[("request", json_part({**CLAIM, name: value})), ("files", TEXT_FILE)],
    )

    assert answer.status_code in (201, 400, 403)


@QUICK
@given(metadata=JSON_VALUES)
def test_any_file_metadata_is_judged(metadata: Json) -> None:
    parts = [("request", json_part(CLAIM)), ("fileMetadata", json_part(metadata))]

    answer = API.send("POST", IMAGES, files=[*parts, ("files", PNG_FILE)])

    assert answer.status_code in (201, 400)


@QUICK
@given(name=st.sampled_from(sorted(submission())), value=JSON_VALUES)
def test_any_value_in_a_submission_is_judged(name: str, value: Json) -> None:
    answer = API.upload({**submission(), name: value}, scans(1))

    assert answer.status_code in (200, 400)


@QUICK
@given(value=JSON_VALUES, name=st.sampled_from(sorted(dict(*lines(1)))))
def test_any_value_in_a_service_line_is_judged(value: Json, name: str) -> None:
    line = lines(1)[0]
    assert isinstance(line, dict)
    claim = submission()["claimInformation"]
    assert isinstance(claim, dict)

    answer = API.upload(
        submission(changes={"claimInformation": {**claim, "serviceLines": [{**line, name: value}]}})
    )

    assert answer.status_code in (200, 400)


@QUICK
@given(path=st.sampled_from((SEARCH, METADATA, V2)), value=JSON_VALUES)
def test_any_json_body_is_judged(path: str, value: Json) -> None:
    headers = {"Content-Type": "application/json"}

    answer = API.send("POST", path, content=json.dumps(value), headers=headers)

    assert answer.status_code in (200, 400, 404)


@QUICK
@given(
    path=st.sampled_from(EVERY_PATH),
    body=st.binary(max_size=200),
    media_type=st.sampled_from(
        (
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "",
            ";;;",
        )
    ),
)
def test_any_bytes_under_any_media_type_are_refused(
    path: str, body: bytes, media_type: str
) -> None:
    headers = {"Content-Type": media_type}

    assert API.send("POST", path, content=body, headers=headers).status_code in range(400, 416)


@QUICK
@given(trace_id=st.text(min_size=1))
def test_any_text_as_trace_id_is_refused(trace_id: str) -> None:
    answer = API.send("GET", f"{STATUS}/{quote(trace_id, safe='')}", params={"fieldset": "summary"})

    assert answer.status_code in (400, 404)


@QUICK
@given(token=st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_any_text_as_token_is_refused(token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    assert API.send("GET", METADATA, token="", headers=headers).status_code in (401, 405)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(b"[" * 100_000, id="nested too deeply"),
        pytest.param(b'{"claimId": NaN}', id="not a number"),
        pytest.param(b'{"claimId": "\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"claimId": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"claimId": 1' + b"0" * 5000 + b"}", id="endless number"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param(b"", id="empty"),
        pytest.param(json.dumps([CLAIM]).encode(), id="array"),
    ],
)
def test_a_request_part_that_is_no_json_object_is_refused(part: bytes) -> None:
    parts = [("request", (None, part, "application/json")), ("files", TEXT_FILE)]

    assert API.send("POST", DOCUMENTS, files=parts).status_code == 400
    assert API.send("POST", UPLOADS, files=parts).status_code == 400
