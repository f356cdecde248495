"""What the judge has to know of medical attachments to judge their clients."""

from functools import cache

from harness.jsonvalue import Json
from harness.judge.product import ClientProduct
from harness.products.medical.strategies.submissions import medical_requests
from harness.strategies.samples import drawn_once

# The names of the files that the scenarios send: the request has to name the same ones.
_ONE, _TWO = ("document.pdf",), ("document.pdf", "document.png")


# Every scenario of a seed sends the same request, so it is drawn once.
@cache
def _request(payer_id: str, names: tuple[str, ...], seed: int) -> Json:
    return drawn_once(medical_requests(payer_id=payer_id, file_names=names), of_seed=seed)


CLIENTS = ClientProduct(
    name="medical",
    documents=("medical-submission", "medical-status", "token-v2"),
    token_path="/apip/auth/v2/token",  # noqa: S106 an address
    token_form="json",  # noqa: S106 how its body is written
    generators={
        # TESTEP06 is accepted by the payer: the plain case (A024).
        "request": lambda seed: _request("TESTEP06", _ONE, seed),
        "request_of_two": lambda seed: _request("TESTEP06", _TWO, seed),
    },
    common_inputs={},
    actions=("medical.upload", "medical.upload-then-poll", "medical.status", "medical.search"),
    main={
        "product": "medical",
        "action": "medical.upload",
        "operation": "uploadAttachments",
        "health": "checkSubmissionHealth",
        "inputs": {"request": {"$generate": "request"}, "files": ["$file.pdf"]},
        "private": {
            "request": {
                "$generate": "request",
                "with": {
                    "subscriber": {
                        "memberId": "$canary",
                        "firstName": "$canary",
                        "lastName": "$canary",
                    }
                },
            },
            "files": ["$file.pdf"],
        },
        "media": "application/(json|x-www-form-urlencoded).*",
        "refusal": {
            "status": "errors",
            "errors": [{"field": "subscriber.memberId", "description": "It is not known."}],
        },
        "refusal_type": "application/json",
        "look": ["searchAttachmentStatus"],
        "private_values": [
            "$input/request/subscriber/memberId",
            "$input/request/subscriber/lastName",
            "$input/request/subscriber/firstName",
        ],
        "reads": "medical.upload-then-poll",
        "reads_operation": "getAttachmentStatus",
        "reads_inputs": {"request": {"$generate": "request"}, "files": ["$file.pdf"]},
    },
)
