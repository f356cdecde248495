from http import HTTPStatus

import pytest

from harness.products.dental.codes.errors import (
    DENTAL_ERRORS,
    PLACEHOLDER_CODE,
    canonical_code,
    error_by_key,
    errors_by_code,
    printed_code,
)


def test_48_rows_have_48_keys_and_46_codes() -> None:
    assert len(DENTAL_ERRORS) == 48
    assert len({error.key for error in DENTAL_ERRORS}) == 48
    assert len({error.code for error in DENTAL_ERRORS}) == 46


def test_three_rows_share_the_placeholder_code() -> None:
    assert [error.key for error in errors_by_code(PLACEHOLDER_CODE)] == [
        "Required.req.submitterId",
        "Required.req.billingProviderTaxId",
        "Pattern.req.billingProviderTaxId",
    ]


def test_code_017_is_known_in_both_spellings() -> None:
    assert errors_by_code("DENTAL_017") == errors_by_code("DENTATT_017")
    assert canonical_code("DENTAL_017") == "DENTATT_017"
    assert printed_code("DENTATT_017") == "DENTAL_017"
    assert printed_code("DENTATT_018") == canonical_code("DENTATT_018") == "DENTATT_018"


@pytest.mark.parametrize("number", ["019", "020", "023", "103", "104", "113", "410"])
def test_reserved_numbers_have_no_row(number: str) -> None:
    assert errors_by_code(f"DENTATT_{number}") == ()


def test_a_key_leads_to_its_row() -> None:
    error = error_by_key("Checksum.req.providerNpi")

    assert error is not None
    assert error.code == "DENTATT_009"
    assert error_by_key("Checksum.req.providerNPI") is None


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("DENTATT_001", 500),
        ("DENTATT_004", 400),
        ("DENTATT_021", 401),
        ("DENTATT_101", 409),
        ("DENTATT_106", 504),
        ("DENTATT_107", 404),
        ("DENTATT_201", 404),
        ("DENTATT_302", 403),
        ("DENTATT_404", 502),
    ],
)
def test_codes_have_a_working_status(code: str, status: int) -> None:
    assert [error.status for error in errors_by_code(code)] == [status]


def test_every_status_is_an_http_error_and_every_row_has_words() -> None:
    assert all(HTTPStatus(error.status) >= HTTPStatus.BAD_REQUEST for error in DENTAL_ERRORS)
    assert all(error.description.endswith(".") for error in DENTAL_ERRORS)


@pytest.mark.parametrize("number", ["002", "022", "101", "110", "409"])
def test_errors_of_unpublished_operations_are_out_of_reach(number: str) -> None:
    assert not any(error.reachable for error in errors_by_code(f"DENTATT_{number}"))
