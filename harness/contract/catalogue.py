"""Every rule there is, for one environment, one pair of credentials and the documents in use."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from harness.config import Credentials, Environment
from harness.contract import (
    authorization,
    expiry,
    medical_passing_time,
    platform_bearer,
    platform_tokens,
    platform_transport,
    tokens,
)
from harness.contract.dental_catalogue import dental_rules
from harness.contract.fuzzing import fuzz_rules
from harness.contract.medical_catalogue import medical_rules
from harness.contract.model_sequences import model_rules
from harness.contract.prior_auth_catalogue import prior_auth_rules
from harness.contract.rule import Rule
from harness.contract.trial import Effort
from harness.spec.model import Api

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
