from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from harness.client.redaction import Redactor
from harness.config import Overrides, Settings
from harness.session.clock import real_time
from harness.session.run.preflight import probe_capabilities
from tests.products import load

RETRIEVAL = "/medicalnetwork/attachments/retrieval/v1"


@contextmanager
def answering(status: int, *, health: int | None = None) -> Iterator[str]:
    """Serve one status for every call, another one for the healthcheck."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_health = self.path.endswith("/healthcheck")
            self.send_response(health if health and is_health else status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815 the base calls it so

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base's name
            ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def settings(url: str) -> Settings:
    return load(Overrides(base_url=url), folder=Path("/"), environ={})


@pytest.mark.parametrize(
    ("status", "health", "is_offered"),
    [
        pytest.param(404, None, False, id="no-such-route"),
        pytest.param(401, None, True, id="asks-for-a-token"),
        pytest.param(401, 404, True, id="one-route-lost"),
        pytest.param(404, 500, True, id="one-route-broken"),
    ],
)
def test_an_api_is_there_unless_no_route_of_it_is_known(
    status: int, health: int | None, *, is_offered: bool
) -> None:
    with answering(status, health=health) as url:
        found, exchanges = probe_capabilities(settings(url), Redactor(), real_time())

    assert found.environment.capabilities.retrieves_uploads is is_offered
    assert [each.request.url.removeprefix(url + RETRIEVAL) for each in exchanges] == [
        "/healthcheck",
        "/search",
        "/00000000-0000-4000-8000-000000000000",
    ]


def test_what_a_setting_says_is_not_asked() -> None:
    told = settings("http://127.0.0.1:1")
    known = replace(told.environment.capabilities, retrieves_uploads=False)
    told = replace(told, environment=replace(told.environment, capabilities=known))

    assert probe_capabilities(told, Redactor(), real_time()) == (told, ())
