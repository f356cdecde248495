import pytest

from harness.products.dental.codes.procedures import (
    CATEGORIES,
    category_of,
    is_procedure_code,
    is_procedure_item,
)


@pytest.mark.parametrize("code", ["D0100", "D0120", "D0150", "D0101", "D9999"])
def test_codes_within_a_category_are_procedure_codes(code: str) -> None:
    assert is_procedure_code(code)


@pytest.mark.parametrize(
    "text", ["", "D0099", "d0120", "0120", "D120", "D01200", "D012O", "D\u0660\u0661\u0662\u0660"]
)
def test_other_texts_are_no_procedure_codes(text: str) -> None:
    assert not is_procedure_code(text)


def test_twelve_categories_follow_each_other_without_a_gap() -> None:
    assert len(CATEGORIES) == 12
    assert [each.first for each in CATEGORIES[1:]] == [each.last + 1 for each in CATEGORIES[:-1]]


def test_a_code_falls_in_its_category() -> None:
    category = category_of("D6199")

    assert category is not None
    assert category.name == "implant services"


def test_metadata_allows_any_letters_and_digits_up_to_25() -> None:
    assert is_procedure_item("x" * 25)
    assert not is_procedure_item("x" * 26)
    assert not is_procedure_item("")
    assert not is_procedure_item("D0120 ")
