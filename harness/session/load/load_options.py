"""What is asked of a run under load, as one process hands it to another."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a process does in a run under load."""

    SOLO = "solo"
    MASTER = "master"
    """Sends nothing: tells the workers what to do, and adds up what they did."""
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Everything that the command line says, in values that JSON can carry."""

    file: str
    role: str = Role.SOLO
    workflow: str = ""
    servers: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    contract_checks: str = "fail"
    allow_outside: bool = False
    target: Mapping[str, Any] = field(default_factory=dict)
    """The overrides of the settings."""
    users: int = 1
    spawn_rate: float = 1.0
    seconds: float = 0.0
    """0: until every user has done its iterations."""
    iterations: int = 0
    """How often each user goes through a workflow; 0: until the time is over."""
    seed: int = 1
    run: str = ""
    """The id of the run, from which the member ids of its users are made."""
    mock_url: str = ""
    """Where the mock listens that was started for the run."""
    most_bytes: int = 0
    """How large a document may be."""
    expect_workers: int = 1
    host: str = "127.0.0.1"
    port: int = 5557
    """Where the master listens for workers, or where a worker finds it."""

    def as_text(self) -> str:
        """Return one line that `options_from` reads."""
        return json.dumps(asdict(self))


def options_from(text: str) -> LoadOptions:
    """Read what `as_text` gave."""
    found = json.loads(text)
    return LoadOptions(**{each.name: found[each.name] for each in fields(LoadOptions)})
