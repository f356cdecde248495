"""How large a document may be: one bound for the process, which its user may raise within reason."""

import re
from dataclasses import dataclass
from threading import Lock

MEBIBYTE = 1024 * 1024
_SIZE = re.compile(r"([1-9][0-9]{0,11})\s*(|B|kB|KB|KiB|MB|MiB|GB|GiB)")
_UNITS = {
    "": 1,
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "KiB": 1024,
    "MB": 1000**2,
    "MiB": MEBIBYTE,
    "GB": 1000**3,
    "GiB": 1024**3,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may hold; depth is bounded elsewhere, and for good: it costs stack."""

    size_bytes: int = 20 * MEBIBYTE
    values: int = 400_000
    members: int = 100_000
    """Of one object."""

    def at_size(self, size_bytes: int) -> "Limits":
        """Return limits for documents of this size: as many times the values as it is times the bytes."""
        times = size_bytes / self.size_bytes
        return Limits(size_bytes, int(self.values * times), int(self.members * times))


DEFAULT = Limits()
"""What hostile input is kept to: some seconds and 500 MB of memory."""

# Beyond this a document would take more memory than a usual machine has to spare.
MOST_BYTES = 500 * MEBIBYTE
ADVICE = (
    "Where you trust it, raise the limit: --max-size 100MiB, or max_document_size in harness.yaml."
)


class InvalidSize(ValueError):
    """Say in words what is no size that documents may have."""


def size_in_bytes(written: str) -> int:
    """Read a size such as `100MiB`. Raises InvalidSize, also beyond what documents may be raised to."""
    match = _SIZE.fullmatch(written.strip())
    size = int(match[1]) * _UNITS[match[2]] if match else 0
    # Not below the default: documents that ship have to be read with any setting.
    if not DEFAULT.size_bytes <= size <= MOST_BYTES:
        low, high = DEFAULT.size_bytes // MEBIBYTE, MOST_BYTES // MEBIBYTE
        raise InvalidSize(f"is no size from {low}MiB to {high}MiB.")
    return size


class _InForce:
    """Holds the limits of this process: documents are read in many places, by threads as well."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._limits = DEFAULT

    def get(self) -> Limits:
        with self._lock:
            return self._limits

    def set(self, limits: Limits) -> None:
        with self._lock:
            self._limits = limits


_IN_FORCE = _InForce()


def current() -> Limits:
    """Return the limits in force in this process."""
    return _IN_FORCE.get()


def adopt(limits: Limits) -> None:
    """Put limits in force in this process; those that it starts have to be told."""
    _IN_FORCE.set(limits)
