"""Whatever becomes of a connection: no hang, no crash of ours, and nothing is told that did not come."""

import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET, Environment, Overrides
from harness.exchange import UNSENT, Exchange, Request
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.outcome import Status
from harness.plugin.clock import real_time
from harness.record import read
from harness.session.run.lifecycle import Task, run_cases
from harness.session.run.suite_cases import run_suite
from tests.fakes import ENVIRONMENT, socket_client
from tests.hard.faulty_transport import KINDS, UNKNOWN, FaultyServer, Plan, faulty, planned
from tests.hard.sizes import attempts
from tests.products import create_app, load

pytestmark = pytest.mark.slow

TIMES = attempts(200, least=3)
DEADLINE_SECONDS = 2.0
HANG_SECONDS = 30.0
"""So long no exchange takes, however busy the machine is; without a deadline it would take twice as long."""
QUICK = replace(ENVIRONMENT, timeout_seconds=DEADLINE_SECONDS, deadline_seconds=DEADLINE_SECONDS)
ANSWER = json.dumps({"status": "ok", "list": [{"n": n} for n in range(40)]}).encode()
HONEST = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
) + ANSWER


PATIENT = replace(QUICK, timeout_seconds=HANG_SECONDS, deadline_seconds=HANG_SECONDS)
LARGE = b"x" * 6_000_000
"""More than fits into the buffers between."""


def asked(
    kind: str, seed: int, transport: str, environment: Environment = QUICK
) -> tuple[Plan, Exchange]:
    """Send one request to a server that fails in a way of this kind; return what it did, and what came of it."""
    plan = planned(kind, HONEST, Random(seed))  # noqa: S311 no secret is drawn
    recorded: list[Exchange] = []
    with faulty(FaultyServer(lambda _: HONEST, lambda _: plan)) as server:
        client = socket_client(replace(environment, transport=transport), recorded)
        body = LARGE if kind == "reset-in-upload" or seed % 8 == 0 else LARGE[:100_000]
        client.bound("c")(Request("POST", f"{server.url}/x", body=body))  # never sent again unasked
        client.close()
    (exchange,) = recorded
    return plan, exchange


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_of_the_transport_hangs_crashes_or_becomes_an_answer(kind: str) -> None:
    with ThreadPoolExecutor(16) as pool:
        both = [
            [pool.submit(asked, kind, seed, transport) for transport in ("direct", "httpx")]
            for seed in range(TIMES)
        ]
        found = [[each.result(HANG_SECONDS * TIMES) for each in pair] for pair in both]

    differing = [
        seed for seed, (ours, theirs) in enumerate(found) if taken(*ours) != taken(*theirs)
    ]
    exchanges = [each for pair in found for _, each in pair]
    # A busy machine may not answer in time; with time enough, both must come to the same.
    assert [seed for seed in differing if not agree(kind, seed)] == []
    assert max(each.duration_seconds for each in exchanges) < HANG_SECONDS, (
        "longer than any deadline"
    )
    print(kind, f"{max(each.duration_seconds for each in exchanges):.2f} s")  # noqa: T201 shown by -rP
    assert all(each.response or each.failure for each in exchanges)


def agree(kind: str, seed: int) -> bool:
    ours, theirs = (asked(kind, seed, each, PATIENT) for each in ("direct", "httpx"))
    return taken(*ours) == taken(*theirs)


def taken(plan: Plan, exchange: Exchange) -> object:
    """Return what a client took for the answer; nothing may be taken that was not sent whole."""
    response = exchange.response
    if response is None:
        return None
    if plan.body != UNKNOWN:
        assert plan.body == response.body, plan
        assert response.status == 200
    return response.status, response.headers, response.body


KEYS = {"HARNESS_CLIENT_ID": MOCK_CLIENT_ID, "HARNESS_CLIENT_SECRET": MOCK_CLIENT_SECRET}
ONLY = "dental/health,dental/search/by-ids,medical/status/TESTEP06,medical/status/TESTEP07"
SEEDS = range(attempts(200, least=1))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_finds_no_fault_in_what_was_answered_well(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    kinds = list(KINDS)

    def fate(_: bytes) -> Plan | None:
        return planned(random.choice(kinds), HONEST, random) if random.random() < 0.2 else None

    with running(create_app(MockSettings())) as mock, faulty(relay(mock, fate)) as between:
        settings = load(
            Overrides(base_url=between.url, only=ONLY, reports=tmp_path),
            folder=tmp_path,
            environ=KEYS,
        )
        environment = replace(
            settings.environment,
            timeout_seconds=DEADLINE_SECONDS,
            deadline_seconds=DEADLINE_SECONDS,
        )
        ran = run_cases(
            replace(settings, environment=environment), run_suite, Task(), time=real_time(),
            listen=lambda _: None,
        )  # fmt: skip

    record = read(ran.folder / "record.jsonl")
    sent = [each for each in record.exchanges if not each.failure.startswith(UNSENT)]
    assert len(sent) == len(between.plans)
    touched = {each.case for each, plan in zip(sent, between.plans, strict=True) if plan}
    failed = {each.case for each in record.outcomes if each.status is Status.FAIL}
    assert any(between.plans), ran.ended
    assert failed <= touched
    assert [each.message for each in record.outcomes if "the harness failed" in each.message] == []
    assert not ran.ended.error.startswith("the harness failed")


def relay(mock: str, fate: Callable[[bytes], Plan | None]) -> FaultyServer:
    """Return a server that passes each request on to the mock, and its answer back."""
    host, _, port = mock.removeprefix("http://").rpartition(":")

    def answer(request: bytes) -> bytes:
        if not request:
            return b""
        line, gap, rest = request.partition(b"\r\n")
        received = b""
        with socket.create_connection((host, int(port))) as connection:
            rest = rest.replace(b"Connection: keep-alive\r\n", b"", 1)
            connection.sendall(line + gap + b"Connection: close\r\n" + rest)
            while piece := connection.recv(65536):
                received += piece
        return received

    return FaultyServer(answer, fate)
