"""Judge one scenario from its evidence: pure, so that a record of the calls gives the same outcome."""

from collections.abc import Iterable, Mapping, Sequence

from harness.judge.calls import TOKEN_OPERATIONS, Call
from harness.judge.evidence import ClientEnd, Evidence
from harness.judge.expectations import KINDS, Found
from harness.judge.scenario import Control, Expectation
from harness.openapi.requirements import Strength
from harness.outcome import Attribution, Check, Outcome, Status, worst

_BAD: Mapping[Strength, Status] = {
    Strength.SHALL: Status.FAIL,
    Strength.SHOULD: Status.WARN,
    # What the documents leave open is written down and decides nothing.
    Strength.OBSERVE: Status.PASS,
}
NO_SUCH_ACTION = 64
"""Exit code of a client that does not have the action (sysexits.h, EX_USAGE)."""


def judged(
    evidence: Evidence,
    always: Sequence[Expectation] = (),
    exchanges: Mapping[int, int] | None = None,
) -> Outcome:
    """Return the outcome; `exchanges` gives the id in the record for the number of each call."""
    scenario = evidence.scenario
    # Checks refer to exchanges of the record, where there is one.
    ids = exchanges or {}
    # What no single call shows is filed under the first, so that a reader finds the scenario.
    first = min((call.number for call in evidence.calls), default=0)
    # A client that cannot be judged is neither good nor bad: not one expectation is looked at.
    unable = _unable(evidence)
    if unable is not None:
        status, message = unable
        attribution = Attribution.ENVIRONMENT
        check = Check(
            "client.alive", status, "calls of the client", message, attribution=attribution
        )
        return Outcome(scenario.id, status, (check,), message, attribution=attribution)
    checks = [
        _check(expectation, evidence, ids, first) for expectation in (*scenario.expect, *always)
    ]
    status = worst(check.status for check in checks)
    # The first check of the worst status words the outcome.
    bad = next((c for c in checks if c.status is status and status is not Status.PASS), None)
    message = f"{bad.name}: expected {bad.expected}, got {bad.actual}" if bad else ""
    return Outcome(scenario.id, status, tuple(checks), message, requests=len(evidence.calls))


def _unable(evidence: Evidence) -> tuple[Status, str] | None:
    """Say why nothing can be judged; None where it can."""
    end = evidence.end
    # A token may have been fetched before the client looked at what it was asked for.
    if end.exit_code == NO_SUCH_ACTION and not evidence.of("*"):
        return Status.OMIT, f"the client does not have the action {evidence.scenario.action}"
    # A control counts as life, although it is no part of the scenario.
    alive = [*evidence.control, *evidence.calls]
    if not alive:
        ended = f"; {_ending(end)}"
        printed = f"; it printed: {end.shown.strip()[-300:]}" if end.shown.strip() else ""
        return Status.ERROR, f"the client made no call{ended}{printed}"
    control = evidence.scenario.control
    if control is not None and not is_alive(evidence.control, control):
        why = f"the control, an accepted {control.operation}, was not seen, so that silence proves nothing"
        if evidence.scenario.certificate and not any(map(is_accepted, evidence.control)):
            # Whether a client can be given an authority of ours is not what it is judged by.
            return Status.OMIT, f"{why}; the client does not trust ca_file"
        return Status.ERROR, why
    return None


def _ending(end: ClientEnd) -> str:
    if end.exit_code is not None:
        return f"it ended with exit code {end.exit_code}"
    return f"it was ended after {end.seconds:.0f} s" if end.seconds else "it did not end by itself"


def is_alive(calls: Iterable[Call], control: Control | None) -> bool:
    """Return whether a client has shown in its control that it does what it is asked for."""
    accepted = filter(is_accepted, calls)
    return any(control is None or call.operation == control.operation for call in accepted)


def is_accepted(call: Call) -> bool:
    """Return whether a call shows that the client is alive: one for a token alone does not."""
    return call.operation not in TOKEN_OPERATIONS and 200 <= call.reply.status < 400


def _check(
    expectation: Expectation, evidence: Evidence, ids: Mapping[int, int], first: int
) -> Check:
    found: Found = KINDS[expectation.kind].judge(evidence, expectation.arguments)
    # Forbidden and met is as bad as expected and unmet.
    is_met = found.is_met is not expectation.is_forbidden
    status = Status.PASS if is_met else _BAD[expectation.strength]
    # Without evidence SHALL is an error that a person has to look at; the rest is left out.
    if found.is_open and status is not Status.PASS:
        status = Status.ERROR if expectation.strength is Strength.SHALL else Status.OMIT
    expected = f"not {found.expected}" if expectation.is_forbidden else found.expected
    because = f" ({expectation.because})" if expectation.because else ""
    return Check(
        name=_name(expectation),
        status=status,
        expected=expected + because,
        actual=found.actual,
        # An expectation about several calls points at the first, where the scenario begins.
        exchange=ids.get(found.call or first, 0),
        source=str(expectation.source),
        attribution=Attribution.ENVIRONMENT if status is Status.ERROR else Attribution.API,
    )


def _name(expectation: Expectation) -> str:
    operation = expectation.arguments.get("operation")
    return f"{expectation.kind}.{operation}" if operation and operation != "*" else expectation.kind
