from collections.abc import Mapping
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harness.jsonvalue import Json
from harness.openapi.change import Direction
from harness.openapi.diff_schemas import Comparison, schema_changes

VALUES: tuple[Json, ...] = (
    None,
    True,
    0,
    3,
    7,
    2.5,
    "",
    "a",
    "abc",
    "abcdefgh",
    [],
    ["a"],
    [1, 2, 3],
)


def _bounds(low: str, high: str) -> st.SearchStrategy[dict[str, Any]]:
    limit = st.none() | st.integers(0, 8)
    return st.tuples(limit, limit).map(
        lambda pair: {k: v for k, v in zip((low, high), pair, strict=True) if v is not None}
    )


def _member() -> st.SearchStrategy[dict[str, Any]]:
    texts = _bounds("minLength", "maxLength").map(lambda b: {"type": "string", **b})
    numbers = _bounds("minimum", "maximum").map(lambda b: {"type": "number", **b})
    lists = _bounds("minItems", "maxItems").map(lambda b: {"type": "array", **b})
    words = st.lists(st.sampled_from(["a", "abc", "x"]), min_size=1, unique=True)
    return texts | numbers | lists | words.map(lambda w: {"type": "string", "enum": w})


def _schemas() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "type": st.just("object"),
            "properties": st.dictionaries(st.sampled_from("ab"), _member(), max_size=2),
            "required": st.lists(st.sampled_from("ab"), unique=True),
        },
        optional={"additionalProperties": st.booleans()},
    )


INSTANCES = st.dictionaries(st.sampled_from("abc"), st.sampled_from(VALUES), max_size=3)


@given(old=_schemas(), new=_schemas(), instances=st.lists(INSTANCES, min_size=5, max_size=30))
@example(
    old={"type": "object", "properties": {}, "required": []},
    new={"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    instances=[{"c": 1}],
)
@settings(max_examples=400, deadline=None)
def test_what_was_valid_and_is_no_longer_is_reported(
    old: Mapping[str, Json], new: Mapping[str, Json], instances: list[dict[str, Json]]
) -> None:
    before, after = Draft202012Validator(old), Draft202012Validator(new)
    lost = [each for each in instances if before.is_valid(each) and not after.is_valid(each)]

    changes = list(
        schema_changes(Comparison({}, {}, Direction.REQUEST, "POST /a", "body"), old, new)
    )

    # A member that the old document did not know is one that nobody was told to send.
    known = [each for each in lost if each.keys() <= old["properties"].keys()]  # type: ignore[union-attr]  # built so
    assert not lost or changes
    assert not known or any(change.is_breaking for change in changes), (known, changes)
