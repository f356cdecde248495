"""Every rule there is, for one environment, one pair of credentials and the documents in use."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from harness.config import Credentials, Environment
from harness.openapi.model import Api
from harness.products.dental.rules.catalogue import dental_rules
from harness.products.dental.rules.fuzzing import fuzz_rules
from harness.products.dental.rules.sequences import model_rules
from harness.products.medical.rules import passing_time as medical_passing_time
from harness.products.medical.rules.catalogue import medical_rules
from harness.products.platform.rules import authorization, expiry, tokens
from harness.products.platform.rules import bearer as platform_bearer
from harness.products.platform.rules import token_use as platform_tokens
from harness.products.platform.rules import transport as platform_transport
from harness.products.prior_auth.rules.catalogue import prior_auth_rules
from harness.rules.rule import Rule
from harness.rules.trial import Effort

_IN_PRODUCTION = {"D001": "D002", "D003": "D004", "D005": "D006"}
"""What is promised of a path in the sandbox to what is promised of it in production."""


def rules(
    environment: Environment,
    credentials: Credentials,
    apis: Mapping[str, Api],
    *,
    can_advance_time: bool = False,
) -> tuple[Rule, ...]:
    """Return all rules in the order in which they run: tokens and health first."""
    dental = apis.get("dental")
    fixed = (
        *tokens.rules(credentials),
        *authorization.health_rules(),
        *authorization.rules(),
        *platform_bearer.rules(),
        *platform_tokens.rules(environment, credentials),
        *platform_transport.rules(),
        *(expiry.rules(credentials) if can_advance_time else ()),
        *(dental_rules(environment, dental) if dental else ()),
        *(medical_rules() if {"medical-submission", "medical-status"} <= set(apis) else ()),
        *(medical_passing_time.rules() if can_advance_time and "medical-status" in apis else ()),
        *(prior_auth_rules(environment) if "prior-auth" in apis else ()),
    )
    return tuple(map(_in_production, fixed)) if environment.like == "production" else fixed


def _in_production(rule: Rule) -> Rule:
    named = dict.fromkeys(_IN_PRODUCTION.get(each, each) for each in rule.requirements)
    return replace(rule, requirements=tuple(named))


def exploring_rules(
    credentials: Credentials,
    apis: Mapping[str, Api],
    roles: Collection[str],
    effort: Effort,
    *,
    with_fuzzing: bool,
) -> tuple[Rule, ...]:
    """Return the rules that choose their own requests: sequences against a model, and Schemathesis.

    `roles` are those beyond the run's own that there are credentials for.

    The latter is an independent opinion that takes seconds, so the quick profile leaves it out.
    """
    if "dental" not in apis:
        return ()
    fuzzed = fuzz_rules(apis, effort) if with_fuzzing else ()
    return (*model_rules(credentials, roles, effort), *fuzzed)
