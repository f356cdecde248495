import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.patterns import matches, pattern_fault


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param(r"^\d{10}$", "1234567893", True, id="digits"),
        pytest.param(r"^\d{10}$", "1234567893\n", False, id="trailing-newline"),
        pytest.param(r"^\d{10}$", "١٢٣٤٥٦٧٨٩٣", False, id="arabic-digits"),
        pytest.param(r"^\d{10}$", "\N{FULLWIDTH DIGIT ONE}" * 10, False, id="full-width-digits"),
        pytest.param(r"^\w+$", "é", False, id="word"),
        pytest.param("b", "abc", True, id="not-anchored"),
        pytest.param(r"^[$]\$$", "$$", True, id="dollar-as-a-character"),
        pytest.param(r"^(?<year>\d{4})$", "2026", True, id="named-group"),
        pytest.param(r"(?<!a)b", "ab", False, id="lookbehind"),
        pytest.param(r"^[^\]]$", "]", False, id="bracket-in-class"),
    ],
)
def test_pattern_means_what_ecma_262_says(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("^a+$", "", id="good"),
        pytest.param(
            "(a",
            "cannot be compiled: missing ), unterminated subpattern at position 0",
            id="open-group",
        ),
        pytest.param(
            "[z-a]", "cannot be compiled: bad character range z-a at position 1", id="bad-range"
        ),
        pytest.param(
            "a{99999999999999}",
            "cannot be compiled: the repetition number is too large",
            id="huge-count",
        ),
        pytest.param("^(a+)+$", "can take exponential time", id="exponential"),
    ],
)
def test_unusable_pattern_says_why(pattern: str, expected: str) -> None:
    assert pattern_fault(pattern) == expected


@given(st.text(alphabet=st.characters(categories=["Nd", "Zl", "Cc"]), max_size=12))
def test_ten_digits_are_ten_ascii_digits(text: str) -> None:
    expected = len(text) == 10 and all(each in "0123456789" for each in text)

    assert matches(r"^\d{10}$", text) is expected
