import pytest
from hypothesis import find, given

from harness.errors import InvalidArgument
from harness.strategies.names import name_of_length, names


@given(names(max_size=75))
def test_names_are_letters_apostrophes_and_hyphens(name: str) -> None:
    assert 1 <= len(name) <= 75
    assert all(character.isalpha() or character in "'-" for character in name)


@given(names(max_size=75, plain=True))
def test_plain_names_are_ascii(name: str) -> None:
    assert name.isascii()


@given(names(max_size=1))
def test_the_shortest_names_are_single_letters(name: str) -> None:
    assert len(name) == 1


def test_the_simplest_name_is_a_famous_one() -> None:
    assert find(names(max_size=75), lambda _: True) == "Atreides"


def test_names_reach_their_limit() -> None:
    assert find(names(max_size=75), lambda name: len(name) == 75) == name_of_length(75)
    assert len(name_of_length(75)) == 75


@pytest.mark.parametrize("max_size", [0, -1, 1_001])
def test_impossible_lengths_are_refused(max_size: int) -> None:
    with pytest.raises(InvalidArgument, match="impossible"):
        names(max_size=max_size)
