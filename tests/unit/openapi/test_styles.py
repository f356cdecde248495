"""The examples of OpenAPI 3.1, 4.8.12.4, and what it leaves to us."""

import pytest

from harness.openapi.model import Operation, Parameter
from harness.openapi.styles import cookie_pairs, header_text, path_text, query_pairs, wire

COLORS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        pytest.param("", None, "blue", "blue", id="simple"),
        pytest.param("", None, COLORS, "blue,black,brown", id="simple-array"),
        pytest.param("", None, RGB, "R,100,G,200,B,150", id="simple-object"),
        pytest.param("simple", True, RGB, "R=100,G=200,B=150", id="simple-object-exploded"),
        pytest.param("label", None, "blue", ".blue", id="label"),
        pytest.param("label", False, COLORS, ".blue,black,brown", id="label-array"),
        pytest.param("label", True, COLORS, ".blue.black.brown", id="label-array-exploded"),
        pytest.param("label", False, RGB, ".R,100,G,200,B,150", id="label-object"),
        pytest.param("label", True, RGB, ".R=100.G=200.B=150", id="label-object-exploded"),
        pytest.param("matrix", None, "blue", ";color=blue", id="matrix"),
        pytest.param("matrix", False, COLORS, ";color=blue,black,brown", id="matrix-array"),
        pytest.param(
            "matrix", True, COLORS, ";color=blue;color=black;color=brown", id="matrix-exploded"
        ),
        pytest.param("matrix", False, RGB, ";color=R,100,G,200,B,150", id="matrix-object"),
        pytest.param("matrix", True, RGB, ";R=100;G=200;B=150", id="matrix-object-exploded"),
        pytest.param("", None, "a/b c", "a%2Fb%20c", id="encoded"),
    ],
)
def test_a_path_parameter(style: str, explode: bool | None, value: object, expected: str) -> None:
    assert path_text(value, Parameter("color", "path", style=style, explode=explode)) == expected


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        pytest.param("", None, "", "color=", id="empty-text"),
        pytest.param("", None, None, "", id="null"),
        pytest.param("", None, [], "", id="empty-array"),
        pytest.param("", None, "a b&c", "color=a%20b%26c", id="encoded"),
        pytest.param("", None, COLORS, "color=blue&color=black&color=brown", id="form-exploded"),
        pytest.param("form", False, COLORS, "color=blue,black,brown", id="form-array"),
        pytest.param("form", False, ["a,b", "c"], "color=a%2Cb,c", id="comma-within-an-item"),
        pytest.param("form", False, [], "", id="form-empty-array"),
        pytest.param("form", True, RGB, "R=100&G=200&B=150", id="form-object-exploded"),
        pytest.param("form", True, {"a": None, "b": 1}, "b=1", id="null-member"),
        pytest.param("form", False, RGB, "color=R,100,G,200,B,150", id="form-object"),
        pytest.param("spaceDelimited", False, COLORS, "color=blue%20black%20brown", id="space"),
        pytest.param("pipeDelimited", False, COLORS, "color=blue%7Cblack%7Cbrown", id="pipe"),
        pytest.param("pipeDelimited", True, ["a", "b"], "color=a&color=b", id="pipe-exploded"),
        pytest.param(
            "deepObject",
            True,
            RGB,
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
            id="deep",
        ),
        pytest.param(
            "deepObject", True, {"a": {"b": [1, 2]}}, "color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bb%5D=2",
            id="deeper",
        ),
        pytest.param("deepObject", True, "x", "color=x", id="deep-text"),
    ],
)  # fmt: skip
def test_a_query_parameter(style: str, explode: bool | None, value: object, expected: str) -> None:
    as_ = Parameter("color", "query", style=style, explode=explode)

    assert "&".join(query_pairs(value, as_)) == expected


def test_reserved_characters_stay_where_the_document_allows_them() -> None:
    as_ = Parameter("u", "query", allows_reserved=True)

    assert list(query_pairs("http://h/a?b=c&d#e f", as_)) == ["u=http://h/a?b=c%26d%23e%20f"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"a": 1}, "f=%7B%22a%22%3A1%7D"), ('{"a":1}', "f=%7B%22a%22%3A1%7D"), (None, "f=null")],
    ids=["object", "text", "null"],
)
def test_what_content_describes_is_one_value(value: object, expected: str) -> None:
    as_ = Parameter("f", "query", media_type="application/json")

    assert list(query_pairs(value, as_)) == [expected]


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [
        (None, COLORS, "blue,black,brown"),
        (None, RGB, "R,100,G,200,B,150"),
        (True, RGB, "R=100,G=200,B=150"),
        (None, "a b", "a b"),
    ],
    ids=["array", "object", "object-exploded", "text"],
)
def test_a_header(explode: bool | None, value: object, expected: str) -> None:
    assert header_text(value, Parameter("X-C", "header", explode=explode)) == expected


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [
        (None, "a;b", ["c=a%3Bb"]),
        (None, ["a", "b"], ["c=a", "c=b"]),
        (False, ["a", "b"], ["c=a,b"]),
        (None, {"k": "v", "l": 1}, ["k=v", "l=1"]),
    ],
    ids=["text", "array", "array-flat", "object"],
)
def test_a_cookie(explode: bool | None, value: object, expected: list[str]) -> None:
    assert list(cookie_pairs(value, Parameter("c", "cookie", explode=explode))) == expected


def test_the_description_of_a_parameter_is_found_by_name_and_place() -> None:
    declared = (
        Parameter("X-Id", "header", explode=True),
        Parameter("id", "query", style="pipeDelimited", explode=False),
    )
    operation = Operation("api", "op", "GET", "/x", "/x", parameters=declared)

    assert wire(operation, "x-id", "header") is declared[0]
    assert wire(operation, "id", "query") is declared[1]
    assert wire(operation, "id", "cookie") == Parameter("id", "cookie")
