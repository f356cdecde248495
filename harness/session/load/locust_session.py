"""What every role under Locust needs: its environment, a bench, a group of users, and a way to report to the parent.

Imported by the process of a run alone, after Locust: see `swarm`.
"""

import json
import logging
import select
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import process_time
from typing import Any

import gevent
from gevent.monkey import get_original
from locust import User as LocustUser
from locust.env import Environment
from locust.exception import StopUser

from harness.client.http import Time
from harness.client.redaction import Redactor
from harness.errors import HarnessError
from harness.plugin.bench import Bench
from harness.session.clock import real_time
from harness.session.load.prepare import LoadOptions, Prepared
from harness.session.load.user_group import UserGroup
from harness.session.load.users import Exchanges, Rows, users_of
from harness.session.run.bench import open_bench
from harness.session.run.journal import Journal
from harness.verdict.load.tally import Latencies, Sample, Visit

GRACE_SECONDS = 10.0
"""What is under way when the time is over may come to its end so long."""
TEARDOWN_SECONDS = 5.0
"""And so long may teardowns take after that."""
TICK_SECONDS = 0.05


class LocustSession:
    """A bench, the rows, and Locust's environment, before any user is there."""

    def __init__(
        self, options: LoadOptions, prepared: Prepared, bench: Bench, exchanges: Exchanges
    ) -> None:
        self.options = options
        self.prepared = prepared
        self.user_group = UserGroup()
        self.environment = locust_environment(self.live)
        self._bench = replace(
            bench, workflows=replace(bench.workflows, is_stopped=self.user_group.is_stopped)
        )
        self._exchanges = exchanges
        self._begun = (bench.time.monotonic(), process_time())
        self._time = bench.time
        self._lateness = Latencies()
        gevent.spawn(self._watch_lateness)
        self.recast(seed=options.seed, iterations=options.iterations, first=0, run=options.run)

    def recast(self, *, seed: int, iterations: int, first: int, run: str) -> None:
        """Set what users do before the first of them comes; a worker learns it from the master."""
        users = users_of(
            Rows(self.prepared.cases, seed), self._bench, self._exchanges, run=run, first=first
        )
        self.user_group.plan(users, iterations=iterations)

    def live(self, _: Any) -> None:
        """Be one of Locust's users from beginning to end."""
        self.user_group.live(self._report)
        raise StopUser  # else Locust would begin this one's life anew

    def _report(self, visit: Visit) -> None:
        for sample in visit.samples:
            fire(self.environment, sample)

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return self._time.monotonic() - self._begun[0]

    @property
    def busy(self) -> float:
        """The share of one processor that this process has used, from 0 to 1."""
        # Not less than a millisecond, so that the first look divides by no zero.
        return min(1.0, (process_time() - self._begun[1]) / max(self.seconds, 0.001))

    @property
    def late(self) -> float:
        """By how many seconds this process was late to do what was due, in 95 of 100 moments at most."""
        return self._lateness.percentile(95) or 0.0

    def _watch_lateness(self) -> None:
        """Note how much later than asked a sleep ends: so long an answer lies unread as well."""
        while not self.user_group.is_ending:
            begun = self._time.monotonic()
            gevent.sleep(TICK_SECONDS)
            # A sleep never ends early: what looks so is the clock.
            self._lateness.add(max(self._time.monotonic() - begun - TICK_SECONDS, 0.0))


@contextmanager
def locust_session(options: LoadOptions, prepared: Prepared) -> Iterator[LocustSession]:
    """Yield a session with an open client; one client and its tokens serve all users of the process."""
    exchanges = Exchanges()
    journal = Journal(None, exchanges.note)
    settings = prepared.settings
    redactor = Redactor(settings.environment.masked_names)
    # Without documents, since the cases bring their own.
    with open_bench(settings, (), journal, redactor, real_time(), prepared.options) as bench:
        yield LocustSession(options, prepared, bench, exchanges)


def locust_environment(live: Callable[[Any], None] = lambda _: None) -> Any:
    """Return Locust's environment with one kind of user, who lives by a function of ours."""
    logging.getLogger("locust").setLevel(logging.CRITICAL)  # what it would say is in our report
    logging.getLogger().addHandler(logging.NullHandler())
    # Locust takes a class of users, whose one task here is the whole life of a user.
    kind = type("Caller", (LocustUser,), {"tasks": [live], "abstract": False})
    # Without options of its own Locust would read command lines and files that are not meant for it.
    options = Namespace(web_base_path="", enable_rebalancing=False, headless=True)
    return Environment(
        user_classes=[kind],
        parsed_options=options,
        stop_timeout=GRACE_SECONDS + 2 * TEARDOWN_SECONDS,
    )


def look_at_connections_at_once() -> None:
    """Have the client look at its idle connections without letting other users go first.

    Before each request it asks, without waiting, whether a kept connection was closed. gevent's own
    `poll` hands over to every other greenlet even then, and what they do would count as latency:
    with eight users a median of 90 ms was one of 7 ms.
    """
    vars(select)["poll"] = get_original("select", "poll")


def fire(environment: Any, sample: Sample) -> None:
    """Report a request to Locust's statistics, under its operation."""
    method, _, path = sample.operation.partition(" ")
    environment.events.request.fire(
        request_type=method,
        name=path or method,
        # Locust counts in milliseconds.
        response_time=sample.seconds * 1000,
        response_length=sample.size,
        exception=sample.failure or None,
        context={},
    )


def follow_errors(environment: Any, user_group: UserGroup) -> None:
    """End the run where a user came to grief by a bug of ours; Locust would go on without a word."""

    def failed(exception: Exception, **_: object) -> None:
        user_group.fail(
            HarnessError(f"the harness failed: {type(exception).__name__}: {exception}")
        )

    environment.events.user_error.add_listener(failed)


def settle(user_group: UserGroup, time: Time) -> None:
    """Wait until users have ended: first for visits under way, then for teardowns alone."""
    user_group.end(at_once=False)
    until(lambda: not user_group.active or user_group.is_stopped(), GRACE_SECONDS, time)
    user_group.end(at_once=True)
    until(lambda: not user_group.active, TEARDOWN_SECONDS, time)


def until(is_so: Callable[[], bool], seconds: float, time: Time) -> bool:
    """Wait until something is so, at most so long; return whether it is."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() >= end:
            return False
        time.sleep(TICK_SECONDS)
    return True


def send_line(kind: str, **values: Any) -> None:
    """Write one line for the process that began this one."""
    sys.stdout.write(json.dumps({"kind": kind, **values}) + "\n")
    sys.stdout.flush()
