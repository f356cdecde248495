"""Serve scripted answers on a loopback port and keep what was asked."""

import json
import socketserver
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import ClassVar

from harness.exchange import Headers, header
from harness.jsonvalue import Json, items, members, number, text

Elapse = Callable[[float], None]
DEFAULT: Mapping[str, Json] = {"json": {"ok": True}}


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came: the target is as it was written on the wire."""

    method: str
    target: str
    headers: Headers
    body: bytes
    at: float

    def header(self, name: str) -> str:
        return header(self.headers, name) or ""


@dataclass(slots=True)
class Script:
    """Answers by `METHOD /path`; the last one of a route is given again and again."""

    answers: Mapping[str, Json]
    elapse: Elapse
    now: Callable[[], float]
    calls: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> Mapping[str, Json]:
        """Keep a call and return the answer to it."""
        route = f"{call.method} {call.target.partition('?')[0]}"
        earlier = sum(
            f"{each.method} {each.target.partition('?')[0]}" == route for each in self.calls
        )
        self.calls.append(call)
        given = self.answers.get(route, DEFAULT)
        listed = items(given) if isinstance(given, list) else (given,)
        answer = listed[min(earlier, len(listed) - 1)]
        return {"status": answer} if isinstance(answer, int) else members(answer)


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """Yield the address of a server that follows a script."""

    class Scripted(_Handler):
        follows = script

    with _Server(("127.0.0.1", 0), Scripted) as server:
        thread = Thread(target=server.serve_forever, args=(0.005,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: a runner that goes away in the middle is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    follows: ClassVar[Script]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        script = self.follows
        answer = script.take(
            Call(
                self.command,
                self.path,
                tuple(self.headers.items()),
                self.rfile.read(length),
                script.now(),
            )
        )
        self.close_connection = True
        script.elapse(number(answer.get("takes")))
        if not answer.get("hang_up"):
            self._reply(answer)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET  # noqa: N815 likewise

    def _reply(self, answer: Mapping[str, Json]) -> None:
        status = int(number(answer.get("status"), 200))
        body, kind = _body(answer)
        self.send_response_only(status)
        now = self.follows.now()
        self.send_header("Date", formatdate(now, usegmt=True))
        for name, value in members(answer.get("headers")).items():
            self.send_header(name, _written(value, now))
        if kind:
            self.send_header("Content-Type", kind)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is the base class's
        """Say nothing."""


def _body(answer: Mapping[str, Json]) -> tuple[bytes, str]:
    if "json" in answer:
        return json.dumps(answer["json"]).encode(), text(answer.get("type")) or "application/json"
    if "text" in answer:
        return text(answer["text"]).encode(), text(answer.get("type")) or "text/plain"
    return (b"", "") if answer.get("status") == 204 else (b"{}", "application/json")


def _written(value: Json, now: float) -> str:
    """Write a header; `now+2` is the date two seconds from now."""
    if isinstance(value, str) and value.startswith("now+"):
        return formatdate(now + float(value.removeprefix("now+")), usegmt=True)
    return str(value)
