"""Measure how many calls a second the mock serves, against a bare application in the same run.

python tests/bench/bench_mock.py
"""

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from harness.mock.server import listener, serve
from harness.mock.settings import MockSettings
from tests.bench.figures import split, write
from tests.integration.mock_api import (
    CLAIM,
    DENTAL_HEALTH,
    DOCUMENTS,
    PNG_FILE,
    V2,
    MockApi,
    json_part,
)
from tests.products import create_app

GETS, UPLOADS = 3000, 800
LEAST_GETS, LEAST_UPLOADS = 1500, 300
CALLERS = 4
ROUNDS = 3


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"message": "Service is healthy"})


async def _upload(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())}, 201)


def bare() -> Starlette:
    """Return an application that does nothing but answer on the same paths."""
    return Starlette(
        routes=[
            Route(DENTAL_HEALTH, _health, methods=["GET"]),
            Route(DOCUMENTS, _upload, methods=["POST"]),
        ]
    )


@contextmanager
def served(name: str) -> Iterator[str]:
    """Serve one of the applications in a process of its own; give its URL."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(name, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(name: str, told: Connection) -> None:
    app: ASGIApp = bare() if name == "bare" else create_app(MockSettings())
    serve(app, listener("127.0.0.1", 0), ready=told.send)


def rate(url: str, message: bytes, calls: int) -> float:
    """Return how many times a second a message is answered with success."""
    host, port = url.removeprefix("http://").split(":")
    begun = perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        done = sum(
            pool.map(lambda _: _call((host, int(port)), message, calls // CALLERS), range(CALLERS))
        )
    return done / (perf_counter() - begun)


def _call(address: tuple[str, int], message: bytes, times: int) -> int:
    with socket.create_connection(address) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(times):
            connection.sendall(message)
            if _status(connection) not in (200, 201):
                raise SystemExit("the mock refused a call of the bench")
    return times


def _status(connection: socket.socket) -> int:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    left = int(lengths[0].partition(b":")[2]) - len(body)
    while left > 0:
        left -= len(connection.recv(65536))
    return int(head.split()[1])


def messages(token: str) -> tuple[bytes, bytes]:
    """Return a healthcheck and an upload of one picture, as bytes."""
    headers = {"Host": "mock", "Authorization": f"Bearer {token}"}
    upload = httpx.Request(
        "POST",
        f"http://mock{DOCUMENTS}",
        headers=headers,
        files=[("request", json_part(dict(CLAIM))), ("files", PNG_FILE)],
    )
    upload.read()
    health = httpx.Request("GET", f"http://mock{DENTAL_HEALTH}", headers=headers)
    return _written(health), _written(upload)


def _written(request: httpx.Request) -> bytes:
    lines = [f"{request.method} {request.url.path} HTTP/1.1".encode()]
    lines += [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join([*lines, b"", b""]) + request.content


def main() -> int:
    """Print both rates and their ratio; 1 where the mock is slower than it promises."""
    with served("bare") as bare_url, served("mock") as mock_url:
        answer = httpx.post(mock_url + V2, json=MockApi().fields())
        get, upload = messages(str(answer.json()["access_token"]))
        gets = _best(bare_url, mock_url, get, GETS)
        uploads = _best(bare_url, mock_url, upload, UPLOADS)
    told: dict[str, float | str] = {}
    for call, (bare_rate, mock_rate) in {"GET": gets, "upload": uploads}.items():
        told |= {f"{call} mock, calls/s": mock_rate, f"{call} mock to bare": mock_rate / bare_rate}
        line = f"{call:<7} bare {bare_rate:>7,.0f}/s  mock {mock_rate:>7,.0f}/s"
        line += f"  ratio {mock_rate / bare_rate:.2f}"
        print(line)  # noqa: T201 a bench tells
    write(split(sys.argv[1:])[1], told)
    return 0 if gets[1] >= LEAST_GETS and uploads[1] >= LEAST_UPLOADS else 1


def _best(bare_url: str, mock_url: str, message: bytes, calls: int) -> tuple[float, float]:
    """Return the best rate of each over rounds taken in turn, so that both meet the same machine."""
    rounds = [
        (rate(bare_url, message, calls), rate(mock_url, message, calls)) for _ in range(ROUNDS)
    ]
    return max(bare for bare, _ in rounds), max(mock for _, mock in rounds)


if __name__ == "__main__":
    sys.exit(main())
