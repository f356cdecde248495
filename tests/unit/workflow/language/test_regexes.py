import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.workflow.language.regex_syntax import PatternError
from harness.workflow.language.regexes import is_match, search
from tests.work import at_most

PIECES = st.sampled_from(
    ["a", "b", "ab", ".", "[ab]", "[^a]", "(a|b)", "(?:ab|a)", "a*", "b+", "a?", "b{1,2}", "a*?", "(a|ab)+", "^", "$", r"\b", "(?=a)", "(?!b)"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=5).map("".join), st.text("ab \n", max_size=8))
@example("(a|ab)(bc|c)?", "abc")
@example("(a*)*", "aab")
def test_the_first_match_is_where_a_backtracking_engine_finds_it(pattern: str, text: str) -> None:
    try:
        expected = re.search(pattern, text, re.ASCII)
    except re.error:
        return
    try:
        found = search(pattern, text)
    except PatternError:
        return

    assert found == (expected.span() if expected else None)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^\d{3}$", "204", (0, 3)),
        (r"^\d{3}$", "٢٠٤", None),
        ("(?i)up", "status UP", (7, 9)),
        ("(?s)a.c", "a\nc", (0, 3)),
        ("(?m)^b", "a\nb", (2, 3)),
        (r"\p{Lu}+", "abCD", (2, 4)),
        (r"[\p{Nd}x]+", "ab1x", (2, 4)),
        (r"[^\p{L}]", "ab1", (2, 3)),
        (r"\x41B", "AB", (0, 2)),
        ("[]a]+", "]a", (0, 2)),
        ("OK$", "OK\n", (0, 2)),
        (r"OK\Z", "OK\n", None),
        ("", "abc", (0, 0)),
        ("(?P<year>[0-9]{4})-(?<month>[0-9]{2})", "2026-01", (0, 7)),
    ],
)
def test_the_dialect(pattern: str, text: str, expected: tuple[int, int] | None) -> None:
    assert search(pattern, text) == expected


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*a){20}", "a?" * 30 + "a" * 30]
)
def test_no_pattern_can_hold_the_run_up(pattern: str) -> None:
    with at_most(calls=2_000_000), suppress(PatternError):
        search(pattern, "a" * 2_000 + "!")


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "*a", "a{2,1}", r"(a)\1", "(?<=a)b", "(?P=x)", "\\", "x" * 3000, "(" * 60 + ")" * 60, "((a{99}){99}){99}", "^*"],
)  # fmt: skip
def test_what_cannot_be_run_is_refused_in_words(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        search(pattern, "a")

    assert str(caught.value)


def test_a_whole_match_covers_the_text() -> None:
    assert is_match("a|ab", "ab")
    assert not is_match("a", "ab")
    assert not is_match("b", "ab")


@pytest.mark.parametrize(
    "pattern", [r"^[a\[]$", r"^[a[]$", r"^[[a]$", r"^[\p{Lu}\[]$", r"^[\p{Lu}[]$"]
)
def test_a_class_with_an_opening_bracket_holds_no_backslash(pattern: str) -> None:
    assert search(pattern, "[")
    assert not search(pattern, "\\")


def test_a_caret_behind_a_category_is_a_member_and_no_negation() -> None:
    assert search(r"^[\p{L}^1]$", "^")
    assert search(r"^[\p{L}^]$", "^")
    assert not search(r"^[\p{L}^1]$", "2")
