"""What travels is encrypted: by servers that are who they say, in versions that are not outdated."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from harness.client.http import Client
from harness.client.redaction import Redactor
from harness.client.tls import CURRENT, OLD, Server, refusal
from harness.config import Environment
from harness.errors import Unreachable
from harness.exchange import Exchange, Request
from harness.mock.server import TlsFiles, issue_certificate, running
from harness.mock.settings import MockSettings
from harness.outcome import Status
from harness.products.platform.rules.transport import rules
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.fakes import FakeClock
from tests.products import PRODUCTS, create_app, documents

RULES = {rule.id.rpartition("/")[2]: rule for rule in rules(PRODUCTS)}
EFFORT = Effort(examples=1, seed=1)


@contextmanager
def target_at(url: str, ca_file: str) -> Iterator[Target]:
    host = urlsplit(url).hostname or ""
    environment = Environment(
        "mock", url, allowed_hosts=(host,), ca_file=ca_file, timeout_seconds=5.0
    )
    client = Client(
        environment, time=FakeClock().time(), redactor=Redactor(), record=lambda _: None
    )
    yield Target(
        environment=environment,
        apis={api.name: api for api in documents(("dental", "medical", "prior-auth"))},
        send=client.bound("platform/transport"),
        bearer=lambda _: "token",
    )
    client.close()


def called(url: str, ca_file: Path | str) -> Exchange:
    with target_at(url, str(ca_file)) as target:
        return target.send(Request("GET", f"{url}/"))


def certificate(folder: Path, *names: str, until: datetime | None = None) -> TlsFiles:
    """Issue a certificate for names of our choice, valid until a time of our choice."""
    authority, files = trustme.CA(), TlsFiles(folder / "server.pem", folder / "authority.pem")
    issued = authority.issue_cert(*names, not_after=until)
    issued.private_key_and_cert_chain_pem.write_to_path(str(files.server))
    authority.cert_pem.write_to_path(str(files.authority))
    return files


@contextmanager
def shaking_hands(files: TlsFiles, least: ssl.TLSVersion, most: ssl.TLSVersion) -> Iterator[int]:
    """Serve handshakes in some versions only, each on a thread's one listening socket."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, most
    context.minimum_version = least
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, context), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _accept(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        try:
            with line, context.wrap_socket(line, server_side=True):
                pass
        except OSError:
            continue


def test_a_server_whose_authority_is_trusted_is_called(tmp_path: Path) -> None:
    files = issue_certificate(tmp_path)

    with running(create_app(MockSettings()), certificate=files) as url:
        exchange = called(url, files.authority)

    assert exchange.response is not None
    assert exchange.response.status == 200


def test_a_server_of_another_authority_is_refused(tmp_path: Path) -> None:
    files, other = issue_certificate(tmp_path / "one"), issue_certificate(tmp_path / "other")

    with running(create_app(MockSettings()), certificate=files) as url:
        exchange = called(url, other.authority)

    assert exchange.response is None
    assert "certificate verify failed" in exchange.failure


def test_a_server_is_refused_where_no_authority_is_named(tmp_path: Path) -> None:
    files = issue_certificate(tmp_path)

    with running(create_app(MockSettings()), certificate=files) as url:
        exchange = called(url, "")

    assert exchange.response is None
    assert "certificate verify failed" in exchange.failure


@pytest.mark.parametrize(
    ("names", "until", "words"),
    [
        pytest.param(("elsewhere.example",), None, "not valid for '127.0.0.1'", id="name"),
        pytest.param(("127.0.0.1",), datetime(2021, 1, 1, tzinfo=UTC), "expired", id="expired"),
    ],
)
def test_a_wrong_certificate_is_refused(
    tmp_path: Path, names: tuple[str, ...], until: datetime | None, words: str
) -> None:
    files = certificate(tmp_path, *names, until=until)

    with running(create_app(MockSettings()), certificate=files) as url:
        exchange = called(url, files.authority)

    assert exchange.response is None
    assert words in exchange.failure


def test_a_server_that_speaks_tls_alone_keeps_every_promise(tmp_path: Path) -> None:
    files = issue_certificate(tmp_path)

    with (
        running(create_app(MockSettings()), certificate=files) as url,
        target_at(url, str(files.authority)) as target,
    ):
        found = {name: try_rule(rule, target, EFFORT) for name, rule in RULES.items()}

    assert {check.status for checks in found.values() for check in checks} == {Status.PASS}
    assert list(found) == ["plain-http", "tls-1.2", "tls-1.3", "tls-1.0", "tls-1.1"]
    assert [check.exchange > 0 for check in found["plain-http"]] == [True] * 4


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
@pytest.mark.parametrize("version", OLD, ids=["1.0", "1.1"])
def test_a_server_that_speaks_an_old_version_is_caught(
    tmp_path: Path, version: ssl.TLSVersion
) -> None:
    files = issue_certificate(tmp_path)

    with shaking_hands(files, version, version) as port:
        server = Server("127.0.0.1", port, str(files.authority), 5.0)
        spoken = {each: refusal(server, each) for each in (*OLD, *CURRENT)}

    assert [each for each, problem in spoken.items() if not problem] == [version]


def test_a_server_without_a_current_version_breaks_the_rule(tmp_path: Path) -> None:
    files = issue_certificate(tmp_path)

    with (
        shaking_hands(files, ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3) as port,
        target_at(f"https://127.0.0.1:{port}", str(files.authority)) as target,
    ):
        statuses = {
            name: [check.status for check in try_rule(RULES[name], target, EFFORT)]
            for name in ("tls-1.2", "tls-1.3")
        }

    assert statuses == {"tls-1.2": [Status.FAIL], "tls-1.3": [Status.PASS]}


def test_a_server_that_is_not_there_is_no_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(Unreachable, match="cannot be reached"):
        refusal(Server("127.0.0.1", port), CURRENT[0])
