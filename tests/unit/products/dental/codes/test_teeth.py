import pytest

from harness.products.dental.codes.teeth import (
    FDI,
    FDI_ONLY,
    SAFE_NUMERIC,
    UNIVERSAL,
    is_safe_numeric,
    is_universal,
    padded,
    unpadded,
)


def test_the_universal_system_has_104_designations() -> None:
    assert len(UNIVERSAL) == len(set(UNIVERSAL)) == 104
    assert all(is_universal(tooth) for tooth in ("1", "32", "A", "T", "51", "82", "AS", "TS"))


@pytest.mark.parametrize("text", ["", "0", "01", "33", "50", "83", "U", "a", "US", "A S", "1 "])
def test_other_texts_name_no_universal_tooth(text: str) -> None:
    assert not is_universal(text)


def test_fdi_has_52_designations_one_for_each_tooth() -> None:
    assert len(FDI) == 52


def test_thirty_five_numbers_exist_in_both_systems() -> None:
    assert len(FDI & set(UNIVERSAL)) == 35
    assert FDI_ONLY == (
        "33", "34", "35", "36", "37", "38", "41", "42", "43", "44", "45", "46", "47", "48",
        "83", "84", "85",
    )  # fmt: skip


def test_safe_numbers_are_two_digits_from_both_permanent_ranges() -> None:
    assert len(SAFE_NUMERIC) == 64
    assert [is_safe_numeric(text) for text in ("01", "32", "51", "82")] == [True] * 4
    assert [is_safe_numeric(text) for text in ("1", "00", "33", "50", "83", "A")] == [False] * 6


def test_padding_concerns_single_digits_only() -> None:
    assert [padded(tooth) for tooth in ("3", "14", "A", "AS")] == ["03", "14", "A", "AS"]
    assert [unpadded(tooth) for tooth in ("03", "14", "00", "0A")] == ["3", "14", "00", "0A"]
