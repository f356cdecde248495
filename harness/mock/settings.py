"""Who may call the mock, what time it is there, how much it holds and which promises it breaks."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET, MOCK_SUBMITTER_ID, MOCK_TAX_ID
from harness.errors import ConfigurationError

MOST_CALLS = 1_000_000
_UNITS = {"s": 1, "m": 60, "h": 3600}
# Seven digits hold the most that is allowed.
_RATE = re.compile(r"([1-9][0-9]{0,6})/([smh])")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: int = 1


class RateLimiter:
    """One bucket for each client: as large as the rate's calls, full at first, refilled evenly."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}
        """By client, when its bucket is or was full again, were there no more calls."""

    def wait_seconds(self, client_id: str, rate: Rate, now: float) -> float:
        """Count a call and return 0, or refuse it and return how long until the next may come."""
        gap = rate.seconds / rate.calls
        # A leaky bucket kept as the one moment at which it would be full again (GCRA), in place
        # of a queue.
        full_at = max(self._full_at.get(client_id, now), now) + gap
        wait = full_at - now - rate.seconds
        if wait > gap / 1000:  # seconds since 1970 leave no room for exactness
            return wait
        # Only calls that are let in count: whoever asks too early waits no longer for it.
        self._full_at[client_id] = full_at
        return 0.0


def rate_of(text: str) -> Rate:
    """Read `CALLS/s`, `/m` or `/h`. Raises ConfigurationError."""
    match = _RATE.fullmatch(text)
    if match is None or int(match[1]) > MOST_CALLS:
        raise ConfigurationError(
            f"'{text}' is no rate.",
            advice="Write calls a second, minute or hour, say 5/s or 100/m.",
        )
    return Rate(int(match[1]), _UNITS[match[2]])


MEGABYTE = 1024 * 1024
ALL_PRODUCTS = "*"
"""Entitles a client to every product that there is."""
PROVIDER, PAYER = "provider", "payer"
"""Roles of the clients that the mock knows by itself; products say what each may do."""


@dataclass(frozen=True, slots=True)
class Client:
    """A pair of credentials and what it is entitled to; clients of one organisation share data."""

    client_id: str
    client_secret: str = field(repr=False)
    organisation: str
    roles: frozenset[str]
    """What it may be to the products that it is entitled to."""
    submitter_ids: tuple[str, ...]
    """The first is used where a request names none."""
    tax_ids: tuple[str, ...]
    products: frozenset[str] = frozenset({ALL_PRODUCTS})
    """The names of those that it is entitled to; an empty set entitles to none."""
    rate: Rate | None = None
    """How often it may call; None: as the settings say."""

    def is_entitled_to(self, product: str) -> bool:
        """Return whether the client may call a product."""
        return product in self.products or ALL_PRODUCTS in self.products


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a caller sends and on what is kept; beyond a store's bound the oldest goes."""

    known_tokens: int = 1000
    token_body_bytes: int = 16 * 1024
    json_body_bytes: int = MEGABYTE
    upload_body_bytes: int = 100 * MEGABYTE
    file_bytes: int = 64 * MEGABYTE
    parts: int = 64
    containers: int = 10_000
    container_bytes: int = 256 * MEGABYTE
    transactions: int = 10_000
    metadata_hits: int = 100
    documents: int = 10_000
    document_bytes: int = 256 * MEGABYTE
    journal_entries: int = 1000


BOTH_ROLES = frozenset({PROVIDER, PAYER})

MAIN_CLIENT = Client(
    client_id=MOCK_CLIENT_ID,
    client_secret=MOCK_CLIENT_SECRET,
    organisation="main",
    roles=BOTH_ROLES,
    submitter_ids=(MOCK_SUBMITTER_ID, "TESTSBMTR11111"),
    tax_ids=(MOCK_TAX_ID,),
)
PROVIDER_CLIENT = Client(
    client_id="harness-mock-provider",
    client_secret="harness-mock-provider-secret-which-is-public",  # noqa: S106 the mock's own
    organisation="main",
    roles=frozenset({PROVIDER}),
    submitter_ids=MAIN_CLIENT.submitter_ids,
    tax_ids=MAIN_CLIENT.tax_ids,
)
PAYER_CLIENT = Client(
    client_id="harness-mock-payer",
    client_secret="harness-mock-payer-secret-which-is-public",  # noqa: S106 the mock's own
    organisation="main",
    roles=frozenset({PAYER}),
    submitter_ids=MAIN_CLIENT.submitter_ids,
    tax_ids=MAIN_CLIENT.tax_ids,
)
FOREIGN_CLIENT = Client(
    client_id="harness-mock-foreign",
    client_secret="harness-mock-foreign-secret-which-is-public",  # noqa: S106 the mock's own
    organisation="foreign",
    roles=BOTH_ROLES,
    submitter_ids=("888787",),
    tax_ids=("987654321",),
)
CLIENTS = (MAIN_CLIENT, PROVIDER_CLIENT, PAYER_CLIENT, FOREIGN_CLIENT)


def utc_now() -> datetime:
    """Return the time of this machine in UTC."""
    return datetime.now(UTC)  # noqa: TID251 the default of the injected clock


@dataclass(frozen=True, slots=True)
class MockSettings:
    """Everything that one mock is made from."""

    clients: tuple[Client, ...] = CLIENTS
    clock: Callable[[], datetime] = utc_now
    clock_ahead_seconds: float = 0.0
    """How far the mock's time is ahead of the clock at the start."""
    faults: frozenset[str] = frozenset()
    """Ids of the catalogue in `harness.mock.frame`."""
    tolerances: frozenset[str] = frozenset()
    """Ids of the catalogue in `harness.mock.frame`."""
    latency_seconds: float = 0.0
    """How long every call is kept waiting."""
    rate: Rate | None = None
    """How often a client may call that has no rate of its own; None: as often as it likes."""
    authority: str = ""
    """The file to trust where the mock is served over TLS; the page names it."""
    token_lifetime_seconds: int = 3600
    limits: Limits = Limits()
    canned: frozenset[str] = frozenset()
    """Products that answer without validating what is sent, as a sandbox may."""
