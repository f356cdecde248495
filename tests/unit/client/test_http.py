from dataclasses import replace

import httpx
import pytest

from harness.config import ENVIRONMENTS, Environment
from harness.errors import ConfigurationError, ForbiddenTarget
from harness.exchange import Exchange, Request
from tests.fakes import ENVIRONMENT, FakeClock, client_of, socket_client

GET = Request("GET", "http://127.0.0.1:1/x", (("A", "ä"),))


def test_an_exchange_is_returned_whole_and_recorded_under_its_case() -> None:
    recorded: list[Exchange] = []
    client = client_of(lambda _: httpx.Response(201, content=b"ok"), FakeClock(), recorded)

    exchange = client.bound("dental/a")(GET)

    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (201, b"ok")
    assert [(each.id, each.case, each.started) for each in recorded] == [
        (1, "dental/a", "2026-11-22T10:00:00.000000Z")
    ]


def test_a_host_that_is_not_allowed_is_never_called() -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    client = client_of(fail, FakeClock(), [])

    with pytest.raises(ForbiddenTarget, match=r"'evil\.example' is not a host"):
        client.bound("c")(Request("GET", "http://evil.example/x"))


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("host", ["apigw-optum.com", "sandbox-apigw-optum.com", "optum.com"])
def test_a_misprinted_host_of_the_vendor_is_never_called(
    environment: Environment, host: str
) -> None:
    called: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        called.append(request)
        return httpx.Response(200)

    client = client_of(note, FakeClock(), [], environment)

    with pytest.raises(ForbiddenTarget, match=host):
        client.bound("c")(Request("GET", f"https://{host}/medicalnetwork/"))
    assert called == []


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        pytest.param(httpx.ConnectError("refused"), "no connection (refused)", id="refused"),
        pytest.param(httpx.ReadTimeout(""), "no answer in time", id="timeout"),
        pytest.param(
            httpx.RemoteProtocolError("bad"), "the answer is not HTTP (bad)", id="garbage"
        ),
        pytest.param(httpx.PoolTimeout(""), "the request failed", id="other"),
    ],
)
def test_a_network_failure_is_an_exchange_without_a_response(
    problem: httpx.TransportError, words: str
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise problem

    exchange = client_of(fail, FakeClock(), []).bound("c")(GET)

    assert exchange.response is None
    assert exchange.failure == words


def test_a_slow_drip_ends_at_the_deadline() -> None:
    clock = FakeClock()

    class Drip(httpx.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]  # httpx reads it as bytes
            while True:
                clock.sleep(1.0)
                yield b"x"

    client = client_of(lambda _: httpx.Response(200, stream=Drip()), clock, [])

    exchange = client.bound("c")(GET)

    assert exchange.failure == "no answer in time (the answer was not complete within the deadline)"
    assert clock.seconds == ENVIRONMENT.deadline_seconds


def test_a_patient_sender_waits_as_told_and_sends_again() -> None:
    clock = FakeClock()
    answers = iter((httpx.Response(503, headers={"Retry-After": "7"}), httpx.Response(200)))
    recorded: list[Exchange] = []

    exchange = client_of(lambda _: next(answers), clock, recorded).bound("c", patient=True)(GET)

    assert exchange.response is not None
    assert exchange.response.status == 200
    assert clock.slept == [7.0]
    assert len(recorded) == 2


def test_an_ordinary_sender_takes_the_first_answer() -> None:
    clock = FakeClock()
    busy = httpx.Response(429, headers={"Retry-After": "7"})

    exchange = client_of(lambda _: busy, clock, []).bound("c")(GET)

    assert exchange.response is not None
    assert exchange.response.status == 429
    assert clock.slept == []


def test_a_patient_sender_gives_up_after_three_and_without_a_number() -> None:
    clock = FakeClock()
    recorded: list[Exchange] = []
    busy = httpx.Response(429, headers={"Retry-After": "600"})

    client_of(lambda _: busy, clock, recorded).bound("c", patient=True)(GET)
    client_of(lambda _: httpx.Response(503), clock, recorded).bound("c", patient=True)(GET)

    assert clock.slept == [30.0, 30.0]
    assert len(recorded) == 4


def test_requests_keep_to_their_rate() -> None:
    clock = FakeClock()
    environment = replace(ENVIRONMENT, requests_per_second=4.0)
    send = client_of(lambda _: httpx.Response(200), clock, [], environment).bound("c")

    for _ in range(3):
        send(GET)

    assert clock.seconds == pytest.approx(0.5)


def test_a_ca_file_that_is_none_is_a_clear_error() -> None:
    environment = replace(ENVIRONMENT, ca_file="/none")

    with pytest.raises(ConfigurationError, match="CA file or proxy cannot be used"):
        socket_client(environment, [])


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://127.0.0.1:1"])
def test_a_proxy_of_a_kind_that_is_not_spoken_is_a_clear_error(proxy: str) -> None:
    with pytest.raises(ConfigurationError, match="CA file or proxy cannot be used"):
        socket_client(replace(ENVIRONMENT, proxy=proxy), [])


@pytest.mark.parametrize("name", ["mock", "mine"])
def test_the_sandbox_is_called_at_its_rate_whatever_the_environment_is_called(name: str) -> None:
    clock = FakeClock()
    environment = Environment(
        name,
        "https://things.example",
        allowed_hosts=("things.example", "sandbox-apigw.optum.com"),
        requests_per_second=0,
    )
    send = client_of(lambda _: httpx.Response(200), clock, [], environment).bound("c")

    for _ in range(3):
        send(Request("GET", "https://things.example/"))
    assert clock.slept == []
    for _ in range(3):
        send(Request("GET", "https://Sandbox-APIGW.optum.com./"))
    assert clock.slept == pytest.approx([0.2, 0.2])


@pytest.mark.parametrize("host", ["10.0.0.1", "things.example", "[2001:db8::1]"])
def test_plain_http_leaves_this_machine_only_where_a_setting_says_so(host: str) -> None:
    environment = Environment("mine", f"http://{host}", allowed_hosts=(host,))
    request = Request("GET", f"http://{host}/x", (("Authorization", "Bearer t"),))

    def send(where: Environment) -> Exchange:
        return client_of(lambda _: httpx.Response(200), FakeClock(), [], where).bound("c")(request)

    with pytest.raises(ForbiddenTarget, match="over plain http"):
        send(environment)
    assert send(replace(environment, allow_plain_http=True)).response is not None


def test_plain_http_to_this_machine_through_a_proxy_elsewhere_is_refused() -> None:
    environment = replace(ENVIRONMENT, proxy="http://proxy.example:3128")
    client = client_of(lambda _: httpx.Response(200), FakeClock(), [], environment)

    with pytest.raises(ForbiddenTarget, match="over plain http"):
        client.bound("c")(GET)


def test_the_vendor_is_asked_over_plain_http_only_with_nothing_to_read() -> None:
    """A rule asks whether plain http is served (O001); it sends no token."""
    send = client_of(lambda _: httpx.Response(404), FakeClock(), [], ENVIRONMENTS["sandbox"]).bound(
        "c"
    )
    url = "http://sandbox-apigw.optum.com/dental/attachments/v1/healthcheck"

    assert send(Request("GET", url)).response is not None
    for headers, body in (((("Authorization", "Bearer t"),), b""), ((), b"x")):
        with pytest.raises(ForbiddenTarget, match="https only"):
            send(Request("POST", url, headers, body))


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "LOCALHOST",
        "[::ffff:127.0.0.1]",
    ],
)
def test_this_machine_is_known_in_every_notation(host: str) -> None:
    environment = Environment("mine", f"http://{host}:1", allowed_hosts=("127.0.0.1", "localhost"))
    client = client_of(lambda _: httpx.Response(200), FakeClock(), [], environment)

    assert client.bound("c")(Request("GET", f"http://{host}:1/")).response is not None


def test_a_login_in_an_address_is_sent_as_a_header_and_never_recorded() -> None:
    recorded: list[Exchange] = []
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(
            401, text=f"not {request.headers['authorization']}: p:ss%word p%3Ass%25word"
        )

    environment = replace(ENVIRONMENT, base_url="http://user:p%3Ass%25word@127.0.0.1:1")
    send = client_of(answer, FakeClock(), recorded, environment).bound("c")

    send(Request("GET", f"{environment.base_url}/x"))
    send(Request("GET", "http://user:p%3Ass%25word@127.0.0.1:1/y"))
    send(Request("GET", "http://127.0.0.1:1/z", (("Authorization", "Bearer t"),)))

    assert "user" not in environment.base_url
    assert "word" not in repr(environment)
    assert [each.headers["authorization"] for each in sent] == [
        "Basic dXNlcjpwOnNzJXdvcmQ=",
        "Basic dXNlcjpwOnNzJXdvcmQ=",
        "Bearer t",
    ]
    text = repr(recorded)
    assert [each for each in ("word", "dXNlcjpwOnNzJXdvcmQ", "user:") if each in text] == []
