"""Every rule on prior authorization."""

from harness.config import Environment
from harness.products.prior_auth.rules import decisions as prior_auth_decisions
from harness.products.prior_auth.rules import headers as prior_auth_headers
from harness.products.prior_auth.rules import messages as prior_auth_messages
from harness.products.prior_auth.rules import refusals as prior_auth_refusals
from harness.products.prior_auth.rules import selection as prior_auth_selection
from harness.rules import troubles
from harness.rules.rule import Rule

_PRODUCTION = "production"


def prior_auth_rules(environment: Environment) -> tuple[Rule, ...]:
    """Return the rules on inquiry and submission that an environment can be held to.

    Of the predefined values production knows the test members alone (S016).
    """
    if environment.like == _PRODUCTION:
        return prior_auth_decisions.member_rules(("S016",))
    return (
        *prior_auth_decisions.member_rules(),
        *prior_auth_decisions.rules(),
        *prior_auth_selection.rules(),
        *prior_auth_headers.rules(),
        *prior_auth_refusals.rules(),
        *prior_auth_messages.rules(),
        troubles.prior_auth_health_rule(),
    )
