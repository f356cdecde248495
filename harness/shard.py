"""Which part of the cases a run takes: as it was named, or as the CI system numbers its jobs."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from harness.errors import ConfigurationError
from harness.events import RunStarted

AUTO = "auto"
"""The word for a shard that the variables of the CI system tell."""
MOST = 9999


@dataclass(frozen=True, slots=True)
class Split:
    """Which cases of an earlier record each shard takes, so that all take about as long."""

    parts: tuple[tuple[str, ...], ...]

    @property
    def sha256(self) -> str:
        """Return the digest by which shards of one run know that they agree."""
        return hashlib.sha256(json.dumps(self.parts).encode()).hexdigest()

    def index_of(self, case: str) -> int | None:
        """Return the shard that takes a case, from 1; None where the earlier record did not have it."""
        return _places(self.parts).get(case)


@cache
def _places(parts: tuple[tuple[str, ...], ...]) -> Mapping[str, int]:
    return {case: index for index, part in enumerate(parts, start=1) for case in part}


def balanced(seconds: Mapping[str, float], count: int) -> Split:
    """Return the split of cases by how long each took: the longest first, each to the shard with least.

    Of equals the id and then the number of the shard decide, so that the same record gives the same split.
    """
    parts: list[list[str]] = [[] for _ in range(count)]
    loads = [0.0] * count
    # Longest first: short cases then even out what the long ones leave (LPT scheduling).
    for case in sorted(seconds, key=lambda each: (-seconds[each], each)):
        # Of shards with equal load the one with fewer cases, or all cases of no duration went to
        # one.
        least = min(range(count), key=lambda index: (loads[index], len(parts[index]), index))
        parts[least].append(case)
        loads[least] += seconds[case]
    return Split(tuple(tuple(sorted(part)) for part in parts))


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a run's cases, told apart by the checksums of their ids, or by a split."""

    index: int
    """From 1."""
    count: int
    split: Split | None = None

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, case: str) -> bool:
        """Return whether a case belongs to this part; it does wherever and whenever it is asked."""
        placed = self.split.index_of(case) if self.split else None
        if placed is not None:
            return placed == self.index
        # A case that the split does not know goes by its checksum; hash() would differ in each
        # process.
        return crc32(case.encode()) % self.count == self.index - 1


@dataclass(frozen=True, slots=True)
class JobVariables:
    """The two variables in which a system tells a job its number, and how many there are."""

    system: str
    index: str
    count: str
    first: int
    """The number of the first job: 0 or 1."""


JOB_VARIABLES = (
    # GitHub has no variables of this kind: its job gets strategy.job-index and strategy.job-total so.
    JobVariables("GitHub or a system of your own", "HARNESS_SHARD_INDEX", "HARNESS_SHARD_TOTAL", 0),
    # Kubernetes tells an Indexed Job its index alone; spec.completions has to be repeated.
    JobVariables("Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0),
    JobVariables("GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    JobVariables("Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
    JobVariables("CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
)


def shard_named(text: str) -> Shard:
    """Read `I/N`. Raises ConfigurationError."""
    # Four digits bound both numbers, and a leading zero is no number of a shard.
    match = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    if match is None or int(match[1]) > int(match[2]):
        raise ConfigurationError(
            f"'{text}' is not a shard.", advice="Write it as I/N, say 2/3, or as auto."
        )
    return Shard(int(match[1]), int(match[2]))


def shard_of_run(run: RunStarted) -> Shard | None:
    """Return the shard that a record holds; None where it holds a whole run."""
    return shard_recorded(run.shard, run.split) if run.shard else None


def shard_recorded(text: str, parts: Sequence[Sequence[str]]) -> Shard:
    """Return a shard as a record or an order names it. Raises ConfigurationError."""
    shard = shard_named(text)
    split = Split(tuple(tuple(part) for part in parts)) if parts else None
    return Shard(shard.index, shard.count, split)


def chosen_shard(text: str, variables: Mapping[str, str]) -> Shard | None:
    """Return the shard that a flag names or the CI system tells; None where all cases are wanted.

    Raises ConfigurationError.
    """
    if text == AUTO:
        return shard_of_job(variables)
    return shard_named(text) if text else None


def shard_of_job(variables: Mapping[str, str]) -> Shard:
    """Return the shard that the variables of a CI system tell. Raises ConfigurationError."""
    # Several systems may have set theirs; that is fine where they agree.
    found = {names: _shard(names, variables) for names in _set(variables)}
    if not found:
        pairs = ", ".join(
            f"{each.index} and {each.count} ({each.system})" for each in JOB_VARIABLES
        )
        raise ConfigurationError(
            "--shard auto: no variable tells which of several jobs this is.",
            advice=f"Set one of these pairs, or write --shard I/N: {pairs}.",
        )
    if len(set(found.values())) > 1:
        told = " and ".join(f"{names.index} says {shard}" for names, shard in found.items())
        raise ConfigurationError(
            f"--shard auto: the variables contradict each other: {told}.",
            advice="Unset all but one pair, or write --shard I/N.",
        )
    return next(iter(found.values()))


def _set(variables: Mapping[str, str]) -> Iterator[JobVariables]:
    """Yield the pairs of which one variable is set at least."""
    for names in JOB_VARIABLES:
        index, count = variables.get(names.index, ""), variables.get(names.count, "")
        # GitLab sets CI_NODE_TOTAL to 1 for each job without `parallel`, which says nothing.
        if index or (count and count != "1"):
            yield names


def _shard(names: JobVariables, variables: Mapping[str, str]) -> Shard:
    # Half a pair would place every job at the same part, or none.
    for name, other in ((names.index, names.count), (names.count, names.index)):
        if not variables.get(name):
            raise ConfigurationError(
                f"--shard auto: {other} is set and {name} is not.",
                advice="Set both, or write --shard I/N.",
            )
    index = _number(names.index, variables[names.index]) - names.first
    count = _number(names.count, variables[names.count])
    if not 0 <= index < count:
        last = count - 1 + names.first
        raise ConfigurationError(
            f"--shard auto: {names.index} is {variables[names.index]}, and {names.count} is {count}.",
            advice=f"{names.index} counts from {names.first} to {max(last, names.first)}.",
        )
    return Shard(index + 1, count)


def _number(name: str, text: str) -> int:
    # A variable from outside: digits of other scripts and endless ones are refused.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST))):
        raise ConfigurationError(
            f"--shard auto: {name} is '{text[:40]}', which is no number.",
            advice=f"Set it to a whole number up to {MOST}.",
        )
    return int(text)
