import re

import pytest
from hypothesis import find, given

from harness.errors import InvalidArgument
from harness.strategies.identifiers import (
    MALFORMED_PAYER_ID_FORMS,
    claim_ids,
    malformed_payer_ids,
    member_ids,
    payer_ids,
    too_long_claim_ids,
)

PAYER_ID = re.compile(r"[A-Za-z0-9]{5}")


@given(payer_ids())
def test_payer_ids_are_five_letters_or_digits(payer_id: str) -> None:
    assert PAYER_ID.fullmatch(payer_id)


@given(malformed_payer_ids())
def test_malformed_payer_ids_are_anything_else_but_empty(payer_id: str) -> None:
    assert payer_id
    assert not PAYER_ID.fullmatch(payer_id)


@pytest.mark.parametrize("form", MALFORMED_PAYER_ID_FORMS)
def test_each_form_spoils_the_documented_payer_id(form: str) -> None:
    assert not PAYER_ID.fullmatch(MALFORMED_PAYER_ID_FORMS[form]("ABC12"))


@given(claim_ids())
def test_claim_ids_have_up_to_50_characters(claim_id: str) -> None:
    assert 1 <= len(claim_id) <= 50


@given(claim_ids(min_size=50))
def test_claim_ids_can_be_exactly_50_characters_long(claim_id: str) -> None:
    assert len(claim_id) == 50
    assert claim_id.startswith("CLM-TEST-")


@given(too_long_claim_ids())
def test_too_long_claim_ids_have_at_least_51_characters(claim_id: str) -> None:
    assert len(claim_id) > 50


def test_the_simplest_overlong_claim_id_has_51_characters() -> None:
    assert find(too_long_claim_ids(), lambda _: True) == "CLM-TEST-" + "0" * 42


@pytest.mark.parametrize(("least", "most"), [(0, 5), (6, 5), (1, 51)])
def test_impossible_claim_id_lengths_are_refused(least: int, most: int) -> None:
    with pytest.raises(InvalidArgument, match="within 1 to 50"):
        claim_ids(min_size=least, max_size=most)


@given(member_ids())
def test_member_ids_are_recognisably_synthetic(member_id: str) -> None:
    assert re.fullmatch(r"SYN[0-9]{8}", member_id)
