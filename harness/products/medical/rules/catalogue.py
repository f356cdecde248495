"""Every rule on medical attachments."""

from harness.products.medical.rules import contact as medical_contact
from harness.products.medical.rules import details as medical_details
from harness.products.medical.rules import filters as medical_filters
from harness.products.medical.rules import foreign as medical_foreign
from harness.products.medical.rules import lines as medical_lines
from harness.products.medical.rules import members as medical_members
from harness.products.medical.rules import metadata as medical_metadata
from harness.products.medical.rules import naming as medical_naming
from harness.products.medical.rules import retrieval as medical_retrieval
from harness.products.medical.rules import retrieval_refusals as medical_retrieval_refusals
from harness.products.medical.rules import retrieval_search as medical_retrieval_search
from harness.products.medical.rules import status as medical_status
from harness.products.medical.rules import trace as medical_trace
from harness.products.medical.rules import upload as medical_upload
from harness.rules import troubles
from harness.rules.rule import Rule


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
