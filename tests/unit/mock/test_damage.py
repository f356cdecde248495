import pytest

from harness.mock.damage import DAMAGES, damage_of

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\nX-Other: 1\r\n\r\n{"a": 1}'
LEFT = {
    "silent": b"",
    "reset": b"",
    "reset-midway": b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\nX-Other: 1\r\n\r\n{"a"',
    "truncated": b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\nX-Other: 1\r\n\r\n{"a"',
    "head-truncated": b"HTTP/1.1 200 OK\r\nConten",
    "length-too-long": b'HTTP/1.1 200 OK\r\ncontent-length: 18\r\nX-Other: 1\r\n\r\n{"a": 1}',
    "length-too-short": b'HTTP/1.1 200 OK\r\ncontent-length: 7\r\nX-Other: 1\r\n\r\n{"a": 1}',
    "length-twice": (
        b'HTTP/1.1 200 OK\r\ncontent-length: 8\r\ncontent-length: 9\r\nX-Other: 1\r\n\r\n{"a": 1}'
    ),
    "length-no-number": b'HTTP/1.1 200 OK\r\ncontent-length: -9\r\nX-Other: 1\r\n\r\n{"a": 1}',
    "last-chunk-missing": (
        b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nX-Other: 1\r\n\r\n8\r\n{"a": 1}\r\n'
    ),
    "last-byte-zeroed": b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\nX-Other: 1\r\n\r\n{"a": 1\0',
    "slow-drip": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nX-Other: 1\r\n\r\n1\r\n{\r\n",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_of_an_answer(name: str) -> None:
    damage = damage_of(frozenset({f"transport-{name}"}))

    assert damage is not None
    assert damage.left(ANSWER) == LEFT[name]


def test_every_damage_leaves_another_answer() -> None:
    assert all(damage.left(ANSWER) != ANSWER for damage in DAMAGES)


def test_without_a_transport_fault_nothing_is_damaged() -> None:
    assert damage_of(frozenset({"health-down"})) is None
