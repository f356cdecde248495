import pytest

from harness.jsonvalue import Json
from harness.openapi.structure import Kind, Member, Shape, Version, entries, member, version_of


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        pytest.param({"swagger": "2.0"}, Version.V2_0, id="swagger"),
        pytest.param({"openapi": "3.0.4"}, Version.V3_0, id="3.0"),
        pytest.param({"openapi": "3.1"}, Version.V3_1, id="without-patch"),
        pytest.param({"openapi": "3.2.0"}, Version.V3_2, id="3.2"),
        pytest.param({"openapi": "3.0.0-rc1"}, Version.V3_0, id="candidate"),
        pytest.param({"openapi": "3.3.0"}, None, id="unknown"),
        pytest.param({"openapi": "3.0.x"}, None, id="malformed"),
        pytest.param({"openapi": 3.1}, None, id="number"),
        pytest.param([], None, id="list"),
    ],
)
def test_version_is_what_the_document_names(root: Json, expected: Version | None) -> None:
    assert version_of(root) is expected


@pytest.mark.parametrize(
    ("version", "kind", "key", "expected"),
    [
        pytest.param(
            Version.V3_0, Kind.RESPONSES, "default", Member(Kind.RESPONSE), id="default-response"
        ),
        pytest.param(
            Version.V3_0, Kind.SCHEMA, "default", Member(Kind.DATA), id="default-of-a-schema"
        ),
        pytest.param(Version.V3_0, Kind.PATHS, "x-a", Member(Kind.DATA), id="extension-of-paths"),
        pytest.param(
            Version.V3_0, Kind.CALLBACK, "{$request.body#/url}", Member(Kind.PATH_ITEM), id="url"
        ),
        pytest.param(
            Version.V3_1, Kind.SCHEMA, "$defs", Member(Kind.SCHEMA, Shape.MAP), id="definitions"
        ),
        pytest.param(Version.V3_0, Kind.DOCUMENT, "webhooks", Member(Kind.DATA), id="not-in-3.0"),
        pytest.param(
            Version.V3_1, Kind.DOCUMENT, "webhooks", Member(Kind.PATH_ITEM, Shape.MAP), id="in-3.1"
        ),
        pytest.param(
            Version.V3_2, Kind.PATH_ITEM, "query", Member(Kind.OPERATION), id="method-of-3.2"
        ),
        pytest.param(Version.V2_0, Kind.RESPONSE, "schema", Member(Kind.SCHEMA), id="swagger"),
        pytest.param(Version.V2_0, Kind.RESPONSE, "content", Member(Kind.DATA), id="no-content"),
        pytest.param(
            Version.V3_0,
            Kind.SCHEMA,
            "patternProperties",
            Member(Kind.SCHEMA, Shape.MAP),
            id="keyword-of-a-later-version",
        ),
    ],
)
def test_member_is_what_the_version_says(
    version: Version, kind: Kind, key: str, expected: Member
) -> None:
    assert member(version, kind, key) == expected


def test_only_objects_of_names_have_entries() -> None:
    assert entries(Version.V3_1, Kind.PATHS) == Member(Kind.PATH_ITEM)
    assert entries(Version.V3_1, Kind.OPERATION) is None
