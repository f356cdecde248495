"""Try a rule: once, or on generated data with the shortest failing example kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky

from harness.errors import HarnessError
from harness.exchange import Exchange, Request
from harness.outcome import Attribution, Check, Status
from harness.rules.rule import Rule
from harness.rules.target import NoAnswer, Target
from harness.rules.wire import invariant_violations
from harness.strategies.drawing import prepare_drawing


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: examples a rule, the run's seed, and whether failures are shrunk."""

    examples: int
    seed: int
    shrink: bool = True

    def stream(self, case: str) -> int:
        """Return a case's own seed, so that adding a case leaves the others' data as it was."""
        return crc32(f"{self.seed}/{case}".encode())

    def settings(self) -> settings:
        """Return the settings for Hypothesis: nothing kept, no deadline, failures shrunk if wanted."""
        return settings(
            max_examples=self.examples,
            deadline=None,
            database=None,
            derandomize=False,
            phases=(Phase.generate, *((Phase.shrink,) if self.shrink else ())),
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )


class Falsified(Exception):
    """Carries the checks of a failing trial through Hypothesis, which keeps the simplest."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        super().__init__("falsified")
        self.checks = checks


def try_rule(rule: Rule, target: Target, effort: Effort) -> tuple[Check, ...]:
    """Return the checks of the simplest failing trial, or of the last one where all passed."""
    if rule.values is None:
        return _checks(rule, target, None)
    prepare_drawing()
    trials = _Trials(rule, target)
    run = _property(rule, trials, effort)
    try:
        run()
    except Falsified as found:
        return found.checks
    except Flaky:
        if not trials.last_failure and trials.stopped_by is not None:
            raise trials.stopped_by from None
        # Failed once and not again on the same data: still a broken promise, and we say so.
        return (*trials.last_failure, unsteady())
    if trials.stopped_by is not None:
        raise trials.stopped_by
    return trials.last


class _Trials:
    """What happened so far; after the target went away nothing more is sent."""

    def __init__(self, rule: Rule, target: Target) -> None:
        self._rule = rule
        self._target = target
        self.last: tuple[Check, ...] = ()
        self.last_failure: tuple[Check, ...] = ()
        self.stopped_by: HarnessError | None = None

    def one(self, value: Any) -> None:
        if self.stopped_by is not None:
            return
        try:
            checks = _checks(self._rule, self._target, value)
        except HarnessError as problem:
            self.stopped_by = problem
            return
        self.last = checks
        if any(check.status is Status.FAIL for check in checks):
            self.last_failure = checks
            raise Falsified(checks)


def _property(rule: Rule, trials: _Trials, effort: Effort) -> Callable[[], None]:
    assert rule.values is not None  # noqa: S101 try_rule has seen to it

    @seed(effort.stream(rule.id))
    @effort.settings()
    @given(rule.values)
    def run(value: Any) -> None:
        trials.one(value)

    return run


def _checks(rule: Rule, target: Target, value: Any) -> tuple[Check, ...]:
    exchanges: list[Exchange] = []
    observed: list[Check] = []

    def send(request: Request) -> Exchange:
        exchanges.append(target.send(request))
        observed.extend(target.observe(exchanges[-1]))
        return exchanges[-1]

    try:
        checks = tuple(rule.verify(replace(target, send=send), value))
    except NoAnswer as silence:
        checks = (no_answer(silence),)
    return (*checks, *invariant_violations(exchanges), *observed)


def no_answer(silence: NoAnswer) -> Check:
    """Return the check that a living target failed by giving no answer, or that we could not ask it."""
    is_ours = silence.exchange.is_unsent
    return Check(
        name="response",
        status=Status.ERROR if is_ours else Status.FAIL,
        attribution=Attribution.HARNESS if is_ours else Attribution.API,
        expected="an HTTP response",
        actual=silence.exchange.failure,
        exchange=silence.exchange.id,
    )


def unsteady() -> Check:
    """Return the check that a target failed by failing once and not again."""
    return Check(
        name="steady",
        status=Status.FAIL,
        expected="the same answers to the same requests",
        actual="it failed once and passed when repeated",
    )
