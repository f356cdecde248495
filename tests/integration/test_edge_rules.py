"""Each fault at the edges is seen by the rule that speaks of it, and by none without the fault."""

from dataclasses import replace

import pytest

from harness.config import ENVIRONMENTS, Credentials
from harness.outcome import Status
from harness.products.medical.rules import status as medical_passing_time
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from tests.integration.medical_bench import BASE_URL, broken, send_to, target_of
from tests.products import FAULTS, documents, rules
from tests.unit.products.dental.rules.bench import dental_bench

APIS = {api.name: api for api in documents(["dental", "medical", "prior-auth"])}
RULES: dict[str, AnyRule] = {
    rule.id: rule for rule in rules(ENVIRONMENTS["mock"], Credentials("id", "secret"), APIS)
}
CAUGHT_BY = {
    "tracking-number-missing": "medical/status/summary-testpp17",
    "tracking-date-missing": "medical/metadata/hit-testpp18",
    "dynamic-message-blank": "medical/status/detail-testep53",
    "submission-errors-undescribed": "medical/upload/missing-trading-partner-service-id",
    "search-criteria-unchecked": "medical/metadata/null-last-day",
    "search-days-swapped": "medical/metadata/inverted-days",
    "last-day-excluded": "medical/metadata/one-day",
    "trace-id-as-criterion": "medical/metadata/trace-id-as-criterion",
    "tenant-crashes": "prior-auth/inquiry/tenant-malformed",
    "correlation-crashes": "prior-auth/submission-x12/correlation-id-malformed",
    "extra-member-crashes": "prior-auth/inquiry-x12/extra-member",
    "scheme-case-sensitive": "medical/upload-health/scheme-in-lower-case",
}
A_DAY_LATER = {
    "status-forgotten": "medical/status/all-payers/after-a-day",
    "fax-attempts-untold": "medical/status/fax-attempts/after-a-day",
}


def target(*faults: str) -> Target:
    environment = replace(ENVIRONMENTS["mock"], base_url=BASE_URL)
    return replace(target_of(send_to(*faults)), apis=APIS, environment=environment)


def test_every_fault_that_has_a_rule_here_exists() -> None:
    assert set(CAUGHT_BY) | set(A_DAY_LATER) <= {fault.id for fault in FAULTS}


def test_a_sound_mock_keeps_every_promise() -> None:
    sound = target()

    assert [name for name in CAUGHT_BY.values() if broken(RULES[name], sound)] == []


@pytest.mark.parametrize(("fault", "case"), CAUGHT_BY.items(), ids=CAUGHT_BY)
def test_a_fault_breaks_the_rule_that_speaks_of_it(fault: str, case: str) -> None:
    assert broken(RULES[case], target(fault))


def after_a_day(*faults: str) -> set[str]:
    """Return the rules on passing time that do not hold where the clock can be moved."""
    with dental_bench(*faults) as bench:
        return {
            rule.id
            for rule in medical_passing_time.passing_time_rules()
            if bench.status(rule) is Status.FAIL
        }


def test_a_day_changes_no_status_of_a_sound_mock() -> None:
    assert after_a_day() == set()


@pytest.mark.parametrize(("fault", "case"), A_DAY_LATER.items(), ids=A_DAY_LATER)
def test_what_a_day_changes_is_seen(fault: str, case: str) -> None:
    assert case in after_a_day(fault)
