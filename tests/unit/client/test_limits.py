import httpx
import pytest

from harness.client.wire import exceeded
from harness.exchange import Exchange, Request
from tests.fakes import FakeClock, client_of


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"[" * 20_000 + b"]" * 20_000, "nested more deeply", id="arrays"),
        pytest.param(b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "nested more deeply", id="objects"),
        pytest.param(b" \n[" * 20_000, "nested more deeply", id="unclosed"),
        pytest.param(b"[" + b"9" * 1_000_000 + b"]", "a number of more than 4,300", id="digits"),
        pytest.param(b'["' + b"9" * 1_000_000 + b'"]', "", id="digits-in-a-text"),
        pytest.param(b'["' + b"[" * 20_000 + b'"]', "", id="brackets-in-a-text"),
        pytest.param(b"[" + b"[]," * 20_000 + b"[]]", "", id="wide"),
        pytest.param(b"%PDF [[[" + b"[" * 20_000, "", id="no-json"),
        pytest.param(b"", "", id="empty"),
    ],
)
def test_what_we_do_not_read_is_told(body: bytes, words: str) -> None:
    assert words in exceeded(body)
    assert bool(words) is bool(exceeded(body))


def test_such_an_answer_counts_as_none_for_a_reason_of_ours() -> None:
    recorded: list[Exchange] = []
    client = client_of(lambda _: httpx.Response(200, content=b"[" * 20_000), FakeClock(), recorded)

    exchange = client.bound("c")(Request("GET", "http://127.0.0.1:1/x"))

    assert exchange.response is None
    assert exchange.is_beyond_limits
    assert recorded[0].failure == (
        "the answer exceeds our limits: JSON nested more deeply than we read"
    )
