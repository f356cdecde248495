"""The mock of a document as a product brings it: its routes, and its faults with what each one breaks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.mock.document.api import DocumentMock
from harness.mock.document.faults import DocumentFault, FaultKind, derived_faults
from harness.mock.document.security import TOKEN
from harness.mock.fault import Fault
from harness.mock.part import MockApi, MockContext, MockPart
from harness.openapi.model import Api, Operation
from harness.openapi.promises import Promise, requirement_id

TOKEN_SECONDS = 3600
_PROMISE = {
    FaultKind.UNCHECKED: Promise.REFUSES,
    FaultKind.MEMBER_LOST: Promise.ANSWERS,
    FaultKind.MEMBER_MISTYPED: Promise.ANSWERS,
    FaultKind.STATUS: Promise.ANSWERS,
    FaultKind.MEDIA_TYPE: Promise.ANSWERS,
    FaultKind.HEADER_LOST: Promise.ANSWERS,
    FaultKind.CRASH: Promise.ROBUST,
    FaultKind.OPEN: Promise.PROTECTS,
    FaultKind.FORGETS: Promise.KEEPS,
}


def document_part(api: Api, token_path: str = "") -> MockPart:
    """Return the mock of a document; `token_path` is where it gives tokens, if it does."""
    derived = derived_faults(api)

    def apis(context: MockContext) -> Iterable[MockApi]:
        active = tuple(each for each in derived if each.id in context.faults)
        return (_DocumentApi(api, active, token_path),)

    return MockPart(apis=apis, faults=tuple(_fault(api, each) for each in derived))


def _fault(api: Api, derived: DocumentFault) -> Fault:
    operation = next(each for each in api.operations if each.id == derived.operation)
    # The promise to keep is that of the operation which makes the object, whichever forgets it.
    owner = _keeper(api, operation) if derived.kind is FaultKind.FORGETS else operation
    breaks = requirement_id(owner, _PROMISE[derived.kind])
    return Fault(derived.id, api.name, breaks, derived.sentence)


def _keeper(api: Api, operation: Operation) -> Operation:
    """Return the operation that makes what another one changes or removes; itself where none does."""
    above = re.sub(r"/\{[^{}]*\}/?$", "", operation.path)
    makers = (each for each in api.operations if each.method == "POST" and each.path == above)
    return next(makers, operation)


@dataclass(frozen=True, slots=True)
class _DocumentApi:
    api: Api
    faults: tuple[DocumentFault, ...]
    token_path: str

    def routes(self) -> Sequence[Route]:
        """Return a route for each path; what its methods do is decided by the document's mock."""
        return tuple(self._routes())

    def _routes(self) -> Iterator[Route]:
        mock = DocumentMock(self.api, self.faults)
        if self.token_path:
            # First: the document may list this path too, and would ask for a token to get one.
            yield Route(self.token_path, _token, methods=["POST"])
        # One route a path: the mock itself decides on the method, and answers 405.
        paths = dict.fromkeys(each.full_path for each in self.api.operations)
        # Concrete paths first (OpenAPI 3.1, 4.8.8.2).
        for path in sorted(paths, key=lambda each: each.count("{")):
            yield Route(_template(path), mock)


def _template(path: str) -> str:
    """Return a path with names that a router takes: those of documents may have any sign."""
    pieces = re.split(r"\{[^{}]*\}", path)
    joined = (f"{piece}{{slot{n}}}" for n, piece in enumerate(pieces[:-1]))
    return "".join((*joined, pieces[-1]))


async def _token(_: Request) -> Response:
    """Return the one token of this mock (RFC 6749, 5.1)."""
    body = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})
