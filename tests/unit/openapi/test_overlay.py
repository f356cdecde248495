from pathlib import Path

import pytest
from openapi_spec_validator import validate

from harness.document import parse, read
from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, members
from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.load import build_api
from harness.openapi.overlay import (
    Origin,
    apply,
    load_overlay,
    masked_changes,
    parse_overlay,
    replaced,
)
from harness.resources import shipped

HEAD = "overlay: 1.0.0\ninfo: {title: Test, version: '1'}\nactions:\n"


def applied(actions: str, data: Json, origin: Origin = Origin.VENDOR) -> tuple[Json, list[str]]:
    changed, unmatched = apply(data, parse_overlay(parse(HEAD + actions, "o.yaml")), origin=origin)
    return changed, [str(each) for each in unmatched]


def refusal(text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        parse_overlay(parse(text, "o.yaml"))
    return str(caught.value)


def test_update_merges_objects_joins_arrays_and_replaces_the_rest() -> None:
    actions = "- {target: $.a, update: {x: 2, inner: {new: 1}, list: [3]}}"

    changed, unmatched = applied(actions, {"a": {"x": 1, "inner": {"old": 0}, "list": [1]}})

    assert changed == {"a": {"x": 2, "inner": {"old": 0, "new": 1}, "list": [1, 3]}}
    assert unmatched == []


def test_update_of_an_array_appends_one_entry() -> None:
    changed, _ = applied("- {target: $.a, update: {x: 1}}", {"a": [0]})

    assert changed == {"a": [0, {"x": 1}]}


def test_remove_takes_away_every_match() -> None:
    changed, _ = applied("- {target: '$.a[?@ > 1]', remove: true}", {"a": [1, 2, 3, 0], "b": {}})

    assert changed == {"a": [1, 0], "b": {}}


def test_data_stays_as_it_was() -> None:
    data: Json = {"a": {"list": [1]}}

    applied("- {target: $.a, update: {list: [2]}}", data)

    assert data == {"a": {"list": [1]}}


def test_two_targets_do_not_share_what_was_merged_in() -> None:
    changed, _ = applied(
        "- {target: '$.*', update: {x: {y: 1}}}\n- {target: $.a.x, update: {z: 2}}",
        {"a": {}, "b": {}},
    )

    assert changed == {"a": {"x": {"y": 1, "z": 2}}, "b": {"x": {"y": 1}}}


def test_action_that_matches_nothing_is_reported_with_its_place() -> None:
    _, unmatched = applied("- target: $.gone\n  remove: true", {"a": 1})

    assert unmatched == ["o.yaml:4:11: the target $.gone matches nothing."]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        pytest.param(Origin.VENDOR, {"a": 2}, id="vendor"),
        pytest.param(Origin.BUNDLED, {"a": 1}, id="bundled"),
    ],
)
def test_action_applies_to_its_origin_only(origin: Origin, expected: Json) -> None:
    actions = "- {target: $, x-applies-to: vendor, update: {a: 2}}"

    assert applied(actions, {"a": 1}, origin) == (expected, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "openapi: 3.1.0", "o.yaml:1:1: is not an overlay. Give 'overlay: 1.0.0'.", id="other"
        ),
        pytest.param(
            "overlay: 1.0.0\nactions: []", "o.yaml:2:10: has no actions. Add one.", id="empty"
        ),
        pytest.param(
            f"{HEAD}- {{target: $.a}}",
            "o.yaml:4:3: is an action without a target, "
            "or not with one of 'update', 'copy' and 'remove: true'. Give both.",
            id="nothing-to-do",
        ),
        pytest.param(
            f"{HEAD}- {{target: $.a, update: {{}}, remove: true}}",
            "o.yaml:4:3: is an action without a target, "
            "or not with one of 'update', 'copy' and 'remove: true'. Give both.",
            id="both",
        ),
        pytest.param(
            f"{HEAD}- {{target: a.b, remove: true}}",
            "o.yaml:4:12: is not a JSONPath (RFC 9535): "
            "expected 'TOKEN_ROOT', found 'TOKEN_NAME'. 'match' and 'search' are off.",
            id="path",
        ),
        pytest.param(
            f"{HEAD}- {{target: $..a..b..c, remove: true}}",
            "o.yaml:4:12: has a target with more than 2 '..'. Name the members on the way.",
            id="descents",
        ),
        pytest.param(
            f"{HEAD}- {{target: $.a, remove: true, x-applies-to: vendors}}",
            "o.yaml:4:45: applies to 'vendors'. Did you mean 'vendor'?",
            id="origin",
        ),
    ],
)
def test_broken_overlay_is_refused_with_its_place(text: str, expected: str) -> None:
    assert refusal(text) == expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        pytest.param(
            "- {target: $, remove: true}", "o.yaml:4:12: removes the whole document.", id="root"
        ),
        pytest.param(
            "- {target: $.a, update: {}}",
            "o.yaml:4:12: cannot merge its update into what it selects. "
            "Select an object and give an object, or select an array.",
            id="number",
        ),
    ],
)
def test_impossible_change_is_refused(actions: str, expected: str) -> None:
    with pytest.raises(DocumentError) as caught:
        applied(actions, {"a": 1})

    assert str(caught.value) == expected


def test_target_that_selects_too_much_is_refused() -> None:
    data: Json = {"a": [[0] * 400] * 300}

    with pytest.raises(DocumentError, match="selects more than 100,000 values"):
        applied("- {target: '$..*', remove: true}", data)


def test_member_of_what_is_removed_may_be_removed_too() -> None:
    changed, _ = applied("- {target: '$..a', remove: true}", {"a": {"a": 1}, "b": [{"a": 2}]})

    assert changed == {"b": [{}]}


def test_regex_functions_of_jsonpath_are_off() -> None:
    text = f"{HEAD}- {{target: \"$[?match(@.a, '(a|aa)+b')]\", remove: true}}"

    assert "is not a JSONPath" in refusal(text)


def overlay_of(name: str) -> Path:
    return shipped("specs") / name / "overlay.yaml"


@pytest.mark.parametrize("name", document_names())
def test_overlay_leaves_the_bundled_document_as_it_is(name: str) -> None:
    root = bundled_document(name).root

    changed, unmatched = apply(root, load_overlay(overlay_of(name)), origin=Origin.BUNDLED)

    assert unmatched == ()
    assert changed == root


def test_overlay_makes_the_vendors_document_name_the_same_operations(
    vendor_file: tuple[str, Path],
) -> None:
    name, path = vendor_file
    document = read(path)

    changed, unmatched = apply(document.data, load_overlay(overlay_of(name)), origin=Origin.VENDOR)
    api = build_api(document, name, changed)

    validate(dict(members(changed)))
    assert unmatched == ()
    assert {(each.id, each.label, each.secured) for each in api.operations} == {
        (each.id, each.label, each.secured) for each in bundled_document(name).operations
    }
    assert api.servers == bundled_document(name).servers


def test_copy_merges_in_what_stands_elsewhere_and_takes_nothing_away() -> None:
    changed, unmatched = applied(
        "- {target: $.b, copy: $.a}", {"a": {"x": {"y": 1}, "l": [1]}, "b": {"z": 2, "l": [0]}}
    )

    assert changed == {
        "a": {"x": {"y": 1}, "l": [1]},
        "b": {"z": 2, "x": {"y": 1}, "l": [0, 1]},
    }
    assert unmatched == []


def test_copy_of_a_list_is_joined_to_a_list() -> None:
    assert applied("- {target: $.b, copy: $.a}", {"a": [1, 2], "b": [0]})[0] == {
        "a": [1, 2],
        "b": [0, 1, 2],
    }


@pytest.mark.parametrize("path", ["$.no", "$.l[*]"])
def test_copy_of_nothing_or_of_several_values_is_said_to_match_nothing(path: str) -> None:
    data: Json = {"l": [1, 2], "b": {}}

    changed, unmatched = applied(f"- {{target: $.b, copy: '{path}'}}", data)

    assert changed == data
    assert unmatched == [f"o.yaml:4:12: the target {path} matches nothing."]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        pytest.param("- {target: $.a.x, remove: true}", {"/a/x": {"y": 1}}, id="removed"),
        pytest.param("- {target: $.a, update: {x: 2}}", {"/a/x": {"y": 1}}, id="replaced"),
        pytest.param("- {target: $.a, update: {x: {y: 2, z: 3}}}", {"/a/x/y": 1}, id="inner"),
        pytest.param("- {target: $.a, update: {x: {y: 1}}}", {}, id="equal"),
        pytest.param("- {target: $.a, update: {l: [3]}}", {}, id="joined"),
        pytest.param(
            "- {target: $, update: {b: {}}}\n- {target: $.b, copy: $.a}\n- {target: $.a.x, remove: true}",
            {},
            id="copied-first",
        ),
        pytest.param(
            "- {target: $, update: {b: {}}}\n- {target: $.b, copy: $.a}\n- {target: $.b.x, update: {y: 9}}",
            {"/b/x/y": 1},
            id="copy-written-over",
        ),
    ],
)
def test_what_an_overlay_hides_of_a_document_is_known(
    actions: str, expected: dict[str, Json]
) -> None:
    overlay = parse_overlay(parse(HEAD + actions, "o.yaml"))

    found = replaced({"a": {"x": {"y": 1}, "l": [1]}}, overlay, origin=Origin.VENDOR)

    assert {each.pointer: each.value for each in found if each.value is not MISSING} == expected


def test_change_where_an_overlay_replaces_is_found() -> None:
    overlay = parse_overlay(
        parse(
            f"{HEAD}- {{target: $.form.required, remove: true}}\n- {{target: $.a, update: {{x: 1}}}}",
            "o.yaml",
        )
    )
    old: Json = {"form": {"required": ["a"]}, "a": {"x": {"maxLength": 50, "title": "t"}}, "b": 1}
    new: Json = {"form": {"required": ["a", "b"]}, "a": {"x": {"maxLength": 5}}, "b": 2}

    assert [str(each) for each in masked_changes(old, new, overlay)] == [
        '/form/required: with "b"',
        "/a/x/maxLength: 50 -> 5",
    ]


def test_what_stands_elsewhere_in_a_list_because_another_went_is_no_change() -> None:
    action = f"{HEAD}- {{target: \"$.required[?@ == 'files']\", remove: true}}"
    overlay = parse_overlay(parse(action, "o.yaml"))

    assert masked_changes({"required": ["a", "files"]}, {"required": ["files"]}, overlay) == ()
    assert [
        str(each)
        for each in masked_changes({"required": ["a", "files"]}, {"required": ["a"]}, overlay)
    ] == ['/required/"files": "files" -> nothing']
