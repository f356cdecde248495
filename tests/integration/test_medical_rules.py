"""Each medical rule holds for the mock as it is, and each family is broken by a fault of the mock."""

import pytest

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
}
"""Fault of the mock to one rule that sees it."""


def test_a_sound_mock_keeps_every_promise() -> None:
    target = target_of(send_to())

    found = {name: checks for name, rule in RULES.items() if (checks := broken(rule, target))}

    assert found == {}


@pytest.mark.parametrize(("fault", "case"), CAUGHT_BY.items(), ids=CAUGHT_BY)
def test_a_fault_breaks_the_rule_that_speaks_of_it(fault: str, case: str) -> None:
    found = broken(RULES[case], target_of(send_to(fault)))

    assert found
    assert all(check.exchange for check in found)
