"""Run the rules of any document against a function that answers requests."""

import json
from collections.abc import Callable

from harness import document
from harness.config import Capabilities, Environment
from harness.exchange import Exchange, Request, Response
from harness.jsonvalue import Json
from harness.openapi.load import build_api
from harness.outcome import Check, Status
from harness.rules.document.access import AccessPlan, access_for
from harness.rules.document.catalogue import document_rules
from harness.rules.document.scene import Scene
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule

Answer = Callable[[Request], tuple[int, Json] | Response]


def tried(
    text: str,
    answer: Answer,
    *,
    base_url: str = "http://127.0.0.1",
    token: str = "",
    writes: bool = True,
) -> tuple[dict[str, list[Check]], list[Request]]:
    """Return the checks by case, and every request that was sent."""
    api = build_api(document.parse(text, "own.yaml"), "own")
    sent: list[Request] = []

    def send(request: Request) -> Exchange:
        sent.append(request)
        given = answer(request)
        return Exchange(
            len(sent), request, given if isinstance(given, Response) else written(*given)
        )

    environment = Environment("mock", base_url, capabilities=Capabilities(writes_allowed=writes))
    target = Target(environment, {"own": api}, send, lambda _: "", lambda: True)
    scene = Scene(api, lambda to: access_for(api, AccessPlan(token=token), to))
    rules = [
        each for each in document_rules(api, scene) if writes or "writes_allowed" not in each.needs
    ]
    return {rule.id: list(try_rule(rule, target, Effort(1, 1))) for rule in rules}, sent


def written(status: int, body: Json) -> Response:
    """Return a response with a body of JSON; with none where there is nothing to write."""
    raw = b"" if body is None else json.dumps(body).encode()
    headers = () if body is None else (("content-type", "application/json"),)
    return Response(status, headers, raw)


def bad(checks: dict[str, list[Check]]) -> set[tuple[str, str]]:
    """Return the failed checks as case and name."""
    return {
        (case, check.name)
        for case, found in checks.items()
        for check in found
        if check.status is Status.FAIL
    }
