from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from harness.client.pacing import MOST_SILENT, MOST_TIMED_OUT, PAUSES_SECONDS
from harness.errors import Unreachable
from harness.exchange import Exchange, Request
from tests.fakes import FakeClock, client_of

GET = Request("GET", "http://127.0.0.1:1/x")
REFUSED, LATE = httpx.ConnectError("refused"), httpx.ReadTimeout("")
ANSWER = httpx.Response(200)


@dataclass
class Server:
    """Answers what it is told for each request in turn; None of them is a request to `/`."""

    answers: Iterator[httpx.Response | Exception]
    at_root: httpx.Response | Exception = REFUSED
    clock: FakeClock = field(default_factory=FakeClock)
    recorded: list[Exchange] = field(default_factory=list)

    def send(self, request: Request = GET) -> Exchange:
        return self._client.bound("c")(request)

    def __post_init__(self) -> None:
        self._client = client_of(self._handle, self.clock, self.recorded)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        found = self.at_root if request.url.path == "/" else next(self.answers)
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def probes(self) -> int:
        return sum(each.case == "run/alive" for each in self.recorded)


def always(answer: httpx.Response | Exception) -> Iterator[httpx.Response | Exception]:
    while True:
        yield answer


def in_turn(
    *answers: httpx.Response | Exception,
) -> Iterator[httpx.Response | Exception]:
    while True:
        yield from answers


@pytest.mark.parametrize(
    ("problem", "most"),
    [
        pytest.param(REFUSED, MOST_SILENT, id="refused"),
        pytest.param(LATE, MOST_TIMED_OUT, id="timed out"),
    ],
)
def test_a_server_that_stays_silent_is_called_no_more(problem: Exception, most: int) -> None:
    server = Server(always(problem), at_root=problem)
    for _ in range(most):
        assert server.send().response is None

    for _ in range(5):
        with pytest.raises(Unreachable, match=r"^http://127\.0\.0\.1:1 has stopped answering: "):
            server.send()

    assert len(server.recorded) == most + len(PAUSES_SECONDS)
    assert server.clock.slept == [0.0, 1.0, 3.0]


def test_the_sentence_says_what_happened_and_what_to_do() -> None:
    server = Server(always(LATE))
    for _ in range(MOST_TIMED_OUT):
        server.send()

    with pytest.raises(Unreachable) as raised:
        server.send()

    assert str(raised.value) == (
        "http://127.0.0.1:1 has stopped answering: 6 requests in a row and 3 more after a pause got"
        " nothing (no answer in time). See that the server runs and can be reached, then run again."
    )
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(lambda: in_turn(*[REFUSED] * (MOST_SILENT - 1), ANSWER), id="rarely"),
        pytest.param(lambda: in_turn(*[LATE] * (MOST_TIMED_OUT - 1), ANSWER), id="late"),
        pytest.param(lambda: in_turn(REFUSED, ANSWER), id="every other"),
        pytest.param(lambda: always(httpx.Response(503)), id="busy"),
    ],
)
def test_a_server_that_answers_now_and_then_goes_on_being_called(
    answers: Callable[[], Iterator[httpx.Response | Exception]],
) -> None:
    server = Server(answers())

    for _ in range(200):
        server.send()

    assert (len(server.recorded), server.probes) == (200, 0)


def test_a_server_that_answers_only_at_its_root_is_alive() -> None:
    server = Server(always(REFUSED), at_root=httpx.Response(404))

    for _ in range(MOST_SILENT * 3):
        assert server.send().response is None

    assert server.probes == 2


def test_a_server_that_comes_back_while_it_is_asked_is_called_again() -> None:
    server = Server(in_turn(*[REFUSED] * MOST_SILENT, ANSWER))
    for _ in range(MOST_SILENT):
        server.send()
    server.at_root = ANSWER

    exchange = server.send()

    assert exchange.response is not None


def test_what_cannot_be_sent_says_nothing_about_the_server() -> None:
    server = Server(always(ANSWER))

    for _ in range(MOST_SILENT + 1):
        assert server.send(Request("GET", GET.url, (("ä", "x"),))).response is None

    assert server.probes == 0


def test_silence_of_one_server_is_not_held_against_another() -> None:
    server = Server(in_turn(REFUSED))
    for _ in range(MOST_SILENT):
        server.send()
    server.answers = always(ANSWER)

    exchange = server.send(Request("GET", "http://127.0.0.1:2/x"))

    assert exchange.response is not None
