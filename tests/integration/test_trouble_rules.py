"""Failures that no request provokes: the mock shows them when asked, and a rule sees each told wrongly."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.config import ENVIRONMENTS, Credentials, Overrides
from harness.mock.fault import Fault
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.session.prove.trial import trial
from tests.integration.medical_bench import BASE_URL, broken, send_to, target_of
from tests.integration.mock_api import DENTAL_HEALTH, PNG_FILE, MockApi
from tests.products import FAULTS, documents, load, rules

APIS = {api.name: api for api in documents(["dental", "medical", "prior-auth"])}
RULES: dict[str, AnyRule] = {
    rule.id: rule
    for rule in rules(ENVIRONMENTS["mock"], Credentials("id", "secret"), APIS)
    if "fault_injection" in rule.needs
}
TROUBLED = [
    each
    for each in FAULTS
    if each.point.startswith(
        ("dental.trouble", "dental.health.trouble", "medical.unable", "prior-auth.down")
    )
]
TROUBLE = {"X-Mock-Trouble": "DENTATT_001"}


def target(*faults: str) -> Target:
    environment = replace(ENVIRONMENTS["mock"], base_url=BASE_URL)
    return replace(target_of(send_to(*faults)), apis=APIS, environment=environment)


def test_a_sound_mock_tells_every_failure_as_promised() -> None:
    sound = target()

    assert len(RULES) == 36
    assert {name: found for name, rule in RULES.items() if (found := broken(rule, sound))} == {}


@pytest.mark.parametrize("fault", TROUBLED, ids=lambda fault: fault.id)
def test_a_rule_that_names_the_requirement_sees_the_fault(fault: Fault) -> None:
    concerned = [rule for rule in RULES.values() if fault.breaks in rule.requirements]
    bad = target(fault.id)

    assert concerned
    assert any(broken(rule, bad) for rule in concerned)


def test_a_trouble_comes_after_the_rules_on_what_is_sent() -> None:
    api = MockApi()

    refused = api.send("POST", f"{DENTAL_HEALTH}", headers=TROUBLE)
    anonymous = api.send("GET", DENTAL_HEALTH, token="", headers=TROUBLE)

    assert refused.status_code == 405
    assert anonymous.status_code == 401


def test_a_trouble_lasts_for_one_call() -> None:
    api = MockApi()

    failed = api.send("GET", DENTAL_HEALTH, headers=TROUBLE)

    assert failed.status_code == 500
    assert failed.json()["properties"]["errors"][0]["code"] == "DENTATT_001"
    assert api.send("GET", DENTAL_HEALTH).status_code == 200
    assert api.create(PNG_FILE).status_code == 201


@pytest.mark.parametrize(
    "path",
    [
        DENTAL_HEALTH,
        "/rcm/prior-authorization/v1/healthcheck",
    ],
)
def test_a_trouble_that_there_is_not_is_refused(path: str) -> None:
    answer = MockApi().send("GET", path, headers={"X-Mock-Trouble": "DENTATT_004"})

    assert answer.status_code == 400


def test_a_run_that_starts_its_mock_may_have_it_fail() -> None:
    settings = load(Overrides(), folder=Path("/"), environ={})

    with trial(settings) as tried:
        assert tried.bench.settings.environment.can("fault_injection")


def test_nothing_is_asked_to_fail_of_a_target_that_cannot() -> None:
    assert [name for name, rule in RULES.items() if ENVIRONMENTS["mock"].missing(rule.needs)] == [
        *RULES
    ]
