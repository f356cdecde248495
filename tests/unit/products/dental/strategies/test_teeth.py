import re

import pytest
from hypothesis import given

from harness.errors import InvalidArgument
from harness.products.dental.codes.teeth import FDI, is_safe_numeric, is_universal
from harness.products.dental.strategies.values import (
    fdi_only_tooth_numbers,
    malformed_tooth_lists,
    padded_tooth_numbers,
    tooth_lists,
    tooth_numbers,
)

INTENDED = re.compile(r"[A-Za-z0-9]{2}(,[A-Za-z0-9]{2})*")


@given(tooth_numbers(), padded_tooth_numbers(), fdi_only_tooth_numbers())
def test_teeth_belong_to_their_system(universal: str, padded: str, fdi: str) -> None:
    assert is_universal(universal)
    assert is_safe_numeric(padded)
    assert fdi in FDI
    assert not is_universal(fdi)


@given(tooth_lists(min_size=2, max_size=4))
def test_tooth_lists_name_different_safe_teeth(text: str) -> None:
    teeth = text.split(",")

    assert INTENDED.fullmatch(text)
    assert 2 <= len(set(teeth)) == len(teeth) <= 4
    assert all(is_safe_numeric(tooth) for tooth in teeth)


@given(malformed_tooth_lists())
def test_malformed_lists_miss_the_intended_pattern(text: str) -> None:
    assert not INTENDED.fullmatch(text)


@pytest.mark.parametrize(("least", "most"), [(0, 1), (3, 2), (1, 65)])
def test_impossible_list_sizes_are_refused(least: int, most: int) -> None:
    with pytest.raises(InvalidArgument, match="within 1 to 64"):
        tooth_lists(min_size=least, max_size=most)
