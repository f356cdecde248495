"""What the judge has to know of dental attachments to judge their clients."""

from functools import cache

from harness.config import MOCK_SUBMITTER_ID, MOCK_TAX_ID
from harness.jsonvalue import Json
from harness.judge.product import ClientProduct
from harness.products.dental.facts import FACTS, TOKEN
from harness.products.dental.strategies.claims import claims
from harness.strategies.samples import drawn_once


# Every scenario of a seed sends the same claim, so it is drawn once.
@cache
def _claim(seed: int) -> Json:
    return drawn_once(claims(submitter_id=MOCK_SUBMITTER_ID, tax_id=MOCK_TAX_ID), of_seed=seed)


CLIENTS = ClientProduct(
    name=FACTS.name,
    documents=FACTS.documents,
    token_path=TOKEN.path,
    token_form="form",  # noqa: S106 how its body is written
    generators={"claim": _claim},
    common_inputs={},
    main={
        "product": "dental",
        "action": "dental.create",
        "operation": "createAttachments",
        "health": "checkDentalHealth",
        "inputs": {"claim": {"$generate": "claim"}, "files": ["$file.pdf"]},
        "private": {
            "claim": {
                "$generate": "claim",
                "with": {
                    "memberId": "$canary",
                    # Values that occur nowhere else: one that turns up in a log was leaked by the
                    # client.
                    "patientLastName": "$canary",
                    "patientFirstName": "$canary",
                },
            },
            "files": ["$file.pdf"],
        },
        "media": "application/x-www-form-urlencoded.*",
        "refusal": {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "properties": {
                "errors": [
                    {
                        "code": "DENTATT_016",
                        "field": "memberId",
                        "message": "Pattern.req.memberId",
                    }
                ]
            },
        },
        "refusal_type": "application/problem+json",
        "look": [],
        "private_values": [
            "$input/claim/memberId",
            "$input/claim/patientLastName",
            "$input/claim/patientFirstName",
        ],
        "reads": "dental.create-then-search",
        "reads_operation": "searchAttachments",
        "reads_inputs": {"claim": {"$generate": "claim"}, "files": ["$file.pdf"]},
    },
    actions=(
        "dental.create",
        "dental.create-image-intelligence",
        "dental.search",
        "dental.create-then-search",
    ),
)
