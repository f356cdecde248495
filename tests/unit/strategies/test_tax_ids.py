import pytest
from hypothesis import given

from harness.codes.identifiers import has_campus_prefix, is_tax_id
from harness.strategies.identifiers import MALFORMED_TAX_ID_FORMS, malformed_tax_ids, tax_ids


@given(tax_ids())
def test_tax_ids_have_an_assigned_prefix(tax_id: str) -> None:
    assert has_campus_prefix(tax_id)


@given(malformed_tax_ids())
def test_malformed_tax_ids_are_not_nine_digits(tax_id: str) -> None:
    assert tax_id
    assert not is_tax_id(tax_id)


@pytest.mark.parametrize("form", MALFORMED_TAX_ID_FORMS)
def test_each_form_spoils_a_tax_id(form: str) -> None:
    assert not is_tax_id(MALFORMED_TAX_ID_FORMS[form]("123456789"))
