from hypothesis import given

from harness.products.dental.codes.oral_cavity import is_oral_cavity_area
from harness.products.dental.codes.surfaces import is_surface_list
from harness.products.dental.strategies.surfaces import oral_cavity_areas, surfaces


@given(surfaces(), oral_cavity_areas())
def test_surfaces_and_areas_are_known(letters: str, area: str) -> None:
    assert is_surface_list(letters)
    assert is_oral_cavity_area(area)
