"""The prior authorization API: healthcheck, inquiry and submission, each in JSON and in X12."""

import re
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.jsonvalue import Json, members, text
from harness.mock.body import read_json
from harness.mock.fault import ActiveFaults
from harness.mock.gate import Gate
from harness.mock.part import has_trouble
from harness.mock.reply import Reply, written
from harness.mock.settings import MockSettings
from harness.products.prior_auth.facts import BASE, NAME
from harness.products.prior_auth.mock.answer import Answered, answered
from harness.products.prior_auth.mock.decisions import decided
from harness.products.prior_auth.mock.request import Asked, asked_in_json
from harness.products.prior_auth.mock.rules import json_complaints, x12_complaints
from harness.products.prior_auth.mock.x12 import asked_in_x12
from harness.x12.review import Kind

DOWN = "down"
TRACE_HEADER = "x-amzn-trace-id"
TRANSACTION_HEADER = "transaction-id"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# For a header that is missing: the faults are about malformed ones.
_SOME_UUID = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class PriorAuth:
    """The endpoints of the prior authorization API."""

    settings: MockSettings
    faults: ActiveFaults
    gate: Gate
    # For the fault that has every second answer turn.
    calls: Iterator[int] = field(default_factory=count)
    """How many requests were decided before."""

    def routes(self) -> list[Route]:
        """Return the routes in the order in which they are tried."""
        return [
            Route(f"{BASE}/healthcheck", self.health, methods=["GET"]),
            Route(f"{BASE}/inquiry", self.inquiry, methods=["POST"]),
            Route(f"{BASE}/inquiry/x12", self.inquiry_x12, methods=["POST"]),
            Route(f"{BASE}/submission", self.submission, methods=["POST"]),
            Route(f"{BASE}/submission/x12", self.submission_x12, methods=["POST"]),
        ]

    async def health(self, request: Request) -> Response:
        self.gate.client(request)
        if has_trouble(request, DOWN):
            return self._written("prior-auth.down", Reply(500, ["The service is down."]))
        return self._written("prior-auth.health", Reply(200, {"status": "ok"}))

    async def inquiry(self, request: Request) -> Response:
        return await self._json(request, Kind.INQUIRY)

    async def inquiry_x12(self, request: Request) -> Response:
        return await self._x12(request, Kind.INQUIRY)

    async def submission(self, request: Request) -> Response:
        return await self._json(request, Kind.SUBMISSION)

    async def submission_x12(self, request: Request) -> Response:
        return await self._x12(request, Kind.SUBMISSION)

    async def _json(self, request: Request, kind: Kind) -> Response:
        body = await self._body(request)
        # A sandbox with canned answers checks nothing (P015); production does (P016).
        found = json_complaints(kind, body, self.faults) if self._validates else ()
        return self._refused(found) if found else self._answered(asked_in_json(kind, members(body)))

    async def _x12(self, request: Request, kind: Kind) -> Response:
        body = await self._body(request)
        found = x12_complaints(kind, body, self.faults) if self._validates else ()
        if found:
            return self._refused(found)
        return self._answered(asked_in_x12(kind, text(members(body).get("x12"))))

    @property
    def _validates(self) -> bool:
        return NAME not in self.settings.canned

    async def _body(self, request: Request) -> Json:
        self.gate.client(request)
        body = await read_json(request, self.settings.limits.json_body_bytes)
        if self._stumbles(request, body):
            raise HTTPException(500, "The service failed.")
        return body

    def _stumbles(self, request: Request, body: Json) -> bool:
        """Return whether a fault lets this request fail that nothing is wrong with."""
        headers = {
            "tenant-crashes": "x-optum-tenant-id",
            "correlation-crashes": "x-optum-correlation-id",
        }
        odd = (
            name in self.faults and not _UUID.fullmatch(request.headers.get(header, _SOME_UUID))
            for name, header in headers.items()
        )
        extra = "x12" in members(body) and len(members(body)) > 1
        return any(odd) or (extra and "extra-member-crashes" in self.faults)

    def _answered(self, asked: Asked) -> Response:
        canned = decided(asked, next(self.calls), self.faults)
        forms = self._forms(answered(asked, canned))
        # An id for every answer, also to the same request.
        body: Json = {"authorizationId": str(uuid.uuid4()), asked.kind.value: forms}
        headers = ((TRANSACTION_HEADER, str(uuid.uuid4())),)
        return self._written("prior-auth.answer", Reply(200, body, headers=headers))

    def _forms(self, answer: Answered) -> Json:
        # Form by form and then both, so that a fault can set them against each other.
        x12 = self.faults.changed_value("prior-auth.x12", answer.x12(self.settings.clock()))
        json = self.faults.changed_value("prior-auth.json", answer.json())
        return self.faults.changed_value("prior-auth.forms", {"x12": x12, "json": json})

    def _refused(self, complaints: Sequence[str]) -> Response:
        return self._written("prior-auth.errors", Reply(400, list(complaints)))

    def _written(self, point: str, reply: Reply) -> Response:
        return written(self.faults.changed(point, traced(reply)))


def failure(status: int, sentence: str, headers: tuple[tuple[str, str], ...]) -> Reply:
    """Return the array of strings for an HTTP status that no rule on the content has led to."""
    return traced(Reply(status, [sentence], headers=headers))


def traced(reply: Reply) -> Reply:
    """Return a reply with the header that every answer of this API carries."""
    # The form of AWS X-Ray, whose header it is.
    trace = f"Root=1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
    return replace(reply, headers=(*reply.headers, (TRACE_HEADER, trace)))
