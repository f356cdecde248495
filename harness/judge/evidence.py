"""Everything that a scenario is judged from, and how its expectations refer to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.exchange import header
from harness.jsonvalue import MISSING, Json, lookup
from harness.judge.calls import Call, of_operation
from harness.judge.scenario import Scenario

_REFERENCE = re.compile(r"\$(input|context)((?:/[^/]*)*)")
_ANSWER = re.compile(r"\$answer\.(\w+)\.(\d+)((?:/[^/]*)*)")
_HEADER = re.compile(r"\$answer\.(\w+)\.(\d+)\.header\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file that the client was asked to send."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientEnd:
    """How the program of the client came to its end."""

    exit_code: int | None = None
    """None where there was no program of ours to start, or where it was ended by us."""
    timed_out: bool = False
    seconds: float = 0.0
    was_stopped: bool = False
    """It was ended by us because of the number of its calls."""
    output: str = field(default="", repr=False)
    """The last of what it printed, redacted."""
    leaks: tuple[str, ...] = ()
    """Names of the secrets that stand in what it printed."""
    result: Mapping[str, Json] = field(default_factory=dict)
    """What it wrote to its result file: a statement of the client's, never evidence by itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was asked, what arrived, and how the client ended."""

    scenario: Scenario
    calls: tuple[Call, ...]
    inputs: Mapping[str, Json] = field(default_factory=dict)
    """The inputs of the context, with everything generated in its place."""
    files: tuple[FileInput, ...] = ()
    credentials: tuple[str, ...] = field(default=(), repr=False)
    """The client secret and the tokens: what must never show outside its place."""
    control: tuple[Call, ...] = ()
    """Calls of the control, which came before the scenario began."""
    end: ClientEnd = ClientEnd()

    def of(self, operation: str) -> tuple[Call, ...]:
        """Return the calls of an operation, in the order of arrival."""
        return of_operation(self.calls, operation)

    def call(self, operation: str, nth: int) -> Call | None:
        """Return the n-th call of an operation, from 1; -1 is the last one."""
        found = self.of(operation)
        index = nth - 1 if nth > 0 else len(found) + nth
        return found[index] if 0 <= index < len(found) else None


def resolved(value: Json, evidence: Evidence) -> object:
    """Return what an argument means: a reference to an input or an answer, else itself.

    `$input/claim/claimId`, `$answer.createAttachments.1/attachmentIds/0`,
    `$answer.uploadAttachments.1.header.x-trace-id`. MISSING where it leads nowhere.
    """
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    if found := _REFERENCE.fullmatch(value):
        return lookup(evidence.inputs, found[2])
    if found := _HEADER.fullmatch(value):
        call = evidence.call(found[1], int(found[2]))
        named = header(call.reply.headers, found[3]) if call else None
        return MISSING if named is None else named
    if found := _ANSWER.fullmatch(value):
        call = evidence.call(found[1], int(found[2]))
        return lookup(call.reply.json(), found[3]) if call else MISSING
    return value
