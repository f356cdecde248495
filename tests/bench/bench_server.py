"""Answer the three requests of the benchmark as fast as one Python process can, and count them."""

import asyncio
import json
import re
import sys

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_TOKEN = json.dumps({"access_token": "t0.t1.t2", "token_type": "bearer", "expires_in": 3600})
_DOCUMENT = json.dumps({"id": "document-1", "status": "RECEIVED"})
_STATUS = json.dumps({"id": "document-1", "status": "COMPLETED"})


class Answers(asyncio.Protocol):
    """One connection: whole requests in, whole answers out."""

    seen = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while (request := self._take()) is not None:
            self.transport.write(_answer(request))

    def _take(self) -> bytes | None:
        head, separator, rest = self.waiting.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if not separator or len(rest) < length:
            return None
        self.waiting = rest[length:]
        return head


def _answer(head: bytes) -> bytes:
    if head.startswith(b"GET /seen"):
        return _written(200, json.dumps(Answers.seen))
    Answers.seen += 1
    if head.startswith(b"POST /token"):
        return _written(200, _TOKEN)
    if head.startswith(b"POST /documents"):
        return _written(201, _DOCUMENT)
    return _written(200, _STATUS)


def _written(status: int, body: str) -> bytes:
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n{body}".encode()


async def serve() -> None:
    """Serve until the process is ended; the first line printed is the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answers, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
