"""What is written reads back as the same value."""

from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.document import parse
from harness.jsonvalue import Json
from harness.workflow.document.yaml_text import to_yaml

TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\x7f\x85\u2028\ufeff\uffff"),
    max_size=12,
)
SCALARS = st.none() | st.booleans() | st.integers(-9999, 9999) | TEXT
Values: TypeAlias = st.SearchStrategy[Json]
VALUES: Values = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"a": "$statusCode == 200"}, "a: $statusCode == 200\n"),
        ({"a": "yes"}, 'a: "yes"\n'),
        ({"a": "010"}, 'a: "010"\n'),
        ({"a": [{"b": 1, "c": {}}]}, "a:\n  - b: 1\n    c: {}\n"),
        ({"a": "x: y"}, 'a: "x: y"\n'),
        ({"a": "x #y"}, 'a: "x #y"\n'),
        ({"a": "./one.yaml"}, "a: ./one.yaml\n"),
        ({"a": "../one.yaml"}, "a: ../one.yaml\n"),
        ({"a": ".5"}, 'a: ".5"\n'),
        ({"a": ".inf"}, 'a: ".inf"\n'),
        ({"a": "..."}, 'a: "..."\n'),
        ({"a": "x\x85y"}, 'a: "x\\u0085y"\n'),
    ],
)
def test_plain_where_it_can_be_and_quoted_where_it_must(value: Json, written: str) -> None:
    assert to_yaml(value) == written


@given(VALUES)
def test_it_reads_back_as_it_was(value: Json) -> None:
    assert parse(to_yaml(value)).data == value
