import json

import pytest

from harness.document import parse
from harness.errors import DocumentError
from harness.jsonvalue import Json
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.openapi.validator import Fault, all_faults, check_schema, clipped, faults, source_of

THING = "/components/schemas/Thing"


def test_fault_names_the_rule_the_value_and_both_places(api_text: Api) -> None:
    found = faults(api_text, THING, {"name": "Sam", "born": "2026-02-30"})

    assert found == (
        Fault("/born", 'format "date"', '"2026-02-30"', f"{THING}/properties/born/format"),
    )
    assert str(source_of(api_text, found[0].schema_pointer)) == "small.yaml:54:19"


def test_place_of_a_rule_is_found_through_references(api_text: Api) -> None:
    (fault,) = faults(api_text, THING, {"name": "Sam", "parent": {"name": "Sam", "parent": 1}})

    assert (fault.pointer, fault.schema_pointer) == ("/parent/parent", f"{THING}/type")


def test_missing_members_are_told_once(api_text: Api) -> None:
    (fault,) = faults(api_text, f"{THING}/properties/either/oneOf/1", {})

    assert (fault.rule, fault.actual) == ('required ["a","b"]', "an empty object")


def test_tilde_and_slash_in_a_member_are_escaped(api_text: Api) -> None:
    schema = "/paths/~1things~1{id}/get/responses/200/content/application~1json/schema"

    (fault,) = faults(api_text, schema, {"name": 1})

    assert fault.schema_pointer == "/components/schemas/Name/type"


def test_schema_that_is_none_is_refused_with_its_place(api_text: Api) -> None:
    with pytest.raises(DocumentError) as caught:
        check_schema(api_text, "/components/schemas/Name/maxLength")

    assert str(caught.value).startswith("small.yaml:44:18: is not a schema: ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("short", "short", id="text"),
        pytest.param({"a": [1, None]}, '{"a":[1,null]}', id="json"),
        pytest.param("x" * 121, "x" * 119 + "…", id="long"),
        pytest.param("x" * 120, "x" * 120, id="just-fits"),
    ],
)
def test_value_is_written_in_at_most_120_characters(value: object, expected: str) -> None:
    assert clipped(value) == expected


@pytest.mark.parametrize(
    ("schema", "value", "broken", "of_formats"),
    [
        pytest.param({"format": "email"}, "a@b.example", (), (), id="kept"),
        pytest.param({"format": "email"}, "none", (), ('format "email"',), id="broken"),
        pytest.param(
            {"format": "email", "maxLength": 2}, "none", ("maxLength 2",), (), id="both broken"
        ),
        pytest.param(
            {"not": {"format": "email"}},
            "none",
            ('not {"format":"email"}',),
            (),
            id="refused by what does not assert, turned round",
        ),
    ],
)
def test_formats_that_only_warn_are_told_of_what_is_valid_without_them(
    schema: Json, value: str, broken: tuple[str, ...], of_formats: tuple[str, ...]
) -> None:
    root: Json = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Text": schema}},
    }
    api = build_api(parse(json.dumps(root)), "small")

    found = all_faults(api, "/components/schemas/Text", value)

    assert tuple(each.rule for each in found[0]) == broken
    assert tuple(each.rule for each in found[1]) == of_formats
