"""The notes API a second time, with two faults."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.jsonvalue import members, text
from harness.mock.body import read_json
from harness.mock.fault import Fault, with_changed
from harness.mock.part import MockApi, MockContext, MockPart
from harness.mock.reply import Reply, written

BASE = "/notes/v1"


@dataclass(frozen=True, slots=True)
class Notes:
    """The endpoints."""

    context: MockContext
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def routes(self) -> list[Route]:
        """Return the routes in the order in which they are tried."""
        return [
            Route(f"{BASE}/healthcheck", self.health, methods=["GET"]),
            Route(f"{BASE}/notes", self.add, methods=["POST"]),
        ]

    async def health(self, request: Request) -> Response:
        self.context.gate.client(request)
        return written(Reply(200, {"status": "ok"}))

    async def add(self, request: Request) -> Response:
        self.context.gate.client(request)
        sent = members(await read_json(request, 10_000))
        if not text(sent.get("text")) and "blank-note-accepted" not in self.context.faults:
            return written(Reply(400, {"error": "A note needs a text."}))
        note = Reply(201, {"id": next(self.ids), "text": text(sent.get("text"))})
        return written(self.context.faults.changed("notes.note", note))


def _apis(context: MockContext) -> Iterable[MockApi]:
    yield Notes(context)


PART = MockPart(
    apis=_apis,
    faults=(
        Fault("blank-note-accepted", "notes", "N003", "Takes a note without text."),
        Fault(
            "note-text-changed",
            "notes",
            "N002",
            "A note comes back in capitals.",
            "notes.note",
            with_changed("text", lambda value: text(value).upper()),
        ),
    ),
)
