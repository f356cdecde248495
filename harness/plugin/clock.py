"""The real clocks, handed in at the top and nowhere else."""

import time
from datetime import UTC, datetime, timedelta
from threading import get_ident, local

from harness.client.http import Time


def skipping(time: Time) -> Time:
    """Return clocks on which waiting costs nothing: what would be slept is added instead.

    What another thread than the caller's sleeps passes for that thread alone: a case that polls must
    not make the time of its neighbours run out.
    """
    # A list, since closures share its one entry; the thread that made the clocks sleeps for all.
    skipped = [0.0]
    home, own = get_ident(), local()

    def ahead() -> float:
        mine: float = getattr(own, "seconds", 0.0)
        return skipped[0] + mine

    def skip(seconds: float) -> None:
        if get_ident() == home:
            skipped[0] += max(seconds, 0.0)
        else:
            own.seconds = getattr(own, "seconds", 0.0) + max(seconds, 0.0)

    return Time(
        now=lambda: time.now() + timedelta(seconds=ahead()),
        monotonic=lambda: time.monotonic() + ahead(),
        sleep=skip,
        # Durations in reports are those that really passed.
        stopwatch=time.stopwatch,
    )


def real_time() -> Time:
    """Return the clocks and the sleep of this machine."""
    return Time(
        now=lambda: datetime.now(UTC),  # noqa: TID251 the one place that reads the real clock
        monotonic=time.monotonic,
        sleep=time.sleep,  # noqa: TID251 and the one that really waits
    )
