"""Every rule on medical attachments."""

from collections.abc import Collection

from harness.contract import (
    medical_contact,
    medical_details,
    medical_filters,
    medical_foreign,
    medical_lines,
    medical_members,
    medical_metadata,
    medical_naming,
    medical_status,
    medical_trace,
    medical_upload,
)
from harness.contract.rule import Rule


def medical_rules(roles: Collection[str] = ()) -> tuple[Rule, ...]:
    """Return the rules on upload, status and search for the roles there are credentials for."""
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
        *medical_foreign.rules(roles),
    )
