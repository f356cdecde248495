import pytest

from harness.jsonvalue import Json
from harness.workflow.language.coercion import coerced


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("integer", "8", 8),
        ("integer", "-8", -8),
        ("integer", "8.5", "8.5"),
        ("integer", "٣", "٣"),
        ("number", "8", 8),
        ("number", "-8.5e2", -850.0),
        ("number", "nan", "nan"),
        ("number", "Infinity", "Infinity"),
        ("number", "1_0", "1_0"),
        ("boolean", "true", True),
        ("boolean", "True", "True"),
        ("null", "", None),
        ("array", '["a", 1]', ["a", 1]),
        ("array", "a,b", "a,b"),
        ("array", '{"a": 1}', {"a": 1}),
        ("object", '{"a": 1}', {"a": 1}),
        ("object", "{a", "{a"),
        ("object", "3", "3"),
        ("string", "8", "8"),
        (None, "8", "8"),
    ],
)
def test_a_text_takes_the_type_of_its_schema_where_it_can(
    kind: str | None, written: str, expected: Json
) -> None:
    found = coerced(written, {"type": kind})

    assert (found, type(found)) == (expected, type(expected))


def test_what_is_no_text_stays_as_it_is() -> None:
    assert coerced(["8"], {"type": "integer"}) == ["8"]
    assert coerced("8", True) == "8"
