"""A bug of the mock itself is answered in the words of the API that it struck."""

import asyncio
from datetime import datetime

import httpx
import pytest

from harness.jsonvalue import Json
from harness.mock.settings import MockSettings
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    NOON,
    SNTL,
    STATUS,
    SUBMISSION_HEALTH,
    V2,
    MockApi,
)
from tests.products import create_app


class Clock:
    """Time that fails at first."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> datetime:
        self.asked += 1
        if self.asked == 1:
            raise RuntimeError("no time")
        return NOON


async def answered(
    method: str, path: str, token: str, data: dict[str, Json] | None
) -> httpx.Response:
    app = create_app(MockSettings(clock=Clock()))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
        return await client.request(method, path, headers=headers, data=data)


@pytest.mark.parametrize(
    ("path", "members"),
    [
        (DENTAL_HEALTH, ["detail", "instance", "properties", "status", "title", "type"]),
        (SUBMISSION_HEALTH, ["error", "message", "path", "status", "timestamp"]),
        (f"{STATUS}/healthcheck", ["statusCode", "statusMessage"]),
        (SNTL, ["Errors", "failureReason", "status"]),
        (V2, ["error", "error_description"]),
    ],
)
def test_each_api_has_its_own_words_for_a_crash(path: str, members: list[str]) -> None:
    is_token = path in (SNTL, V2)
    api = MockApi()
    data = api.fields() if is_token else None

    answer = asyncio.run(answered("POST" if is_token else "GET", path, api.token, data))

    assert answer.status_code == 500
    assert sorted(answer.json()) == members
    assert "no time" not in answer.text
