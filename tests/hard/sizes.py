"""How hard the tests of this folder try: a little in `make test`, in full in `make hard`.

`HARNESS_HARD=100` is the full size, in percent; every test says how many attempts it made.
"""

import os

PERCENT = float(os.environ.get("HARNESS_HARD", "0"))


def attempts(full: int, *, least: int) -> int:
    """Return how many attempts a test makes of those that it makes in full."""
    return max(least, round(full * PERCENT / 100))
