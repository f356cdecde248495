"""Promises on what time does to a status, for targets whose clock can be moved."""

from harness.jsonvalue import text
from harness.openapi.requirements import Strength
from harness.products.medical.rules.baseline import WRITES, documents, for_payer
from harness.products.medical.rules.checks import accepted
from harness.products.medical.rules.payers import payer, payers
from harness.products.medical.rules.requests import states, summary, upload
from harness.rules.checks import check, equal, status
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target

_DAY = 24 * 3600.0
_FAX_FAILS = "TESTPP14"
_ATTEMPTS = 3


def rules() -> tuple[Rule, ...]:
    """Return the rules on statuses a day later."""
    return (
        Rule(
            "medical/status/all-payers/after-a-day",
            "a day later each test payer's transaction has the status it had",
            ("A002", "A016"),
            _bound,
            needs=WRITES,
            alone=True,
        ),
        Rule(
            "medical/status/fax-attempts/after-a-day",
            "each attempt at a failing fax is reported, three a day",
            ("A047",),
            _attempts,
            strength=Strength.OBSERVE,
            needs=WRITES,
            alone=True,
        ),
    )


def _bound(target: Target, _: object) -> Checks:
    receipts = [(payer, upload(target, for_payer(payer), documents(1))) for payer in payers()]
    _pass_a_day(target)
    for each, receipt in receipts:
        yield from accepted(receipt)
        answered = summary(target, receipt.trace_id)
        yield status(answered, 200)
        codes = sorted({text(state.get("statusCode")) for state in states(answered.body)})
        yield equal("status.codes", answered, [each.code], codes)


def _attempts(target: Target, _: object) -> Checks:
    receipt = upload(target, for_payer(payer(_FAX_FAILS)), documents(1))
    yield from accepted(receipt)
    first = summary(target, receipt.trace_id)
    _pass_a_day(target)
    later = summary(target, receipt.trace_id)
    for answered, most in ((first, 1), (later, _ATTEMPTS)):
        times = {text(state.get("statusTimeStamp")) for state in states(answered.body)}
        actual = f"{len(times)} attempts"
        yield check("attempts", answered, f"{most} attempts", actual, holds=len(times) == most)


def _pass_a_day(target: Target) -> None:
    if target.advance is not None:
        target.advance(_DAY)
