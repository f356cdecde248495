"""A target that is the mock in this process, with some faults, for the medical rules."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx

from harness.config import (
    MOCK_CLIENT_ID,
    MOCK_CLIENT_SECRET,
    Credentials,
    Environment,
    mock_credentials,
)
from harness.exchange import Exchange, Request, Response
from harness.mock.settings import MockSettings
from harness.outcome import Check, Status
from harness.products.medical.rules.catalogue import medical_rules
from harness.rules.rule import AnyRule
from harness.rules.target import Target, json_body
from harness.rules.trial import Effort, try_rule
from tests.products import create_app, documents

BASE_URL = "http://mock"
NOON = datetime(2026, 1, 16, 12, 0, 30, tzinfo=UTC)
EFFORT = Effort(examples=5, seed=1, shrink=False)
RULES = {rule.id: rule for rule in medical_rules()}


def send_to(*faults: str) -> Callable[[Request], Exchange]:
    """Return a function that sends to a new mock; like any server, it dates its answers."""
    settings = MockSettings(clock=lambda: NOON, faults=frozenset(faults))
    transport = httpx.ASGITransport(create_app(settings))
    ids = itertools.count(1)

    async def answer(request: Request) -> Response:
        async with httpx.AsyncClient(transport=transport) as client:
            found = await client.request(
                request.method,
                request.url,
                headers=list(request.headers),
                content=request.body,
            )
        headers = (*found.headers.items(), ("date", format_datetime(NOON, usegmt=True)))
        return Response(found.status_code, headers, found.content)

    return lambda request: Exchange(next(ids), request, asyncio.run(answer(request)))


def target_of(send: Callable[[Request], Exchange]) -> Target:
    """Return the target behind a send function, with a token that it gave."""
    main = _token(send, Credentials(MOCK_CLIENT_ID, MOCK_CLIENT_SECRET))
    foreign = _token(send, mock_credentials("foreign"))
    return Target(
        environment=Environment("mock", BASE_URL),
        apis={api.name: api for api in documents(["medical"])},
        send=send,
        bearer=lambda _: main,
        others={"foreign": lambda _: foreign},
        is_alive=lambda: True,
    )


def _token(send: Callable[[Request], Exchange], credentials: Credentials) -> str:
    headers, body = json_body(
        {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        }
    )
    response = send(Request("POST", f"{BASE_URL}/apip/auth/v2/token", headers, body)).response
    value = response.json() if response else None
    return str(value["access_token"]) if isinstance(value, dict) else ""


def broken(rule: AnyRule, target: Target) -> tuple[Check, ...]:
    """Return the checks of a rule that did not hold."""
    checks = try_rule(rule, target, EFFORT)
    return tuple(check for check in checks if check.status is not Status.PASS)
