"""The implementation under test, as a rule sees it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from harness.client.multipart import Part, content_type, encode
from harness.config import Environment
from harness.errors import MissingPart, Unreachable
from harness.exchange import Exchange, Headers, Request, Response
from harness.jsonvalue import MISSING, Json, compact, lookup
from harness.openapi.conformance import judge
from harness.openapi.model import Absent, Api, Operation
from harness.outcome import Check

PROBLEM = "application/problem+json"


class NoAnswer(Exception):
    """The target is alive and yet gave this request no HTTP response, twice."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange.failure)
        # The report shows the request that got no answer.
        self.exchange = exchange


@dataclass(frozen=True)
class Target:
    """How rules reach the implementation: operations by id, a token where one is wanted."""

    environment: Environment
    apis: Mapping[str, Api]
    send: Callable[[Request], Exchange] = field(repr=False)
    bearer: Callable[[str], str] = field(repr=False)
    """Returns a token for an API group."""
    is_alive: Callable[[], bool] = field(repr=False, default=lambda: False)
    others: Mapping[str, Callable[[str], str]] = field(repr=False, default_factory=dict)
    """Returns a token for an API group to each further role that there are credentials for."""
    observe: Callable[[Exchange], Iterable[Check]] = field(repr=False, default=lambda _: ())
    """What hooks of a user's own say of an exchange; it joins the checks of the case."""
    advance: Callable[[float], None] | None = field(repr=False, default=None)
    """Lets so many seconds pass for the target and for us; None where nobody can."""

    def acting_as(self, role: str) -> "Target":
        """Return the same target, called with the credentials of another role."""
        return replace(self, bearer=self.others[role])

    def operation(self, api: str, operation_id: str) -> Operation:
        """Return an operation of a document in use. A rule that names none is our bug.

        Raises MissingPart where the document no longer has it.
        """
        absent = self.apis[api].absence(operation_id)
        if absent is not None:
            # The case is omitted with the defect of the document, so that the other rules can run.
            raise missing_part(absent)
        operation = self.apis[api].operation(operation_id)
        if operation is None:
            # Neither in the document in use nor in ours: a typing error in a rule.
            raise LookupError(f"{api} has no operation {operation_id}")
        return operation

    def authorization(self, group: str) -> Headers:
        """Return the header that carries a good token for an API group."""
        return (("Authorization", f"Bearer {self.bearer(group)}"),)

    def call(
        self,
        operation: Operation,
        *,
        headers: Headers = (),
        body: bytes = b"",
        method: str | None = None,
        path: str | None = None,
        suffix: str = "",
    ) -> "Answered":
        """Send to an operation; `method`, `path` and `suffix` change the request for a rule."""
        request = Request(
            method=method or operation.method,
            url=self.environment.base_url + (path or operation.full_path) + suffix,
            headers=headers,
            body=body,
            operation=operation.label,
        )
        return self.sent(request, operation)

    def sent(self, request: Request, operation: Operation) -> "Answered":
        """Send a request that is already written. Raises NoAnswer, Unreachable."""
        exchange = self._answered(request)
        if exchange.response is None:
            raise NoAnswer(exchange)
        return Answered(exchange, exchange.response, operation, self.apis[operation.api])

    def _answered(self, request: Request) -> Exchange:
        exchange = self.send(request)
        if exchange.response is not None:
            return exchange
        # Once may be the network. Twice, with the target alive in between, is the target.
        if not self.is_alive():
            raise Unreachable(f"{request.url} did not answer: {exchange.failure}.")
        return self.send(request)


def missing_part(absent: Absent) -> MissingPart:
    """Return the reason why a case is left out."""
    return MissingPart(absent.defect.what, source=absent.defect.source)


@dataclass(frozen=True, slots=True)
class Answered:
    """An exchange that did get its response, with the operation it belongs to."""

    exchange: Exchange
    response: Response
    operation: Operation
    api: Api

    @property
    def body(self) -> Json:
        """The body as JSON; None where it is none."""
        try:
            return self.response.json()
        # A rule that compares members then fails with "nothing", which is what the answer has.
        except ValueError:
            return None

    def value(self, pointer: str) -> Json:
        """Return what stands at a JSON Pointer (RFC 6901) of the body; None where there is nothing."""
        found = lookup(self.body, pointer)
        return None if found is MISSING else cast("Json", found)

    def conforms(self) -> tuple[Check, ...]:
        """Judge the response by the OpenAPI document: status, media type, headers, schema."""
        return judge(self.api, self.operation, self.response, exchange=self.exchange.id)


def json_body(value: Json) -> tuple[Headers, bytes]:
    """Write a JSON body and the header that announces it."""
    # Lone surrogates go out as they are: refusing them is up to the API.
    return (("Content-Type", "application/json"),), compact(value).encode("utf-8", "surrogatepass")


def multipart_body(parts: Sequence[Part]) -> tuple[Headers, bytes]:
    """Write a multipart body; the boundary follows from the content, so equal parts repeat exactly."""
    # A random boundary would make a replayed run differ from the recorded one.
    digest = hashlib.sha256(b"\0".join(part.content for part in parts)).hexdigest()
    boundary = f"harness-{digest[:24]}"
    return (("Content-Type", content_type(boundary)),), encode(parts, boundary=boundary)
