"""What is known of medical attachments before anything of them is loaded."""

from harness.product import Health, ProductFacts, Protected
from harness.products.platform.facts import v2

NAME = "medical"
SUBMISSION, STATUS, RETRIEVAL = "medical-submission", "medical-status", "medical-retrieval"
SUBMISSION_BASE = "/medicalnetwork/attachments/submission/v1"
STATUS_BASE = "/medicalnetwork/attachments/status/v1"
RETRIEVAL_BASE = "/medicalnetwork/attachments/retrieval/v1"
RETRIEVES = ("retrieves_uploads",)


def _protected(
    document: str, operation_id: str, prefix: str, suffix: str = "", needs: tuple[str, ...] = ()
) -> Protected:
    case = f"{NAME}/{prefix}"
    return Protected(document, NAME, operation_id, case, ("O003",), ("O021",), suffix, needs)


FACTS = ProductFacts(
    name=NAME,
    title="medical attachments",
    documents=(SUBMISSION, STATUS, RETRIEVAL, "token-v2"),
    base_paths=(SUBMISSION_BASE, STATUS_BASE, RETRIEVAL_BASE),
    token=v2(
        {
            "granted": ("O006", "O025", "O026", "P001", "P002", "P018", "P019", "S001", "S002"),
            "grant": ("O022", "P011"),
            "id": ("P010",),
            "secret": ("P010", "O016"),
            "media": ("O020",),
            "method": ("P027",),
            "reused": ("O004", "O008", "O026"),
            "renewed": ("O005",),
            "crossed": ("O003",),
            # The guide prints the path with a slash at its end and without one (C05, C06).
            "slash": ("O025",),
            "production-lifetime": ("O007",),
        }
    ),
    health=(
        Health(SUBMISSION, "checkSubmissionHealth", "medical/upload-health", ("O017", "O018")),
        Health(
            STATUS,
            "checkStatusHealth",
            "medical/status-health",
            ("O017", "O018"),
            opens_with_token=True,
        ),
        Health(RETRIEVAL, "checkRetrievalHealth", "medical/retrieval/health", ("O017",), RETRIEVES),
    ),
    protected=(
        _protected(SUBMISSION, "checkSubmissionHealth", "upload-health"),
        _protected(SUBMISSION, "uploadAttachments", "upload"),
        _protected(STATUS, "checkStatusHealth", "status-health"),
        # The query that a status call needs; without it the call is refused for that.
        _protected(STATUS, "getAttachmentStatus", "status", "?fieldset=summary"),
        _protected(STATUS, "searchAttachmentStatus", "metadata"),
        _protected(RETRIEVAL, "checkRetrievalHealth", "retrieval/health", needs=RETRIEVES),
        _protected(RETRIEVAL, "searchDocuments", "retrieval/search", needs=RETRIEVES),
        _protected(RETRIEVAL, "getDocument", "retrieval/document", needs=RETRIEVES),
    ),
    # Not every pair of credentials is subscribed to it, and no requirement demands it.
    optional={RETRIEVAL: "retrieves_uploads"},
    roles={"foreign": "foreign"},
)
