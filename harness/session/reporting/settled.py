"""Decide of a case that has just ended which status will count: a waived failure is no failure."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from harness.events import CasePlanned, RunStarted
from harness.exchange import Exchange
from harness.openapi import requirements
from harness.outcome import Outcome
from harness.verdict import waivers
from harness.verdict.model import Judged
from harness.verdict.settle import settle_case, strengths_of
from harness.verdict.waiver_use import in_force
from harness.verdict.waivers import Waiver


class Settled:
    """Judges single cases while their run goes on, by the rules of the verdict."""

    def __init__(self, waiver_file: Path | None) -> None:
        known = requirements.load()
        self._strengths = strengths_of(known)
        self._waivers = waivers.load(waiver_file, known) if waiver_file else ()

    def __call__(
        self,
        run: RunStarted,
        plan: CasePlanned,
        outcome: Outcome,
        exchanges: Mapping[int, Exchange],
    ) -> Judged:
        return settle_case(plan, outcome, exchanges, self._strengths, self._in_force(run))

    def _in_force(self, run: RunStarted) -> Sequence[Waiver]:
        today = date.fromisoformat(run.started[:10])
        return in_force(self._waivers, environment=run.environment, today=today)
