"""The dental attachments API: healthcheck, create, create with image intelligence, search."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.jsonvalue import Json, members, text
from harness.mock.body import JSON, Form, Part, json_value, read_form, read_json
from harness.mock.fault import ActiveFaults
from harness.mock.gate import Gate
from harness.mock.part import trouble
from harness.mock.reply import Reply, written
from harness.mock.settings import PAYER, PROVIDER, Client, MockSettings
from harness.products.dental.codes.errors import DENTAL_ERRORS
from harness.products.dental.facts import BASE, NAME
from harness.products.dental.mock.problems import number_of, refusal
from harness.products.dental.mock.rules import (
    FIELDS,
    PERMISSION_DENIED,
    broken_file_rules,
    broken_metadata_rules,
    broken_rules,
    denied,
)
from harness.products.dental.mock.search import search, search_reply
from harness.products.dental.mock.store import PREFIX, Container, DentalStore, Upload

# The point at which faults change a failure; below it stands one point a code.
TROUBLE = "dental.trouble"
# What no request can provoke is asked for by a header, so that its answer can be tested too.
_TROUBLES = {
    dental_error.code: dental_error.key
    for dental_error in DENTAL_ERRORS
    if not dental_error.reachable
}
_NO_POLICY = "UserAccess.policy.notfound"
_POLICY_MISSING = "UserAccess.policy.missingrequired"


@dataclass(frozen=True, slots=True)
class Dental:
    """The endpoints of the dental API."""

    settings: MockSettings
    faults: ActiveFaults
    gate: Gate
    store: DentalStore

    def routes(self) -> list[Route]:
        """Return the routes in the order in which they are tried."""
        documents = f"{BASE}/attachments/documents"
        return [
            Route(f"{BASE}/healthcheck", self.health, methods=["GET"]),
            Route(documents, self.create, methods=["POST"]),
            Route(f"{documents}/search", self.search, methods=["POST"]),
            Route(f"{documents}/image-intelligence", self.create_with_images, methods=["POST"]),
        ]

    async def health(self, request: Request) -> Response:
        # The healthcheck is protected like any other call (D009, C85).
        if "healthcheck-open" not in self.faults:
            self.gate.client(request)
        if asked := trouble(request, _TROUBLES):
            return written(self.faults.changed("dental.health.trouble", self._trouble(asked)))
        reply = Reply(200, {"message": "Service is healthy"})
        return written(self.faults.changed("dental.health", reply))

    async def create(self, request: Request) -> Response:
        return await self._created(request, with_images=False)

    async def create_with_images(self, request: Request) -> Response:
        return await self._created(request, with_images=True)

    async def search(self, request: Request) -> Response:
        client = self.gate.client(request)
        # Payers search, providers create (D074, C42); asked before the body is even read.
        if refused := self._refused_role(client, PAYER):
            return self._problem((refused,))
        body = await read_json(request, self.settings.limits.json_body_bytes)
        found = search(body, client.organisation, self.store, self.faults)
        if found.refused:
            return self._problem((found.refused,))
        if asked := trouble(request, _TROUBLES):
            return written(self._trouble(asked))
        # A fault may answer in place of the files; without one the status stays 200.
        early = self.faults.changed("dental.search", Reply(200, None))
        return written(early) if early.status != 200 else search_reply(found.files, self.faults)

    async def _created(self, request: Request, *, with_images: bool) -> Response:
        client = self.gate.client(request)
        if refused := self._refused_role(client, PROVIDER):
            return self._problem((refused,))
        form = await read_form(request, self.settings.limits)
        claim, files = claim_of(form), form.files("files")
        # All faults of a request are named at once, as the errors of a problem are a list (D060).
        keys = broken_file_rules(files, self.faults) + broken_rules(claim, self.faults)
        if with_images:
            keys += broken_metadata_rules(metadata_of(form), files, self.faults)
        if keys:
            return self._problem(keys, patient=text(claim.get("patientLastName")))
        # After the form: who sends a malformed id has not named anybody else's.
        if denied(claim, client, self.faults):
            return self._problem((PERMISSION_DENIED,))
        # Before anything is stored: what fails leaves nothing behind.
        if asked := trouble(request, _TROUBLES):
            return written(self._trouble(asked))
        container = self.store.add(client.organisation, self.settings.clock(), uploads_of(files))
        return self._receipt(container, text(claim.get("claimId")), with_images=with_images)

    def _receipt(self, container: Container, claim_id: str, *, with_images: bool) -> Response:
        body: dict[str, Json] = {
            # A container is closed when the call ends (D025): nothing can be added to it.
            "status": "CLOSED",
            "createdAt": f"{container.created:%Y-%m-%dT%H:%M:%SZ}",
            "claimId": claim_id,
            "attachmentIds": [PREFIX + file.attachment_id for file in container.files],
            "attachmentControlNumber": PREFIX + container.control_number,
        }
        point = "dental.created"
        if with_images:
            point = "dental.created-with-images"
            # Only this call gives one (D099, D100).
            body["imageIntelligenceTransactionId"] = secrets.token_hex(12)
        reply = self.faults.changed(point, Reply(201, body))
        return written(self.faults.changed("dental.receipt", reply))

    def _refused_role(self, client: Client, role: str) -> str:
        # Without the product a client has no role in it either.
        roles = client.roles if client.is_entitled_to(NAME) else frozenset()
        if role in roles:
            return ""
        # Without any role the policy is missing (D136), with another one the permission (D074).
        fault = "policies-unchecked" if not roles else "roles-unchecked"
        if fault in self.faults:
            return ""
        return _POLICY_MISSING if roles else _NO_POLICY

    def _trouble(self, key: str) -> Reply:
        reply = self.faults.changed(TROUBLE, refusal([key]))
        return self.faults.changed(f"{TROUBLE}.{number_of(key)}", reply)

    def _problem(self, keys: tuple[str, ...], *, patient: str = "") -> Response:
        reply = self.faults.changed("dental.problem", refusal(keys))
        # Not by a change of the reply, which knows nothing of the request.
        if "error-echoes-patient" in self.faults:
            reply = Reply(
                reply.status,
                {**members(reply.body), "detail": f"Refused for {patient}."},
                reply.media_type,
            )
        return written(reply)


def claim_of(form: Form) -> Mapping[str, Json]:
    """Return the claim: the JSON part `request`, or without one the flat fields of the form."""
    # The guide describes both forms (C29).
    parts = form.named("request")
    if not parts:
        return {name: _flat(form, name) for name in FIELDS}
    # Which of two claims was meant nobody can say.
    if len(parts) > 1:
        raise HTTPException(400, "There is more than one part called request.")
    claim = _json_of(parts[0])
    if not isinstance(claim, Mapping):
        raise HTTPException(400, "The part called request is not a JSON object.")
    return claim


def metadata_of(form: Form) -> Json:
    """Return the value of the JSON part `fileMetadata`; null where there is none."""
    parts = form.named("fileMetadata")
    return _json_of(parts[0]) if len(parts) == 1 else None


def uploads_of(files: tuple[Part, ...]) -> tuple[Upload, ...]:
    """Return the files as they are to be stored."""
    default = "application/octet-stream"
    return tuple(
        Upload(file.filename or "", file.content_type or default, file.content) for file in files
    )


def _flat(form: Form, name: str) -> Json:
    parts = form.named(name)
    # What is not UTF-8 then fails the rule of its field, which names it.
    return parts[0].content.decode(errors="replace") if len(parts) == 1 else None


def _json_of(part: Part) -> Json:
    if part.media_type not in ("", JSON):
        raise HTTPException(415, "A JSON part has another media type.")
    try:
        return json_value(part.content)
    except ValueError:
        raise HTTPException(400, "A JSON part is not valid JSON.") from None
