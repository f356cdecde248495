"""Parameters, bodies, responses and security of an operation: what a change of each means."""

from typing import Any

import pytest

from harness.openapi.diff import diff
from tests.unit.openapi.changes.documents import (
    BREAKS,
    HARMLESS,
    NOTHING,
    WARNS,
    api,
    document,
    verdict,
)

ARRAY = {"type": "array", "items": {"type": "string"}}
OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}
TEXT = {"type": "string"}


def query(**more: Any) -> dict[str, Any]:
    return {"parameters": [{"name": "q", "in": "query", "schema": TEXT, **more}]}


def header(**more: Any) -> dict[str, Any]:
    answer = {"description": "", "headers": {"X-A": {"schema": TEXT, **more}}}
    return {"responses": {"200": answer}}


def body(*names: str, **more: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {name: {"schema": TEXT} for name in names}, **more}}


def answer(*names: str, status: str = "200") -> dict[str, Any]:
    content = {name: {"schema": TEXT} for name in names}
    return {"responses": {status: {"description": "", "content": content}}}


def part(**encoding: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"p": ARRAY}}
    media = {"schema": schema, "encoding": {"p": encoding}}
    return {"requestBody": {"content": {"multipart/form-data": media}}}


JSON, ANY, PLAIN = "application/json", "*/*", "text/plain"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param({}, query(), HARMLESS, id="parameter-added"),
        pytest.param({}, query(required=True), BREAKS, id="parameter-added-required"),
        pytest.param(query(), {}, WARNS, id="parameter-removed"),
        pytest.param(query(), query(required=True), BREAKS, id="parameter-required"),
        pytest.param(query(required=True), query(), HARMLESS, id="parameter-optional"),
        pytest.param(query(), query(**{"in": "header"}), BREAKS, id="parameter-moved"),
        pytest.param(query(), query(name="Q"), WARNS, id="query-names-know-case"),
        pytest.param(
            query(**{"in": "header"}),
            query(**{"in": "header", "name": "Q"}),
            NOTHING,
            id="header-names-know-no-case",
        ),
        pytest.param(query(), query(schema={"type": "integer"}), BREAKS, id="narrowed"),
        pytest.param(query(schema={"type": "integer"}), query(), HARMLESS, id="read-as-text"),
        pytest.param(query(), query(schema={**TEXT, "maxLength": 9}), BREAKS, id="max-length"),
        pytest.param(query(), query(schema={**TEXT, "enum": ["a"]}), BREAKS, id="enum"),
        pytest.param(query(), query(schema={**TEXT, "default": "a"}), WARNS, id="default"),
        pytest.param(query(), query(deprecated=True), NOTHING, id="deprecated"),
        pytest.param(query(), query(**{"x-sunset": "2027-01-01"}), WARNS, id="sunset"),
        pytest.param(query(), query(description="other"), NOTHING, id="description"),
        pytest.param(query(), query(explode=False), NOTHING, id="explode-of-a-text"),
        pytest.param(
            query(schema=ARRAY),
            query(schema=ARRAY, explode=False),
            BREAKS,
            id="explode-of-an-array",
        ),
        pytest.param(
            query(schema=ARRAY), query(schema=ARRAY, explode=True), NOTHING, id="explode-by-default"
        ),
        pytest.param(
            query(schema=ARRAY, explode=False),
            query(schema=ARRAY, explode=False, style="pipeDelimited"),
            BREAKS,
            id="style-of-an-array",
        ),
        pytest.param(
            query(schema=OBJECT),
            query(schema=OBJECT, style="deepObject", explode=True),
            BREAKS,
            id="style-of-an-object",
        ),
        pytest.param(query(), query(style="form"), NOTHING, id="style-by-default"),
        pytest.param(query(allowReserved=True), query(), WARNS, id="reserved-characters-no-longer"),
        pytest.param(query(allowEmptyValue=True), query(), BREAKS, id="empty-value-no-longer"),
        pytest.param(
            query(schema=OBJECT),
            {"parameters": [{"name": "q", "in": "query", "content": {JSON: {"schema": OBJECT}}}]},
            BREAKS,
            id="schema-to-content",
        ),
        pytest.param(header(required=True), header(), BREAKS, id="header-not-promised"),
        pytest.param(header(), header(required=True), HARMLESS, id="header-promised"),
        pytest.param(header(), answer(), WARNS, id="header-removed"),
        pytest.param(answer(), header(), HARMLESS, id="header-added"),
        pytest.param(header(schema={"type": "integer"}), header(), BREAKS, id="header-widened"),
        pytest.param(
            header(), header(schema={"type": "integer"}), HARMLESS, id="header-written-as-text"
        ),
        pytest.param(
            header(schema=OBJECT), header(schema=OBJECT, explode=True), BREAKS, id="header-exploded"
        ),
        pytest.param({}, body(JSON), HARMLESS, id="body-added"),
        pytest.param({}, body(JSON, required=True), BREAKS, id="body-added-required"),
        pytest.param(body(JSON), {}, BREAKS, id="body-removed"),
        pytest.param(body(JSON), body(JSON, required=True), BREAKS, id="body-required"),
        pytest.param(body(JSON, required=True), body(JSON), HARMLESS, id="body-optional"),
        pytest.param(body(JSON), body(JSON, PLAIN), HARMLESS, id="request-media-type-added"),
        pytest.param(body(JSON, PLAIN), body(JSON), BREAKS, id="request-media-type-removed"),
        pytest.param(body(JSON), body(ANY), NOTHING, id="request-media-range-now"),
        pytest.param(body(ANY), body(JSON), BREAKS, id="request-media-range-no-longer"),
        pytest.param(body(JSON), body(f"{JSON};v=1"), BREAKS, id="request-parameter-asked-for"),
        pytest.param(body(f"{JSON};v=1"), body(JSON), NOTHING, id="request-parameter-no-longer"),
        pytest.param(body(JSON), body("application/*"), NOTHING, id="request-range-of-subtypes"),
        pytest.param(answer(JSON), answer(ANY), NOTHING, id="response-media-range-now"),
        pytest.param(answer(ANY), answer(JSON), NOTHING, id="response-media-range-no-longer"),
        pytest.param(answer(JSON), answer(PLAIN), BREAKS, id="response-media-type-changed"),
        pytest.param(answer(JSON), answer(JSON, PLAIN), HARMLESS, id="response-media-type-added"),
        pytest.param(
            answer(f"{JSON};v=1"), answer(f"{JSON};v=2"), BREAKS, id="response-parameter-changed"
        ),
        pytest.param(
            answer(JSON), answer(f"{JSON}; charset=utf-8"), NOTHING, id="response-charset-of-json"
        ),
        pytest.param(answer(JSON), answer("Application/JSON"), NOTHING, id="response-case"),
        pytest.param(answer(JSON), answer(), BREAKS, id="response-body-gone"),
        pytest.param(answer(JSON), answer("application/vnd.a+json"), BREAKS, id="response-suffix"),
        pytest.param(answer(), answer(status="201"), BREAKS, id="success-changed"),
        pytest.param(answer(), answer(status="2XX"), NOTHING, id="success-by-a-range"),
        pytest.param(answer(status="2XX"), answer(), NOTHING, id="success-of-a-range"),
        pytest.param(
            answer(),
            {"responses": {**answer()["responses"], "404": {"description": ""}}},
            HARMLESS,
            id="failure-added",
        ),
        pytest.param(
            {"responses": {**answer()["responses"], "404": {"description": ""}}},
            answer(),
            HARMLESS,
            id="failure-removed",
        ),
        pytest.param(
            answer(),
            {"responses": {**answer()["responses"], "202": {"description": ""}}},
            BREAKS,
            id="success-added",
        ),
        pytest.param(
            part(contentType="image/png, image/gif"),
            part(contentType="image/png"),
            BREAKS,
            id="part-narrowed",
        ),
        pytest.param(
            part(contentType="image/png"), part(contentType="image/*"), HARMLESS, id="part-widened"
        ),
        pytest.param(part(), part(style="pipeDelimited", explode=False), BREAKS, id="part-style"),
        pytest.param({}, {"operationId": "b"}, NOTHING, id="operation-id"),
        pytest.param({}, {"tags": ["b"]}, NOTHING, id="tags"),
        pytest.param({}, {"deprecated": True}, NOTHING, id="operation-deprecated"),
        pytest.param(
            {"x-stability-level": "stable"},
            {"x-stability-level": "beta"},
            WARNS,
            id="stability",
        ),
    ],
)
def test_change_of_an_operation_has_its_level(
    old: dict[str, Any], new: dict[str, Any], expected: str
) -> None:
    assert verdict(diff(api(document(old)), api(document(new)))) == expected


KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
FLOWS = {"clientCredentials": {"tokenUrl": "https://a.example/t", "scopes": {"r": "", "w": ""}}}
SCHEMES = {
    "key": KEY,
    "same": {**KEY, "name": "x-key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {"type": "oauth2", "flows": FLOWS},
}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param([], [{"key": []}], BREAKS, id="secured-now"),
        pytest.param([{"key": []}], [], HARMLESS, id="open-now"),
        pytest.param([{"key": []}], [{"key": []}, {}], HARMLESS, id="optional-now"),
        pytest.param([{"key": []}, {}], [{"key": []}], BREAKS, id="no-longer-optional"),
        pytest.param([{"key": []}], [{"bearer": []}], BREAKS, id="other-scheme"),
        pytest.param([{"key": []}], [{"same": []}], NOTHING, id="scheme-renamed"),
        pytest.param([{"key": []}], [{"key": [], "bearer": []}], BREAKS, id="one-more-needed"),
        pytest.param([{"key": [], "bearer": []}], [{"key": []}], HARMLESS, id="one-less-needed"),
        pytest.param([{"key": []}], [{"key": []}, {"bearer": []}], HARMLESS, id="alternative"),
        pytest.param([{"key": []}, {"bearer": []}], [{"key": []}], BREAKS, id="alternative-gone"),
        pytest.param([{"oauth": ["r"]}], [{"oauth": ["r", "w"]}], BREAKS, id="scope-added"),
        pytest.param([{"oauth": ["r", "w"]}], [{"oauth": ["r"]}], HARMLESS, id="scope-gone"),
        pytest.param(
            [{"key": []}, {"bearer": []}], [{"bearer": []}, {"key": []}], NOTHING, id="order"
        ),
    ],
)
def test_credentials_that_sufficed_must_suffice(
    old: list[Any], new: list[Any], expected: str
) -> None:
    components = {"securitySchemes": SCHEMES}
    before, after = (api(document({}, security=each, components=components)) for each in (old, new))

    assert verdict(diff(before, after)) == expected


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        pytest.param({**KEY, "name": "X-Other"}, BREAKS, id="key-renamed"),
        pytest.param({**KEY, "in": "query"}, BREAKS, id="key-moved"),
        pytest.param({"type": "http", "scheme": "basic"}, BREAKS, id="other-type"),
        pytest.param({**KEY, "description": "other"}, NOTHING, id="description"),
    ],
)
def test_scheme_in_use_is_compared_by_what_is_sent(scheme: dict[str, Any], expected: str) -> None:
    before, after = (
        api(document({}, security=[{"k": []}], components={"securitySchemes": {"k": each}}))
        for each in (KEY, scheme)
    )

    assert verdict(diff(before, after)) == expected


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        pytest.param(
            {"clientCredentials": {**FLOWS["clientCredentials"], "tokenUrl": "https://b.example"}},
            WARNS,
            id="token-url",
        ),
        pytest.param(
            {"clientCredentials": {"tokenUrl": "https://a.example/t", "scopes": {"r": ""}}},
            WARNS,
            id="scope-gone",
        ),
        pytest.param({"password": FLOWS["clientCredentials"]}, BREAKS, id="flow-gone"),
        pytest.param({**FLOWS, "password": FLOWS["clientCredentials"]}, HARMLESS, id="flow-added"),
    ],
)
def test_ways_to_a_token_are_compared(flows: dict[str, Any], expected: str) -> None:
    before, after = (
        api(
            document(
                {},
                security=[{"o": ["r"]}],
                components={"securitySchemes": {"o": {"type": "oauth2", "flows": each}}},
            )
        )
        for each in (FLOWS, flows)
    )

    assert verdict(diff(before, after)) == expected
