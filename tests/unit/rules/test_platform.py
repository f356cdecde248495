"""Rules that hold for all APIs: where they are filed, and what breaks them."""

import pytest

from harness.config import ENVIRONMENTS, Credentials, Environment
from harness.exchange import Exchange, Headers, Request, Response
from harness.openapi.requirements import load
from harness.outcome import Status
from harness.products.platform.rules import authorization as platform_bearer
from harness.products.platform.rules import token_use as platform_tokens
from harness.products.platform.rules import transport as platform_transport
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.products import PRODUCTS, documents

CREDENTIALS = Credentials("id", "a-made-up-secret")
RULES = (
    *platform_bearer.bearer_rules(PRODUCTS),
    *platform_tokens.rules(PRODUCTS, ENVIRONMENTS["mock"], CREDENTIALS),
    *platform_transport.rules(PRODUCTS),
)
PLAIN = next(rule for rule in RULES if rule.id == "platform/transport/plain-http")
EFFORT = Effort(examples=1, seed=1)


def target_of(response: Response | None, sent: list[Request] | None = None) -> Target:
    def send(request: Request) -> Exchange:
        if sent is not None:
            sent.append(request)
        return Exchange(1, request, response, "" if response else "no connection")

    return Target(
        environment=Environment("sandbox", "https://api.example", allowed_hosts=("api.example",)),
        apis={api.name: api for api in documents(("dental", "medical", "prior-auth"))},
        send=send,
        bearer=lambda _: "a-good-token",
        is_alive=lambda: True,
    )


def statuses(rule: AnyRule, target: Target) -> set[Status]:
    return {check.status for check in try_rule(rule, target, EFFORT)}


def test_ids_are_unique_and_requirements_exist() -> None:
    ids, known = [rule.id for rule in RULES], {each.id for each in load()}

    assert len(ids) == len(set(ids))
    assert {each for rule in RULES for each in rule.requirements} <= known


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        pytest.param(200, (), Status.FAIL, id="served"),
        pytest.param(401, (), Status.FAIL, id="wants-a-token-in-the-clear"),
        pytest.param(302, (("location", "http://api.example/"),), Status.FAIL, id="stays-plain"),
        pytest.param(308, (("location", "https://api.example/"),), Status.PASS, id="redirected"),
        pytest.param(400, (), Status.PASS, id="plain-http-at-a-tls-port"),
        pytest.param(403, (), Status.PASS, id="forbidden"),
    ],
)
def test_plain_http_may_be_refused_or_led_to_https(
    status: int, headers: Headers, expected: Status
) -> None:
    assert statuses(PLAIN, target_of(Response(status, headers, b""))) == {expected}


def test_plain_http_may_go_unanswered_and_carries_no_token() -> None:
    sent: list[Request] = []

    assert statuses(PLAIN, target_of(None, sent)) == {Status.PASS}
    assert {each.url.partition(":")[0] for each in sent} == {"http"}
    assert [each.headers for each in sent] == [()] * 4


def test_transport_is_judged_only_where_the_url_is_encrypted_and_no_proxy_stands_between() -> None:
    mock = Environment("mock", "http://127.0.0.1:1")
    sandbox = ENVIRONMENTS["sandbox"]
    proxied = Environment("sandbox", "https://api.example", proxy="http://proxy.example")

    rules = platform_transport.rules(PRODUCTS)

    assert [all(map(mock.can, rule.needs)) for rule in rules] == [False] * 5
    assert [all(map(sandbox.can, rule.needs)) for rule in rules] == [True] * 5
    assert [all(map(proxied.can, rule.needs)) for rule in rules] == [True] + [False] * 4


def test_a_token_in_another_place_that_opens_the_door_is_seen() -> None:
    opened = target_of(Response(200, (("content-type", "application/json"),), b"{}"))
    elsewhere = [rule for rule in RULES if "/token-in-" in rule.id]

    assert len(elsewhere) == 29
    assert {status for rule in elsewhere for status in statuses(rule, opened)} == {Status.FAIL}
    assert {rule.strength for rule in elsewhere} == {"OBSERVE"}


def test_an_api_that_gives_no_token_keeps_no_promise_on_tokens() -> None:
    silent = target_of(Response(503, (), b""))
    rules = platform_tokens.rules(PRODUCTS, ENVIRONMENTS["production"], CREDENTIALS)

    assert [rule.id for rule in rules if statuses(rule, silent) == {Status.PASS}] == []
    assert rules[-1].id == "medical/token/production-lifetime"
    assert rules[-1].requirements == ("O007",)
