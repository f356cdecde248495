"""Every rule on dental attachments."""

from harness.config import Environment
from harness.contract import (
    dental_create,
    dental_envelope,
    dental_fields,
    dental_files,
    dental_identities,
    dental_metadata,
    dental_mutations,
    dental_protocol,
    dental_search,
    dental_search_edges,
    dental_single_faults,
    dental_troubles,
)
from harness.contract.rule import Rule
from harness.spec.model import Api


def dental_rules(environment: Environment, api: Api) -> tuple[Rule, ...]:
    """Return the dental rules for the document in use."""
    return (
        *dental_create.rules(environment),
        *dental_files.rules(api),
        *dental_metadata.rules(),
        *dental_envelope.rules(),
        *dental_mutations.rules(environment),
        *dental_single_faults.rules(environment, api),
        *dental_fields.rules(environment),
        *dental_search.rules(),
        *dental_search_edges.rules(),
        *dental_identities.rules(),
        *dental_protocol.rules(),
        *dental_troubles.rules(),
    )
