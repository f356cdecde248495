"""What the judge has to know of dental attachments to judge their clients."""

from harness.config import MOCK_SUBMITTER_ID, MOCK_TAX_ID
from harness.jsonvalue import Json
from harness.judge.product import ClientProduct
from harness.products.dental.facts import FACTS, TOKEN
from harness.products.dental.strategies.claims import claims
from harness.strategies.samples import drawn_once


def _claim(seed: int) -> Json:
    return drawn_once(claims(submitter_id=MOCK_SUBMITTER_ID, tax_id=MOCK_TAX_ID), of_seed=seed)


CLIENTS = ClientProduct(
    name=FACTS.name,
    documents=FACTS.documents,
    token_path=TOKEN.path,
    token_form="form",  # noqa: S106 how its body is written
    generators={"claim": _claim},
    common_inputs={},
    actions=(
        "dental.create",
        "dental.create-image-intelligence",
        "dental.search",
        "dental.create-then-search",
    ),
)
