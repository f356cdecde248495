"""A target that is the mock in this process, with some faults, for the prior authorization rules."""

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import replace

import httpx

from harness.config import Capabilities, Environment
from harness.exchange import Exchange, Request, Response
from harness.jsonvalue import Json
from harness.mock.settings import MockSettings
from harness.outcome import Check, Status
from harness.products.prior_auth.rules.catalogue import prior_auth_rules
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.integration.mock_api import V2, MockApi
from tests.products import create_app, documents

BASE_URL = "http://mock"
EFFORT = Effort(examples=4, seed=1, shrink=False)
STRICT = Environment("mock", BASE_URL)
CANNED = replace(
    STRICT, capabilities=Capabilities(validates_requests=False, canned_values_only=True)
)
RULES = {rule.id: rule for rule in prior_auth_rules(STRICT)}


class Bench:
    """A new mock, and every body that was sent to it."""

    def __init__(self, *faults: str, environment: Environment = STRICT) -> None:
        self.bodies: list[Json] = []
        self._ids = itertools.count(1)
        settings = MockSettings(
            faults=frozenset(faults),
            canned=frozenset(
                () if environment.capabilities.validates_requests else ("prior-auth",)
            ),
        )
        self._transport = httpx.ASGITransport(create_app(settings))
        self._environment = environment

    def send(self, request: Request) -> Exchange:
        if request.body.startswith(b"{"):
            self.bodies.append(_json(request.body))
        return Exchange(next(self._ids), request, asyncio.run(self._answer(request)))

    async def _answer(self, request: Request) -> Response:
        async with httpx.AsyncClient(transport=self._transport) as client:
            found = await client.request(
                request.method, request.url, headers=list(request.headers), content=request.body
            )
        return Response(found.status_code, tuple(found.headers.items()), found.content)

    @property
    def target(self) -> Target:
        """The mock as a rule sees it."""
        body = json.dumps(MockApi().fields()).encode()
        headers = (("Content-Type", "application/json"),)
        answer = self.send(Request("POST", BASE_URL + V2, headers, body)).response
        granted = answer.json() if answer else None
        token = str(granted["access_token"]) if isinstance(granted, dict) else ""
        return Target(
            environment=self._environment,
            apis={api.name: api for api in documents(["prior-auth"])},
            send=self.send,
            bearer=lambda _: token,
            is_alive=lambda: True,
        )


def _json(body: bytes) -> Json:
    try:
        found: Json = json.loads(body)
    except ValueError:
        return None
    return found


def broken(rule: AnyRule, target: Target) -> tuple[Check, ...]:
    """Return the checks of a rule that did not hold."""
    checks = try_rule(rule, target, EFFORT)
    return tuple(check for check in checks if check.status is not Status.PASS)


def target_answering(answer: Callable[[Request], Response | None]) -> Target:
    """Return a target that answers every request by a function."""

    def send(request: Request) -> Exchange:
        response = answer(request)
        return Exchange(1, request, response, "" if response else "the line is cut")

    return Target(
        environment=STRICT,
        apis={api.name: api for api in documents(["prior-auth"])},
        send=send,
        bearer=lambda _: "token",
        is_alive=lambda: True,
    )
