"""No prior authorization rule holds for an API that breaks what the rule is about."""

import json
import re
from dataclasses import replace

from harness.config import ENVIRONMENTS
from harness.exchange import Exchange, Request, Response, header
from harness.jsonvalue import Json
from harness.openapi.requirements import load
from harness.outcome import Status
from harness.products.prior_auth.rules.catalogue import prior_auth_rules
from harness.products.prior_auth.rules.checks import (
    canned_members,
    inquiry_keys,
    member,
    submission_key,
    submission_keys,
)
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.products import documents

MOCK = ENVIRONMENTS["mock"]
RULES = prior_auth_rules(MOCK)
EFFORT = Effort(examples=2, seed=1, shrink=False)
RECORDED = re.compile(r"/(tenant-|correlation-id-malformed|number-for-|extra-member)")
"""Rules that only record an effect, whichever it is."""


def answering(status: int, body: Json) -> Target:
    content = json.dumps(body).encode()
    trace = ("x-amzn-trace-id", "Root=1-00000000-000000000000000000000001")
    return target_of(Response(status, (("content-type", "application/json"), trace), content))


def target_of(response: Response | None) -> Target:
    return Target(
        environment=MOCK,
        apis={api.name: api for api in documents(["prior-auth"])},
        send=lambda request: Exchange(1, request, response, "" if response else "cut"),
        bearer=lambda _: "token",
        is_alive=lambda: True,
    )


def holding(target: Target) -> list[str]:
    return [rule.id for rule in RULES if holds(rule, target)]


def holds(rule: AnyRule, target: Target) -> bool:
    checks = try_rule(rule, target, EFFORT)
    return bool(checks) and all(check.status is Status.PASS for check in checks)


def test_an_api_that_refuses_everything_keeps_no_promise_to_decide() -> None:
    kept = set(holding(answering(400, ["No."])))

    decides = {rule.id for rule in RULES if rule.requirements[0].startswith(("S00", "S01"))}
    assert not {each for each in kept & decides if "unknown-member" not in each}
    assert "prior-auth/inquiry/sender-id-missing" in kept


def test_an_api_that_says_yes_without_a_word_keeps_no_promise_to_refuse() -> None:
    refusing = {rule.id for rule in RULES if "validates_requests" in rule.needs}

    assert not refusing & set(holding(answering(200, {})))


def test_an_api_that_crashes_keeps_no_promise() -> None:
    crashed = Response(500, (("content-type", "text/html"),), b"<h1>Oops</h1>")

    assert holding(target_of(crashed)) == []


def test_an_api_that_does_not_answer_keeps_no_promise() -> None:
    assert holding(target_of(None)) == []


def test_ids_are_unique_and_name_the_endpoint() -> None:
    ids = [rule.id for rule in RULES]

    assert len(ids) == len(set(ids))
    assert {rule.group for rule in RULES} == {
        "health",
        "inquiry", "inquiry-x12", "submission", "submission-x12",
    }  # fmt: skip
    assert {"prior-auth/inquiry/TST1", "prior-auth/submission/278_217_01_A1"} <= set(ids)


def test_rules_cite_requirements_that_exist() -> None:
    known = {requirement.id for requirement in load()}

    assert {each for rule in RULES for each in rule.requirements} <= known
    assert all(rule.requirements for rule in RULES)


def test_what_writes_or_invents_says_so() -> None:
    writing = [rule for rule in RULES if rule.group.startswith("submission")]
    silent = [rule.id for rule in writing if "writes_allowed" not in rule.needs]
    drawn = [rule for rule in RULES if rule.draws]

    assert all("/method-" in each for each in silent)
    assert all("takes_invented_values" in rule.needs for rule in drawn)


def test_production_is_asked_about_the_test_members_and_nothing_else() -> None:
    rules = prior_auth_rules(ENVIRONMENTS["production"])

    assert len(rules) == 22
    assert all("/TST" in rule.id and "S016" in rule.requirements for rule in rules)


def test_the_table_is_that_of_the_documents() -> None:
    assert [each.id for each in canned_members()] == [f"TST{n}" for n in range(1, 12)]
    assert [each.is_published for each in canned_members()] == [True] * 4 + [False] * 7
    assert member("TST3").actions == ("A3",)
    assert submission_key("278_217_05_A5").actions == ("A6", "A5")
    assert [each.rejects for each in inquiry_keys()] == [(), (), ("AA",), ("42", "80")]
    assert len(submission_keys()) == 7


def test_an_effect_that_is_only_recorded_decides_nothing() -> None:
    recording = [rule for rule in RULES if RECORDED.search(rule.id)]

    assert recording
    assert {rule.strength for rule in recording} == {"OBSERVE"}


def test_a_call_names_the_tenant_of_the_run_and_a_rule_on_its_absence_does_not() -> None:
    sent: list[Request] = []

    def send(request: Request) -> Exchange:
        sent.append(request)
        return Exchange(1, request, Response(400, (), b"[]"))

    environment = replace(MOCK, tenant_id="00000000-0000-4000-8000-000000000001")
    target = replace(target_of(None), environment=environment, send=send)
    by_id = {rule.id: rule for rule in RULES}

    for name in ("TST1", "tenant-absent", "tenant-blank"):
        try_rule(by_id[f"prior-auth/inquiry/{name}"], target, EFFORT)

    tenants = [header(each.headers, "x-optum-tenant-id") for each in sent]
    assert tenants == ["00000000-0000-4000-8000-000000000001", None, ""]
