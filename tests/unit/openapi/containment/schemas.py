"""Draw schemas, changed copies of them, and values, for properties of the comparison."""

from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "xc")
PATTERNS = ("^a", "b$", "^[a-z]*$", "^[ab]{1,2}$", "[0-9]", "^(?!x)", "c")
TEXTS = ("", "a", "b", "ab", "abc", "abcd", "x1", "1", "12")

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 6)
    | st.sampled_from([0.5, 1.5, 2.5, -0.5, 3.0])
    | st.sampled_from(TEXTS)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=6,
)


def keywords(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=strategies)


def numbers() -> st.SearchStrategy[dict[str, Any]]:
    bounds = keywords(
        minimum=st.integers(0, 3),
        exclusiveMinimum=st.integers(0, 3),
        maximum=st.integers(1, 5),
        exclusiveMaximum=st.integers(1, 5),
        multipleOf=st.sampled_from([1, 2, 3, 0.5, 1.5]),
    )
    kinds = st.sampled_from(["integer", "number", ["integer", "null"]])
    return st.builds(lambda kind, more: {"type": kind, **more}, kinds, bounds)


def texts() -> st.SearchStrategy[dict[str, Any]]:
    rules = keywords(
        minLength=st.integers(0, 2),
        maxLength=st.integers(0, 3),
        pattern=st.sampled_from(PATTERNS),
    )
    kinds = st.sampled_from(["string", ["string", "null"], ["string", "boolean"]])
    return st.builds(lambda kind, more: {"type": kind, **more}, kinds, rules)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from(NAMES)
    return keywords(
        type=st.just("object"),
        properties=st.dictionaries(names, inner, max_size=3),
        required=st.lists(names, unique=True, max_size=2),
        additionalProperties=st.booleans() | inner,
        patternProperties=st.dictionaries(st.sampled_from(["^x", "c$", "b"]), inner, max_size=1),
        minProperties=st.integers(0, 2),
        maxProperties=st.integers(0, 2),
        propertyNames=st.sampled_from([{"maxLength": 1}, {"pattern": "^[a-c]"}, {"enum": ["a"]}]),
        dependentRequired=st.dictionaries(names, st.lists(names, max_size=1), max_size=1),
        dependentSchemas=st.dictionaries(names, inner, max_size=1),
        unevaluatedProperties=st.just(False),
    )


def arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return keywords(
        type=st.just("array"),
        items=inner,
        prefixItems=st.lists(inner, min_size=1, max_size=2),
        minItems=st.integers(0, 2),
        maxItems=st.integers(0, 3),
        uniqueItems=st.just(True),
        contains=inner,
        maxContains=st.integers(0, 2),
        unevaluatedItems=st.just(False),
    )


def combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return (
        st.builds(lambda each: {"allOf": each}, several)
        | st.builds(lambda each: {"anyOf": each}, several)
        | st.builds(lambda each: {"oneOf": each}, several)
        | st.builds(lambda each: {"not": each}, inner)
        | st.fixed_dictionaries({"if": inner, "then": inner, "else": inner})
    )


LEAVES: st.SearchStrategy[Any] = (
    st.booleans()
    | st.just({})
    | numbers()
    | texts()
    | st.builds(lambda each: {"enum": each}, st.lists(VALUES, min_size=1, max_size=3))
    | st.builds(lambda each: {"const": each}, VALUES)
)
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: objects(inner) | arrays(inner) | combined(inner), max_leaves=6
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw a schema and, more often than not, a copy of it with one place changed."""
    old = draw(SCHEMAS)
    return old, draw(SCHEMAS) if draw(st.integers(0, 3)) == 0 else draw(changed(old))


@st.composite
def changed(draw: st.DrawFn, schema: Any) -> Any:
    if not isinstance(schema, dict) or not schema or draw(st.integers(0, 5)) == 0:
        return draw(SCHEMAS)
    keyword = draw(st.sampled_from(sorted(schema)))
    if draw(st.integers(0, 4)) == 0:
        return {name: each for name, each in schema.items() if name != keyword}
    return {**schema, keyword: draw(_value(keyword, schema[keyword]))}


@st.composite
def _value(draw: st.DrawFn, keyword: str, value: Any) -> Any:
    if keyword in ("properties", "patternProperties", "dependentSchemas") and value:
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: draw(changed(value[name]))}
    if keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
        at = draw(st.integers(0, len(value) - 1))
        return [draw(changed(each)) if index == at else each for index, each in enumerate(value)]
    if keyword in ("items", "additionalProperties", "not", "if", "then", "else", "contains"):
        return draw(changed(value))
    return value
