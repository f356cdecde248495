"""Run the workflows of one Arazzo document, without pytest: the short way for `workflow run`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.errors import NothingSelected
from harness.events import CasesCounted
from harness.outcome import Status
from harness.plugin.bench import Bench
from harness.plugin.case_executor import CaseExecutor
from harness.plugin.workflows import planned_workflow, run_workflow
from harness.session.run.lifecycle import Cases
from harness.workflow.cases.case_list import WorkflowCase, refuse_shared_ids
from harness.workflow.engine.turns import turns


def cases_of(
    cases: Sequence[WorkflowCase], *, total: int = 0, jobs: int = 1, exit_first: bool = False
) -> Cases:
    """Return what runs just these cases, so many at a time; outcomes come in the cases' order.

    `total` counts the cases of the whole document, where these are only some of them. Raises DocumentError where two of them have the same id.
    """
    refuse_shared_ids(cases)

    def run(bench: Bench, _: Path) -> None:
        wanted = [case for case in cases if _is_wanted(bench, case)]
        if not wanted:
            raise NothingSelected(_nothing(cases, bench.settings.only))
        bench.write(CasesCounted(max(total, len(cases))))
        for case in wanted:
            bench.write(planned_workflow(case, bench.settings.products))
        _run_all(bench, wanted, CaseExecutor(jobs), exit_first=exit_first)

    return run


def _is_wanted(bench: Bench, case: WorkflowCase) -> bool:
    # Whoever names a document means its cases, whichever API they belong to.
    settings = replace(bench.settings, apis=bench.settings.products.names)
    return case.id not in bench.done and settings.selects(case.id)


def _nothing(cases: Sequence[WorkflowCase], only: str) -> str:
    return f"no case is selected by '{only}'." if cases else "the document holds no case."


def _run_all(
    bench: Bench, cases: Sequence[WorkflowCase], executor: CaseExecutor, *, exit_first: bool
) -> None:
    options = replace(bench.workflows, is_stopped=executor.is_stopped)
    running = replace(bench, workflows=options)
    works = {
        case.id: partial(bench.unless_tripped, partial(run_workflow, running, case))
        for case in cases
    }
    # With one worker nothing is begun before its turn.
    executor.begin(works, turns(cases))
    is_interrupted = False
    try:
        for case, work in works.items():
            outcome = executor.outcome(case, work)
            bench.finish(outcome)
            # The target is gone; what was begun beside this case gets its outcome below.
            if (tripped := bench.client.tripped) is not None:
                raise tripped
            if exit_first and outcome.status in (Status.FAIL, Status.ERROR):
                break
    except KeyboardInterrupt:
        is_interrupted = True
        raise
    finally:
        # At once only on Ctrl-C: after the first failure, what is under way comes to its end.
        for outcome in executor.close(at_once=is_interrupted):
            bench.finish(outcome)
