"""A server on a real socket that does to each connection exactly what a test tells it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

PACE_SECONDS = 0.01
MOST_PIECES = 3_000


@dataclass
class RawServer:
    """What a test sees of the server: its address, and the heads of the requests it got."""

    url: str
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: Event = field(default_factory=Event)

    def request(self, connection: socket.socket) -> bytes:
        """Take the head of one request; empty where the caller has gone."""
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return b""
            received += piece
        self.heads.append(received.partition(b"\r\n\r\n")[0])
        return received

    def drip(self, connection: socket.socket, piece: bytes) -> None:
        """Send a piece again and again, with a pause before each, for longer than any test waits."""
        for _ in range(MOST_PIECES):
            if self.ended.wait(PACE_SECONDS):
                return
            connection.sendall(piece)


Behaviour = Callable[[RawServer, socket.socket], None]


@contextmanager
def raw_server(behaviour: Behaviour) -> Iterator[RawServer]:
    """Serve while the block runs; each connection has a thread and is closed when that ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behaviour(server, connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                Thread(target=serve, args=[connection], daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
