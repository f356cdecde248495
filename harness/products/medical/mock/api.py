"""The medical attachments APIs: submission, status by trace id and search by metadata."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.jsonvalue import Json, members, text
from harness.mock.body import JSON, Form, Part, json_value, read_form, read_json
from harness.mock.fault import ActiveFaults
from harness.mock.gate import Gate
from harness.mock.part import has_trouble
from harness.mock.reply import Reply, written
from harness.mock.settings import Client, MockSettings
from harness.mock.shapes import Complaint
from harness.products.medical.facts import NAME, STATUS_BASE, SUBMISSION_BASE
from harness.products.medical.mock import status
from harness.products.medical.mock.retrieval import DocumentStore, documents_of
from harness.products.medical.mock.rules import submission_complaints
from harness.products.medical.mock.store import (
    TOO_MANY,
    Transaction,
    TransactionStore,
    matching,
    search_complaint,
    transaction_of,
)
from harness.products.medical.mock.tolerances import PATIENT_IS_SUBSCRIBER

TEMPORARY = "temporary"
UNABLE = "Unable to process the request at this time, please try again later"
TRACE_HEADER = "x-trace-id"
SUBMITTER_HEADER = "x-chc-attachment-submitterid"
# A UUID in any case of its digits, without a look at its version.
_TRACE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FORMS = {"summary": status.summary, "detail": status.detail}


@dataclass(frozen=True, slots=True)
class Medical:
    """The endpoints of both medical APIs."""

    settings: MockSettings
    faults: ActiveFaults
    gate: Gate
    store: TransactionStore
    documents: DocumentStore

    def routes(self) -> list[Route]:
        """Return the routes in the order in which they are tried."""
        return [
            Route(f"{SUBMISSION_BASE}/healthcheck", self.health, methods=["GET"]),
            Route(f"{SUBMISSION_BASE}/uploads", self.upload, methods=["POST"]),
            Route(f"{STATUS_BASE}/healthcheck", self.health, methods=["GET"]),
            # Before the trace ids, or `metadata` would be taken for one.
            Route(f"{STATUS_BASE}/metadata", self.search, methods=["POST"]),
            Route(f"{STATUS_BASE}/{{trace_id}}", self.status, methods=["GET"]),
        ]

    async def health(self, request: Request) -> Response:
        self.gate.client(request)
        area = "submission" if request.scope["path"].startswith(SUBMISSION_BASE) else "status"
        return self._written(f"medical.{area}.health", Reply(200, {"status": "OK"}))

    async def upload(self, request: Request) -> Response:
        client = self.gate.client(request)
        form = await read_form(request, self.settings.limits)
        content, files = request_of(form), form.files("files")
        found = self._complaints(content, files)
        # Looked at with the content, so that all complaints come in one answer.
        submitter_id = self._submitter_id(request, client)
        if not submitter_id:
            found += (Complaint("submitterId", "The submitter id is missing or not yours."),)
        if found:
            return self._refused((*found, *self._echo(content)))
        # Before anything is stored: who tries again must not find two transactions (A070).
        if has_trouble(request, TEMPORARY):
            return self._written("medical.unable", unable(self.settings.clock()))
        is_subscriber = PATIENT_IS_SUBSCRIBER in self.faults
        transaction = transaction_of(
            {**content, "dependent": None} if is_subscriber else content,
            files,
            owner=client.organisation,
            submitter_id=submitter_id,
            received=self.settings.clock(),
        )
        self.store.add(transaction)
        self.documents.add(documents_of(transaction, content, files))
        return self._receipt(transaction)

    async def status(self, request: Request) -> Response:
        trace_id = request.path_params["trace_id"]
        # A GET lands here; the path exists, the method does not (RFC 9110, 15.5.6).
        if trace_id == "metadata":
            raise HTTPException(405, headers={"Allow": "POST"})
        client = self.gate.client(request)
        fieldset = request.query_params.get("fieldset", "")
        if "fieldset-ignored" in self.faults:
            fieldset = "summary"
        # Before the trace id: whether something exists is told last.
        if fieldset not in _FORMS:
            return self._failed(400, "fieldset must be summary or detail.")
        if not _TRACE_ID.fullmatch(trace_id):
            return self._failed(400, "The trace id is malformed.")
        transaction = self._own(trace_id, client)
        if transaction is None:
            return self._not_found()
        body = _FORMS[fieldset](transaction, self.settings.clock(), self.faults)
        return self._written(f"medical.{fieldset}", Reply(200, body))

    async def search(self, request: Request) -> Response:
        client = self.gate.client(request)
        criteria = await read_json(request, self.settings.limits.json_body_bytes)
        if complaint := search_complaint(criteria, self.faults):
            return self._failed(400, complaint)
        wanted = criteria if isinstance(criteria, Mapping) else {}
        most = self.settings.limits.metadata_hits
        found = matching(self._searchable(client), wanted, self.faults)
        # One more than allowed shows that there are too many, without looking at all (A068).
        hits = list(islice(found, most + 1))
        if len(hits) > most and "metadata-limit-unchecked" not in self.faults:
            return self._failed(400, TOO_MANY)
        now = self.settings.clock()
        body: Json = [status.hit(transaction, now, self.faults) for transaction in hits]
        return self._written("medical.hits", Reply(200, body))

    def _complaints(
        self, content: Mapping[str, Json], files: tuple[Part, ...]
    ) -> tuple[Complaint, ...]:
        # Canned answers check nothing, as a sandbox does (P015).
        if NAME in self.settings.canned:
            return ()
        return submission_complaints(content, files, self.faults)

    def _echo(self, content: Mapping[str, Json]) -> tuple[Complaint, ...]:
        """Return a complaint that repeats the patient's last name, where a fault wants one."""
        if "submission-error-echoes-patient" not in self.faults:
            return ()
        name = text(members(content.get("subscriber")).get("lastName"))
        return (Complaint("subscriber", f"{name} has been looked at."),)

    def _own(self, trace_id: str, client: Client) -> Transaction | None:
        """Return a transaction of the caller's organisation; another's does not exist for him."""
        found = self.store.find(trace_id)
        if found is None or "foreign-trace-readable" in self.faults:
            return found
        # Not 403, which would tell a stranger that the trace id exists.
        return found if found.owner == client.organisation else None

    def _searchable(self, client: Client) -> Iterable[Transaction]:
        everyone = "metadata-foreign-listed" in self.faults
        return self.store.all() if everyone else self.store.of(client.organisation)

    def _not_found(self) -> Response:
        if "unknown-trace-found" in self.faults:
            return written(Reply(200, []))
        return self._failed(404, "The transaction is not found.")

    def _submitter_id(self, request: Request, client: Client) -> str:
        """Return the submitter id: the one named by the header, else the client's first."""
        named = request.headers.get(SUBMITTER_HEADER, "").strip()
        if not named:
            # The header is optional; without it the client's own id is meant.
            return next(iter(client.submitter_ids), "")
        return named if named in client.submitter_ids else ""

    def _receipt(self, transaction: Transaction) -> Response:
        parts = (transaction.trace_id, transaction.payer_id, transaction.submitter_id)
        # The document builds the id so; the trace id comes in a header as well (A013, C100).
        body: Json = {"status": "success", "attachmentId": "_".join(parts)}
        headers = ((TRACE_HEADER, transaction.trace_id),)
        return self._written("medical.receipt", Reply(200, body, headers=headers))

    def _refused(self, complaints: tuple[Complaint, ...]) -> Response:
        errors: Json = [
            {"field": complaint.field, "description": complaint.description}
            for complaint in complaints
        ]
        return self._written("medical.errors", Reply(400, {"status": "errors", "errors": errors}))

    def _failed(self, code: int, message: str) -> Response:
        body: Json = {"statusCode": str(code), "statusMessage": message}
        return self._written("medical.failure", Reply(code, body))

    def _written(self, point: str, reply: Reply) -> Response:
        return written(self.faults.changed(point, reply))


def unable(now: datetime) -> Reply:
    """Return the answer to a failure behind the upload, worded as its framework words it."""
    body: Json = {
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.000+00:00}",
        "status": 500,
        "error": "Internal Server Error",
        "message": UNABLE,
        "path": SUBMISSION_BASE,
    }
    return Reply(500, body)


def request_of(form: Form) -> Mapping[str, Json]:
    """Return the JSON object in the part `request`; 400 where there is none."""
    parts = form.named("request")
    # text/plain is what clients send that give the part no type of its own (RFC 7578, 4.4).
    if len(parts) != 1 or parts[0].media_type not in ("", JSON, "text/plain"):
        raise HTTPException(400, "Exactly one part called request, of JSON, is needed.")
    try:
        value = json_value(parts[0].content)
    except ValueError:
        raise HTTPException(400, "The part called request is not valid JSON.") from None
    if not isinstance(value, Mapping):
        raise HTTPException(400, "The part called request is not a JSON object.")
    return value
