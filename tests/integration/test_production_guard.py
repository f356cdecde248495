"""Production is not reached without both flags, whatever names it and however it is spelt.

Every attempt has a proxy on loopback that keeps what comes; nothing may.
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.main import cli
from harness.client.http import Client
from harness.client.redaction import Redactor
from harness.config import ENVIRONMENTS, Environment, Overrides
from harness.errors import HarnessError
from harness.exchange import Request
from harness.hosts import is_production
from harness.plugin.clock import real_time
from harness.plugin.server_resolution import resolve_servers
from harness.workflow.document.parse import load as load_book
from harness.workflow.engine.reports import ContractChecks
from tests.integration.raw_server import RawServer, raw_server
from tests.products import load
from tests.spellings import PRODUCTION, hosts, urls

pytestmark = pytest.mark.slow

KEYS = {"HARNESS_CLIENT_ID": "an-id-of-ours", "HARNESS_CLIENT_SECRET": "a-secret-of-ours"}
OPENAPI = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: SERVER}]
paths:
  /things:
    get:
      operationId: listThings
      OWNserversOWN
      responses: {'200': {description: all}}
"""
BOOK = """\
arazzo: 1.0.1
info: {title: Things, version: '1'}
sourceDescriptions: [{name: things, type: openapi, url: ./openapi.yaml}]
workflows:
  - workflowId: list
    steps: [{stepId: list, operationId: listThings}]
"""
SPELLINGS = tuple(dict.fromkeys(urls()))


@pytest.fixture
def proxy() -> Iterator[RawServer]:
    def keep(server: RawServer, connection: socket.socket) -> None:
        server.request(connection)
        connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")

    with raw_server(keep) as server:
        yield server


@pytest.fixture
def start(
    proxy: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Return a function that runs a command whose every request would come to the proxy."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **variables: str) -> Result:
        given = {**KEYS, "HARNESS_PROXY": proxy.url, **variables}
        return CliRunner().invoke(cli, arguments, env=given)

    return run


def write_book(folder: Path, *, server: str = "", own: str = "") -> None:
    line = f"servers: [{{url: {json.dumps(own)}}}]" if own else "summary: ''"
    text = OPENAPI.replace("SERVER", json.dumps(server or "https://things.example"))
    (folder / "openapi.yaml").write_text(text.replace("OWNserversOWN", line))
    (folder / "book.arazzo.yaml").write_text(BOOK)


def test_there_are_two_hundred_spellings_and_each_host_among_them_is_recognised() -> None:
    assert len(SPELLINGS) >= 200
    assert [each for each in hosts() if not is_production(each)] == []


COMMANDS = {
    "flag": ("doctor", "--base-url", "URL"),
    "run": ("run", "--base-url", "URL", "--only", "dental/health", "--no-allure"),
    "sandbox": ("doctor", "--env", "sandbox", "--base-url", "URL"),
    "half": ("doctor", "--base-url", "URL", "--i-mean-production"),
    "half-sandbox": ("doctor", "--env", "sandbox", "--base-url", "URL", "--i-mean-production"),
    "server": ("workflow", "run", "book.arazzo.yaml", "--server", "things=URL"),
    "all-servers": ("workflow", "run", "book.arazzo.yaml", "--server", "*=URL"),
    "workflow-base": ("workflow", "run", "book.arazzo.yaml", "--base-url", "URL"),
    "spec": ("run", "--spec", "openapi.yaml", "--base-url", "URL", "--no-allure"),
    "import": ("spec", "import", "URL/openapi.yaml", "--as", "token-v2"),
}


@pytest.mark.parametrize("way", [each for each in COMMANDS if not each.startswith("half")])
def test_every_way_leads_to_the_proxy_where_the_host_is_allowed(
    start: Callable[..., Result], proxy: RawServer, tmp_path: Path, way: str
) -> None:
    """Show that the tests below could fail."""
    write_book(tmp_path)

    start(*(each.replace("URL", "https://things.example") for each in COMMANDS[way]))

    assert proxy.heads[0].startswith(b"CONNECT things.example:443")


@pytest.mark.parametrize("way", COMMANDS)
def test_no_command_leaves_for_production(
    start: Callable[..., Result], proxy: RawServer, tmp_path: Path, way: str
) -> None:
    write_book(tmp_path)

    codes = {
        url: start(*(each.replace("URL", url) for each in COMMANDS[way])).exit_code
        for url in SPELLINGS
    }

    assert proxy.heads == []
    assert proxy.connections == 0
    assert [url for url, code in codes.items() if code == 0] == []


FILES = {
    "mock": "environments: {mock: {base_url: URL}}",
    "sandbox": "environments: {sandbox: {base_url: URL, allowed_hosts: [URL]}}",
    "allowed": "environments: {sandbox: {allowed_hosts: [URL, apigw.optum.com]}}",
}


@pytest.mark.parametrize("way", FILES)
def test_no_file_and_no_variable_lets_a_run_leave_for_production(
    start: Callable[..., Result], proxy: RawServer, tmp_path: Path, way: str
) -> None:
    write_book(tmp_path)
    for url in SPELLINGS:
        text = FILES[way].replace("URL", json.dumps(url))
        (tmp_path / "harness.yaml").write_text(text)
        if way == "allowed":
            start("workflow", "run", "book.arazzo.yaml", "--env", "sandbox", "--server", f"*={url}")
        else:
            start("doctor", "--env", way)
            start("doctor", "--env", way, HARNESS_BASE_URL=url)

    assert proxy.heads == []


@pytest.mark.parametrize("place", ["server", "own"])
def test_no_document_lets_a_run_leave_for_production(
    proxy: RawServer, tmp_path: Path, place: str
) -> None:
    allowed = "environments: {mock: {allowed_hosts: [apigw.optum.com]}}"
    (tmp_path / "harness.yaml").write_text(allowed)
    settings = load(Overrides(), folder=tmp_path, environ={**KEYS, "HARNESS_PROXY": proxy.url})
    for url in SPELLINGS:
        write_book(tmp_path, **{"server": "http://127.0.0.1:9", place: url})
        with suppress(HarnessError):
            aimed = resolve_servers(
                load_book(tmp_path / "book.arazzo.yaml"),
                settings,
                servers={},
                inputs={},
                checks=ContractChecks.FAIL,
            )
            if aimed.settings.environment.base_url:
                _send(aimed.settings.environment, Request("GET", url))

    assert [head for head in proxy.heads if b"127.0.0.1:9" not in head] == []


@pytest.mark.parametrize("named", ["in the URL", "as the proxy", "in a Host header"])
def test_the_client_itself_refuses_every_spelling(proxy: RawServer, named: str) -> None:
    """Allowed hosts do not help, and neither do settings on plain http."""
    for url in SPELLINGS if named == "in the URL" else (f"http://{host}" for host in hosts()):
        host = url.partition("://")[2].partition("/")[0]
        environment = Environment(
            "sandbox",
            "https://things.example",
            allowed_hosts=(host, PRODUCTION, "things.example", "127.0.0.1"),
            proxy=url if named == "as the proxy" else proxy.url,
            allow_plain_http=True,
        )
        headers = (("Host", host),) if named == "in a Host header" else ()
        target = url if named == "in the URL" else "https://things.example"
        with suppress(HarnessError):
            _send(environment, Request("GET", target, headers))

    assert proxy.heads == []


def _send(environment: Environment, request: Request) -> None:
    redactor = Redactor()
    client = Client(environment, time=real_time(), redactor=redactor, record=lambda _: None)
    with closing(client):
        client.bound("c")(request)


def test_with_both_flags_production_is_reached_over_https(
    start: Callable[..., Result], proxy: RawServer, tmp_path: Path
) -> None:
    """The proxy stands for the vendor: what comes to it is the request to open a tunnel."""
    write_book(tmp_path)
    meant = ("--env", "production", "--i-mean-production")

    start("doctor", *meant, "--api", "medical")
    start(
        "workflow", "run", "book.arazzo.yaml", *meant, "--server", f"things=https://{PRODUCTION}."
    )

    assert {head.split(b"\r\n")[0] for head in proxy.heads} == {
        b"CONNECT apigw.optum.com:443 HTTP/1.1",
        b"CONNECT apigw.optum.com.:443 HTTP/1.1",
    }


@pytest.mark.parametrize("name", ["mock", "sandbox", "production"])
@pytest.mark.parametrize("rate", [0.0, 1.0, 1_000_000.0])
def test_the_sandbox_keeps_its_limits_under_any_name(name: str, rate: float) -> None:
    usual = ENVIRONMENTS[name].capabilities
    environment = Environment(
        name,
        "https://SANDBOX-apigw。optum.com.",
        requests_per_second=rate,
        capabilities=usual,
    )

    assert environment.requests_per_second == (rate if rate == 1.0 else 5.0)
    assert environment.capabilities.canned_values_only
    assert not environment.capabilities.load_allowed


def test_settings_cannot_switch_the_sandboxs_limits_off(tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text(
        "environments: {mock: {base_url: 'https://sandbox-apigw.optum.com', requests_per_second: 0,"
        " capabilities: {canned_values_only: false, load_allowed: true}}}"
    )

    environment = load(Overrides(), folder=tmp_path, environ={}).environment

    assert environment.requests_per_second == 5.0
    assert environment.capabilities.canned_values_only
    assert not environment.capabilities.load_allowed
