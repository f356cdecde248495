import pytest

from harness.products.dental.codes.surfaces import SURFACES, is_surface_list


def test_there_are_seven_surfaces() -> None:
    assert "".join(SURFACES) == "MODBLFI"


@pytest.mark.parametrize("text", ["M", "MOD", "MODBL"])
def test_one_to_five_different_letters_are_a_surface_list(text: str) -> None:
    assert is_surface_list(text)


@pytest.mark.parametrize("text", ["", "MM", "MODBLF", "X", "mod", "M,O"])
def test_other_texts_are_no_surface_list(text: str) -> None:
    assert not is_surface_list(text)
