import re

import pytest
from hypothesis import given

from harness.errors import InvalidArgument
from harness.products.dental.codes.procedures import is_procedure_code, is_procedure_item
from harness.products.dental.strategies.values import (
    malformed_procedure_lists,
    procedure_codes,
    procedure_lists,
    too_long_procedure_codes,
)

INTENDED = re.compile(r"[a-zA-Z0-9]{1,25}(,[a-zA-Z0-9]{1,25})*")


@given(procedure_codes(), too_long_procedure_codes())
def test_codes_keep_or_break_their_form(code: str, too_long: str) -> None:
    assert is_procedure_code(code)
    assert 26 <= len(too_long) <= 60
    assert not is_procedure_item(too_long)


@given(procedure_lists(max_size=3))
def test_lists_hold_up_to_three_codes(text: str) -> None:
    assert INTENDED.fullmatch(text)
    assert 1 <= len(text.split(",")) <= 3


@given(malformed_procedure_lists())
def test_malformed_lists_miss_the_intended_pattern(text: str) -> None:
    assert not INTENDED.fullmatch(text)


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="within 1 to 2000"):
        procedure_lists(min_size=0)
