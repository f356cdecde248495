"""No answer brings a run down, makes it pass, or makes it invent a bug of ours."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest

from harness.config import Overrides
from harness.outcome import Status
from harness.plugin.clock import real_time
from harness.record import read
from harness.session.clock import skipping
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import RunOptions, run_and_report
from tests.hard.hostile_answers import answer
from tests.hard.sizes import attempts
from tests.products import load

pytestmark = pytest.mark.slow

ANSWERS_A_RUN = 2_000
"""About as many as a whole run gets; it is stopped there."""
KEYS = {"HARNESS_CLIENT_ID": "an-id-of-ours", "HARNESS_CLIENT_SECRET": "a-secret-of-ours-1"}
TOKEN = json.dumps(
    {
        "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjB9.c2ln",
        "token_type": "bearer",
        "expires_in": 3600,
    }
).encode()


class HostileServer(ThreadingHTTPServer):
    """Gives tokens to those who ask first, and then anything."""

    daemon_threads = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.random = Random(seed)  # noqa: S311 no secret is drawn
        self.lock = threading.Lock()
        self.answers = 0
        self.tokens = 0

    def next_answer(self, path: str) -> bytes:
        with self.lock:
            self.answers += 1
            if "token" in path:
                self.tokens += 1
                if self.tokens <= 4:
                    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(TOKEN)}\r\n\r\n"
                    return head.encode() + TOKEN
            return answer(self.random).raw


class Handler(BaseHTTPRequestHandler):
    def reply(self) -> None:
        assert isinstance(self.server, HostileServer)
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.wfile.write(self.server.next_answer(self.path))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
    setattr(Handler, f"do_{method}", Handler.reply)


@contextmanager
def hostile_server(seed: int) -> Iterator[HostileServer]:
    server = HostileServer(seed)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


SEEDS = range(1, 1 + attempts(100_000, least=ANSWERS_A_RUN) // ANSWERS_A_RUN)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_answer_brings_a_run_down(tmp_path: Path, seed: int) -> None:
    only = ("medical/status", "dental", "prior-auth", "medical")[(seed - 1) % 4]
    with hostile_server(seed) as server:
        overrides = Overrides(
            base_url=f"http://127.0.0.1:{server.server_port}", only=only, reports=tmp_path
        )
        settings = load(overrides, folder=tmp_path, environ=KEYS)
        time = skipping(real_time())
        options = RunOptions(allure=False)
        result = run_and_report(settings, run_suite, options, time=time, listen=lambda _: None)

    found = read(result.folder / "record.jsonl")
    ours = [each for each in found.outcomes if "the harness failed" in each.message]
    assert [f"{each.case}: {each.message}" for each in ours] == []
    assert result.verdict.exit_code in (1, 3), result.error
    assert server.answers > 20
    passed = sum(1 for each in found.outcomes if each.status is Status.PASS)
    assert passed < len(found.outcomes)
