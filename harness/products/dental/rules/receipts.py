"""Judge what a successful create answers: its status, its ids, its time and whose claim it names."""

import re
from collections.abc import Mapping

from harness.jsonvalue import Json, members
from harness.products.dental.rules.requests import Created
from harness.rules.checks import equal, matches, status
from harness.rules.rule import Checks
from harness.rules.times import recent

_CONTROL_NUMBER = re.compile(r"[A-Z]{3}#[0-9a-fA-F]{24}")
_ATTACHMENT_ID = re.compile(r"[A-Z]{3}#[0-9]{12}")


def acceptance(made: Created, files: int, claim_sent: Mapping[str, Json]) -> Checks:
    """Judge an accepted create: status 201 or 200 (C37), one id a file, closed, of this claim."""
    answered, body = made.answered, members(made.answered.body)
    yield status(answered, 201, 200)
    yield equal(
        "attachments",
        answered,
        files,
        len(made.attachment_ids),
        where="response.body#/attachmentIds",
    )
    yield equal("container.status", answered, "CLOSED", body.get("status"))
    if "claimId" in body:
        yield equal("claim-id", answered, claim_sent.get("claimId"), body["claimId"])
    yield from answered.conforms()


def receipt(made: Created, files: int, claim_sent: Mapping[str, Json]) -> Checks:
    """Judge an accepted create and the form of everything that it gives."""
    answered = made.answered
    yield from acceptance(made, files, claim_sent)
    yield equal("attachments.distinct", answered, files, len(set(made.attachment_ids)))
    yield matches("control-number", answered, _CONTROL_NUMBER, made.control_number)
    for attachment_id in made.attachment_ids:
        yield matches("attachment-id", answered, _ATTACHMENT_ID, attachment_id)
    created_at = members(answered.body).get("createdAt")
    yield recent("created-at", answered, created_at, where="response.body#/createdAt")
