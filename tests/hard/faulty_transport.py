"""What goes wrong between a client and a server, drawn by a seed: eight kinds, for a server or a relay."""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from threading import Event, Lock, Thread

_RESET = b"\1\0\0\0\0\0\0\0"
"""Lingering for no time makes a close a reset."""
_HELD_SECONDS = 60
_DRIP_SECONDS = 0.05
UNKNOWN = b"?"
"""In place of a body: what a reader makes of these bytes is his own affair, but all alike."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one connection."""

    kind: str
    answer: bytes = b""
    """What is sent of the answer, once the request was read."""
    body: bytes | None = None
    """What an honest reader may take for the body; None where no answer is whole."""
    request_bytes: int = -1
    """How much of the request is read; -1 for all of it."""
    pause_seconds: float = 0.0
    """Before anything else."""
    drips: bytes = b""
    is_reset: bool = False
    is_held: bool = False


def planned(kind: str, honest: bytes, random: Random) -> Plan:
    """Return what a kind of fault makes of an honest answer."""
    return KINDS[kind](kind, honest, random)


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def _reset_on_accept(kind: str, _: bytes, __: Random) -> Plan:
    return Plan(kind, request_bytes=0, is_reset=True)


def _reset_in_upload(kind: str, _: bytes, random: Random) -> Plan:
    return Plan(kind, request_bytes=random.randrange(1, 40_000), is_reset=True)


def _black_hole(kind: str, honest: bytes, random: Random) -> Plan:
    head = honest[: random.choice((0, 0, 9, 30))]
    return Plan(kind, head, request_bytes=random.choice((0, -1)), is_held=True)


def _truncated(kind: str, honest: bytes, random: Random) -> Plan:
    return Plan(kind, honest[: random.randrange(len(honest))], is_reset=random.random() < 0.3)


def _garbage(kind: str, honest: bytes, random: Random) -> Plan:
    noise = random.randbytes(random.randrange(1, 600))
    return Plan(kind, random.choice((noise, honest[::-1], noise + b"\r\n\r\n" + honest)))


def _dripping(kind: str, honest: bytes, random: Random) -> Plan:
    at = random.choice((0, 9, len(honest) - len(body_of(honest)) - 2))
    return Plan(kind, honest[:at], drips=b"a")


def _corrupt(kind: str, honest: bytes, random: Random) -> Plan:
    raw = bytearray(honest)
    start = len(raw) - len(body_of(honest)) if random.random() < 0.5 else 0
    for _ in range(random.randrange(1, 4)):
        if start < len(raw):
            raw[random.randrange(start, len(raw))] = random.randrange(256)
    return Plan(kind, bytes(raw), bytes(raw[start:]) if start else UNKNOWN)


def _slow_accept(kind: str, honest: bytes, random: Random) -> Plan:
    late = random.random() < 0.5
    pause = _HELD_SECONDS if late else random.uniform(0, 0.1)
    return Plan(kind, honest, None if late else body_of(honest), pause_seconds=pause)


KINDS: Mapping[str, Callable[[str, bytes, Random], Plan]] = {
    "reset-on-accept": _reset_on_accept,
    "reset-in-upload": _reset_in_upload,
    "black-hole": _black_hole,
    "truncation": _truncated,
    "garbage": _garbage,
    "drip": _dripping,
    "corrupt": _corrupt,
    "slow-accept": _slow_accept,
}


@dataclass
class FaultyServer:
    """Gives each connection what it has planned for it; the n-th plan is that of the n-th connection."""

    answer_to: Callable[[bytes], bytes]
    plan: Callable[[bytes], Plan | None]
    """Of an honest answer; None leaves it as it is."""
    url: str = ""
    plans: list[Plan | None] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def serve(self, connection: socket.socket, plan: Plan | None) -> None:
        with connection, suppress(OSError):
            if plan is None:
                connection.sendall(self.answer_to(_request(connection, -1)))
            else:
                self._fail(connection, plan)

    def _fail(self, connection: socket.socket, plan: Plan) -> None:
        if self.ended.wait(plan.pause_seconds):
            return
        _request(connection, plan.request_bytes)
        connection.sendall(plan.answer)
        while plan.drips and not self.ended.wait(_DRIP_SECONDS):
            connection.sendall(plan.drips)
        if plan.is_held:
            self.ended.wait(_HELD_SECONDS)
        if plan.is_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _request(connection: socket.socket, most: int) -> bytes:
    """Read a request to the end of its body, or so many bytes of it."""
    received = b""
    while most < 0 or len(received) < most:
        head, gap, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if gap and len(body) >= (int(length[1]) if length else 0):
            break
        piece = connection.recv(65536 if most < 0 else min(65536, most - len(received)))
        if not piece:
            break
        received += piece
    return received


@contextmanager
def faulty(server: FaultyServer, honest: bytes = b"") -> Iterator[FaultyServer]:
    """Serve while the block runs. The plans are made of an honest answer, in the order of connections."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                plan = server.plan(honest)
                server.plans.append(plan)
                Thread(target=server.serve, args=[connection, plan], daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
