"""Every rule on medical attachments."""

from harness.contract import (
    medical_contact,
    medical_details,
    medical_filters,
    medical_foreign,
    medical_lines,
    medical_members,
    medical_metadata,
    medical_naming,
    medical_retrieval,
    medical_retrieval_refusals,
    medical_retrieval_search,
    medical_status,
    medical_trace,
    medical_upload,
    troubles,
)
from harness.contract.rule import Rule


def medical_rules() -> tuple[Rule, ...]:
    """Return the rules on upload, status, search and retrieval."""
    return (
        *medical_upload.rules(),
        *medical_members.rules(),
        *medical_lines.rules(),
        *medical_naming.rules(),
        *medical_contact.rules(),
        *medical_status.rules(),
        *medical_details.rules(),
        *medical_trace.rules(),
        *medical_metadata.rules(),
        *medical_filters.rules(),
        *medical_foreign.rules(),
        troubles.upload_rule(),
        *medical_retrieval_search.rules(),
        *medical_retrieval_refusals.rules(),
        *medical_retrieval.rules(),
    )
