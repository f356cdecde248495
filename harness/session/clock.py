"""The clocks that commands hand to a run."""

from harness.plugin.clock import real_time, skipping

__all__ = ["real_time", "skipping"]
