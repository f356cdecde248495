"""The model knows what a search has to give; sequences are judged by it and told in few steps."""

from dataclasses import replace

import pytest

from harness.errors import NoToken
from harness.exchange import Exchange, Request, Response
from harness.files.samples import sample_upload
from harness.openapi.bundled import bundled_document
from harness.outcome import Check, Status, worst
from harness.products.dental.rules.model import (
    DENIED,
    NOT_FOUND,
    NOT_TOGETHER,
    Expected,
    Model,
    TokenLifetimes,
)
from harness.products.dental.rules.requests import Created
from harness.products.dental.rules.sequences import model_rules, run_sequences
from harness.rules.target import Answered
from harness.rules.trial import Effort
from tests.unit.products.dental.rules.bench import dental_bench

API = bundled_document("dental")
PDF, TXT = sample_upload("pdf"), sample_upload("txt")
EFFORT = Effort(examples=15, seed=1)


def stored_as(number: str, *ids: str) -> Created:
    exchange = Exchange(1, Request("POST", "http://x/"), Response(201))
    answered = Answered(exchange, Response(201), API.operations[0], API)
    return Created(answered, number, ids)


def model_with_two_calls() -> Model:
    model = Model()
    model.store(stored_as("CHC#a", "CHC#1", "CHC#2"), (PDF, TXT))
    model.store(stored_as("CHC#b", "CHC#3"), (PDF,))
    return model


def test_an_id_leads_to_its_file() -> None:
    found = model_with_two_calls().search(["CHC#2"], is_owner=True)

    assert found == Expected({"CHC#2": TXT})


def test_a_control_number_leads_to_every_file_of_its_call() -> None:
    found = model_with_two_calls().search(["a"], is_owner=True)

    assert found == Expected({"CHC#1": PDF, "CHC#2": TXT})


def test_ids_of_two_calls_are_refused() -> None:
    assert model_with_two_calls().search(["1", "3"], is_owner=True).keys == (NOT_TOGETHER,)


def test_an_unknown_id_is_not_found_even_beside_a_known_one() -> None:
    assert model_with_two_calls().search(["1", "9"], is_owner=True).keys == (NOT_FOUND,)


def test_a_stranger_is_denied_or_told_that_there_is_nothing() -> None:
    assert model_with_two_calls().search(["1"], is_owner=False).keys == (NOT_FOUND, DENIED)


def test_a_token_ends_with_its_last_second() -> None:
    lifetimes = TokenLifetimes()
    lifetimes.add("token", 10.0)

    lifetimes.now = 9.5
    before = lifetimes.has_ended("token"), lifetimes.is_ending("token")
    lifetimes.now = 10.0

    assert before == (False, True)
    assert (lifetimes.has_ended("token"), lifetimes.is_ending("token")) == (True, False)


def test_only_tokens_that_have_not_ended_are_good() -> None:
    lifetimes = TokenLifetimes()
    lifetimes.add("early", 10.0)
    lifetimes.add("late", 20.0)

    lifetimes.now = 10.0

    assert lifetimes.good == 1


def run(*faults: str) -> tuple[Check, ...]:
    with dental_bench(*faults) as bench:
        return run_sequences(bench.target, bench.credentials, bench.settings.roles, EFFORT)


def told(checks: tuple[Check, ...]) -> str:
    return next(each.actual for each in checks if each.status is Status.FAIL)


def test_sequences_go_as_the_model_says_on_the_clean_mock() -> None:
    assert worst(each.status for each in run()) is Status.PASS


def test_a_foreign_search_that_succeeds_is_told_in_three_steps() -> None:
    checks = run("foreign-attachment-readable")

    assert told(checks) == "200 after: new token; upload 1; search 1.1 as foreign"


def test_a_token_that_outlives_its_end_is_told_with_the_wait() -> None:
    checks = run("expired-token-accepted")

    assert "after: new token; wait" in told(checks)


def test_the_same_seed_finds_the_same_sequence() -> None:
    assert told(run("control-number-reused")) == told(run("control-number-reused"))


def test_the_rule_on_sequences_has_a_stable_id() -> None:
    with dental_bench() as bench:
        listed = model_rules(bench.credentials, (), EFFORT)

    assert [rule.id for rule in listed] == ["dental/model/sequences"]


def test_a_role_without_a_token_is_no_failure_of_the_api() -> None:
    def refuse(_: str) -> str:
        raise NoToken("no token", advice="Check the role.")

    with dental_bench() as bench:
        target = replace(bench.target, others={"foreign": refuse})
        with pytest.raises(NoToken):
            run_sequences(target, bench.credentials, ("foreign",), EFFORT)
