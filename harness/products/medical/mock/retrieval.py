"""The medical retrieval API: healthcheck, search for documents, and one document's bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.jsonvalue import Json
from harness.mock.body import read_json
from harness.mock.fault import ActiveFaults
from harness.mock.gate import Gate
from harness.mock.reply import Reply, written
from harness.mock.settings import Client, MockSettings
from harness.products.medical.facts import RETRIEVAL_BASE as BASE
from harness.products.medical.mock.retrieval_search import (
    TEST_MODE,
    matching,
    search_complaint,
    size_of,
)
from harness.products.medical.mock.retrieval_store import DocumentStore, StoredDocument

BYTES = "application/octet-stream"
_NOT_FOUND = "There is no such document."
_VALUES = {404: "ClientErrors.NOT_FOUND", 500: "SystemErrors.INTERNAL_ERROR"}


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The endpoints of the retrieval API."""

    settings: MockSettings
    faults: ActiveFaults
    gate: Gate
    store: DocumentStore

    def routes(self) -> list[Route]:
        """Return the routes in the order in which they are tried."""
        return [
            Route(f"{BASE}/healthcheck", self.health, methods=["GET"]),
            Route(f"{BASE}/search", self.search, methods=["POST"]),
            Route(f"{BASE}/{{document_id}}", self.document, methods=["GET"]),
        ]

    async def health(self, request: Request) -> Response:
        self.gate.client(request)
        return self._written("retrieval.health", Reply(200, {"status": "OK"}))

    async def search(self, request: Request) -> Response:
        client = self.gate.client(request)
        criteria = await read_json(request, self.settings.limits.json_body_bytes)
        test_mode = request.query_params.get(TEST_MODE, "false")
        if complaint := search_complaint(criteria, test_mode, self.faults):
            return self._failed(400, complaint)
        wanted = criteria if isinstance(criteria, Mapping) else {}
        mine = (
            stored_document
            for stored_document in self.store.all()
            if self._is_open(stored_document, client, "listed")
        )
        found = matching(mine, wanted, test_mode, self.faults)
        hits: Json = [
            self._hit(stored_document)
            for stored_document in islice(found, size_of(wanted, self.faults))
        ]
        return self._written("retrieval.hits", Reply(200, hits))

    async def document(self, request: Request) -> Response:
        document_id = request.path_params["document_id"]
        if document_id == "search":
            raise HTTPException(405, headers={"Allow": "POST"})
        client = self.gate.client(request)
        found = self.store.find(document_id)
        if found is None or not self._is_open(found, client, "readable"):
            return self._not_found()
        media_type = "text/plain" if "retrieval-as-text" in self.faults else BYTES
        return Response(self._content(found), 200, media_type=media_type)

    def _is_open(self, document: StoredDocument, client: Client, fault: str) -> bool:
        """Return whether a document is the caller's; to others it does not exist."""
        return document.owner == client.organisation or f"retrieval-foreign-{fault}" in self.faults

    def _content(self, document: StoredDocument) -> bytes:
        if "retrieval-swaps-documents" in self.faults:
            return next(self.store.all()).content
        if "retrieval-converts-lines" in self.faults:
            return document.content.replace(b"\n", b"\r\n")
        return document.content[: -1 if "retrieval-loses-a-byte" in self.faults else None]

    def _hit(self, document: StoredDocument) -> Json:
        info: Json = {
            "documentId": document.id,
            **document.data,
            "attachmentUploadDate": document.uploaded,
        }
        return self.faults.changed_value("retrieval.hit", info)

    def _not_found(self) -> Response:
        if "retrieval-unknown-found" in self.faults:
            return Response(b"", 200, media_type=BYTES)
        return self._failed(404, _NOT_FOUND)

    def _failed(self, status: int, description: str) -> Response:
        return self._written("retrieval.failure", failure(status, description))

    def _written(self, point: str, reply: Reply) -> Response:
        return written(self.faults.changed(point, reply))


def failure(status: int, description: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return the error of the retrieval API for an HTTP status."""
    body: Json = {
        "code": str(status),
        "description": description,
        "typeInfo": {
            "type": "ErrorResponse",
            "value": _VALUES.get(status, "ClientErrors.BAD_REQUEST"),
        },
    }
    return Reply(status, body, headers=headers)
