from collections.abc import Mapping
from datetime import UTC, datetime

from harness.jsonvalue import Json
from harness.mock.body import Part
from harness.mock.settings import Limits
from harness.products.medical.mock.store import (
    SentDocument,
    Transaction,
    TransactionStore,
    transaction_of,
)
from tests.integration.mock_api import lines, submission

NOON = datetime(2026, 1, 16, 12, tzinfo=UTC)


def kept(request: Mapping[str, Json], *names: str) -> Transaction:
    files = [Part("files", name, "application/pdf", b"x") for name in names]
    return transaction_of(request, files, owner="main", submitter_id="999898", received=NOON)


def with_claim(**changes: Json) -> dict[str, Json]:
    claim = submission()["claimInformation"]
    assert isinstance(claim, dict)
    return submission(changes={"claimInformation": {**claim, **changes}})


def test_files_take_the_number_of_the_line_that_names_them() -> None:
    transaction = kept(submission(2), "scan-1.pdf", "scan-0.pdf")

    assert transaction.documents == (
        SentDocument("scan-1.pdf", "CONTROL-1"),
        SentDocument("scan-0.pdf", "CONTROL-0"),
    )


def test_files_of_another_name_take_the_numbers_in_their_order() -> None:
    transaction = kept(submission(2), "a.pdf", "b.pdf")

    assert [each.control_number for each in transaction.documents] == ["CONTROL-0", "CONTROL-1"]


def test_a_solicited_document_takes_the_payers_number() -> None:
    line = lines(1)[0]
    assert isinstance(line, dict)
    asked: Json = {
        **{key: value for key, value in line.items() if key != "providerAttachmentControlNumber"},
        "payerClaimControlNumber": "PAYER-1",
    }

    transaction = kept(with_claim(serviceLines=[asked]), "scan-0.pdf")

    assert transaction.documents[0].control_number == "PAYER-1"


def test_one_day_of_service_is_both_start_and_end() -> None:
    transaction = kept(
        with_claim(
            claimServiceDate="20260110", beginClaimServiceDate=None, endClaimServiceDate=None
        )
    )

    assert transaction.details["claimStartDate"] == "2026-01-10"
    assert transaction.details["claimEndDate"] == "2026-01-10"


def test_a_provider_without_organisation_has_names() -> None:
    provider: Json = {"npi": "1234567893", "firstName": "Kim", "lastName": "Sampleton"}

    details = kept(submission(changes={"provider": provider})).details

    assert (details["providerFirstName"], details["providerLastName"]) == ("Kim", "Sampleton")


def test_transactions_are_found_by_trace_id_in_either_case_and_by_owner() -> None:
    store = TransactionStore(Limits())
    transaction = kept(submission())

    store.add(transaction)

    assert store.find(transaction.trace_id.upper()) == transaction
    assert [*store.of("main")] == [*store.all()] == [transaction]
    assert [*store.of("foreign")] == []


def test_the_oldest_goes_beyond_the_bound() -> None:
    store = TransactionStore(Limits(transactions=2))
    first, second, third = (kept(submission()) for _ in range(3))

    for each in (first, second, third):
        store.add(each)

    assert len(store) == 2
    assert store.find(first.trace_id) is None
