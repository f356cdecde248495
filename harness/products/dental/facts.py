"""What is known of dental attachments before anything of them is loaded."""

from harness.product import Health, ProductFacts, Protected
from harness.products.platform.facts import sntl

NAME = "dental"
BASE = "/dental/attachments/v1"


def _protected(operation_id: str, prefix: str) -> Protected:
    return Protected(
        NAME, NAME, operation_id, f"{NAME}/{prefix}", ("D009",), ("D122",), judges_methods=True
    )


TOKEN = sntl(
    {
        "granted": ("D001", "D010", "D011", "D012"),
        "grant": ("D010",),
        "id": ("D011",),
        "secret": ("D012", "O016"),
        "media": ("D001",),
        "method": ("D001",),
        "reused": ("D013", "D014"),
        "renewed": ("D014",),
        "crossed": ("D009",),
    }
)

FACTS = ProductFacts(
    name=NAME,
    title="dental attachments",
    documents=("dental", "token-sntl"),
    base_paths=(BASE,),
    token=TOKEN,
    health=(Health(NAME, "checkDentalHealth", "dental/health", ("D003", "D015", "D016")),),
    protected=(
        _protected("checkDentalHealth", "health"),
        _protected("createAttachments", "create"),
        _protected("createAttachmentsWithImageIntelligence", "image-intelligence"),
        _protected("searchAttachments", "search"),
    ),
    roles={
        "foreign": "foreign",
        "provider": "provider",
        "payer": "payer",
        # Credentials that are good for the platform, but without the dental product (D136).
        "outsider": "medical-only",
    },
    # Whoever calls must be entitled to both (D050, D051), so they cannot be invented.
    wants=("submitter_id", "tax_id"),
    # The same promise at the host of production, under an id of its own.
    in_production={"D001": "D002", "D003": "D004", "D005": "D006"},
)
