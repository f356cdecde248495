import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.products.dental.strategies.values import (
    MALFORMED_ATTACHMENT_ID_FORMS,
    attachment_ids,
    control_numbers,
    malformed_attachment_ids,
    unknown_attachment_ids,
)

SEARCHABLE = re.compile(r"([A-Z]{3}#)?([0-9a-fA-F]{12}|[0-9a-fA-F]{24})")


@given(attachment_ids(), attachment_ids(prefixed=False))
def test_attachment_ids_are_twelve_digits(prefixed: str, bare: str) -> None:
    assert re.fullmatch(r"CHC#[0-9]{12}", prefixed)
    assert re.fullmatch(r"[0-9]{12}", bare)


@given(control_numbers(), control_numbers(prefixed=False))
def test_control_numbers_are_24_hexadecimal_digits(prefixed: str, bare: str) -> None:
    assert re.fullmatch(r"CHC#[0-9a-f]{24}", prefixed)
    assert re.fullmatch(r"[0-9a-f]{24}", bare)


@given(st.one_of(attachment_ids(), control_numbers(), unknown_attachment_ids()))
def test_well_formed_ids_can_be_searched_for(identifier: str) -> None:
    assert SEARCHABLE.fullmatch(identifier)


@given(malformed_attachment_ids())
def test_malformed_ids_fit_neither_form(identifier: str) -> None:
    assert identifier
    assert not SEARCHABLE.fullmatch(identifier)


@pytest.mark.parametrize("form", MALFORMED_ATTACHMENT_ID_FORMS)
def test_each_form_spoils_the_documented_id(form: str) -> None:
    assert not SEARCHABLE.fullmatch(MALFORMED_ATTACHMENT_ID_FORMS[form]("123456789055"))
