"""A rule as a case: what it needs, when it runs alone, and a token that ends in the middle of it."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from harness.client.tokens import Tokens
from harness.config import ENVIRONMENTS, Credentials
from harness.outcome import Status
from harness.plugin.rules import run_rule
from harness.rules.checks import status
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target
from harness.rules.trial import Effort
from tests.products import PRODUCTS, documents, rules
from tests.unit.plugin.workflow_bench import bench_for

EFFORT = Effort(examples=1, seed=1)
ENDED = {"www-authenticate": 'Bearer error="invalid_token"'}


def health(target: Target, _: object) -> Checks:
    operation = target.operation("dental", "checkDentalHealth")
    yield status(target.call(operation, headers=target.authorization("dental")), 200)


def rule(case: str = "dental/health/some", *needs: str) -> Rule[object]:
    return Rule(case, "it is well", ("D015",), health, needs=needs)


class Service:
    """An API that forgets its first token after so many calls."""

    def __init__(self, calls: int) -> None:
        self.left = calls
        self.given = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            self.given += 1
            return httpx.Response(200, json={"access_token": f"token-{self.given}"})
        if request.headers["authorization"] == "Bearer token-1":
            self.left -= 1
            return httpx.Response(401, headers=ENDED) if self.left < 0 else httpx.Response(200)
        return httpx.Response(200)


def test_a_token_that_ends_in_the_middle_of_a_run_is_renewed_once(tmp_path: Path) -> None:
    service = Service(calls=2)
    bench = bench_for(tmp_path, service)
    environment = replace(bench.settings.environment, base_url="http://127.0.0.1:1")
    settings = replace(bench.settings, environment=environment)
    tokens = Tokens(
        settings,
        bench.credentials,
        send=bench.client.bound("run/token"),
        monotonic=lambda: 0.0,
        learn=lambda _: None,
    )
    apis = {api.name: api for api in documents(["dental"])}
    bench = replace(bench, apis=apis, tokens=tokens, settings=settings)

    outcomes = [run_rule(bench, rule(), EFFORT).status for _ in range(4)]

    assert outcomes == [Status.PASS] * 4
    assert service.given == 2


def test_what_the_target_cannot_do_is_omitted_with_the_reason(tmp_path: Path) -> None:
    bench = bench_for(tmp_path, Service(calls=0))

    outcome = run_rule(bench, rule("dental/health/some", "fault_injection"), EFFORT)

    assert outcome.status is Status.OMIT
    assert outcome.message == "the target has no capability 'fault_injection'"


def test_rules_that_move_the_clock_or_watch_tokens_say_that_they_run_alone() -> None:
    apis = {each.name: each for each in documents(PRODUCTS.names)}
    made = rules(ENVIRONMENTS["mock"], Credentials("i", "s"), apis, can_advance_time=True)
    named = {
        each.id: each.alone
        for each in made
        if each.group == "token" or each.id.endswith(("/expired-token", "/after-a-day"))
    }

    assert len(named) > 70
    assert all(named.values())
    assert not any(each.alone for each in made if each.id not in named)


def test_a_rule_that_needs_what_is_no_capability_is_refused_when_it_is_made() -> None:
    with pytest.raises(LookupError, match="needs 'fault_injektion', which is no capability"):
        rule("dental/health/some", "fault_injektion")


def test_what_takes_the_credentials_of_another_is_omitted_without_them(tmp_path: Path) -> None:
    bench = bench_for(tmp_path, Service(calls=0))
    of_a_stranger = replace(rule(), role="foreign")

    outcome = run_rule(replace(bench, roles={}), of_a_stranger, EFFORT)

    assert outcome.status is Status.OMIT
    assert outcome.message == (
        "there are no credentials of role 'foreign' (HARNESS_FOREIGN_CLIENT_ID)"
    )
