"""Every rule on dental attachments."""

from collections.abc import Iterable

from harness.products.dental.facts import NAME
from harness.products.dental.rules import (
    create,
    envelope,
    fields,
    files,
    identities,
    metadata,
    protocol,
    search,
    search_edges,
    single_faults,
    troubles,
)
from harness.products.dental.rules.fuzzing import fuzz_rules
from harness.products.dental.rules.sequences import model_rules
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import AnyRule


def _rules(context: RuleContext) -> Iterable[AnyRule]:
    """Return the dental rules for the document in use; none where the run does without it."""
    api, environment = context.apis.get(NAME), context.environment
    if api is None:
        return ()
    return (
        # From whole requests to their details: a report reads from the general to the special.
        *create.rules(environment),
        *files.rules(api),
        *metadata.rules(),
        *envelope.rules(),
        *fields.mutation_rules(environment),
        *single_faults.rules(environment, api),
        *fields.field_rules(environment),
        *search.rules(),
        *search_edges.rules(),
        *identities.rules(),
        *protocol.rules(),
        *troubles.rules(),
    )


def _exploring(context: RuleContext, exploration: Exploration) -> Iterable[AnyRule]:
    """Return sequences against a model, and what Schemathesis tries."""
    if NAME not in context.apis:
        return ()
    effort = exploration.effort
    fuzzed = fuzz_rules(context.apis, effort) if exploration.with_fuzzing else ()
    return (*model_rules(context.credentials, exploration.roles, effort), *fuzzed)


PART = RulePart(_rules, _exploring)
