"""Transport faults over a real socket: each breaks answers of the APIs, and only those."""

import ssl
from pathlib import Path

import httpx
import pytest

from harness.mock.damage import DAMAGES, Damage, Ending
from harness.mock.server import issue_certificate, running
from harness.mock.settings import MockSettings
from tests.integration.mock_api import DENTAL_HEALTH, V2, MockApi
from tests.products import FRAME, create_app

WHOLE = b'{"message":"Service is healthy"}'
IDS = [damage.fault.id for damage in DAMAGES]


PATIENCE_SECONDS = 60.0
SHORT_SECONDS = {Ending.HOLD: 0.3, Ending.DRIP: 0.3}
"""How long to wait for an answer that never comes whole; any other comes or breaks of itself."""


def health_through(url: str, seconds: float = PATIENCE_SECONDS, **options: object) -> bytes:
    """Return the body of a healthcheck, or what kept it from coming whole."""
    with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS, **options) as client:  # type: ignore[arg-type]  # passed through
        assert client.get("/").status_code == 200
        try:
            token = client.post(V2, json=MockApi().fields()).json()["access_token"]
            with client.stream(
                "GET",
                DENTAL_HEALTH,
                headers={"Authorization": f"Bearer {token}"},
                timeout=seconds,
            ) as answer:
                return b"".join(
                    piece for piece, _ in zip(answer.iter_bytes(), range(3), strict=False)
                )
        except httpx.HTTPError as problem:
            return type(problem).__name__.encode()


@pytest.mark.parametrize("damage", DAMAGES, ids=IDS)
def test_an_answer_does_not_come_whole(damage: Damage) -> None:
    with running(create_app(MockSettings()), damage=FRAME.damage([damage.fault.id])) as url:
        seconds = SHORT_SECONDS.get(damage.ending, PATIENCE_SECONDS)

        assert health_through(url, seconds) != WHOLE


def test_a_proxy_that_breaks_nothing_changes_nothing() -> None:
    whole = Damage(DAMAGES[0].fault, lambda answer: answer)
    with running(create_app(MockSettings()), damage=whole) as url:
        assert health_through(url) == WHOLE


def test_it_stands_behind_tls_too(tmp_path: Path) -> None:
    files = issue_certificate(tmp_path)
    reset = Damage(DAMAGES[0].fault, lambda _: b"", Ending.RESET)
    trust = ssl.create_default_context(cafile=str(files.authority))
    with running(create_app(MockSettings()), certificate=files, damage=reset) as url:
        assert url.startswith("https://")
        assert health_through(url, verify=trust) != WHOLE
