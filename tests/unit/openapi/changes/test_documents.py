"""Paths, servers, webhooks, callbacks and shared schemas: what a change of each means."""

from typing import Any

import pytest

from harness.openapi.change import Change, Level
from harness.openapi.diff import diff
from harness.openapi.model import Api
from tests.unit.openapi.changes.documents import (
    BREAKS,
    HARMLESS,
    NOTHING,
    api,
    document,
    request,
    response,
    verdict,
    verdicts,
)

OK = {"responses": {"200": {"description": ""}}}


def paths(*names: str, server: str = "", **methods: Any) -> Api:
    listed = {name: methods or {"get": OK} for name in names}
    servers = {"servers": [{"url": server}]} if server else {}
    return api({"openapi": "3.1.0", "info": {}, "paths": listed, **servers})


def lines(changes: tuple[Change, ...]) -> list[str]:
    return [str(each).rpartition(" [")[0] for each in changes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            paths("/a", "/b"),
            paths("/a"),
            ["breaking operation-removed GET /b: removed"],
            id="gone",
        ),
        pytest.param(
            paths("/a"), paths("/a", "/b"), ["harmless operation-added GET /b: added"], id="added"
        ),
        pytest.param(paths("/a/{x}"), paths("/a/{y}"), [], id="parameter-renamed"),
        pytest.param(
            paths("/v1/a", "/v1/b"),
            paths("/v2/a", "/v2/b"),
            ["breaking path-prefix-changed paths: /v1 -> /v2"],
            id="version-moved",
        ),
        pytest.param(
            paths("/v1/a"),
            paths("/v2/a"),
            ["breaking path-prefix-changed paths: /v1 -> /v2"],
            id="version-of-one-moved",
        ),
        pytest.param(
            paths("/a", server="https://a.example/v1"),
            paths("/a", server="https://a.example/v2"),
            ["breaking path-prefix-changed paths: /v1 -> /v2"],
            id="server-path-moved",
        ),
        pytest.param(
            paths("/a", "/b"),
            paths("/api/a", "/api/b"),
            ["breaking path-prefix-changed paths: / -> /api"],
            id="prefix-added",
        ),
        pytest.param(
            paths("/x/a"),
            paths("/y/a"),
            [
                "breaking operation-removed GET /x/a: removed",
                "harmless operation-added GET /y/a: added",
            ],
            id="one-alike-is-none",
        ),
        pytest.param(
            paths("/a", server="https://a.example"),
            paths("/a", server="https://b.example"),
            [
                "breaking server-removed server https://a.example: removed",
                "harmless server-added server https://b.example: added",
            ],
            id="host-changed",
        ),
        pytest.param(
            paths("/a", server="https://a.example"),
            paths("/a", server="https://a.example/"),
            [],
            id="slash-at-the-end",
        ),
    ],
)
def test_operations_are_paired_by_what_is_called(old: Api, new: Api, expected: list[str]) -> None:
    assert lines(diff(old, new)) == expected


def test_what_moved_is_compared_below_its_prefix() -> None:
    required = {"parameters": [{"name": "q", "in": "query", "required": True}], **OK}
    before, after = paths("/v1/a", "/v1/b"), paths("/v2/a", "/v2/b", get=required)

    assert [each.id for each in diff(before, after)] == [
        "path-prefix-changed",
        "parameter-added",
        "parameter-added",
    ]


def test_prefix_that_is_given_is_no_change() -> None:
    before, after = paths("/old/api/a"), paths("/new/a")

    assert diff(before, after, [("/old/api", "/new")]) == ()


def test_twin_paths_are_compared_each_with_its_own() -> None:
    twins = {"/a/{x}": {"get": OK}, "/a/{y}": {"get": OK}}
    must = {"get": {**OK, "parameters": [{"name": "q", "in": "query", "required": True}]}}
    before = api({"openapi": "3.1.0", "info": {}, "paths": twins})
    after = api({"openapi": "3.1.0", "info": {}, "paths": {**twins, "/a/{x}": must}})

    assert lines(diff(before, after)) == [
        "breaking parameter-added GET /a/{x} query q: added, required"
    ]


def test_path_parameters_are_paired_by_position() -> None:
    def described(first: str, second: str) -> Api:
        listed = [
            {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
            for name, kind in ((second, "integer"), (first, "string"))
        ]
        path = f"/a/{{{first}}}/{{{second}}}"
        return api({"openapi": "3.1.0", "paths": {path: {"parameters": listed, "get": OK}}})

    assert diff(described("x", "y"), described("u", "v")) == ()


def sent(kind: str, schema: Any, answered: Any = True) -> Api:
    """Return a document in which the API sends a body and is answered."""
    json = "application/json"
    operation = {
        "requestBody": {"content": {json: {"schema": schema}}},
        "responses": {"200": {"description": "", "content": {json: {"schema": answered}}}},
    }
    if kind == "webhook":
        return api(document({}, webhooks={"event": {"post": operation}}))
    return api(document({"callbacks": {"event": {"{$request.body#/url}": {"post": operation}}}}))


@pytest.mark.parametrize("kind", ["webhook", "callback"])
def test_what_the_api_sends_must_not_widen_and_what_it_is_answered_must_not_narrow(
    kind: str,
) -> None:
    short, long = {"type": "string", "maxLength": 3}, {"type": "string"}

    assert verdict(diff(sent(kind, short), sent(kind, long))) == BREAKS
    assert verdict(diff(sent(kind, long), sent(kind, short))) == HARMLESS
    assert verdict(diff(sent(kind, True, short), sent(kind, True, long))) == HARMLESS
    assert verdict(diff(sent(kind, True, long), sent(kind, True, short))) == BREAKS


@pytest.mark.parametrize("kind", ["webhook", "callback"])
def test_event_that_no_longer_comes_breaks_who_waits_for_it(kind: str) -> None:
    old, new = sent(kind, True), api(document({}))

    assert [each.id for each in diff(old, new)] == [f"{kind}-removed"]
    assert [each.id for each in diff(new, old)] == [f"{kind}-added"]


def shared(**schemas: Any) -> Api:
    """Return a document in which two operations share schemas."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
    operation = {"responses": {"200": {"description": "", "content": content}}}
    listed = {f"/{name}": {"get": operation} for name in "ab"}
    return api({"openapi": "3.1.0", "paths": listed, "components": {"schemas": schemas}})


def test_shared_schema_is_reported_once_with_all_operations() -> None:
    inner = {"$ref": "#/components/schemas/B"}
    before = shared(A={"properties": {"b": inner, "c": inner}}, B={"type": "integer"})
    after = shared(A={"properties": {"b": inner, "c": inner}}, B={"type": "number"})

    (change,) = diff(before, after)

    assert (change.path, change.text) == ("schema B", "type integer -> number")
    assert change.operations == ("GET /a", "GET /b")
    assert change.example == "0.5"


def test_renamed_schema_is_the_same_schema() -> None:
    before = shared(A={"properties": {"b": {"$ref": "#/components/schemas/B"}}}, B={"type": "null"})
    after = shared(A={"properties": {"b": {"$ref": "#/components/schemas/C"}}}, C={"type": "null"})

    assert diff(before, after) == ()


def test_recursive_schemas_are_compared_to_the_end() -> None:
    def tree(kind: str) -> Api:
        inner = {"$ref": "#/components/schemas/A"}
        return shared(
            A={"properties": {"value": {"type": kind}, "next": inner, "all": {"items": inner}}}
        )

    assert diff(tree("string"), tree("string")) == ()
    assert [each.path for each in diff(tree("integer"), tree("number"))] == ["schema A /value"]


def test_schemas_that_all_refer_to_each_other_are_compared_once() -> None:
    def linked(limit: int) -> Api:
        names = [f"S{n}" for n in range(12)]
        schemas = {
            name: {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "maxLength": limit},
                    **{each: {"$ref": f"#/components/schemas/{each}"} for each in names},
                },
            }
            for name in names
        }
        return shared(A={"$ref": "#/components/schemas/S0"}, **schemas)

    changes = diff(linked(9), linked(10))

    assert len(changes) == 12
    assert {each.level for each in changes} == {Level.BREAKING}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(("k", {}), ("kind", {}), (BREAKS, BREAKS), id="other-member"),
        pytest.param(("k", {"a": "A"}), ("k", {"b": "A"}), (BREAKS, BREAKS), id="value-renamed"),
        pytest.param(("k", {"a": "A"}), ("k", {}), (BREAKS, HARMLESS), id="value-gone"),
        pytest.param(("k", {}), ("k", {"a": "A"}), (HARMLESS, BREAKS), id="value-added"),
        pytest.param(("k", {"a": "A"}), ("k", {"a": "B"}), (BREAKS, BREAKS), id="other-schema"),
        pytest.param(
            ("k", {"a": "A"}), ("k", {"a": "#/components/schemas/A"}), (NOTHING, NOTHING), id="form"
        ),
    ],
)
def test_discriminator_decides_how_values_are_read(
    old: tuple[str, dict[str, str]], new: tuple[str, dict[str, str]], expected: tuple[str, str]
) -> None:
    components = {
        "schemas": {
            name: {"type": "object", "required": ["k", "kind", name]} for name in ("A", "B")
        }
    }

    def choice(name: str, mapping: dict[str, str]) -> dict[str, Any]:
        branches = [{"$ref": f"#/components/schemas/{each}"} for each in "AB"]
        return {"oneOf": branches, "discriminator": {"propertyName": name, "mapping": mapping}}

    assert verdicts(choice(*old), choice(*new), components=components) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({"type": "string", "nullable": True}, {"type": ["string", "null"]}, id="null"),
        pytest.param(
            {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
            {"type": "integer", "exclusiveMinimum": 0},
            id="exclusive",
        ),
        pytest.param(
            {"type": "object", "properties": {"z": {"type": "string"}}, "nullable": True},
            {
                "oneOf": [
                    {"type": "object", "properties": {"z": {"type": "string"}}},
                    {"type": "null"},
                ]
            },
            id="object-or-null",
        ),
        pytest.param(
            {"type": "string", "format": "byte"},
            {"type": "string", "contentEncoding": "base64"},
            id="byte",
        ),
        pytest.param(
            {"type": "object", "properties": {"nullable": {"type": "string"}}},
            {"type": "object", "properties": {"nullable": {"type": "string"}}},
            id="member-named-nullable",
        ),
    ],
)
def test_3_0_and_3_1_say_the_same_in_other_words(old: Any, new: Any) -> None:
    assert diff(request(old, version="3.0.3"), request(new)) == ()
    assert diff(response(new), response(old, version="3.0.3")) == ()


def test_swagger_2_is_compared_as_what_it_means() -> None:
    def swagger(kind: str) -> Api:
        parameter = {"name": "q", "in": "query", "type": kind}
        return api(
            {
                "swagger": "2.0",
                "info": {},
                "paths": {"/a": {"get": {"parameters": [parameter], **OK}}},
            }
        )

    assert [each.id for each in diff(swagger("string"), swagger("integer"))] == [
        "request-type-changed"
    ]


def test_reference_by_anchor_and_identifier_is_followed() -> None:
    def named(kind: str) -> Any:
        return {
            "$id": "https://a.example/thing",
            "properties": {"a": {"$ref": "#/$defs/x"}, "b": {"$ref": "#here"}},
            "$defs": {"x": {"type": kind}, "y": {"$anchor": "here", "type": kind}},
        }

    changes = diff(response(named("integer")), response(named("number")))

    assert {each.text for each in changes} == {"type integer -> number"}


def test_one_change_among_many_linked_schemas_is_reported_once() -> None:
    def linked(limit: int) -> Api:
        count = 300
        schemas = {
            f"S{n}": {
                "properties": {
                    "text": {"type": "string", "maxLength": limit if n == 123 else 9},
                    **{
                        f"p{m}": {"$ref": f"#/components/schemas/S{(n * 7 + m) % count}"}
                        for m in range(1, 5)
                    },
                }
            }
            for n in range(count)
        }
        return shared(A={"$ref": "#/components/schemas/S0"}, **schemas)

    (change,) = diff(linked(9), linked(5))

    assert (change.path, change.level) == ("schema S123 /text", Level.HARMLESS)


def test_long_chain_of_schemas_is_compared_to_its_end() -> None:
    def chain(limit: int) -> Api:
        schemas: dict[str, Any] = {
            f"S{n}": {"properties": {"next": {"$ref": f"#/components/schemas/S{n + 1}"}}}
            for n in range(500)
        }
        last = {"type": "string", "maxLength": limit}
        return shared(A={"$ref": "#/components/schemas/S0"}, **schemas, S500=last)

    assert [each.path for each in diff(chain(5), chain(9))] == ["schema S500"]


def test_choice_that_takes_any_value_hides_what_narrows_within_it() -> None:
    def either(limit: int) -> Api:
        choice = {"anyOf": [{"$ref": "#/components/schemas/B"}, {"type": "string"}]}
        return shared(A={"properties": {"a": choice}}, B={"type": "string", "maxLength": limit})

    assert [each.level for each in diff(either(5), either(9))] in ([], [Level.HARMLESS])
