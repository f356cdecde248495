from unittest.mock import patch

import pytest

from harness.client import matcher
from harness.client.matcher import MIN_PIECE, Matcher

LONG = "".join(f"{number:04x}" for number in range(100, 180))


def knowing(count: int) -> Matcher:
    found = Matcher()
    for number in range(count):
        found.add(f"{number:05}-value")
    found.add(LONG)
    return found


@pytest.mark.parametrize("count", [0, 3, 200])
@pytest.mark.parametrize("padding", [0, 1, 500, 70_000])
@pytest.mark.parametrize("value", [LONG, LONG[::-1]], ids=["forwards", "backwards"])
def test_a_value_is_masked_forwards_and_backwards_in_texts_of_any_length(
    count: int, padding: int, value: str
) -> None:
    around = "." * padding

    assert knowing(count).replaced(f"{around}{value}{around}", "<>") == f"{around}<>{around}"


@pytest.mark.parametrize("count", [0, 3, 200])
def test_a_value_learnt_after_a_text_was_looked_through_is_masked_in_it(count: int) -> None:
    found = knowing(count)
    before = found.replaced("later-learnt", "<>")

    found.add("later-learnt")

    assert (before, found.replaced("later-learnt", "<>")) == ("later-learnt", "<>")


def test_a_text_that_holds_no_value_is_looked_through_once() -> None:
    found = knowing(200)

    with patch.object(matcher.Matcher, "_next", side_effect=AssertionError("searched again")):
        text = "content-type: application/json" * 20

        assert found.replaced(text, "<>") == text


def test_a_value_that_another_thread_learns_meanwhile_breaks_nothing() -> None:
    found = knowing(3)

    class Hasty:
        """A lock that another thread takes as soon as it is free, to add a value."""

        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            found._beginnings = None

    found._lock = Hasty()  # type: ignore[assignment]  # it stands in for a lock

    assert found.replaced("it is 00001-value", "[masked]") == "it is [masked]"


@pytest.mark.parametrize("count", [0, 3, 200])
@pytest.mark.parametrize("kept", [6, 7, 150, len(LONG) - 1])
def test_the_beginning_of_a_value_that_was_cut_off_is_masked(count: int, kept: int) -> None:
    cut = f"it said {LONG[:kept]}… and more"

    assert knowing(count).replaced(cut, "<>") == "it said <>… and more"


def test_what_merely_begins_alike_before_an_ellipsis_is_kept() -> None:
    kept = f"it said {LONG[:20]}else…"

    assert knowing(3).replaced(kept, "<>") == kept


TOKEN = "k7Qz9-first-part-Xw3v-and-a-second-R8tY2"


def in_pieces(*public: str) -> Matcher:
    found = Matcher()
    found.add(TOKEN, in_pieces=True)
    for each in public:
        found.allow(each)
    return found


@pytest.mark.parametrize("start", range(len(TOKEN) - MIN_PIECE + 1))
@pytest.mark.parametrize("padding", [0, 70_000])
def test_a_long_piece_of_a_value_is_masked_wherever_in_it_the_piece_stands(
    start: int, padding: int
) -> None:
    piece, around = TOKEN[start : start + MIN_PIECE], "." * padding

    assert in_pieces().replaced(f"{around}({piece})", "<>") == f"{around}(<>)"


def test_a_value_in_two_lines_is_masked_in_both() -> None:
    lines = f"{TOKEN[:20]}\n{TOKEN[20:]}"

    assert in_pieces().replaced(lines, "<>") == "<>\n<>"


def test_a_short_piece_is_kept_and_so_is_a_long_one_of_a_value_that_is_masked_as_a_whole() -> None:
    whole = Matcher()
    whole.add(TOKEN)

    assert in_pieces().replaced(TOKEN[: MIN_PIECE - 1], "<>") == TOKEN[: MIN_PIECE - 1]
    assert whole.replaced(TOKEN[:20], "<>") == TOKEN[:20]


def test_what_is_a_piece_of_a_public_name_too_is_kept() -> None:
    found = in_pieces("k7Qz9-first-part-client")

    assert found.replaced("k7Qz9-first-part", "<>") == "k7Qz9-first-part"
    assert found.replaced("k7Qz9-first-part-Xw3", "<>") == "<>"


def test_the_scan_is_told_pieces_that_are_no_words_and_of_tokens_their_front_and_end() -> None:
    found = Matcher()
    found.add("orange-banana-9x", in_pieces=True)
    found.add("eyJhbGciOiJIUzI1NiJ9." + "p4yl0ad-" * 30 + "s1gn4tur3", in_pieces=True)
    found.allow("orange-banana-9x is public")

    assert found.pieces() == ("ad-s1gn4tur3", "p4yl0ad-p4yl")
