"""Medical APIs that answer every request in one way, and so break many promises at once."""

import json
from collections.abc import Callable

from harness.config import Environment
from harness.exchange import Exchange, Request, Response
from harness.jsonvalue import Json
from harness.outcome import Status
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.products import documents

TRACE_ID = "00000000-0000-4000-8000-000000000001"
EFFORT = Effort(examples=3, seed=1, shrink=False)

Answer = Callable[[Request], Response | None]


def said(status: int, body: Json) -> Response:
    """Return an answer in JSON."""
    content = json.dumps(body).encode()
    return Response(status, (("content-type", "application/json"),), content)


def accepting(request: Request) -> Response:
    """Answer as an API that accepts everything and remembers nothing."""
    if request.url.endswith("/uploads"):
        attachment_id = f"{TRACE_ID}_TESTEP06_999898"
        return said(200, {"status": "success", "attachmentId": attachment_id})
    return said(200, [])


def refusing(request: Request) -> Response:
    """Answer as an API that refuses everything for the same reason."""
    if request.url.endswith("/uploads"):
        errors = [{"field": "moon", "description": "It is not full."}]
        return said(400, {"status": "errors", "errors": errors})
    return said(400, {"statusCode": "400", "statusMessage": "No."})


def crashing(_: Request) -> Response:
    """Answer as an API that is broken throughout."""
    return Response(500, (("content-type", "text/html"),), b"<h1>Oops</h1>")


def hanging_up(_: Request) -> None:
    """Give no answer at all."""
    return


def target_of(answer: Answer) -> Target:
    """Return a target that answers by a function."""

    def send(request: Request) -> Exchange:
        response = answer(request)
        return Exchange(1, request, response, "" if response else "the line is cut")

    return Target(
        environment=Environment("mock", "http://fake"),
        apis={api.name: api for api in documents(["medical"])},
        send=send,
        bearer=lambda _: "token",
        others={"foreign": lambda _: "foreign token"},
        is_alive=lambda: True,
    )


def holds(rule: AnyRule, target: Target) -> bool:
    """Tell whether every check of a rule passes, and that there is one."""
    checks = try_rule(rule, target, EFFORT)
    return bool(checks) and all(check.status is Status.PASS for check in checks)
