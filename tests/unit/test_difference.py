import pytest

from harness.difference import MOST, Difference, differences, plain, written
from harness.jsonvalue import Json


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        pytest.param({"a": 1}, {"a": 1}, (), id="equal"),
        pytest.param({"a": [1, 2]}, {"a": [1, 3]}, (Difference("/a/1", 2, 3),), id="nested"),
        pytest.param(
            {"a/b": 1}, {}, (Difference("/a~1b", 1, None, is_missing=True),), id="missing"
        ),
        pytest.param({}, {"a": 1}, (Difference("/a", None, 1, is_unexpected=True),), id="new"),
        pytest.param([1], [1, 2], (Difference("/1", None, 2, is_unexpected=True),), id="longer"),
        pytest.param(1, True, (Difference("", 1, True),), id="a-bool-is-no-number"),
        pytest.param({"a": None}, {"a": 0}, (Difference("/a", None, 0),), id="null-is-a-value"),
        pytest.param("a", ["a"], (Difference("", "a", ["a"]),), id="another-type"),
    ],
)
def test_the_nodes_that_differ_are_named(
    expected: Json, actual: Json, found: tuple[Difference, ...]
) -> None:
    assert differences(expected, actual) == found


def test_a_difference_is_called_by_the_last_name_on_the_way() -> None:
    assert Difference("/files/0/size", 1, 2).name == "size"
    assert Difference("/0/1", 1, 2).name == ""


def test_no_more_than_a_hundred_differences_are_listed() -> None:
    assert len(differences(list(range(500)), list(range(1, 501)))) == MOST


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param('["06"]', ["06"], id="json"),
        pytest.param("'06' ($inputs.code)", "06", id="quoted-with-its-expression"),
        pytest.param("'06'", "06", id="quoted"),
    ],
)
def test_values_are_read_as_checks_write_them(text: str, value: Json) -> None:
    assert written(text) == value


def test_a_bare_word_is_no_structure() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        written("DENTATT_009")
    assert plain("'DENTATT_009' ($inputs.code)") == "DENTATT_009"
