"""What every case of a run shares: the client, the tokens, the documents, the record."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Credentials, Settings
from harness.errors import BrokenRule, HarnessError, MissingPart, NoToken, TargetError
from harness.events import CaseFinished, CasePlanned, CaseStarted, Event
from harness.jsonvalue import Json
from harness.openapi.model import Api
from harness.outcome import TOKEN_CHECK, Attribution, Check, Outcome, Status, worst
from harness.rules.own.hooks import NO_HOOKS, Hooks
from harness.workflow.engine.reports import ContractChecks, Result
from harness.workflow.engine.session import SessionCache

Judge = Callable[[], tuple[Check, ...]]


@dataclass(frozen=True, slots=True)
class WorkflowOptions:
    """What all workflows of a run share, and what was asked of them."""

    servers: Mapping[str, str] = field(default_factory=dict)
    """Base URL by source name; `*` is the default."""
    inputs: Mapping[str, Json] = field(default_factory=dict)
    contract_checks: ContractChecks = ContractChecks.FAIL
    strict: bool = False
    """Fail also what an action has handled."""
    is_patient: bool = True
    """Wait and send again on 429 and 503 with Retry-After, beside what a document says."""
    session: SessionCache[Result] = field(default_factory=SessionCache)
    is_stopped: Callable[[], bool] | None = None
    """Whether the run is to end."""


@dataclass(frozen=True)
class Bench:
    """Built once by the session; cases only read it."""

    settings: Settings
    credentials: Credentials
    client: Client
    tokens: Tokens
    redactor: Redactor
    apis: Mapping[str, Api]
    time: Time
    write: Callable[[Event], None] = field(repr=False)
    counts: Counter[str]
    """Requests sent so far, by case."""
    workflows: WorkflowOptions
    roles: Mapping[str, Tokens] = field(default_factory=dict)
    """Tokens of further credentials, by role."""
    done: frozenset[str] = frozenset()
    """Cases that an earlier sitting of this run has settled."""
    hooks: Hooks = NO_HOOKS
    """What a user's own code does before each request and after each response."""
    advance: Callable[[float], None] | None = field(repr=False, default=None)
    """Lets so many seconds pass for the target and for us; None where nobody can."""

    def is_wanted(self, case: str) -> bool:
        """Return whether a case is selected, belongs to this shard and was not settled before."""
        shard = self.settings.shard
        selected = self.settings.selects(case)
        return selected and (shard is None or shard.holds(case)) and case not in self.done

    def unless_tripped(self, work: Callable[[], Outcome]) -> Outcome:
        """Run a case. Raises Unreachable where the target has fallen silent for good before it."""
        # A case begun before the target fell silent ends by its own errors; none is begun after it.
        if (tripped := self.client.tripped) is not None:
            raise tripped
        return work()

    def perform(self, planned: CasePlanned, judge: Judge) -> Outcome:
        """Run one case to its outcome; what we could not tell becomes an error, never a pass."""
        started, begun = self.stamp(), self.time.stopwatch()
        # Before anything is sent, so that a run that is killed shows what it was at.
        self.write(CaseStarted(planned.case, started))
        try:
            outcome = _judged(planned, judge())
        # From the narrow to the general: each kind says whose fault it is that nothing was judged.
        except NoToken as problem:
            outcome = _without_token(planned, problem)
        except MissingPart as problem:
            outcome = omitted(planned, str(problem))
        except TargetError as problem:
            outcome = _error(planned, str(problem), Attribution.ENVIRONMENT)
        except BrokenRule as problem:
            outcome = _error(planned, str(problem), Attribution.RULE)
        except HarnessError as problem:
            outcome = _error(planned, str(problem), Attribution.HARNESS)
        return replace(
            outcome,
            # Messages hold what came over the wire; nothing leaves this room before it is masked.
            checks=tuple(self._redacted(check) for check in outcome.checks),
            message=self.redactor.text(outcome.message),
            started=started,
            duration_seconds=round(self.time.stopwatch() - begun, 6),
            requests=self.counts[planned.case],
        )

    def finish(self, outcome: Outcome) -> None:
        """Write an outcome to the record."""
        self.write(CaseFinished(outcome))

    def stamp(self) -> str:
        """Return the present as RFC 3339 in UTC, to the millisecond."""
        return self.time.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def _redacted(self, check: Check) -> Check:
        text = self.redactor.text
        return replace(check, expected=text(check.expected), actual=text(check.actual))


def omitted(planned: CasePlanned, reason: str) -> Outcome:
    """Return the outcome of a case that does not apply to this target."""
    return Outcome(planned.case, Status.OMIT, message=reason)


def _judged(planned: CasePlanned, checks: tuple[Check, ...]) -> Outcome:
    # What is only recommended may be left undone for a reason (RFC 2119, 3): its breach warns.
    if planned.strength != "SHALL":
        checks = tuple(softened(check) for check in checks)
    outcome = Outcome(planned.case, worst(check.status for check in checks), checks)
    first = outcome.first_bad
    if first is None:
        return outcome if checks else replace(outcome, message="no check was made")
    message = f"{first.name}: expected {first.expected}, got {first.actual}"
    return replace(outcome, message=message, attribution=first.attribution)


def softened(check: Check) -> Check:
    """Turn a failure of what is only recommended, or only observed, into a warning."""
    return replace(check, status=Status.WARN) if check.status is Status.FAIL else check


def _error(planned: CasePlanned, message: str, attribution: Attribution) -> Outcome:
    return Outcome(planned.case, Status.ERROR, message=message, attribution=attribution)


def _without_token(planned: CasePlanned, problem: NoToken) -> Outcome:
    """Return the outcome of a case that needs a token which could not be had: nobody can judge it."""
    # An endpoint that answers wrongly breaks its contract; silence or refused credentials do not.
    is_api = problem.is_answered and not problem.rejects_credentials
    attribution = Attribution.API if is_api else Attribution.ENVIRONMENT
    check = Check(
        TOKEN_CHECK,
        Status.ERROR,
        expected="an access token",
        actual=problem.actual or problem.what,
        exchange=problem.exchange,
        attribution=attribution,
    )
    message = f"it needs a token: {problem}"
    return Outcome(planned.case, Status.ERROR, (check,), message, attribution=attribution)
