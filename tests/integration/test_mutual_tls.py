"""A server that asks for a client certificate gets the one of the settings; without one that is told."""

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from harness.client.http import Client
from harness.client.redaction import Redactor
from harness.config import Environment, Overrides
from harness.errors import ConfigurationError
from harness.exchange import Exchange, Request
from tests.fakes import FakeClock
from tests.products import load

PASSPHRASE = "synthetic-passphrase"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Gate:
    """A server, and the files that open it."""

    environment: Environment
    folder: Path


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("tls")
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    client = authority.issue_cert("client.example")
    client.cert_chain_pems[0].write_to_path(str(folder / "client.pem"))
    client.private_key_pem.write_to_path(str(folder / "client.key"))
    stranger.issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(
        str(folder / "stranger.pem")
    )
    key = load_pem_private_key(client.private_key_pem.bytes(), None)
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )
    (folder / "sealed.key").write_bytes(sealed)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"https://127.0.0.1:{server.server_address[1]}"
    environment = Environment(
        "own", url, allowed_hosts=("127.0.0.1",), ca_file=str(folder / "ca.pem")
    )
    yield Gate(environment, folder)
    server.shutdown()
    server.server_close()


def called(gate: Gate, certificate: str = "", key: str = "", passphrase: str = "") -> Exchange:
    environment = replace(
        gate.environment,
        client_certificate=str(gate.folder / certificate) if certificate else "",
        client_key=str(gate.folder / key) if key else "",
        client_key_passphrase=passphrase,
    )
    client = Client(
        environment, time=FakeClock().time(), redactor=Redactor(), record=lambda _: None
    )
    try:
        return client.bound("a/b/c")(Request("GET", f"{environment.base_url}/"))
    finally:
        client.close()


@pytest.mark.parametrize(
    ("key", "passphrase"), [("client.key", ""), ("sealed.key", PASSPHRASE)], ids=["plain", "sealed"]
)
def test_the_certificate_of_the_settings_opens_the_server(
    gate: Gate, key: str, passphrase: str
) -> None:
    response = called(gate, "client.pem", key, passphrase).response

    assert response is not None
    assert response.status == 204


@pytest.mark.parametrize("certificate", ["", "stranger.pem"], ids=["none", "of-a-stranger"])
def test_a_server_that_wants_another_certificate_is_told_in_one_sentence(
    gate: Gate, certificate: str
) -> None:
    exchange = called(gate, certificate)

    assert exchange.response is None
    assert "the server asks for a client certificate: set client_certificate" in exchange.failure


@pytest.mark.parametrize(
    ("certificate", "key", "passphrase"),
    [
        ("nothing.pem", "", ""),
        ("client.pem", "", ""),
        ("client.pem", "sealed.key", ""),
        ("client.pem", "sealed.key", "wrong"),
    ],
    ids=["no-file", "no-key", "no-passphrase", "wrong-passphrase"],
)
def test_a_certificate_that_cannot_be_used_is_a_usage_error(
    gate: Gate, certificate: str, key: str, passphrase: str
) -> None:
    with pytest.raises(ConfigurationError, match="HARNESS_CLIENT_KEY_PASSPHRASE") as raised:
        called(gate, certificate, key, passphrase)

    assert raised.value.exit_code == 2


def test_the_passphrase_comes_from_the_environment_and_is_not_shown(tmp_path: Path) -> None:
    variables = {
        "HARNESS_CLIENT_CERTIFICATE": "client.pem",
        "HARNESS_CLIENT_KEY": "sealed.key",
        "HARNESS_CLIENT_KEY_PASSPHRASE": PASSPHRASE,
    }

    environment = load(Overrides(), folder=tmp_path, environ=variables).environment

    assert environment.client_certificate == "client.pem"
    assert environment.client_key_passphrase == PASSPHRASE
    assert PASSPHRASE not in repr(environment)
