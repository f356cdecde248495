"""Promises on temporary faults of an upload, for a target that fails when it is asked to."""

from harness.jsonvalue import members, text
from harness.products.medical.rules.baseline import documents, submission
from harness.products.medical.rules.checks import accepted
from harness.products.medical.rules.requests import upload
from harness.rules.checks import check, status
from harness.rules.leak_checks import leaks_nothing
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target
from harness.rules.troubles import FAILS, troubled

_AGAIN = "try again"


def upload_rule() -> Rule:
    """Return the rule on temporary faults of an upload."""
    return Rule(
        "medical/upload/when-temporarily-unable",
        "a temporary fault is told as one, and the upload can be sent again",
        ("A070",),
        _unable,
        needs=(*FAILS, "writes_allowed"),
    )


def _unable(target: Target, _: object) -> Checks:
    sent = submission()
    answered = upload(troubled(target, "temporary"), sent, documents(1)).answered
    yield status(answered, 500)
    said = text(members(answered.body).get("message"))
    yield check("message", answered, _AGAIN, said or "nothing", holds=_AGAIN in said.lower())
    yield from answered.conforms()
    person = members(sent["subscriber"])
    yield from leaks_nothing(answered, [text(value) for value in person.values()])
    yield from accepted(upload(target, sent, documents(1)))
