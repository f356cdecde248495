"""Targets that fall silent: gone for good is inconclusive and soon over, alive and mute is a failure."""

import json
import socket
import subprocess
from pathlib import Path

import pytest

from tests.integration.raw_server import RawServer, raw_server
from tests.program import harness

pytestmark = pytest.mark.slow

TOKEN = b'{"access_token": "e30.e30.c2ln", "token_type": "bearer", "expires_in": 3600}'
CREDENTIALS = {"HARNESS_CLIENT_ID": "sample-id", "HARNESS_CLIENT_SECRET": "sample-secret-0"}
SETTINGS = "environments: {mock: {timeout_seconds: 1, deadline_seconds: 10}}"


def answer_with(connection: socket.socket, body: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )


def giving_tokens_only(server: RawServer, connection: socket.socket) -> None:
    if server.request(connection).startswith(b"POST /apip/"):
        answer_with(connection, TOKEN)
    else:
        server.ended.wait(600)


def mute_but_alive(server: RawServer, connection: socket.socket) -> None:
    received = server.request(connection)
    if received.startswith((b"POST /apip/", b"GET / ")):
        answer_with(connection, TOKEN)


def down(server: RawServer, connection: socket.socket) -> None:
    server.request(connection)
    connection.sendall(
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )


def run_against(url: str, folder: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    (folder / "harness.yaml").write_text(SETTINGS)
    words = ("run", "--base-url", url, "--no-allure", *flags)
    return harness(*words, folder=folder, variables=CREDENTIALS)


def test_a_target_that_stops_answering_ends_the_run_with_one_sentence(tmp_path: Path) -> None:
    with raw_server(giving_tokens_only) as server:
        run = run_against(server.url, tmp_path, "--only", "dental/create/*", "--jobs", "2")

    assert run.returncode == 3, run.stdout + run.stderr
    last = run.stdout.rstrip().splitlines()[-1]
    assert last.startswith(f"INCONCLUSIVE: The run could not be done: {server.url} has stopped")
    assert "See that the server runs and can be reached, then run again" in last
    verdict = json.loads((tmp_path / "reports/latest/verdict.json").read_text())
    assert verdict["requests"] < 30
    assert verdict["cases"]["not_run"] > 300
    assert verdict["cases"]["error"] < 10


def test_an_operation_that_never_answers_fails_once_and_leaves_the_rest_inconclusive(
    tmp_path: Path,
) -> None:
    with raw_server(mute_but_alive) as server:
        run = run_against(server.url, tmp_path, "--only", "dental/search/*")

    assert run.returncode == 1, run.stdout + run.stderr
    verdict = json.loads((tmp_path / "reports/latest/verdict.json").read_text())
    assert verdict["cases"]["fail"] < 10
    assert verdict["cases"]["error"] > 50
    assert "expected an HTTP response, got the connection was closed" in run.stdout
    last = run.stdout.rstrip().splitlines()[-1]
    assert last.startswith("NON_CONFORMANT: POST /dental/attachments/v1/attachments/documents")
    assert "never answers" in last
    assert "could not be judged" in last


def test_a_target_whose_every_answer_is_503_is_down_and_breaks_no_contract(tmp_path: Path) -> None:
    with raw_server(down) as server:
        run = run_against(server.url, tmp_path, "--only", "dental/*,*/token/*")

    assert run.returncode == 3, run.stdout + run.stderr
    verdict = json.loads((tmp_path / "reports/latest/verdict.json").read_text())
    assert verdict["verdict"] == "INCONCLUSIVE"
    assert verdict["cases"]["fail"] == 0
    assert "answers nothing but 503" in verdict["reason"]
    assert "Check HARNESS_CLIENT_ID" not in run.stdout
