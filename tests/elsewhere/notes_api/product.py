"""Notes: facts, and where the rules and the mock are. The entry point names `NOTES`."""

from pathlib import Path

from harness.product import Health, Product, ProductFacts, Protected
from harness.products.platform.facts import v2

HERE = Path(__file__).parent
NAME = "notes"
BASE = "/notes/v1"
FACTS = ProductFacts(
    name=NAME,
    title="notes",
    documents=("notes", "token-v2"),
    base_paths=(BASE,),
    token=v2({}),
    health=(Health(NAME, "checkNotes", "notes/health", ("N001",)),),
    protected=(Protected(NAME, NAME, "addNote", "notes/add", ("N004",), ("N004",)),),
    specs=HERE / "specs",
    workflows=HERE / "workflows",
)


def _rules() -> object:
    from notes_api.rules import PART

    return PART


def _mock() -> object:
    from notes_api.mock import PART

    return PART


NOTES = Product(FACTS, rules=_rules, mock=_mock)
