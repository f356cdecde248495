"""Read from an earlier record how long each case took, so that shards can be balanced by it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness import record
from harness.config import Settings
from harness.errors import ConfigurationError
from harness.shard import Shard, balanced
from harness.verdict.scope import CONTRACT

Durations = Mapping[str, float]
"""Seconds by case."""


def durations_of(run: Path) -> Durations:
    """Return how long the cases of a run took. Raises ConfigurationError, DocumentError."""
    found = record.read(run / record.FILE_NAME if run.is_dir() else run)
    if found.run.suite not in ("", CONTRACT) or not found.outcomes:
        raise ConfigurationError(
            f"{run} holds no cases of the suite whose durations could be read.",
            advice="Name a finished run of: harness run.",
        )
    return {each.case: each.duration_seconds for each in found.outcomes}


def with_split(settings: Settings, shard: Shard, durations: Durations) -> Settings:
    """Return settings for a shard; where durations are known, all shards take about as long."""
    selected = {case: each for case, each in durations.items() if settings.selects(case)}
    split = balanced(selected, shard.count) if selected else None
    return replace(settings, shard=replace(shard, split=split))
