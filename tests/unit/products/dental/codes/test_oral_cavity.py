from harness.products.dental.codes.oral_cavity import AREAS, is_oral_cavity_area


def test_seven_areas_have_a_designation() -> None:
    assert list(AREAS) == ["00", "01", "02", "10", "20", "30", "40"]
    assert is_oral_cavity_area("10")
    assert not is_oral_cavity_area("1")
    assert not is_oral_cavity_area("50")
