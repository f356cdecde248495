"""Clocks that stand still and transports that need no socket."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.config import Environment
from harness.exchange import Exchange
from harness.plugin.clock import real_time

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Time that passes only when somebody sleeps."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> Time:
        return Time(
            now=lambda: START + timedelta(seconds=self.seconds),
            monotonic=lambda: self.seconds,
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


ENVIRONMENT = Environment("mock", "http://127.0.0.1:1", allowed_hosts=("127.0.0.1",))


def client_of(
    handler: Callable[[httpx.Request], httpx.Response],
    clock: FakeClock,
    recorded: list[Exchange],
    environment: Environment = ENVIRONMENT,
) -> Client:
    return Client(
        environment,
        time=clock.time(),
        redactor=Redactor(),
        record=recorded.append,
        transport=httpx.MockTransport(handler),
    )


def socket_client(environment: Environment, recorded: list[Exchange]) -> Client:
    """Return a client that really connects, by the clock of this machine."""
    return Client(environment, time=real_time(), redactor=Redactor(), record=recorded.append)
