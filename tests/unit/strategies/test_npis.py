import pytest
from hypothesis import find, given

from harness.codes.identifiers import is_issuable, is_npi, is_ten_digits
from harness.strategies.identifiers import (
    MALFORMED_NPI_FORMS,
    malformed_npis,
    npis,
    with_wrong_check_digit,
    wrong_checksum_npis,
)


@given(npis())
def test_generated_npis_could_have_been_issued(npi: str) -> None:
    assert is_issuable(npi)


def test_the_simplest_npi_is_the_first_one() -> None:
    assert find(npis(), lambda _: True) == "1000000004"


@given(wrong_checksum_npis())
def test_wrong_checksums_keep_the_form(npi: str) -> None:
    assert is_ten_digits(npi)
    assert not is_npi(npi)


def test_nine_wrong_digits_exist_beside_the_right_one() -> None:
    wrong = {with_wrong_check_digit("1234567893", shift) for shift in range(1, 10)}

    assert wrong == {f"123456789{digit}" for digit in "012456789"}


@given(malformed_npis())
def test_malformed_npis_are_not_ten_digits(npi: str) -> None:
    assert npi
    assert not is_ten_digits(npi)


@pytest.mark.parametrize("form", MALFORMED_NPI_FORMS)
def test_each_form_spoils_the_published_example(form: str) -> None:
    assert not is_ten_digits(MALFORMED_NPI_FORMS[form]("1234567893"))
