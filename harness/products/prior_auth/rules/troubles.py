"""Promises on a healthcheck that fails, for a target that fails when it is asked to."""

from harness.jsonvalue import items
from harness.rules.checks import check, status
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target
from harness.rules.troubles import FAILS, troubled


def prior_auth_health_rule() -> Rule:
    """Return the rule on a healthcheck that fails."""
    case, title = "prior-auth/health/when-down", "a failing healthcheck answers 500"
    return Rule(case, title, ("S021",), _down, needs=FAILS)


def _down(target: Target, _: object) -> Checks:
    operation = target.operation("prior-auth", "checkPriorAuthHealth")
    ill = troubled(target, "down")
    answered = ill.call(operation, headers=target.authorization("prior-auth"))
    yield status(answered, 500)
    has_texts = bool(items(answered.body)) and all(
        isinstance(item, str) for item in items(answered.body)
    )
    yield check("error", answered, "texts", "texts" if has_texts else "none", holds=has_texts)
    yield from answered.conforms()
    well = target.call(operation, headers=target.authorization("prior-auth"))
    yield status(well, 200)
