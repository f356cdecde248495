"""Share the rate of a target out among the shards that call it at the same time."""

from collections.abc import Mapping
from dataclasses import replace

from harness.config import Settings
from harness.jsonvalue import Json, items, number, text
from harness.settings import is_loopback
from harness.shard import shard_recorded


def rate_shared(settings: Settings, shard: Mapping[str, Json]) -> Settings:
    """Return the settings of one shard: its cases, and its part of the rate beyond this machine."""
    environment = settings.environment
    at_once = max(1, int(number(shard.get("at_once"), 1)))
    parts = [tuple(map(text, items(part))) for part in items(shard.get("split"))]
    mine = replace(settings, shard=shard_recorded(text(shard.get("shard")), parts))
    if not environment.base_url or is_loopback(environment) or not environment.requests_per_second:
        return mine
    rate = environment.requests_per_second / at_once
    return replace(mine, environment=replace(environment, requests_per_second=rate))
