"""Run the suite against every fault and every tolerance of the mock: proof that the gate can fail."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from harness import __version__
from harness.config import Settings
from harness.events import RunStarted
from harness.mock.damage import AREA as TRANSPORT
from harness.mock.document.faults import DocumentFault, FaultKind, faults_called
from harness.mock.fault import Fault
from harness.mock.tolerances import Tolerance
from harness.openapi import requirements
from harness.openapi.bundled import bundled_document
from harness.openapi.model import Api, Operation
from harness.openapi.requirements import Strength
from harness.openapi.validator import faults
from harness.outcome import Outcome, Status
from harness.products.mocks import frame_of
from harness.record import Record
from harness.report.proof import Alarm, OutOfScope, Proof, ToleranceResult
from harness.rules.document.draft import Draft
from harness.rules.document.places import Place, chosen_body, parameter_named, places_of
from harness.rules.document.scene import Scene
from harness.rules.document.trials import Constraint, trials_of
from harness.session.clock import real_time
from harness.session.pool import process_pool
from harness.session.prove.tasks import Clean, Task, TaskResult
from harness.session.prove.trial import Case, Trial, trial
from harness.verdict.settle import judged_alone, settle, strengths_of


def why_unobservable(api: Api, fault_id: str) -> str:
    """Return the reason in words; empty where a request could show the fault."""
    fault = faults_called(api, (fault_id,))[0]
    # Only a keyword that nobody checks can hide behind another one.
    if fault.kind is not FaultKind.UNCHECKED:
        return ""
    operation = next(each for each in api.operations if each.id == fault.operation)
    place = _place(api, operation, fault)
    base = next(Scene(api).candidates(operation), None)
    if place is None or base is None:
        return ""
    trials = trials_of(api, Constraint(place, fault.keyword), base)
    drafts = [each.draft for each in trials if not each.is_valid]
    broken = [set(_keywords(api, each, place)) for each in drafts]
    if fault.keyword not in ("required", "additionalProperties"):
        # Edges of one kind are tried together: what breaks maxItems says nothing of minItems.
        broken = [each for each in broken if fault.keyword in each]
    if not broken:
        return f"no request breaks {fault.keyword} and nothing else that decides on it"
    # Where something else is always broken too, the refusal stays whatever the fault does.
    others = [each - {fault.keyword} for each in broken]
    if all(others):
        return f"whatever breaks it also breaks {' or '.join(sorted(set.union(*others)))}"
    return ""


def _place(api: Api, operation: Operation, fault: DocumentFault) -> Place | None:
    """Return the place that a fault names: `body/owner/name`, positions in lists left out."""
    for place in places_of(api, operation):
        steps = [each for each in place.path if isinstance(each, str)]
        named = "/".join([place.location, *([place.name] if place.name else []), *steps])
        if named == fault.place and (
            fault.keyword == "required" or fault.keyword in place.merged.keywords
        ):
            return place
    return None


def _keywords(api: Api, draft: Draft, place: Place) -> Iterator[str]:
    if place.location == "body":
        media_type = chosen_body(draft.operation)
        found = faults(api, media_type.schema_pointer, draft.body) if media_type else ()
    else:
        parameter = parameter_named(draft.operation, place)
        value = draft.values.get((place.location, place.name))
        found = faults(api, parameter.schema_pointer, value) if parameter.schema_pointer else ()
    yield from (each.schema_pointer.rpartition("/")[2] for each in found)


SAMPLE_EVERY = 25
"""Of the cases that a fault does not concern, every 25th is run as well."""
NOTHING = Tolerance("nothing", "The mock as it is, without any liberty.")


def look_at_clean_mock(settings: Settings) -> Clean:
    """Run every case against the mock as it is: what is bad there cannot be blamed on a fault."""
    task = Task(NOTHING.id, settings, frozenset())
    with trial(settings) as tried:
        cases = tried.cases
        outcomes, tolerance = _tolerance(tried, NOTHING, task)
    return Clean(
        cases=tuple(case.id for case in cases),
        requirements=frozenset(name for case in cases for name in case.planned.requirements),
        products=frozenset(case.planned.api for case in cases),
        noisy=frozenset(each.case for each in outcomes if each.status is not Status.PASS),
        tolerance=tolerance,
    )


def is_in_scope(fault: Fault, settings: Settings, clean: Clean) -> bool:
    """Return whether a fault can show in the selected cases.

    A product's own needs a case of that product; what all of them share needs, in a selection, a case
    that verifies the very requirement. Of the whole suite every fault is in scope.
    """
    known = settings.products.names
    if fault.area in known:
        return fault.area in settings.apis and fault.area in clean.products
    is_whole = settings.apis == known and not settings.only
    return is_whole or fault.breaks in clean.requirements


def out_of_scope(fault: Fault) -> OutOfScope:
    """Return what a proof says of a fault that the selected cases cannot see."""
    return OutOfScope(fault.id, fault.area, fault.breaks, fault.sentence)


def result_of(task: Task) -> Proof | ToleranceResult:
    """Try one fault or tolerance in this process."""
    return _prove_one(task) if task.is_fault else _try_one(task)


def _prove_one(task: Task) -> Proof:
    fault = frame_of(task.settings.products).fault_called(task.name)
    begun = real_time().monotonic()
    with trial(task.settings, faults=(fault.id,)) as tried:
        watch = _Watch(tried, task.noisy)
        # A broken transport shows in every case, so that the first catch is all there is to see.
        _run_batches(watch, fault, whole=task.whole and fault.area != TRANSPORT)
        requests = tried.requests
        statuses = watch.settled()
    of = partial(_cases_of, statuses)
    caught = {*of(Status.FAIL), *of(Status.WARN)}
    concerned = {case.id for case in tried.cases if fault.breaks in case.planned.requirements}
    return Proof(
        fault=fault.id,
        area=fault.area,
        breaks=fault.breaks,
        sentence=fault.sentence,
        seed=task.settings.seed,
        failed=of(Status.FAIL),
        observed=of(Status.WARN),
        unsure=of(Status.ERROR),
        names_requirement=bool(caught & concerned),
        tried=tuple(watch.outcomes),
        requests=requests,
        requests_to_catch=watch.requests_to_catch,
        seconds=round(real_time().monotonic() - begun, 2),
        may_be_unsure=fault.area == TRANSPORT,
        unobservable="" if caught else _unobservable(task.settings, fault),
    )


def _unobservable(settings: Settings, fault: Fault) -> str:
    """Return why no request can show a fault of a document; empty for every other fault."""
    if not settings.products.are_derived:
        return ""
    return why_unobservable(bundled_document(fault.area, settings.products.specs), fault.id)


class _Watch:
    """Run cases and keep what they say, except those that say it without any fault too.

    What counts is what a run of these cases would report: the same record, judged by the same rules.
    """

    def __init__(self, tried: Trial, noisy: frozenset[str]) -> None:
        self._trial = tried
        self._noisy = noisy
        self._plans = {case.id: case.planned for case in tried.cases}
        self._strengths = _strengths(tried.bench.settings.products.specs)
        self.outcomes: dict[str, Outcome] = {}
        self.requests_to_catch = 0

    @property
    def cases(self) -> tuple[Case, ...]:
        return self._trial.cases

    @property
    def has_caught(self) -> bool:
        return self.requests_to_catch > 0

    def settled(self) -> Mapping[str, Status]:
        """Return the status of every case that ran, as the verdict of a run counts it."""
        judged = settle(self._record(), self._strengths)
        return {each.planned.case: each.status for each in judged}

    def has_errors(self) -> bool:
        return any(each.status is Status.ERROR for each in self.outcomes.values())

    def run(self, cases: Iterable[Case], *, until_caught: bool) -> None:
        # Those that ran already, and those that are bad without any fault.
        ran = {*self.outcomes, *self._noisy}
        for outcome in self._trial.run([each for each in cases if each.id not in ran]):
            self.outcomes[outcome.case] = outcome
            if not self.has_caught and self._is_failure(outcome):
                self.requests_to_catch = self._trial.requests
            if until_caught and self.has_caught:
                return

    def _is_failure(self, outcome: Outcome) -> bool:
        judged = judged_alone(self._plans[outcome.case], outcome, self._strengths)
        return judged.status is Status.FAIL

    def _record(self) -> Record:
        settings = self._trial.bench.settings
        started = RunStarted(
            run_id="prove",
            started=self._trial.bench.stamp(),
            harness_version=__version__,
            environment=settings.environment.name,
            base_url=settings.environment.base_url,
            profile=settings.profile,
            seed=settings.seed,
            apis=settings.apis,
        )
        # In the order of the plan, as a run has them: the first of several failures may be all that counts.
        planned = tuple(plan for case, plan in self._plans.items() if case in self.outcomes)
        outcomes, exchanges = tuple(self.outcomes.values()), tuple(self._trial.exchanges)
        return Record(started, planned, outcomes, exchanges, finished=None)


@cache
def _strengths(more: tuple[Path, ...]) -> Mapping[str, Strength]:
    return strengths_of(requirements.load(more=more))


def _cases_of(statuses: Mapping[str, Status], status: Status) -> tuple[str, ...]:
    return tuple(case for case, each in statuses.items() if each is status)


def _run_batches(watch: _Watch, fault: Fault, *, whole: bool) -> None:
    """Run the cases that are concerned and a sample of the rest; all of them where none has caught."""
    concerned = [each for each in watch.cases if fault.breaks in each.planned.requirements]
    names = {each.id for each in concerned}
    rest = [each for each in watch.cases if each.id not in names]
    # Cases of the same product before all others, since they are the likeliest to show it.
    near = [each for each in rest if each.planned.api == fault.area]
    watch.run(concerned, until_caught=not whole)
    # A sample of the others shows what a fault breaks beside its own promise.
    if whole or not watch.has_caught:
        watch.run(rest[::SAMPLE_EVERY], until_caught=not whole)
    # Errors are what such a fault looks like, and nobody can be sure of more.
    if fault.area == TRANSPORT and watch.has_errors():
        return
    for batch in (near, rest):
        if not watch.has_caught:
            watch.run(batch, until_caught=True)


def _try_one(task: Task) -> ToleranceResult:
    tolerance = frame_of(task.settings.products).tolerances_called([task.name])[0]
    with trial(task.settings, tolerances=(tolerance.id,)) as tried:
        return _tolerance(tried, tolerance, task)[1]


def _tolerance(
    tried: Trial, tolerance: Tolerance, task: Task
) -> tuple[tuple[Outcome, ...], ToleranceResult]:
    begun = real_time().monotonic()
    outcomes = tuple(tried.run(tried.cases))
    # Warnings are within what a tolerated behaviour may change.
    bad = [each for each in outcomes if each.status in (Status.FAIL, Status.ERROR)]
    alarms = tuple(Alarm(each.case, each.status.value, each.message[:300]) for each in bad)
    return outcomes, ToleranceResult(
        tolerance.id,
        tolerance.sentence,
        task.settings.seed,
        alarms,
        len(outcomes),
        tried.requests,
        round(real_time().monotonic() - begun, 2),
    )


@dataclass(frozen=True, slots=True)
class LocalProcesses:
    """So many processes side by side."""

    jobs: int

    def results(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        """Yield what became of each task, as it is known."""
        with process_pool(self.jobs) as pool:
            futures = [pool.submit(result_of, task) for task in tasks]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:
                # Whoever asked has gone: nothing more is begun.
                pool.shutdown(cancel_futures=True)
                raise
