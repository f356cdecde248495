import pytest

from harness.openapi.media_type import is_json, most_specific


@pytest.mark.parametrize(
    ("documented", "actual", "expected"),
    [
        pytest.param(["*/*", "text/*", "text/plain"], "text/plain", "text/plain", id="exact"),
        pytest.param(["*/*", "text/*"], "text/csv", "text/*", id="range"),
        pytest.param(["*/*"], "", "*/*", id="no-content-type"),
        pytest.param(["a/b;v=2", "a/b"], "a/b", "a/b", id="without-parameter"),
        pytest.param(["a/b", "a/b;v=2"], "a/b; v=2", "a/b;v=2", id="with-parameter"),
        pytest.param(["a/b;v=2"], "a/b;v=1", None, id="other-parameter"),
        pytest.param(["a/b"], "a/b;v=1", "a/b", id="parameter-not-documented"),
        pytest.param(
            ["Text/HTML;Charset=utf-8"],
            'text/html; charset="UTF-8"',
            "Text/HTML;Charset=utf-8",
            id="case-and-quotes",
        ),
        pytest.param(["text/html;charset=utf-8"], "text/html;charset=latin1", None, id="charset"),
        pytest.param(
            ["application/json;charset=utf-8"],
            "application/json",
            "application/json;charset=utf-8",
            id="json-has-no-charset",
        ),
        pytest.param(
            ["application/*", "application/*+json"],
            "application/problem+json",
            "application/*+json",
            id="suffix",
        ),
        pytest.param(
            ["application/json"], "application/problem+json", None, id="suffix-is-another-type"
        ),
        pytest.param(['a/b;p="x;y"', "a/b"], 'a/b; p="x;y"', 'a/b;p="x;y"', id="quoted-semicolon"),
        pytest.param(["a/b;v=1;p=2", "a/b;p=2"], "a/b;p=2;v=1", "a/b;v=1;p=2", id="order"),
    ],
)
def test_most_specific_entry_describes_a_message(
    documented: list[str], actual: str, expected: str | None
) -> None:
    assert most_specific(documented, actual) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("application/json", True, id="json"),
        pytest.param("Application/JSON; charset=utf-8", True, id="case-and-parameters"),
        pytest.param("application/vnd.api+json;v=2", True, id="suffix"),
        pytest.param("application/jsonl", False, id="lines"),
        pytest.param("text/plain", False, id="text"),
        pytest.param("application/*", False, id="range"),
    ],
)
def test_json_is_told_by_its_media_type(name: str, expected: bool) -> None:
    assert is_json(name) is expected
