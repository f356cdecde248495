"""The mock behind a real socket: it comes up, speaks TLS, refuses early and ends cleanly."""

import json
import signal
import socket
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from harness.errors import ConfigurationError
from harness.mock.server import MockServer, TlsFiles, issue_certificate, listener, running, serve
from harness.mock.settings import Limits, MockSettings
from tests.integration.mock_api import CLAIM, DENTAL_HEALTH, DOCUMENTS, V2, MockApi
from tests.products import create_app

PROGRAM = """
from harness.mock.app import create_app
from harness.products.mocks import frame
from harness.mock.server import listener, serve
from harness.mock.settings import MockSettings
serve(create_app(MockSettings(), frame()), listener("127.0.0.1", 0), ready=lambda url: print(url, flush=True))
print("ended", flush=True)
"""


def token_from(client: httpx.Client) -> str:
    return str(client.post(V2, json=MockApi().fields()).json()["access_token"])


def test_it_serves_on_a_free_port_and_ends_with_the_block() -> None:
    with running(create_app(MockSettings())) as url, httpx.Client(base_url=url) as client:
        token = token_from(client)
        answer = client.get(DENTAL_HEALTH, headers={"Authorization": f"Bearer {token}"})

    assert answer.json() == {"message": "Service is healthy"}
    assert "server" not in answer.headers
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_it_speaks_tls_to_who_trusts_its_authority(tmp_path: Path) -> None:
    files = issue_certificate(tmp_path / "tls")
    trust = ssl.create_default_context(cafile=str(files.authority))

    with running(create_app(MockSettings()), certificate=files) as url:
        answer = httpx.get(url, verify=trust)
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)

    assert url.startswith("https://127.0.0.1:")
    assert answer.status_code == 200


def test_it_refuses_tls_below_1_2(tmp_path: Path) -> None:
    files = issue_certificate(tmp_path)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(files.authority)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1

    server = running(create_app(MockSettings()), certificate=files)
    with server as url, pytest.raises(httpx.ConnectError):
        httpx.get(url, verify=old)


def test_a_private_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert issue_certificate(tmp_path).server.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(url).status_code == 200
        process.send_signal(number)
        rest = process.stdout.read()

    assert (process.returncode, rest) == (0, "ended\n")


def test_a_signal_in_the_main_thread_leaves_the_handlers_as_they_were() -> None:
    before = signal.getsignal(signal.SIGTERM)
    urls: list[str] = []

    def end(url: str) -> None:
        urls.append(url)
        signal.raise_signal(signal.SIGTERM)

    serve(create_app(MockSettings()), listener("127.0.0.1", 0), ready=end)

    assert len(urls) == 1
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_signal_before_the_start_still_ends_it() -> None:
    server = MockServer(create_app(MockSettings()), listener("127.0.0.1", 0))

    server.stop()
    server.run(lambda _: None)

    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_a_certificate_that_is_none_is_told_before_anything_is_ready(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing")
    urls: list[str] = []

    with pytest.raises(ssl.SSLError):
        serve(
            create_app(MockSettings()),
            listener("127.0.0.1", 0),
            ready=urls.append,
            certificate=TlsFiles(nothing, nothing),
        )

    assert urls == []


def test_an_endless_body_is_cut_off() -> None:
    settings = MockSettings(limits=Limits(upload_body_bytes=100_000))
    with running(create_app(settings)) as url, httpx.Client(base_url=url) as client:
        token = token_from(client)
        head = (
            f"POST {DOCUMENTS} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(head.encode() + b"1e848\r\n--b\r\nContent-Disposition: form-data; ")
            connection.sendall(b'name="files"; filename="a"\r\n\r\n' + b"a" * 100_000)
            answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_calls_at_the_same_time_get_ids_of_their_own() -> None:
    claim = json.dumps(CLAIM)
    with running(create_app(MockSettings())) as url, httpx.Client(base_url=url) as client:
        headers = {"Authorization": f"Bearer {token_from(client)}"}

        def create(_: int) -> str:
            answer = client.post(
                DOCUMENTS,
                files=[
                    ("request", (None, claim, "application/json")),
                    ("files", ("a.txt", b"note", "text/plain")),
                ],
                headers=headers,
            )
            return str(answer.json()["attachmentIds"][0])

        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(create, range(40)))

    assert len(found) == 40


def test_a_taken_port_is_named() -> None:
    taken = listener("127.0.0.1", 0)
    port = taken.getsockname()[1]

    with taken, pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 cannot be used"):
        listener("127.0.0.1", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])  # noqa: S104 it is refused
def test_only_this_machine_is_served(host: str) -> None:
    with pytest.raises(ConfigurationError, match="this machine only"):
        listener(host, 0)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_out_of_range_is_named(port: int) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used"):
        listener("127.0.0.1", port)


def test_a_certificate_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match=r"file cannot take a certificate \(File exists\)"):
        issue_certificate(tmp_path / "file")
