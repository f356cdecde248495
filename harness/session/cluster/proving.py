"""Try the tasks of a proof on a cluster."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

from harness.config import Settings
from harness.jsonvalue import Json, members, parsed
from harness.report.proof import NotDone
from harness.session.clock import real_time
from harness.session.cluster.address import Cluster
from harness.session.cluster.dispatch import Answered, Assignments, Dispatch, Unanswered
from harness.session.cluster.orders import (
    Kind,
    frame_of_order,
    order,
    result_from_json,
    task_as_json,
)
from harness.session.cluster.running import Reach, reached
from harness.session.prove.tasks import Task, TaskResult


@dataclass(frozen=True, slots=True)
class ClusterProof:
    """Workers of a cluster; each needs the same version and the same documents."""

    cluster: Cluster
    settings: Settings
    report: Callable[[str], None]
    reach: Reach = reached

    def results(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        """Yield what became of each task, as it is known. Raises NoWorkers."""
        # Two proofs on one scheduler, of one second even, must not take each other's answers.
        campaign = f"prove-{uuid4().hex[:12]}"
        frame: dict[str, Json] = {**frame_of_order(self.settings, campaign), "proves": True}
        check = order(Kind.CHECK, f"harness {campaign} check", frame, {})
        named = {f"harness {campaign} {task.id}": task for task in tasks}
        orders = [
            order(Kind.PROVE, name, frame, {"task": task_as_json(task)})
            for name, task in named.items()
        ]
        with self.reach(self.cluster) as workers:
            dispatch = Dispatch(workers, check, real_time().monotonic, self.report)
            for each in dispatch.results(Assignments(orders)):
                yield _result(each, named[each.order.name])


def _result(each: Answered | Unanswered, task: Task) -> TaskResult:
    match each:
        case Answered():
            result = members(members(parsed(each.answer.text)).get("result"))
            return result_from_json(result, is_fault=task.is_fault)
        case Unanswered():
            return NotDone(task.name, task.settings.seed, task.is_fault, each.reason)
