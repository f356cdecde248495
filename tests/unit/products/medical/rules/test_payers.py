import pytest

from harness.products.medical.rules.baseline import payer, payers


def test_there_are_eighteen_test_payers_named_after_their_codes() -> None:
    assert len(payers()) == 18
    assert all(each.id.endswith(each.code) for each in payers())
    assert [each.requirement for each in payers()] == [f"A{n:03}" for n in range(20, 38)]


def test_nine_of_them_are_electronic_and_need_no_contact() -> None:
    electronic = [each for each in payers() if not each.is_print_fax]

    assert len(electronic) == 9
    assert {each.delivery for each in electronic} == {"none"}


@pytest.mark.parametrize(
    ("payer_id", "message", "expected"),
    [
        ("TESTEP06", "ACCEPTED_BY_PAYER", True),
        ("TESTEP06", "ACCEPTED_BY_PAYER_WITH_ERRORS", False),
        ("TESTEP53", "serviceLines are missing", True),
        ("TESTEP53", "", False),
        ("TESTPP17", "Tracking #: 9400100000000000000000", True),
        ("TESTPP17", "Tracking #: ", False),
        ("TESTPP18", "Tracking #: 94001, Status : Delivered, Date : 01/22/2021", True),
        ("TESTPP18", "Tracking #: 94001", False),
        ("TESTPP18", "Tracking #: 94001, Status : Delivered, Date : 2021-01-22", False),
    ],
)
def test_a_payer_knows_its_message(payer_id: str, message: str, expected: bool) -> None:
    assert payer(payer_id).says(message) is expected


def test_only_partial_acceptance_gives_documents_codes_of_their_own() -> None:
    assert {each.id: set(each.document_codes) for each in payers() if each.document_codes} == {
        "TESTEP10": {"06", "52"}
    }
