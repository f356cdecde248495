import re

from hypothesis import given

from harness.codes.identifiers import is_npi
from harness.products.dental.strategies.values import FORMATS


@given(FORMATS["npi"], FORMATS["tooth-numbers"], FORMATS["procedure-codes"])
def test_formats_are_filled_with_valid_values(npi: str, teeth: str, procedures: str) -> None:
    assert is_npi(npi)
    assert re.fullmatch(r"[0-9]{2}(,[0-9]{2})*", teeth)
    assert re.fullmatch(r"D[0-9]{4}(,D[0-9]{4})*", procedures)


def test_our_three_formats_are_served() -> None:
    assert sorted(FORMATS) == ["npi", "procedure-codes", "tooth-numbers"]
