"""The mock under what nobody sends by accident: so many uploads, slow callers, and requests that are none."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import httpx
import pytest

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET
from harness.plugin.clock import real_time
from tests.hard.mutations import mutated
from tests.hard.sizes import PERCENT, attempts
from tests.integration.mock_api import (
    CLAIM,
    DOCUMENTS,
    SEARCH,
    STATUS,
    TEXT_FILE,
    UPLOADS,
    V2,
    json_part,
    scans,
    submission,
)
from tests.program import CLEAN

pytestmark = pytest.mark.slow

MOST_BYTES = 300 * 1024 * 1024
SLOW_CLIENTS = 100
MOST_TIMES_SLOWER = 2.0


@dataclass(frozen=True)
class Mock:
    url: str
    port: int
    process: int
    token: str

    @property
    def most_bytes(self) -> int:
        """Return the most memory that the process has had (proc_pid_status(5), VmHWM)."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]  # it is there

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def raw(self, method: str, path: str, **content: object) -> bytes:
        """Return a request as it goes over the wire."""
        headers = {"Authorization": f"Bearer {self.token}"}
        request = httpx.Request(method, f"{self.url}{path}", headers=headers, **content)  # type: ignore[arg-type]  # as httpx takes it
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        line = f"{method} {request.url.raw_path.decode()} HTTP/1.1\r\n"
        return f"{line}{head}\r\n".encode() + request.read()


@pytest.fixture
def mock() -> Iterator[Mock]:
    command = [sys.executable, "-m", "harness", "mock", "--port", "0", "--stop-with-stdin"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=CLEAN
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        asked = {"client_id": MOCK_CLIENT_ID, "client_secret": MOCK_CLIENT_SECRET}
        answer = httpx.post(
            f"{url}{V2}", data={**asked, "grant_type": "client_credentials"}, trust_env=False
        )
        yield Mock(url, int(url.rpartition(":")[2]), process.pid, answer.json()["access_token"])
        process.kill()


def upload(mock: Mock) -> bytes:
    """Return a claim of last month with one file."""
    day = f"{real_time().now() - timedelta(days=30):%Y-%m-%d}"
    parts = [("request", json_part({**CLAIM, "dateOfService": day})), ("files", TEXT_FILE)]
    return mock.raw("POST", DOCUMENTS, files=parts)


def answered(connection: socket.socket, request: bytes) -> int:
    """Send a request and read the whole answer; return its status."""
    connection.sendall(request)
    received = b""
    while True:
        head, gap, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if gap and len(body) >= (int(length[1]) if length else 0):
            return int(head[9:12])
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError
        received += piece


@contextmanager
def slow_clients(mock: Mock, request: bytes) -> Iterator[list[socket.socket]]:
    """Hold calls that have come half: of the head of the request, or of its body."""
    with ExitStack() as stack:
        slow = [stack.enter_context(mock.connected()) for _ in range(SLOW_CLIENTS)]
        for number, each in enumerate(slow):
            each.sendall(request[: 40 + number * (len(request) - 41) // SLOW_CLIENTS])
        yield slow


def seconds(connection: socket.socket, request: bytes) -> float:
    begun = perf_counter()
    assert answered(connection, request) == 201
    return perf_counter() - begun


def test_uploads_without_end_stay_within_bounds_and_slow_clients_hold_nobody_up(mock: Mock) -> None:
    request, times = upload(mock), attempts(100_000, least=300) // 3
    with mock.connected() as connection:
        alone = [seconds(connection, request) for _ in range(times)]
        beside = []
        with slow_clients(mock, request) as slow:
            for part in range(times):
                with suppress(OSError):  # who is too slow may have been sent away
                    slow[part % SLOW_CLIENTS].sendall(b"x")
                beside.append(seconds(connection, request))
        alone += [seconds(connection, request) for _ in range(times)]

    ratio = median(beside) / median(alone)
    figures = f"{3 * times} uploads, {mock.most_bytes // 1024**2} MB, {ratio:.2f} times slower"
    print(figures)  # noqa: T201 shown by -rP
    assert mock.most_bytes <= MOST_BYTES
    # What a moment of this machine costs is no matter of the gate.
    assert ratio <= MOST_TIMES_SLOWER or not PERCENT


def test_no_mutated_request_is_a_crash_of_the_mock(mock: Mock) -> None:
    kinds = (
        upload(mock),
        mock.raw("POST", UPLOADS, files=[("request", json_part(submission())), ("files", scans(1)[0])]),
        mock.raw("POST", SEARCH, json={"attachmentIds": ["x"]}),
        mock.raw("GET", f"{STATUS}/TESTEP06?fieldset=summary"),
        mock.raw("POST", V2, data={"grant_type": "client_credentials", "client_id": "x"}),
    )  # fmt: skip
    statuses: dict[int, int] = {}
    for seed in range(attempts(100_000, least=300)):
        random = Random(seed)  # noqa: S311 no secret is drawn
        raw = mutated(kinds[seed % len(kinds)], random)
        with mock.connected() as connection:
            status = _status(connection, raw)
        statuses[status] = statuses.get(status, 0) + 1

    print(statuses, f"{mock.most_bytes // 1024**2} MB")  # noqa: T201 shown by -rP
    assert [each for each in statuses if each >= 500] == []
    assert sum(count for each, count in statuses.items() if each) > sum(statuses.values()) / 2
    with mock.connected() as connection:
        assert answered(connection, upload(mock)) == 201
    assert mock.most_bytes <= MOST_BYTES


def _status(connection: socket.socket, raw: bytes) -> int:
    """Send what may be no request and end the sending; return the status, or 0 where none came."""
    with suppress(OSError):
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        head = connection.recv(65536)
        if re.match(rb"HTTP/1.1 \d{3} ", head):
            return int(head[9:12])
    return 0
