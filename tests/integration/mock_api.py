"""Drive the mock in this process, and hold one valid request of every kind."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx

from harness.files.samples import sample
from harness.jsonvalue import Json
from harness.mock.settings import CLIENTS, MAIN_CLIENT, Client, Limits, MockSettings
from tests.products import create_app

NOON = datetime(2026, 1, 16, 12, 0, 30, tzinfo=UTC)
SNTL = "/apip/auth/sntl/v1/token"
V2 = "/apip/auth/v2/token"
DENTAL_HEALTH = "/dental/attachments/v1/healthcheck"
DOCUMENTS = "/dental/attachments/v1/attachments/documents"
SEARCH = f"{DOCUMENTS}/search"
IMAGES = f"{DOCUMENTS}/image-intelligence"
UPLOADS = "/medicalnetwork/attachments/submission/v1/uploads"
SUBMISSION_HEALTH = "/medicalnetwork/attachments/submission/v1/healthcheck"
STATUS = "/medicalnetwork/attachments/status/v1"
METADATA = f"{STATUS}/metadata"

NO_CHANGES: Mapping[str, Json] = {}
CLAIM: Mapping[str, Json] = {
    "claimId": "CLAIM-0001",
    "payerId": "PAY01",
    "memberId": "MEMBER-0001",
    "providerNPI": "1234567893",
    "submitterId": "999898",
    "dateOfService": "2026-01-15",
    "patientLastName": "Sampleton",
    "patientFirstName": "Sam",
    "patientDateOfBirth": "2000-01-31",
    "billingProviderTaxId": "123456789",
}
ADDRESS: Mapping[str, Json] = {
    "address1": "1 Sample Street",
    "city": "Sampletown",
    "state": "WA",
    "postalCode": "00000",
}
SUBMISSION: Mapping[str, Json] = {
    "controlNumber": "000000001",
    "tradingPartnerServiceId": "TESTEP06",
    "tradingPartnerName": "Made-up Payer",
    "payerFaxNumber": "0000000000",
    "payerAddress": ADDRESS,
    "submitter": {"organizationName": "Made-up Submitter"},
    "provider": {"npi": "1234567893", "organizationName": "Made-up Clinic", "address": ADDRESS},
    "subscriber": {"memberId": "0000000001", "firstName": "Sam", "lastName": "Sampleton"},
}
TEXT_FILE = ("note.txt", b"synthetic note", "text/plain")
PNG_FILE = ("tooth.png", sample("png"), "image/png")

File = tuple[str, bytes, str]


def lines(count: int) -> list[Json]:
    """Return service lines, one for each document."""
    return [
        {
            "providerAttachmentControlNumber": f"CONTROL-{index}",
            "attachmentDetails": {"name": f"scan-{index}.pdf"},
            "serviceLineDateInformation": {"submissionDate": "20260116"},
        }
        for index in range(count)
    ]


def scans(count: int) -> list[File]:
    """Return documents with the names that the service lines give them."""
    return [(f"scan-{index}.pdf", sample("pdf"), "application/pdf") for index in range(count)]


def submission(count: int = 1, changes: Mapping[str, Json] = NO_CHANGES) -> dict[str, Json]:
    """Return a valid submission of so many documents, with some members changed."""
    claim: Json = {
        "patientControlNumber": "PATIENT-0001",
        "claimNumber": "CLAIM-0001",
        "beginClaimServiceDate": "20260114",
        "endClaimServiceDate": "20260115",
        "serviceLines": lines(count),
    }
    return {**SUBMISSION, "claimInformation": claim, **changes}


def metadata_of(files: Sequence[File], changes: Mapping[str, Json] = NO_CHANGES) -> list[Json]:
    """Return file metadata that describes these files, with some members changed."""
    return [
        {
            "fileName": name,
            "mimeType": media_type,
            "procedureCodes": "D0220,D0230",
            "serviceDate": "2026-01-15",
            "toothNumbers": "14,16",
            **changes,
        }
        for name, _, media_type in files
    ]


class MockApi:
    """A mock with some faults, called as one client; its clock stands until it is moved."""

    def __init__(
        self, *faults: str, client: Client = MAIN_CLIENT, limits: Limits | None = None
    ) -> None:
        self.now = NOON
        self.faults = faults
        self.credentials = client
        settings = MockSettings(
            clients=CLIENTS,
            clock=lambda: self.now,
            faults=frozenset(faults),
            limits=limits or Limits(),
        )
        self._transport = httpx.ASGITransport(create_app(settings))

    def acting_as(self, client: Client) -> "MockApi":
        """Return the same mock, called as another client."""
        other = MockApi(client=client)
        other._transport = self._transport
        return other

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @cached_property
    def token(self) -> str:
        answer = self.send("POST", V2, json=self.fields(), token="")
        return str(answer.json()["access_token"])

    def fields(self, changes: Mapping[str, Json] = NO_CHANGES) -> dict[str, Json]:
        """Return the fields of a token request, with some of them changed."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
            **changes,
        }

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **content: object,
    ) -> httpx.Response:
        """Send one request; with the client's own token unless another one, or none, is given."""
        token = self.token if token is None else token
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        return asyncio.run(self._send(method, path, {**sent, **(headers or {})}, content))

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str], content: Mapping[str, object]
    ) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=self._transport, base_url="http://localhost"
        ) as client:
            return await client.request(method, path, headers=headers, **content)  # type: ignore[arg-type]  # passed through

    def create(
        self,
        *files: File,
        path: str = DOCUMENTS,
        metadata: Json = None,
        changes: Mapping[str, Json] = NO_CHANGES,
    ) -> httpx.Response:
        """Send files with the valid claim, some of its members changed (null: left out)."""
        claim = {key: value for key, value in {**CLAIM, **changes}.items() if value is not None}
        parts: list[tuple[str, object]] = [("request", json_part(claim))]
        if metadata is not None:
            parts.append(("fileMetadata", json_part(metadata)))
        parts += [("files", file) for file in files]
        return self.send("POST", path, files=parts)

    def images(self, *files: File, metadata: Json = None) -> httpx.Response:
        """Send files to image intelligence, described as they are unless told otherwise."""
        found = metadata_of(files) if metadata is None else metadata
        return self.create(*files, path=IMAGES, metadata=found)

    def search(self, *ids: str) -> httpx.Response:
        return self.send("POST", SEARCH, json={"attachmentIds": list(ids)})

    def upload(self, request: Json = None, files: Sequence[File] | None = None) -> httpx.Response:
        """Submit documents; one and a valid request where nothing else is given."""
        parts = [("request", json_part(submission() if request is None else request))]
        sent = scans(1) if files is None else files
        return self.send("POST", UPLOADS, files=[*parts, *(("files", file) for file in sent)])

    def status(self, trace_id: str, fieldset: str = "summary") -> httpx.Response:
        return self.send("GET", f"{STATUS}/{trace_id}", params={"fieldset": fieldset})

    def hits(self, criteria: Mapping[str, Json] = NO_CHANGES) -> httpx.Response:
        """Search by metadata around the mock's day."""
        days = {
            "transactionReceivedStartDate": "2026-01-15",
            "transactionReceivedEndDate": "2026-01-17",
        }
        return self.send("POST", METADATA, json={**days, **criteria})


def json_part(value: Json) -> tuple[None, str, str]:
    """Return a form part that holds JSON."""
    return (None, json.dumps(value), "application/json")


def key_of(answer: httpx.Response) -> tuple[int, str]:
    """Return a dental answer's status and the message key of its first error."""
    if answer.status_code == 201:
        return 201, ""
    return answer.status_code, str(answer.json()["properties"]["errors"][0]["field"])


def trace_of(answer: httpx.Response) -> str:
    """Return the trace id of an accepted submission."""
    return str(answer.json()["attachmentId"]).partition("_")[0]
