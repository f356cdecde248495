"""Promises on failures that no request provokes, for a target that fails when it is asked to."""

from dataclasses import replace

from harness.exchange import Exchange, Request
from harness.jsonvalue import items, members, text
from harness.products.medical.rules.baseline import documents, submission
from harness.products.medical.rules.checks import accepted
from harness.products.medical.rules.requests import upload
from harness.rules.checks import check, status
from harness.rules.discretion import discreet
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target

HEADER = "X-Mock-Trouble"
FAILS = ("fault_injection",)
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


def prior_auth_health_rule() -> Rule:
    """Return the rule on a healthcheck that fails."""
    case, title = "prior-auth/health/when-down", "a failing healthcheck answers 500"
    return Rule(case, title, ("S021",), _down, needs=FAILS)


def troubled(target: Target, trouble: str) -> Target:
    """Return a target on which every call meets a trouble behind the API."""

    def send(request: Request) -> Exchange:
        return target.send(replace(request, headers=(*request.headers, (HEADER, trouble))))

    return replace(target, send=send)


def _unable(target: Target, _: object) -> Checks:
    sent = submission()
    answered = upload(troubled(target, "temporary"), sent, documents(1)).answered
    yield status(answered, 500)
    said = text(members(answered.body).get("message"))
    yield check("message", answered, _AGAIN, said or "nothing", holds=_AGAIN in said.lower())
    yield from answered.conforms()
    person = members(sent["subscriber"])
    yield from discreet(answered, [text(each) for each in person.values()])
    yield from accepted(upload(target, sent, documents(1)))


def _down(target: Target, _: object) -> Checks:
    operation = target.operation("prior-auth", "checkPriorAuthHealth")
    ill = troubled(target, "down")
    answered = ill.call(operation, headers=target.authorization("prior-auth"))
    yield status(answered, 500)
    told = bool(items(answered.body)) and all(
        isinstance(each, str) for each in items(answered.body)
    )
    yield check("error", answered, "texts", "texts" if told else "none", holds=told)
    yield from answered.conforms()
    well = target.call(operation, headers=target.authorization("prior-auth"))
    yield status(well, 200)
