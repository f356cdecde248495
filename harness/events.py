"""What happens in a run, in the order in which it is written to the record."""

from dataclasses import dataclass

from harness.exchange import Exchange
from harness.outcome import Outcome


@dataclass(frozen=True, slots=True)
class DocumentUsed:
    """An OpenAPI document that the run was judged by."""

    api: str
    path: str
    sha256: str
    operations: tuple[str, ...]
    """Operations under test, as `POST /full/{path}`."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run began; everything that identifies it."""

    run_id: str
    started: str
    harness_version: str
    environment: str
    base_url: str
    profile: str
    seed: int
    apis: tuple[str, ...]
    documents: tuple[DocumentUsed, ...] = ()
    selection: str = ""


@dataclass(frozen=True, slots=True)
class CasePlanned:
    """A case will run. All of these are written before the first case starts."""

    case: str
    title: str
    api: str
    group: str
    """The endpoint or workflow it belongs to: `create`, `status`, `token`."""
    requirements: tuple[str, ...] = ()
    strength: str = "SHALL"
    kind: str = "contract"
    """`contract`, `workflow` or `harness`."""


@dataclass(frozen=True, slots=True)
class CaseStarted:
    """A case began."""

    case: str
    started: str


@dataclass(frozen=True, slots=True)
class ExchangeDone:
    """A request was answered, or was not."""

    exchange: Exchange


@dataclass(frozen=True, slots=True)
class CaseFinished:
    """A case ended."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run ended by itself; a record without this line is incomplete."""

    finished: str
    duration_seconds: float
    interrupted: bool = False
    error: str = ""
    """Why the run as a whole could not be done: unreachable, credentials refused, our bug."""


Event = RunStarted | CasePlanned | CaseStarted | ExchangeDone | CaseFinished | RunFinished
