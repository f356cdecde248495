"""Run the workflow cases of a record again on its own exchanges, and report where outcomes drift."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from harness.client.redaction import MASK
from harness.errors import ConfigurationError, DocumentError
from harness.exchange import Exchange, Request
from harness.hosts import split_url
from harness.jsonvalue import Json
from harness.openapi.effective import in_use
from harness.outcome import Outcome, Status
from harness.plugin import workflows
from harness.plugin.workflows import checks_of
from harness.record import FILE_NAME, Record, read
from harness.resources import shipped
from harness.session.run.lifecycle import with_member
from harness.workflow.cases.case_list import WorkflowCase, expand
from harness.workflow.document.parse import load
from harness.workflow.engine.execute import run
from harness.workflow.engine.reports import CaseReport, Context, ContractChecks, Result
from harness.workflow.engine.session import SessionCache

NOWHERE = "http://replay.invalid"
"""Requests are made for this address and sent to none."""

_SUFFIX = ".arazzo.yaml"
STAND_IN = b"replayed.replayed.replayed"
"""Stands where a secret stood; of the shape that tokens have."""

_ABSENT = re.compile(rb"\[[\d,]+ bytes, sha256 [0-9a-f]{64}\]")


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case, as it was recorded and as it comes out now."""

    case: str
    recorded: Status
    replayed: Status
    message: str = ""
    unused: int = 0
    """Recorded exchanges that nothing asked for."""
    left_out: int = 0
    """Answers too long to be recorded; without them nothing can be said."""

    @property
    def has_drifted(self) -> bool:
        """Whether document, engine or contract now judge the same answers otherwise."""
        differs = self.recorded is not self.replayed or self.unused > 0
        return differs and not self.left_out


def replay(
    folder: Path,
    files: Sequence[Path],
    *,
    variables: Mapping[str, str],
    inputs: Mapping[str, Json],
    checks: ContractChecks,
) -> Iterator[Replayed]:
    """Yield each recorded workflow case that the documents hold. Raises ConfigurationError without any."""
    record = read(folder / FILE_NAME if folder.is_dir() else folder)
    cases = _cases(record, files or _documents(record))
    if not cases:
        raise ConfigurationError(
            f"{folder} holds no case of these documents.",
            advice="Name the documents that were run: harness workflow replay RUN FILE...",
        )
    tape = _Tape(record)
    session: SessionCache[Result] = SessionCache()
    for outcome, case in cases:
        yield _Replay(tape, case, outcome).done(
            replace(
                tape.context(case),
                environment=_environment(case, with_member(variables, record.run.run_id)),
                inputs=inputs,
                contract_checks=checks,
                session=session,
            )
        )


def _cases(record: Record, files: Sequence[Path]) -> list[tuple[Outcome, WorkflowCase]]:
    known = {
        case.id: case
        for path in files
        for book in [load(path, resolve=in_use)]
        for workflow in ["", *(each.id for each in book.workflows)]
        for case in expand(book, workflow)
    }
    wanted = {each.case for each in record.planned if each.kind == "workflow"}
    return [
        (outcome, known[outcome.case])
        for outcome in record.outcomes
        if outcome.case in wanted & known.keys() and outcome.status is not Status.SKIP
    ]


def _documents(record: Record) -> list[Path]:
    """Return the documents whose rules the record's checks name; without any, those that ship."""
    named = {
        each.source.rpartition(_SUFFIX)[0] + _SUFFIX
        for outcome in record.outcomes
        for each in outcome.checks
        if _SUFFIX in each.source
    }
    paths = [path for path in map(Path, sorted(named)) if path.is_file()]
    return paths or sorted(shipped("workflows").glob(f"*{_SUFFIX}"))


def _environment(case: WorkflowCase, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that workflows take; a stand-in does for those that are not set."""
    names = [variable for each in case.book.workflows for _, variable in each.env]
    # Nothing is sent, so that any value will do.
    return {**dict.fromkeys(names, "not-set-for-replay"), **variables}


@dataclass(slots=True)
class _Tape:
    """The recorded exchanges, each given out once, and a clock that follows them."""

    record: Record
    now: float = 0.0
    left: list[Exchange] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.left = list(self.record.exchanges)

    def context(self, case: WorkflowCase) -> Context:
        """Return a context in which the recorded answers come and nothing is sent."""
        begun = [_seconds(each.started) for each in self.record.exchanges_of(case.id)]
        # Cases ran side by side, and the clock must not go back for a later one.
        self.now = max(self.now, min(begun, default=0.0))
        return Context(
            send=lambda request: self.answer(case.id, request),
            clock=lambda: self.now,
            sleep=self.sleep,
            boundary=lambda: f"harness-boundary-{next(self.numbers):08}",
            servers={"*": NOWHERE},
            show=self.show,
        )

    def show(self, number: int) -> tuple[str, ...]:
        """Return a few lines on an exchange as it was recorded."""
        found = next((each for each in self.record.exchanges if each.id == number), None)
        return workflows.lines(found) if found else ()

    def answer(self, case: str, request: Request) -> Exchange:
        """Return the next recorded exchange of that step; a shared one may stand under another case."""
        fitting = [each for each in self.left if _fits(each.request, request)]
        own = [each for each in fitting if each.case == case]
        shared = [each for each in fitting if _path(each.request) == _path(request)]
        found = next(iter(own or shared), None)
        if found is None:
            return Exchange(0, request, failure="no such exchange was recorded", case=case)
        # Given out once, as it happened once.
        self.left.remove(found)
        # The clock stands where the answer came.
        self.now = max(self.now, _seconds(found.started)) + found.duration_seconds
        response = found.response
        if response is not None:
            # A mask where a token stood would break whatever reads its parts.
            body = response.body.replace(MASK.encode(), STAND_IN)
            response = replace(response, body=body)
        return replace(found, request=request, response=response)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def left_out(self, case: str) -> int:
        """Return how many answers of a case are not in the record for their length."""
        answers = [each.response for each in self.record.exchanges_of(case)]
        return sum(1 for each in answers if each and _ABSENT.fullmatch(each.body))

    def unused(self, case: str) -> int:
        """Return how many exchanges of a case's steps were not asked for."""
        # What belongs to no step is the run's own, such as tokens.
        return sum(1 for each in self.left if each.case == case and each.request.step)


@dataclass(frozen=True, slots=True)
class _Replay:
    tape: _Tape
    case: WorkflowCase
    outcome: Outcome

    def done(self, context: Context) -> Replayed:
        """Run the case and compare."""
        try:
            report = run(self.case, context)
        except DocumentError as problem:
            # The document has changed so far that the case cannot begin.
            report = CaseReport(Status.ERROR, message=str(problem))
        return Replayed(
            self.case.id,
            recorded=self.outcome.status,
            replayed=_status(self.case, report),
            message=report.message,
            unused=self.tape.unused(self.case.id),
            left_out=self.tape.left_out(self.case.id),
        )


def _status(case: WorkflowCase, report: CaseReport) -> Status:
    """Return the status that the case would have in a run."""
    # Without a check the status of the report is all there is.
    statuses = {each.status for each in checks_of(report)} or {report.status}
    status = next(
        (each for each in (Status.FAIL, Status.ERROR, Status.WARN) if each in statuses), Status.PASS
    )
    # As in a run, where a failure that was foreseen warns, and its absence fails.
    if case.xfail and status is not Status.ERROR:
        return Status.WARN if status is Status.FAIL else Status.FAIL
    return status


def _fits(recorded: Request, asked: Request) -> bool:
    return (recorded.method, recorded.operation, recorded.step) == (
        asked.method,
        asked.operation,
        asked.step,
    )


def _path(request: Request) -> str:
    return split_url(request.url).path


def _seconds(started: str) -> float:
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return 0.0
    # Records are in UTC; a stamp without a zone would else be read in that of this machine.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
