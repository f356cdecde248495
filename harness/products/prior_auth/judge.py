"""What the judge has to know of prior authorization to judge its clients."""

from functools import cache

from harness.jsonvalue import Json
from harness.judge.product import ClientProduct
from harness.products.prior_auth.strategies.requests import PriorAuthRequest, paired_requests
from harness.strategies.samples import drawn_once
from harness.x12.review import Kind

# Keys of the sandbox table, one for each kind of answer a client has to handle.
_CERTIFIED, _PENDED, _REJECTED = "278_217_01_A1", "278_217_04_A4", "AAA_217_07_73"
_DEMO, _MEMBER = "INQDEMO", "TST2"


@cache
def _request(kind: Kind, key: str, member_id: str, seed: int) -> PriorAuthRequest:
    """Return one request, which its JSON form and its X12 form are written from."""
    drawn = paired_requests(kind=kind, key=key, member_id=member_id)
    return drawn_once(drawn, of_seed=seed)  # type: ignore[type-var]  # a value of ours, not of JSON


def _inquiry(seed: int) -> PriorAuthRequest:
    return _request(Kind.INQUIRY, _DEMO, _MEMBER, seed)


def _submission(key: str, seed: int) -> PriorAuthRequest:
    return _request(Kind.SUBMISSION, key, "", seed)


def _sent(request: PriorAuthRequest) -> Json:
    # The documents want the key as sender, too (C71); any other sender is answered alike.
    return request.json


CLIENTS = ClientProduct(
    name="prior-auth",
    documents=("prior-auth", "token-v2"),
    token_path="/apip/auth/v2/token",  # noqa: S106 an address
    token_form="json",  # noqa: S106 how its body is written
    generators={
        "inquiry": lambda seed: _sent(_inquiry(seed)),
        "inquiry_x12": lambda seed: _inquiry(seed).x12,
        "submission": lambda seed: _sent(_submission(_CERTIFIED, seed)),
        "submission_x12": lambda seed: _submission(_CERTIFIED, seed).x12,
        "pended": lambda seed: _sent(_submission(_PENDED, seed)),
        "rejected": lambda seed: _sent(_submission(_REJECTED, seed)),
    },
    # A well-formed UUID, as clients send it that have a tenant; the header is optional (C86).
    common_inputs={"tenantId": "3f0d2a52-5f1e-4c57-9a53-6f1f0f6f0b11"},
    actions=(
        "prior-auth.inquire",
        "prior-auth.inquire-x12",
        "prior-auth.submit",
        "prior-auth.submit-x12",
    ),
    main={
        "product": "prior-auth",
        "action": "prior-auth.submit",
        "operation": "submit",
        "health": "checkPriorAuthHealth",
        "inputs": {"request": {"$generate": "submission"}},
        "private": {
            "request": {
                "$generate": "submission",
                "with": {
                    "subscriber": {
                        "memberId": "$canary",
                        "firstName": "$canary",
                        "lastName": "$canary",
                        # Eight digits, as this API writes dates (S059).
                        "dateOfBirth": "19700101",
                    }
                },
            }
        },
        "media": "application/(json|x-www-form-urlencoded).*",
        "refusal": ["subscriber.memberId: This must not be empty."],
        "refusal_type": "application/json",
        "look": ["inquire", "inquireX12"],
        "private_values": [
            "$input/request/subscriber/memberId",
            "$input/request/subscriber/lastName",
            "$input/request/subscriber/firstName",
        ],
        "reads": "prior-auth.submit",
        "reads_operation": "submit",
        "reads_inputs": {"request": {"$generate": "submission"}},
    },
)
