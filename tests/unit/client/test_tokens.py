import json
from threading import Thread

import httpx
import pytest

from harness.client.tokens import Tokens
from harness.config import Credentials
from harness.errors import NoToken
from harness.exchange import Exchange
from tests.fakes import ENVIRONMENT, FakeClock, client_of
from tests.products import settings_at

GRANTED = {"access_token": "token-one", "token_type": "bearer", "expires_in": 3600}


class Endpoint:
    """A token endpoint that counts its calls and gives a new token each time."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.requests: list[httpx.Request] = []
        self.answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.answers:
            return self.answers.pop(0)
        return httpx.Response(200, json=GRANTED | {"access_token": f"token-{len(self.requests)}"})


def tokens_of(endpoint: Endpoint, clock: FakeClock, learnt: list[str] | None = None) -> Tokens:
    recorded: list[Exchange] = []
    return Tokens(
        settings_at(ENVIRONMENT),
        Credentials("the-id", "the-secret"),
        send=client_of(endpoint, clock, recorded).bound("run/token"),
        monotonic=clock.time().monotonic,
        learn=(learnt if learnt is not None else []).append,
    )


def test_one_token_serves_many_calls_and_both_apis_of_its_endpoint() -> None:
    endpoint = Endpoint()
    tokens = tokens_of(endpoint, FakeClock())

    given = [tokens.bearer(api) for api in ("medical", "medical", "prior-auth")]

    assert given == ["token-1"] * 3
    assert len(endpoint.requests) == 1


def test_each_endpoint_is_asked_in_its_own_format() -> None:
    endpoint = Endpoint()
    tokens = tokens_of(endpoint, FakeClock())

    tokens.bearer("dental")
    tokens.bearer("medical")

    form, json_request = endpoint.requests
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert b"client_secret=the-secret" in form.content
    assert json.loads(json_request.content)["grant_type"] == "client_credentials"


@pytest.mark.parametrize(
    ("age", "calls"),
    [
        pytest.param(3539.0, 1, id="just-before"),
        pytest.param(3540.0, 2, id="a-minute-before-expiry"),
    ],
)
def test_a_token_is_renewed_a_minute_before_it_expires(age: float, calls: int) -> None:
    endpoint, clock = Endpoint(), FakeClock()
    tokens = tokens_of(endpoint, clock)

    tokens.bearer("dental")
    clock.seconds = age
    tokens.bearer("dental")

    assert len(endpoint.requests) == calls


def test_a_token_that_is_refused_early_is_replaced_once_in_a_run() -> None:
    endpoint = Endpoint()
    tokens = tokens_of(endpoint, FakeClock())
    first = tokens.bearer("dental")

    second = tokens.instead_of(first)

    assert (first, second) == ("token-1", "token-2")
    assert tokens.bearer("dental") == tokens.instead_of(first) == "token-2"
    assert tokens.instead_of("token-2") is None
    assert len(endpoint.requests) == 2


def test_a_token_that_is_not_ours_is_not_replaced() -> None:
    endpoint = Endpoint()
    tokens = tokens_of(endpoint, FakeClock())
    tokens.bearer("dental")

    assert tokens.instead_of("another's") is None
    assert tokens.instead_of("") is None
    assert len(endpoint.requests) == 1


def test_many_threads_ask_once() -> None:
    endpoint = Endpoint()
    tokens = tokens_of(endpoint, FakeClock())
    threads = [Thread(target=tokens.bearer, args=("dental",)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(endpoint.requests) == 1


def test_secret_and_token_are_learnt_for_masking() -> None:
    learnt: list[str] = []
    tokens_of(Endpoint(), FakeClock(), learnt).bearer("dental")

    assert learnt == ["the-secret", "token-1"]


CREDENTIALS = "Check HARNESS_CLIENT_ID and HARNESS_CLIENT_SECRET"


@pytest.mark.parametrize(
    ("answer", "words", "advice"),
    [
        pytest.param(
            httpx.Response(401, json={"error": "invalid_client"}),
            "status 401, invalid_client",
            CREDENTIALS,
            id="v2",
        ),
        pytest.param(
            httpx.Response(401, json={"failureReason": "InvalidClient"}),
            "401, InvalidClient",
            CREDENTIALS,
            id="sntl",
        ),
        pytest.param(
            httpx.Response(400, json={"error": "invalid_client"}), "400", CREDENTIALS, id="400"
        ),
        pytest.param(httpx.Response(403), "status 403", CREDENTIALS, id="forbidden"),
        pytest.param(
            httpx.Response(400, json={"error": "invalid_request"}),
            "status 400, invalid_request",
            "does not take application/x-www-form-urlencoded as its document",
            id="bad-request",
        ),
        pytest.param(httpx.Response(404), "status 404", "No token endpoint is there", id="404"),
        pytest.param(
            httpx.Response(415),
            "status 415",
            "does not take application/x-www-form-urlencoded",
            id="415",
        ),
        pytest.param(httpx.Response(429), "status 429", "wait", id="429"),
        pytest.param(httpx.Response(500), "status 500", "The endpoint itself fails", id="500"),
        pytest.param(
            httpx.Response(302, headers={"location": "https://login.example/"}),
            "status 302",
            "redirects to https://login.example/",
            id="302",
        ),
        pytest.param(
            httpx.Response(200, text="<html>"), "status 200", "The answer is no JSON", id="html"
        ),
        pytest.param(httpx.Response(200, json=[1]), "status 200", "is no JSON object", id="list"),
        pytest.param(
            httpx.Response(200, json={"token_type": "bearer"}),
            "status 200",
            "The answer has no access_token",
            id="without-a-token",
        ),
    ],
)
def test_advice_follows_from_what_the_endpoint_answered(
    answer: httpx.Response, words: str, advice: str
) -> None:
    with pytest.raises(NoToken, match=words) as caught:
        tokens_of(Endpoint(answer), FakeClock()).bearer("dental")

    assert advice in str(caught.value)
    assert (CREDENTIALS in str(caught.value)) is (advice == CREDENTIALS)
    assert caught.value.rejects_credentials is (advice == CREDENTIALS)


def test_an_endpoint_that_keeps_failing_is_left_alone_for_a_minute() -> None:
    endpoint, clock = Endpoint(*[httpx.Response(500)] * 3), FakeClock()
    tokens = tokens_of(endpoint, clock)

    for _ in range(20):
        with pytest.raises(NoToken, match="status 500"):
            tokens.bearer("dental")

    assert len(endpoint.requests) == 3
    assert tokens.bearer("medical") == "token-4"
    assert tokens.problem("dental") is not None
    clock.seconds = 61.0
    assert tokens.bearer("dental") == "token-5"
    assert tokens.problem("dental") is None


def test_an_unreachable_endpoint_is_told_as_such() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    tokens = Tokens(
        settings_at(ENVIRONMENT),
        Credentials("i", "s"),
        send=client_of(refuse, FakeClock(), []).bound("c"),
        monotonic=lambda: 0.0,
        learn=lambda _: None,
    )

    with pytest.raises(NoToken, match="did not answer: no connection"):
        tokens.bearer("dental")
