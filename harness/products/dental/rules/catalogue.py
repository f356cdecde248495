"""Every rule on dental attachments."""

from harness.config import Environment
from harness.openapi.model import Api
from harness.products.dental.rules import create as dental_create
from harness.products.dental.rules import envelope as dental_envelope
from harness.products.dental.rules import fields as dental_fields
from harness.products.dental.rules import files as dental_files
from harness.products.dental.rules import identities as dental_identities
from harness.products.dental.rules import metadata as dental_metadata
from harness.products.dental.rules import mutations as dental_mutations
from harness.products.dental.rules import protocol as dental_protocol
from harness.products.dental.rules import search as dental_search
from harness.products.dental.rules import search_edges as dental_search_edges
from harness.products.dental.rules import single_faults as dental_single_faults
from harness.products.dental.rules import troubles as dental_troubles
from harness.rules.rule import Rule


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
