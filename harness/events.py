"""What happens in a run, in the order in which it is written to the record."""

import shlex
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
    origin: str = "bundled"
    """`bundled` or `downloaded`; the same corrections apply to either."""
    unmatched: tuple[str, ...] = ()
    """Corrections that found nothing to correct, each with its place."""
    answers: tuple[str, ...] = ()
    """The documented answers of these, as `201 POST /full/{path}`; also `4XX` and `default`."""
    formats: str = ""
    """Which formats were to assert: `standard`, `all` or `none`; empty where nothing says it."""
    formats_asserting: tuple[str, ...] = ()
    """Formats that it names and that make a value wrong."""
    formats_warning: tuple[str, ...] = ()
    """Those whose breach is a warning."""
    formats_unchecked: tuple[str, ...] = ()
    """Those that nobody looks at: unknown, or switched off."""


@dataclass(frozen=True, slots=True)
class SetUsed:
    """A requirement set that the run was judged by."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Job:
    """The CI job that a run belongs to."""

    system: str
    """`GitHub Actions`, `GitLab CI` or `Jenkins`."""
    name: str
    number: str
    url: str


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
    sets: tuple[SetUsed, ...] = ()
    faults: tuple[str, ...] = ()
    """Promises that the mock was asked to break."""
    shard: str = ""
    """`I/N` where the run holds only a part of the cases."""
    split: tuple[tuple[str, ...], ...] = ()
    """The cases of each shard, where they were balanced by an earlier record; others go by checksum."""
    split_sha256: str = ""
    """The digest of the split, where there is one."""
    merged: tuple[str, ...] = ()
    """Ids of the runs that this one was joined from."""
    waivers: str = ""
    """SHA-256 of the waiver file, where there was one."""
    baseline: str = ""
    """SHA-256 of what was kept of the run to compare with, where there was one."""
    embedded: bool = False
    """The target was a mock started for this run, at an address that is gone."""
    min_operation_coverage: float = 0.0
    """The share of operations that had to be reached, from 0 to 1, where more was asked than by the profile."""
    min_keyword_coverage: float = 0.0
    """The share of constraints that had to be exercised from both sides, from 0 to 1, likewise."""
    job: Job | None = None
    """None where the run was started by hand."""
    suite: str = ""
    """What the cases were taken from: `contract`, or the name of an Arazzo document."""
    like: str = ""
    """The environment of the requirement sets that the target counts as, where its name is another."""
    settings_of: str = ""
    """The environment that the settings came from, where a URL was given that is not its own."""
    role: str = "server"
    """What was tested: `server`, or `client` where a client was under judgement."""
    expected_failures: tuple[str, ...] = ()
    """Cases that were allowed to fail, so that they count as observed."""

    @property
    def mock_command(self) -> str:
        """The command that starts the mock of the run again; empty where the run had none of its own."""
        if not self.embedded:
            return ""
        port = self.base_url.rpartition(":")[2]
        own = (each.path for each in self.documents if each.origin == "own")
        specs = "".join(f" --spec {shlex.quote(path)}" for path in own)
        faults = "".join(f" --fault {each}" for each in self.faults)
        return f"harness mock --port {port}{specs}{faults}"


@dataclass(frozen=True, slots=True)
class CasesCounted:
    """All cases that the suite has for the products under test, whatever is selected of them."""

    total: int


@dataclass(frozen=True, slots=True)
class MockRecognised:
    """The target is the mock that ships with the program, whatever URL and name it was reached by."""

    by: str
    """What gave it away: `token`. Its answers bear a header as well, which stands in the exchanges."""


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
class ClientPrinted:
    """The program of a client ended and had printed something; redacted, and the last of it where it was much."""

    case: str
    text: str
    bytes: int
    """How much it printed in all."""


@dataclass(frozen=True, slots=True)
class Attested:
    """A person answered a question that no call can show; it decides nothing."""

    case: str
    requirement: str
    who: str
    when: str
    """The day, as 2026-12-31."""
    what: str
    """The question, and yes or no."""


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run ended by itself; a record without this line is incomplete."""

    finished: str
    duration_seconds: float
    interrupted: bool = False
    error: str = ""
    """Why the run as a whole could not be done: unreachable, credentials refused, our bug."""
    exit_code: int = 0
    """What such an error ends the program with; 0 where the verdict decides."""


@dataclass(frozen=True, slots=True)
class RunResumed:
    """A run that was cut off goes on; what it had ended before no longer holds."""

    resumed: str
    harness_version: str


@dataclass(frozen=True, slots=True)
class RunScanned:
    """Everything written was searched for secrets; without this line nobody has looked."""

    leaks: int


@dataclass(frozen=True, slots=True)
class ConstraintsExercised:
    """Which constraints on one operation's requests a run exercised; several lines of one add up."""

    api: str
    operation: str
    sides: tuple[tuple[str, str], ...]
    """The pointer of each constraint in its document, with `within`, `beyond`, `both` or nothing."""


Event = (
    RunStarted
    | CasesCounted
    | MockRecognised
    | CasePlanned
    | CaseStarted
    | ExchangeDone
    | CaseFinished
    | ClientPrinted
    | Attested
    | RunFinished
    | RunResumed
    | RunScanned
    | ConstraintsExercised
)
