"""The real mock on a loopback port, as rules see it, with a clock that tests can move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Credentials, Overrides, Settings
from harness.exchange import Exchange
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.outcome import Check, Status, worst
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from harness.settings import as_mock_client
from tests.products import create_app, documents, load, rules

APIS = {api.name: api for api in documents(("dental", "medical"))}
EFFORT = Effort(examples=5, seed=1, shrink=False)
START = datetime(2026, 1, 16, 12, 0, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Time that the mock and the client share; it stands still unless moved."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds

    def time(self) -> Time:
        return Time(now=self.now, monotonic=lambda: self.seconds, sleep=self.waits.append)


@dataclass(frozen=True)
class DentalBench:
    """A running mock with its settings, the target that leads to it, and what was sent."""

    settings: Settings
    target: Target
    sent: list[Exchange]

    @property
    def credentials(self) -> Credentials:
        assert self.settings.credentials is not None
        return self.settings.credentials

    def rules(self) -> dict[str, AnyRule]:
        listed = rules(
            self.settings.environment,
            self.credentials,
            APIS,
            can_advance_time=True,
        )
        return {rule.id: rule for rule in listed if rule.api == "dental"}

    def verify(self, rule: AnyRule, effort: Effort = EFFORT) -> tuple[Check, ...]:
        return try_rule(rule, self.target, effort)

    def status(self, rule: AnyRule) -> Status:
        return worst(check.status for check in self.verify(rule))


@contextmanager
def dental_bench(*faults: str) -> Iterator[DentalBench]:
    """Serve the mock with faults for as long as the block runs."""
    clock = Clock()
    app = create_app(MockSettings(faults=frozenset(faults), clock=clock.now))
    with running(app) as url:
        told = load(Overrides(base_url=url), folder=Path(__file__).parent, environ={})
        settings = as_mock_client(told)
        sent: list[Exchange] = []
        client = Client(
            settings.environment, time=clock.time(), redactor=Redactor(), record=sent.append
        )
        try:
            yield DentalBench(settings, _target(settings, client, clock), sent)
        finally:
            client.close()


def _target(settings: Settings, client: Client, clock: Clock) -> Target:
    assert settings.credentials is not None

    def tokens(credentials: Credentials) -> Tokens:
        return Tokens(
            settings,
            credentials,
            send=client.bound("token"),
            monotonic=lambda: clock.seconds,
            learn=lambda _: None,
        )

    return Target(
        environment=settings.environment,
        apis=APIS,
        send=client.bound("test"),
        bearer=tokens(settings.credentials).bearer,
        is_alive=lambda: True,
        others={role: tokens(owner).bearer for role, owner in settings.roles.items()},
        advance=clock.advance,
    )
