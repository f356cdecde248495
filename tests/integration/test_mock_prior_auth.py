import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.document import read
from harness.jsonvalue import MISSING, Json, items, lookup, members, text
from harness.mock.settings import MockSettings
from harness.openapi.formats import is_uuid
from harness.products.prior_auth.strategies.requests import PriorAuthRequest, paired_requests
from harness.resources import shipped
from harness.x12.check import check, errors
from harness.x12.consistency import compare, paired
from harness.x12.review import Kind
from tests.integration.mock_api import MockApi
from tests.integration.prior_auth_bench import (
    HEALTH,
    INQUIRY,
    PATHS,
    SUBMISSION,
    about,
    action,
    asked,
    asked_in_x12,
    forms,
    value,
    x12,
)
from tests.products import create_app

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "003_acf2e6e6b6e7ffb7.txt"
"""The published sandbox page; it is not part of the project."""
DOCUMENT = read(shipped("specs") / "prior-auth" / "openapi.yaml").data
MEMBERS = [f"TST{number}" for number in range(1, 12)]
KEYS: Mapping[str, object] = {
    "278_217_01_A1": "A1",
    "278_217_02_A2": "A2",
    "278_217_03_A3": "A3",
    "278_217_04_A4": "A4",
    "278_217_05_A5": "A6",
    "278_217_06_C": "C",
    "AAA_217_07_73": MISSING,
    "NOBODYS-KEY": MISSING,
}


@pytest.fixture(scope="module")
def api() -> MockApi:
    return MockApi()


@pytest.fixture(scope="module")
def canned() -> MockApi:
    """The mock as the vendor's sandbox: it validates nothing."""
    found = MockApi()
    settings = MockSettings(clock=lambda: found.now, canned=frozenset({"prior-auth"}))
    found._transport = httpx.ASGITransport(create_app(settings))
    return found


def test_the_healthcheck_says_ok(api: MockApi) -> None:
    answer = api.send("GET", HEALTH)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", [HEALTH, *PATHS.values(), *(f"{p}/x12" for p in PATHS.values())])
def test_nobody_is_let_in_without_a_token(api: MockApi, path: str) -> None:
    answer = api.send("GET" if path == HEALTH else "POST", path, token="wrong")

    assert answer.status_code == 401
    assert all(isinstance(each, str) for each in answer.json())
    assert "x-amzn-trace-id" in answer.headers


@pytest.mark.parametrize("kind", list(Kind))
def test_an_answer_names_itself_and_its_call(api: MockApi, kind: Kind) -> None:
    answer = asked(api, kind)

    assert answer.status_code == 200
    assert set(answer.json()) == {"authorizationId", kind.value}
    assert is_uuid(answer.json()["authorizationId"])
    assert is_uuid(answer.headers["transaction-id"])
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", answer.headers["x-amzn-trace-id"])


@pytest.mark.parametrize("tenant", ["", "no-uuid", "9fb77454-8c58-4345-aa50-43f133e06d20"])
def test_the_tenant_may_be_named_or_not(api: MockApi, tenant: str) -> None:
    headers = {"x-optum-tenant-id": tenant}
    answer = api.send("POST", PATHS[Kind.INQUIRY], json=dict(INQUIRY), headers=headers)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("member", "expected", "number"),
    [
        ("TST1", "A1", "A062583941"),
        ("TST2", "A1", "A062951774"),
        ("TST3", "A3", "A060795810"),
        ("TST4", "A4", "A064331704"),
    ],
)
def test_a_published_member_gets_the_published_answer(
    api: MockApi, member: str, expected: str, number: str
) -> None:
    answer = asked(api, Kind.INQUIRY, about(member))

    assert action(answer) == expected
    assert value(answer, "/patientEventDetail/reviewIdentificationNumber") == number
    assert value(answer, "/subscriber/memberId") == member


@pytest.mark.parametrize(("member", "procedure"), [("TST1", "58570"), ("TST3", "00170")])
def test_a_published_procedure_is_named(api: MockApi, member: str, procedure: str) -> None:
    answer = asked(api, Kind.INQUIRY, about(member))
    pointer = "/patientEventDetail/serviceLevel/0/professionalService/procedureCode"

    assert value(answer, pointer) == procedure


@pytest.mark.parametrize("member", MEMBERS)
def test_both_forms_of_an_inquiry_get_the_same_decision(api: MockApi, member: str) -> None:
    in_json = asked(api, Kind.INQUIRY, about(member))
    in_x12 = asked_in_x12(api, Kind.INQUIRY, x12(Kind.INQUIRY, member=member))

    assert action(in_json) == action(in_x12) != MISSING


@pytest.mark.parametrize("member", ["TST0", "TST12", "tst1", "TST1 X"])
def test_an_unknown_member_gets_no_decision(api: MockApi, member: str) -> None:
    answer = asked(api, Kind.INQUIRY, about(member))

    assert action(answer) is MISSING
    assert value(answer, "/requestValidation/0/rejectReasonCode") == "42"


@pytest.mark.parametrize(
    ("key", "pointer", "expected"),
    [
        ("000000000000001", "/patientEventDetail/certificationActionCode", "A1"),
        ("000000000000002", "/dependent/lastName", "DOE"),
        ("000000000000003", "/umRequestValidation/0/rejectReasonCode", "AA"),
        ("000000000000004", "/requestValidation/0/rejectReasonCode", "42"),
    ],
)
def test_an_inquiry_key_selects_its_answer(
    api: MockApi, key: str, pointer: str, expected: str
) -> None:
    answer = asked(api, Kind.INQUIRY, {"payerId": key, "umClearingHouseId": key})

    assert value(answer, pointer) == expected


@pytest.mark.parametrize(("key", "expected"), list(KEYS.items()))
def test_a_submission_key_selects_its_answer(api: MockApi, key: str, expected: object) -> None:
    in_json = asked(api, Kind.SUBMISSION, {"umClearingHouseId": key})
    in_x12 = asked_in_x12(api, Kind.SUBMISSION, x12(Kind.SUBMISSION, key=key))

    assert action(in_json) == action(in_x12) == expected


def test_a_rejected_subscriber_is_told_where_he_stands(api: MockApi) -> None:
    answer = asked(api, Kind.SUBMISSION, {"umClearingHouseId": "AAA_217_07_73"})

    assert value(answer, "/subscriber/subscriberRequestValidation") == [
        {"responseCode": "N", "rejectReasonCode": "73", "followupActionCode": "C"}
    ]
    assert "~AAA*N**73*C~" in forms(answer, Kind.SUBMISSION)[0]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("key", ["", "000000000000002", *KEYS])
def test_every_member_of_an_answer_is_documented(api: MockApi, kind: Kind, key: str) -> None:
    changes = {"umClearingHouseId": key, "payerId": key} if key else {}
    form = forms(asked(api, kind, changes), kind)[1]
    schemas = members(lookup(DOCUMENT, "/components/schemas"))

    assert list(undocumented(form, schemas[f"{kind.value.title()}Answer"])) == []


def undocumented(value: Json, schema: Json, path: str = "") -> Iterator[str]:
    """Yield the members of a value that its schema does not list."""
    reference = text(members(schema).get("$ref"))
    schema = cast("Json", lookup(DOCUMENT, reference.removeprefix("#"))) if reference else schema
    for item in items(value):
        yield from undocumented(item, members(schema).get("items"), path)
    properties = members(members(schema).get("properties"))
    for name, found in members(value).items():
        if name not in properties:
            yield f"{path}/{name}"
        else:
            yield from undocumented(found, properties[name], f"{path}/{name}")


@settings(max_examples=30)
@given(st.sampled_from(Kind).flatmap(lambda kind: paired_requests(kind=kind)))
def test_an_answer_agrees_with_itself_and_with_its_request(
    api: MockApi, request_: PriorAuthRequest
) -> None:
    kind = request_.envelope.kind
    in_json = api.send("POST", PATHS[kind], json=request_.json)
    in_x12 = asked_in_x12(api, kind, request_.x12)

    assert compare(*forms(in_json, kind), kind) == ()
    assert compare(*forms(in_x12, kind), kind) == ()
    assert paired(request_.x12, forms(in_x12, kind)[0]) == ()
    assert check(forms(in_x12, kind)[0]) == ()
    assert forms(in_x12, kind)[1] == forms(in_json, kind)[1]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"payerId": None}, "payerId: payerId is required and must not be blank."),
        ({"umClearingHouseId": " "}, "umClearingHouseId: umClearingHouseId is required"),
        ({"umclearinghouseid": "INQDEMO", "umClearingHouseId": None}, "umClearingHouseId: "),
        ({"senderId": "A" * 16}, "senderId: This must have 1 to 15 characters."),
        ({"senderId": 5}, "senderId: This must be text."),
        ({"requester": {"requesterType": "ZZ"}}, "requester.requesterType: This must be a known"),
        ({"requester": {"npi": "12"}}, "requester.npi: This must be ten digits."),
        ({"subscriber": []}, "subscriber: This must be an object."),
        ({"subscriber": {"dateOfBirth": "2000-01-31"}}, "subscriber.dateOfBirth: "),
        ({"patientEventDetail": {"serviceLevel": {}}}, "patientEventDetail.serviceLevel: "),
    ],
)
def test_a_broken_json_request_is_refused(
    api: MockApi, changes: Mapping[str, Json], complaint: str
) -> None:
    answer = asked(api, Kind.INQUIRY, changes)

    assert answer.status_code == 400
    assert [each[: len(complaint)] for each in answer.json()] == [complaint]


def test_a_submission_needs_its_event(api: MockApi) -> None:
    assert asked(api, Kind.SUBMISSION, {"patientEventDetail": None}).status_code == 400
    assert asked(api, Kind.INQUIRY, {"patientEventDetail": None}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="absent"),
        pytest.param({"x12": ""}, id="empty"),
        pytest.param({"x12": 1}, id="number"),
        pytest.param({"X12": x12(Kind.INQUIRY)}, id="other-case"),
        pytest.param([x12(Kind.INQUIRY)], id="array"),
        pytest.param({"x12": "hello"}, id="no-message"),
        pytest.param({"x12": x12(Kind.SUBMISSION)}, id="a-submission"),
        pytest.param({"x12": x12(Kind.INQUIRY).replace("SE*22", "SE*21")}, id="wrong-count"),
        pytest.param({"x12": x12(Kind.INQUIRY).replace("*28*", "*49*")}, id="an-answer"),
    ],
)
def test_a_broken_x12_request_is_refused(api: MockApi, body: Json) -> None:
    answer = api.send("POST", f"{PATHS[Kind.INQUIRY]}/x12", json=body)

    assert answer.status_code == 400
    assert answer.json()
    assert all(each.startswith("x12: ") for each in answer.json())


@pytest.mark.parametrize("body", ["[]", '"text"', "null"])
def test_a_body_that_is_no_object_is_refused(api: MockApi, body: str) -> None:
    headers = {"content-type": "application/json"}
    answer = api.send("POST", PATHS[Kind.INQUIRY], content=body, headers=headers)

    assert (answer.status_code, answer.json()) == (400, ["The body must be an object."])


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [("{", "application/json", 400), ("{}", "text/plain", 415)],
)
def test_what_cannot_be_read_is_answered_with_an_array(
    api: MockApi, content: str, media_type: str, status: int
) -> None:
    headers = {"content-type": media_type}
    answer = api.send("POST", PATHS[Kind.INQUIRY], content=content, headers=headers)

    assert answer.status_code == status
    assert len(answer.json()) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/inquiry", 405), ("GET", "/x", 404)]
)
def test_a_wrong_path_or_method_is_answered_with_an_array(
    api: MockApi, method: str, path: str, status: int
) -> None:
    answer = api.send(method, f"{HEALTH.removesuffix('/healthcheck')}{path}")

    assert answer.status_code == status
    assert all(isinstance(each, str) for each in answer.json())


@pytest.mark.parametrize("body", [{}, [], {"payerId": 5}, {"subscriber": {"memberId": []}}])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_mock_that_does_not_validate_answers_everything(
    canned: MockApi, kind: Kind, body: Json
) -> None:
    for path in (PATHS[kind], f"{PATHS[kind]}/x12"):
        answer = canned.send("POST", path, json=body)

        assert answer.status_code == 200
        assert action(answer) is MISSING
        assert errors(forms(answer, kind)[0]) == ()
        assert compare(*forms(answer, kind), kind) == ()


@settings(max_examples=40)
@given(word=st.text(max_size=40), kind=st.sampled_from(Kind))
def test_no_text_breaks_the_answer(canned: MockApi, word: str, kind: Kind) -> None:
    person: Json = {"lastName": word, "firstName": word, "memberId": word, "dateOfBirth": word}
    event: Json = {
        "facilityTypeCode": word,
        "patientEventTransportInformation": [
            {"entityIdentifierCode": "PW", "transportLocationName": word, "state": word}
        ],
        "serviceLevel": [{"professionalService": {"procedureModifier1": word}}],
        "ambulanceTransport": {"transportCode": word, "transportDistance": word},
    }
    ids: Json = {"organizationName": word, "lastName": word, "npi": word}
    changes = {"senderId": word, "payerId": word, "payerName": word, "requester": ids}
    answer = asked(canned, kind, {**changes, "subscriber": person, "patientEventDetail": event})

    assert errors(forms(answer, kind)[0]) == ()
    assert compare(*forms(answer, kind), kind) == ()


@pytest.mark.skipif(not SEED.exists(), reason="the published page is not on this machine")
def test_the_published_requests_are_accepted(api: MockApi) -> None:
    inquiry, submission = published_requests()
    in_x12 = api.send("POST", f"{PATHS[Kind.INQUIRY]}/x12", json=inquiry)
    in_json = api.send("POST", PATHS[Kind.SUBMISSION], json=submission)

    assert action(in_x12) == action(in_json) == "A1"
    assert paired(str(lookup(inquiry, "/x12")), forms(in_x12, Kind.INQUIRY)[0]) == ()
    assert value(in_json, "/submitterTransactionIdentifier") == "165932"


def published_requests() -> list[Json]:
    """Return the requests of the page: an X12 inquiry and a JSON submission."""
    page, at, found = SEED.read_text(), 0, list[Json]()
    while (at := page.find("{\n", at)) >= 0:
        content, at = json.JSONDecoder().raw_decode(page, at)
        found.append(content)
    return [each for each in found if "authorizationId" not in members(each)]


def test_the_submission_of_the_bench_is_told_back(api: MockApi) -> None:
    answer = asked(api, Kind.SUBMISSION)
    event = members(value(answer, "/patientEventDetail"))

    assert event["ambulanceTransportDistance"] == "27"
    assert event["eventDateBegin"] == members(SUBMISSION["patientEventDetail"])["eventDateBegin"]
