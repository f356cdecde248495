import pytest

from harness.jsonvalue import Json
from harness.rules.edits import at, drop, put, rename

WHOLE: Json = {"a": "1", "lines": [{"name": "x", "n": "2"}, {"name": "y"}]}


def test_a_value_is_put_at_a_path_through_objects_and_lists() -> None:
    assert put(WHOLE, "lines.1.name", "z") == {
        "a": "1",
        "lines": [{"name": "x", "n": "2"}, {"name": "z"}],
    }


def test_an_object_on_the_way_is_made_where_it_lacks() -> None:
    assert put({"a": "1"}, "b.c", "2") == {"a": "1", "b": {"c": "2"}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", {"lines": [{"name": "x", "n": "2"}, {"name": "y"}]}),
        ("lines.0.n", {"a": "1", "lines": [{"name": "x"}, {"name": "y"}]}),
        ("nothing", WHOLE),
    ],
    ids=["top", "nested", "absent"],
)
def test_a_member_is_dropped(path: str, expected: Json) -> None:
    assert drop(WHOLE, path) == expected


def test_a_renamed_member_keeps_its_value() -> None:
    assert rename(WHOLE, "lines.1.name", "Name") == {
        "a": "1",
        "lines": [{"name": "x", "n": "2"}, {"Name": "y"}],
    }


@pytest.mark.parametrize(
    ("path", "expected"), [("lines.0.n", "2"), ("lines.1.n", None), ("a", "1"), ("b.c", None)]
)
def test_what_stands_at_a_path_is_found(path: str, expected: Json) -> None:
    assert at(WHOLE, path) == expected


def test_the_original_is_never_written_to() -> None:
    before: Json = {"a": {"b": ["1"]}}

    put(before, "a.b.0", "2")
    drop(before, "a.b")
    rename(before, "a.b", "c")

    assert before == {"a": {"b": ["1"]}}
