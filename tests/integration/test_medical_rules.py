"""Each medical rule holds for the mock as it is, and each family is broken by a fault of the mock."""

import pytest

from harness.products.medical.mock.faults_retrieval import FAULTS
from tests.integration.medical_bench import RULES, broken, send_to, target_of

CAUGHT_BY = {
    "invalid-request-accepted": "medical/upload/too-long-provider-suffix",
    "control-number-unchecked": "medical/upload/too-short-control-number",
    "payer-id-unchecked": "medical/upload/missing-trading-partner-service-id",
    "payer-name-unchecked": "medical/upload/blank-trading-partner-name",
    "name-case-ignored": "medical/upload/other-case",
    "electronic-payer-needs-contact": "medical/upload/no-contact-testep06",
    "payer-contact-unchecked": "medical/upload/no-contact-testpp11",
    "fax-number-unchecked": "medical/upload/no-fax-number-testpp14",
    "payer-address-unchecked": "medical/upload/missing-payer-address-state",
    "mail-address-unchecked": "medical/upload/no-address-testpp15",
    "solicited-refused": "medical/upload/2-solicited",
    "no-file-accepted": "medical/upload/no-file",
    "empty-file-accepted": "medical/upload/an-empty-file",
    "service-lines-uncounted": "medical/upload/fewer-lines",
    "duplicate-control-numbers-accepted": "medical/upload/same-own-numbers",
    "detail-differs-from-summary": "medical/status/detail-testep01",
    "unknown-trace-found": "medical/status/unknown-trace-id-refused",
    "fieldset-ignored": "medical/status/unknown-fieldset",
    "foreign-trace-readable": "medical/status/foreign-trace-id",
    "metadata-foreign-listed": "medical/metadata/foreign-transaction",
    "search-days-ignored": "medical/metadata/other-days",
    "criteria-combined-with-or": "medical/metadata/one-wrong",
    "criteria-forgotten-in-company": "medical/metadata/by-other-payer-name",
    "metadata-limit-unchecked": "medical/metadata/100-hits",
    "search-ignores-submitterId": "medical/metadata/by-other-submitter-id",
    "search-ignores-payerId": "medical/metadata/by-other-payer-id",
    "search-ignores-patientFirstName": "medical/metadata/by-other-patient-first-name",
    "search-ignores-patientLastName": "medical/metadata/by-other-patient-last-name",
    "search-ignores-memberId": "medical/metadata/by-other-member-id",
    "search-ignores-providerId": "medical/metadata/by-other-provider-id",
    "search-ignores-providerFirstName": "medical/metadata/by-other-provider-first-name",
    "search-ignores-providerLastName": "medical/metadata/by-other-provider-last-name",
    "search-ignores-payerName": "medical/metadata/by-other-payer-name",
    "search-ignores-claimStartDate": "medical/metadata/by-other-claim-start-date",
    "search-ignores-claimEndDate": "medical/metadata/by-other-claim-end-date",
    "search-ignores-claimNumber": "medical/metadata/by-other-claim-number",
    "wrong-status-TESTEP53": "medical/status/summary-testep53",
    "wrong-status-TESTPP17": "medical/status/detail-testpp17",
    "wrong-status-TESTPP18": "medical/metadata/hit-testpp18",
    "uploads-with-202": "medical/upload/accepted",
    "upload-status-wrong": "medical/upload/file-type-png",
    "trace-id-missing": "medical/upload/receipt",
    "trace-header-missing": "medical/upload/trace-header",
    "attachment-id-malformed": "medical/upload/trace-ids-differ",
    "upload-as-text": "medical/upload/1-unsolicited",
    "submission-errors-with-200": "medical/upload/null-subscriber",
    "submission-errors-unnamed": "medical/upload/list-provider-npi",
    "code-missing": "medical/status/summary-testep02",
    "message-missing": "medical/status/any-submission",
    "code-as-number": "medical/status/summary-testep04",
    "documents-missing": "medical/status/summary-testep05",
    "status-time-with-zone": "medical/status/time-form",
    "status-time-local": "medical/status/time-form",
    "document-name-changed": "medical/status/any-submission",
    "document-number-missing": "medical/status/summary-testep06",
    "document-verdicts-missing": "medical/status/summary-testep10",
    "document-verdicts-alike": "medical/status/detail-testep10",
    "rejection-as-number": "medical/status/detail-rejection",
    "details-without-submitterId": "medical/status/detail-submitter-id",
    "details-without-memberId": "medical/status/detail-member-id",
    "details-without-patientFirstName": "medical/status/detail-patient-first-name",
    "details-without-patientLastName": "medical/status/detail-patient-last-name",
    "details-without-payerId": "medical/status/detail-payer-id",
    "details-without-providerId": "medical/status/detail-provider-id",
    "details-without-providerFirstName": "medical/status/detail-provider-first-name",
    "details-without-providerLastName": "medical/status/detail-people",
    "details-without-claimStartDate": "medical/status/detail-claim-start",
    "details-without-claimEndDate": "medical/status/detail-claim-end",
    "details-without-payerName": "medical/status/detail-any-submission",
    "details-without-transactionSubmittedDate": "medical/status/detail-submitted-date",
    "details-without-rejectionInformation": "medical/status/detail-rejection",
    "summary-as-object": "medical/status/steady",
    "details-missing": "medical/status/detail-testep52",
    "hits-without-trace-id": "medical/metadata/own-days",
    "hits-lose-the-last": "medical/metadata/together",
    "unknown-trace-crashes": "medical/status/unknown-trace-id",
    "retrieval-down": "medical/retrieval/health/offered",
    "retrieval-first-date-unchecked": "medical/retrieval/search/missing-first-day",
    "retrieval-last-date-unchecked": "medical/retrieval/search/null-last-day",
    "retrieval-criteria-unchecked": "medical/retrieval/search/mistyped-size",
    "retrieval-test-mode-unchecked": "medical/retrieval/search/other-mode",
    "retrieval-test-mode-ignored": "medical/retrieval/search/no-mode",
    "retrieval-days-ignored": "medical/retrieval/search/times",
    "retrieval-size-ignored": "medical/retrieval/search/size",
    "retrieval-criteria-combined-with-or": "medical/retrieval/search/one-wrong",
    "retrieval-foreign-listed": "medical/retrieval/document/foreign-listed",
    "retrieval-foreign-readable": "medical/retrieval/document/foreign",
    "retrieval-loses-a-byte": "medical/retrieval/document/bytes",
    "retrieval-swaps-documents": "medical/retrieval/document/each",
    "retrieval-converts-lines": "medical/retrieval/document/bytes",
    "retrieval-as-text": "medical/retrieval/document/bytes",
    "retrieval-unknown-found": "medical/retrieval/document/unknown",
    "retrieval-ignores-attachmentControlNumber": (
        "medical/retrieval/search/by-other-attachment-control-number"
    ),
    "retrieval-ignores-patientFirstName": "medical/retrieval/search/by-other-patient-first-name",
    "retrieval-ignores-patientLastName": "medical/retrieval/search/by-other-patient-last-name",
    "retrieval-ignores-memberId": "medical/retrieval/search/by-other-member-id",
    "retrieval-ignores-providerFirstName": "medical/retrieval/search/by-other-provider-first-name",
    "retrieval-ignores-organizationName": "medical/retrieval/search/by-other-organization-name",
    "retrieval-ignores-providerId": "medical/retrieval/search/by-other-provider-id",
    "retrieval-ignores-beginClaimServiceDate": (
        "medical/retrieval/search/by-other-begin-claim-service-date"
    ),
    "retrieval-ignores-endClaimServiceDate": (
        "medical/retrieval/search/by-other-end-claim-service-date"
    ),
    "retrieval-hits-lose-the-last": "medical/retrieval/search/together",
    "retrieval-hits-repeat-the-first": "medical/retrieval/document/each",
    "retrieval-hits-as-object": "medical/retrieval/search/nobody",
    "retrieval-hits-as-text": "medical/retrieval/search/nobody",
    "retrieval-hits-without-id": "medical/retrieval/document/data",
    "retrieval-hits-without-attachmentControlNumber": "medical/retrieval/document/data",
    "retrieval-hits-without-patientFirstName": "medical/retrieval/document/data",
    "retrieval-hits-without-patientLastName": "medical/retrieval/document/data",
    "retrieval-hits-without-memberId": "medical/retrieval/document/data",
    "retrieval-hits-without-providerFirstName": "medical/retrieval/document/data",
    "retrieval-hits-without-organizationName": "medical/retrieval/document/data",
    "retrieval-hits-without-providerId": "medical/retrieval/document/data",
    "retrieval-hits-without-beginClaimServiceDate": "medical/retrieval/document/data",
    "retrieval-hits-without-endClaimServiceDate": "medical/retrieval/document/data",
    "retrieval-hits-without-patientControlNumber": "medical/retrieval/document/data",
    "retrieval-hits-without-attachmentUploadDate": "medical/retrieval/document/data",
    "retrieval-errors-without-code": "medical/retrieval/search/other-mode",
    "retrieval-errors-misnumbered": "medical/retrieval/document/unknown",
    "retrieval-crashes": "medical/retrieval/document/no-id",
}
"""Fault of the mock to one rule that sees it."""


def test_a_sound_mock_keeps_every_promise() -> None:
    target = target_of(send_to())

    found = {name: checks for name, rule in RULES.items() if (checks := broken(rule, target))}

    # The samples show an array where the vendor's document declares an object.
    assert list(found) == ["medical/status/declared-shape"]


@pytest.mark.parametrize(("fault", "case"), CAUGHT_BY.items(), ids=CAUGHT_BY)
def test_a_fault_breaks_the_rule_that_speaks_of_it(fault: str, case: str) -> None:
    found = broken(RULES[case], target_of(send_to(fault)))

    assert found
    assert all(check.exchange for check in found)


def test_every_fault_of_the_retrieval_api_is_seen_by_a_rule() -> None:
    seen = {name for name in CAUGHT_BY if name.startswith("retrieval-")}

    assert {fault.id for fault in FAULTS} - seen == {"retrieval-health-unnamed"}
