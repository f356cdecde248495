"""The scenarios that ship: enough of them, sound, and each requirement on a client seen by one."""

from collections import Counter

import pytest

from harness.judge.calls import Call, Reply
from harness.judge.evidence import ClientEnd, Evidence
from harness.judge.judgement import judged
from harness.openapi import requirements
from harness.outcome import Status
from harness.session.judge.products import judged_products

CLIENT = requirements.load(file_name=requirements.CLIENT_FILE_NAME)
CALLER_RULES = [
    "A003",
    "A045",
    "O012",
    "O023",
    "O024",
    "P007",
    "P008",
    "P012",
    "P025",
    "P026",
    "S017",
]


def test_every_product_has_scenarios_and_no_id_stands_twice() -> None:
    found = [each.id for product in judged_products() for each in product.scenarios]

    assert len(found) >= 150
    assert [name for name, count in Counter(found).items() if count > 1] == []


def test_each_requirement_on_a_client_is_verified_or_says_why_it_cannot_be() -> None:
    verified = {
        each
        for product in judged_products()
        for scenario in product.scenarios
        for each in (
            *scenario.verifies,
            *(one for expectation in scenario.expect for one in expectation.verifies),
        )
    } | {each for product in judged_products() for one in product.always for each in one.verifies}

    assert [r.id for r in CLIENT if r.id not in verified and not r.untestable] == []


@pytest.mark.parametrize("rule", CALLER_RULES)
def test_the_rules_for_the_caller_are_taken_up(rule: str) -> None:
    assert any(rule in each.also for each in CLIENT)


def test_what_a_client_rule_refers_to_exists() -> None:
    known = {each.id for each in requirements.load()}

    assert [other for each in CLIENT for other in each.also if other not in known] == []


def test_what_is_good_practice_alone_is_never_binding() -> None:
    assert [
        each.id
        for each in CLIENT
        if each.source.startswith("good practice") and each.strength.value == "SHALL"
    ] == []


SILENT_PASSES = ("token/right-form", "token/refused", "token/endpoint-busy", "redirect/token")
"""What a client does right that fetches a token and then nothing: all of it is about tokens."""
FETCHED = Call(
    number=1,
    started="2026-01-01T00:00:00Z",
    at=0.0,
    ended=0.0,
    method="POST",
    path="/token",
    query="",
    headers=(("content-type", "application/json"),),
    operation="issueToken",
    label="POST /token",
    reply=Reply(200, (), b'{"access_token": "of-this-session"}'),
)


@pytest.mark.parametrize("calls", [(), (FETCHED,)], ids=["nothing", "a-token-alone"])
def test_a_silent_client_passes_no_scenario_that_is_about_more_than_tokens(
    calls: tuple[Call, ...],
) -> None:
    passed = [
        scenario.id
        for product in judged_products()
        for scenario in product.scenarios
        if judged(Evidence(scenario, calls, end=ClientEnd(exit_code=0)), product.always).status
        is Status.PASS
    ]

    assert [each for each in passed if each.partition("/")[2] not in SILENT_PASSES] == []
    assert bool(passed) is bool(calls)
