"""What is known of prior authorization before anything of it is loaded."""

from harness.product import Health, ProductFacts, Protected
from harness.products.platform.facts import v2

NAME = "prior-auth"
BASE = "/rcm/prior-authorization/v1"
# The onboarding guides of both the platform and this API ask for a bearer token.
_NEEDED = ("O003", "P006", "P029")


def _decides(operation_id: str, prefix: str) -> Protected:
    case = f"{NAME}/{prefix}"
    return Protected(NAME, NAME, operation_id, case, _NEEDED, ("O021",), judges_methods=True)


FACTS = ProductFacts(
    name=NAME,
    title="prior authorization",
    documents=("prior-auth", "token-v2"),
    base_paths=(BASE,),
    token=v2(
        {
            "granted": ("P001", "P002", "P018", "P019", "P028", "S001"),
            "grant": ("P011",),
            "id": ("P010",),
            "secret": ("P010", "P013"),
            "media": ("P028",),
            "method": ("P027",),
            "reused": ("P017", "S002"),
            "renewed": ("P017",),
            "crossed": ("O003", "P006"),
            "slash": ("O025",),
            "form": ("P028",),
        }
    ),
    health=(Health(NAME, "checkPriorAuthHealth", "prior-auth/health", ("O017", "S020")),),
    protected=(
        Protected(NAME, NAME, "checkPriorAuthHealth", "prior-auth/health", ("O003",), ("O021",)),
        _decides("inquire", "inquiry"),
        _decides("inquireX12", "inquiry-x12"),
        _decides("submit", "submission"),
        _decides("submitX12", "submission-x12"),
    ),
)
