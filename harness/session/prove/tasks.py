"""What a proof has to try: each fault and each tolerance under each seed, cut into parts where asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from harness.config import Settings
from harness.mock.fault import Fault
from harness.mock.tolerances import Tolerance
from harness.report.proof import NotDone, Proof, ToleranceResult
from harness.shard import Shard

TaskResult = Proof | ToleranceResult | NotDone
"""What became of one task."""


@dataclass(frozen=True, slots=True)
class Clean:
    """What the suite says of the mock as it is, under one seed."""

    cases: tuple[str, ...]
    requirements: frozenset[str]
    """All that some case verifies."""
    noisy: frozenset[str]
    """Cases that do not pass: they prove nothing."""
    products: frozenset[str]
    """Those that some case belongs to."""
    tolerance: ToleranceResult


@dataclass(frozen=True, slots=True)
class Task:
    """A fault or a tolerance by name: it holds functions, which do not travel between processes."""

    name: str
    settings: Settings
    noisy: frozenset[str]
    is_fault: bool = False
    whole: bool = True
    """Run everything that is concerned, instead of ending with the first catch."""

    @property
    def id(self) -> str:
        """Name it within a proof."""
        return task_id(self.name, self.settings.seed, is_fault=self.is_fault)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be proved, and how."""

    faults: Sequence[Fault]
    tolerances: Sequence[Tolerance]
    seeds: tuple[int, ...]


class Executor(Protocol):
    """Tries tasks somewhere, and yields what became of each as it is known."""

    def results(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        """Yield one result for each task, in any order."""
        ...


def task_id(name: str, seed: int, *, is_fault: bool) -> str:
    """Return the name of a task: a fault and a tolerance may be called the same."""
    return f"{'fault' if is_fault else 'tolerance'} {name} seed {seed}"


def id_of_result(result: TaskResult) -> str:
    """Return the name of the task that a result answers."""
    match result:
        case Proof():
            return task_id(result.fault, result.seed, is_fault=True)
        case ToleranceResult():
            return task_id(result.id, result.seed, is_fault=False)
        case NotDone():
            return task_id(result.name, result.seed, is_fault=result.is_fault)


def tasks_of(plan: Plan, settings: Settings, clean: Clean) -> tuple[Task, ...]:
    """Return all tasks, the long ones first, so that none of them is left alone at the end."""
    return tuple(_tasks(plan, settings, clean))


def part_of(tasks: Sequence[Task], shard: Shard | None) -> Sequence[Task]:
    """Return the tasks of a shard: every N-th, so that no shard of a small proof is left empty."""
    return tasks if shard is None else tasks[shard.index - 1 :: shard.count]


def ids_of_part(plan: Sequence[str], shard: Shard) -> Sequence[str]:
    """Return the ids of the tasks of a shard."""
    return plan[shard.index - 1 :: shard.count]


def _tasks(plan: Plan, settings: Settings, clean: Clean) -> Iterator[Task]:
    seeded = [replace(settings, seed=seed) for seed in plan.seeds]
    for each in seeded:
        # Tolerances are tried with all cases, so that none of them is noise.
        yield from (Task(tolerance.id, each, frozenset()) for tolerance in plan.tolerances)
    for each in seeded:
        # A document has a fault for each of its constraints: the first catch of each is enough.
        whole = each is seeded[0] and not settings.products.are_derived
        for fault in plan.faults:
            yield Task(fault.id, each, clean.noisy, is_fault=True, whole=whole)
