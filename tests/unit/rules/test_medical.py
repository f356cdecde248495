"""No rule holds for an API that breaks what the rule is about."""

import re

from harness.config import Capabilities
from harness.openapi.requirements import load
from harness.products.medical.rules import status as medical_passing_time
from harness.products.medical.rules.baseline import REFUSES, WRITES
from harness.products.medical.rules.catalogue import medical_rules
from harness.products.medical.rules.requests import status_of
from harness.rules.rule import AnyRule
from tests.unit.products.medical.rules.fakes import (
    accepting,
    crashing,
    hanging_up,
    holds,
    refusing,
    target_of,
)

RULES = medical_rules()
NEGATIVE = [rule for rule in RULES if rule.needs == REFUSES]
POSITIVE = [rule for rule in RULES if rule.needs == WRITES]


def holding(rules: list[AnyRule], answer: str) -> list[str]:
    answers = {"accepting": accepting, "refusing": refusing, "crashing": crashing}
    target = target_of(answers[answer])
    return [rule.id for rule in rules if holds(rule, target)]


def test_an_api_that_accepts_everything_keeps_no_promise_to_refuse() -> None:
    # What becomes of nine letters is open: both ways hold.
    assert holding(NEGATIVE, "accepting") == ["medical/upload/control-number-of-letters"]


def test_an_api_that_remembers_nothing_keeps_no_promise_on_status_and_search() -> None:
    later = [rule for rule in RULES if rule.group != "upload"]

    # Of a trace id, a member and days that nobody has, there is indeed nothing to tell.
    assert holding(later, "accepting") == [
        "medical/status/unknown-trace-id",
        "medical/metadata/inverted-days",
        "medical/metadata/nobody",
        "medical/retrieval/search/nobody",
        "medical/retrieval/health/offered",
    ]


def test_an_api_that_refuses_everything_keeps_no_promise_to_accept() -> None:
    assert holding(POSITIVE, "refusing") == []


def test_an_api_that_crashes_keeps_no_promise() -> None:
    assert holding(list(RULES), "crashing") == []


def test_an_api_that_does_not_answer_keeps_no_promise() -> None:
    target = target_of(hanging_up)

    assert [rule.id for rule in RULES if holds(rule, target)] == []


def test_ids_are_unique_and_name_the_endpoint() -> None:
    ids = [rule.id for rule in RULES]

    assert len(ids) == len(set(ids))
    assert {rule.group for rule in RULES} == {"upload", "status", "metadata", "retrieval"}
    assert all(
        re.fullmatch(r"medical/[a-z]+(/[a-z]+)?/[a-z0-9]+(-[a-z0-9]+)*", each) for each in ids
    )


def test_rules_cite_requirements_that_exist() -> None:
    known = {requirement.id for requirement in load()}

    assert {each for rule in RULES for each in rule.requirements} <= known


def test_every_testable_requirement_has_a_rule() -> None:
    listed = (*RULES, *medical_passing_time.passing_time_rules())
    cited = {each for rule in listed for each in rule.requirements}
    testable = {each.id for each in load() if each.group == "medical" and not each.untestable}

    assert testable - cited == set()


def test_rules_on_strangers_take_the_credentials_of_one() -> None:
    assert {rule.id for rule in RULES if rule.role == "foreign"} == {
        "medical/status/foreign-trace-id",
        "medical/metadata/foreign-transaction",
        "medical/retrieval/document/foreign",
        "medical/retrieval/document/foreign-listed",
    }


def test_needs_are_capabilities() -> None:
    known = set(Capabilities.__dataclass_fields__)

    assert {need for rule in RULES for need in rule.needs} <= known


def test_the_trace_id_stands_in_the_url_and_not_in_the_operation() -> None:
    answered = status_of(target_of(accepting), "a/b c", "?fieldset=summary")

    request = answered.exchange.request
    assert request.url.endswith("/status/v1/a%2Fb%20c?fieldset=summary")
    assert request.operation.endswith("/{traceId}")
