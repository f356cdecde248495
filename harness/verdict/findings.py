"""Describe a case that did not pass by the check that decided against it."""

import hashlib
from collections.abc import Mapping

from harness.events import CasePlanned
from harness.exchange import Exchange
from harness.outcome import Check, Outcome, Status
from harness.verdict.curl import curl
from harness.verdict.model import Finding, Judged
from harness.verdict.scope import CLIENT
from harness.verdict.sentence import sentence

_NOTHING = Check(name="", status=Status.NOT_RUN)


def fingerprint(case: str, operation: str, check: str, expected: str) -> str:
    """Return twelve hex digits that stay the same as long as the same thing is wrong."""
    seed = f"{case}:{operation}:{check}:{expected}"
    return hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:12]


def finding(
    judged: Judged, exchanges: Mapping[int, Exchange], check: Check | None = None
) -> Finding:
    """Return the finding of one case; its first bad check unless another is named."""
    outcome = judged.outcome or Outcome(judged.planned.case, Status.NOT_RUN)
    bad = check or outcome.first_bad or _NOTHING
    exchange = exchanges.get(bad.exchange)
    operation = exchange.request.operation if exchange else ""
    came = bad.actual or (exchange.failure if exchange else "")
    said = outcome.message or _skipped(outcome)
    actual = came or said
    message = judged.because or said or _absence(judged)
    is_client = judged.planned.kind == CLIENT
    return Finding(
        case=judged.planned.case,
        title=judged.planned.title,
        status=judged.status,
        requirements=judged.planned.requirements,
        check=bad.name,
        operation=operation,
        expected=bad.expected,
        actual=actual,
        where=bad.where,
        source=bad.source,
        message=message,
        attribution=bad.attribution if bad.name else outcome.attribution,
        fingerprint=fingerprint(judged.planned.case, operation, bad.name, bad.expected),
        curl=curl(exchange.request) if exchange and not is_client else "",
        exchange=bad.exchange,
        waiver=judged.waiver,
        sentence=_of_client(bad, came)
        if is_client and bad.name
        else sentence(bad.name, bad.expected, came, bad.where, message),
    )


def _of_client(check: Check, came: str) -> str:
    return f"Expected of the client: {check.expected or 'nothing'}; observed: {came or 'nothing'}."


def _skipped(outcome: Outcome) -> str:
    """Return what a case that could not be judged says of the reason."""
    skipped = (each.actual for each in outcome.checks if each.status is Status.SKIP)
    return next(skipped, "") if outcome.status is Status.SKIP else ""


def _absence(judged: Judged) -> str:
    return "" if judged.outcome else "planned, but the record holds no result of it"


def unplanned(outcome: Outcome) -> CasePlanned:
    """Stand in for the plan of a case that ran without having been planned."""
    api = outcome.case.partition("/")[0]
    return CasePlanned(case=outcome.case, title=outcome.case, api=api, group="unplanned")
