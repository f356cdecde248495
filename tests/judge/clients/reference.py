"""A client of all three APIs in plain httpx, driven by the context of the judge."""

import json
import os
import random
import sys
import time
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

# httpx loads its own command line where click is there; without it a client starts in half the time.
sys.modules["httpx._main"] = None  # type: ignore[assignment]
import httpx  # noqa: E402 only now

NO_SUCH_ACTION = 64
MOST_TRIES = 4
MOST_POLLS = 6
FINAL = {"06", "10", "12", "13", "15", "19", "51", "52", "53"}
DENTAL = "/dental/attachments/v1"
MEDICAL = "/medicalnetwork/attachments"
PRIOR_AUTH = "/rcm/prior-authorization/v1"
HEALTH = {
    "dental": f"{DENTAL}/healthcheck",
    "medical": f"{MEDICAL}/submission/v1/healthcheck",
    "prior-auth": f"{PRIOR_AUTH}/healthcheck",
}


class Refused(Exception):
    """The user's input is wrong, and nothing is sent."""


class Client:
    """Fetches one token, renews it before it ends or after a 401, and waits when it is told to."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.context = context
        self.inputs = context["inputs"]
        self.token = ""
        self.token_ends = 0.0
        self.http = self.session()

    def session(self) -> Any:
        is_tls = self.context["base_url"].startswith("https:")
        return httpx.Client(timeout=20, verify=self.context["ca_file"] or is_tls, trust_env=False)

    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        return self.http.request(method, url, **what)

    # tokens

    def credentials(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.context["client_id"],
            "client_secret": self.context["client_secret"],
        }

    def token_request(self) -> httpx.Response:
        kind = "data" if self.context["token_form"] == "form" else "json"
        return self.exchange("POST", self.context["token_url"], **{kind: self.credentials()})

    def new_token(self) -> None:
        answer = self.patiently(self.token_request)
        answer.raise_for_status()
        told = answer.json()
        self.token = told["access_token"]
        self.token_ends = time.monotonic() + told.get("expires_in", 3600) - self.margin()

    def margin(self) -> float:
        return 0.5

    def needs_token(self) -> bool:
        return not self.token or time.monotonic() >= self.token_ends

    # sending

    def patiently(self, send: Any) -> httpx.Response:
        for attempt in range(1, MOST_TRIES + 1):
            answer = send()
            if answer.status_code not in self.passing() or attempt == MOST_TRIES:
                break
            self.pause(answer, attempt)
        return answer

    def passing(self) -> tuple[int, ...]:
        """Statuses that may pass."""
        return (429, 503)

    def pause(self, answer: httpx.Response, attempt: int) -> None:
        told = answer.headers.get("Retry-After", "")
        time.sleep(seconds_of(told) if told else self.backoff(attempt))

    def backoff(self, attempt: int) -> float:
        return 0.1 * 2**attempt * (1 + 0.2 * random.random())  # noqa: S311 no secret

    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        answer = self.patiently(lambda: self.once(method, path, **what))
        if answer.status_code == 401:
            self.token = ""
            answer = self.once(method, path, **what)
        return answer

    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        if self.needs_token():
            self.new_token()
        headers = {"Authorization": f"Bearer {self.token}", **what.pop("headers", {})}
        return self.exchange(method, self.context["base_url"] + path, headers=headers, **what)

    # dental attachments

    def parts(self, **json_parts: Any) -> list[Any]:
        written = [
            (name, (None, json.dumps(value), "application/json"))
            for name, value in json_parts.items()
        ]
        return [*written, *self.file_parts()]

    def file_parts(self) -> list[Any]:
        return [
            ("files", (each["name"], Path(each["path"]).read_bytes(), each["media_type"]))
            for each in self.inputs.get("files", [])
        ]

    def create(self) -> httpx.Response:
        claim = self.inputs["claim"]
        self.check(claim)
        return self.send("POST", f"{DENTAL}/attachments/documents", files=self.parts(request=claim))

    def check(self, claim: dict[str, Any]) -> None:
        if not is_npi(str(claim.get("providerNPI"))):
            raise Refused("providerNPI is wrong")
        if not claim.get("claimId") or len(claim["claimId"]) > 50:
            raise Refused("claimId is missing or too long")
        if len(claim.get("payerId", "")) != 5 or not claim["payerId"].isalnum():
            raise Refused("payerId is not five letters or digits")
        for name in ("dateOfService", "patientDateOfBirth"):
            if not is_date(str(claim.get(name))):
                raise Refused(f"{name} is no day written as YYYY-MM-DD")
        if not 1 <= len(self.inputs.get("files", [])) <= 10:
            raise Refused("one to ten files are taken")

    def create_with_images(self) -> httpx.Response:
        self.check(self.inputs["claim"])
        parts = self.parts(request=self.inputs["claim"], fileMetadata=self.inputs["fileMetadata"])
        path = f"{DENTAL}/attachments/documents/image-intelligence"
        return self.send("POST", path, files=parts)

    def search(self, ids: list[str]) -> httpx.Response:
        path = f"{DENTAL}/attachments/documents/search"
        return self.send("POST", path, json={"attachmentIds": ids})

    def create_then_search(self) -> httpx.Response:
        created = self.create()
        created.raise_for_status()
        return self.search(self.chosen_ids(created.json()["attachmentIds"]))

    def chosen_ids(self, ids: list[str]) -> list[str]:
        choose = self.inputs.get("choose")
        if not choose:
            return ids
        names = [each["name"] for each in self.inputs["files"]]
        return [ids[names.index(choose["equals"])]]

    # medical attachments

    def upload(self) -> httpx.Response:
        path = f"{MEDICAL}/submission/v1/uploads"
        return self.send("POST", path, files=self.parts(request=self.inputs["request"]))

    def status(self, trace_id: str) -> httpx.Response:
        path = f"{MEDICAL}/status/v1/{quote(trace_id, safe='')}?fieldset=summary"
        return self.send("GET", path)

    def trace_id(self, answer: httpx.Response) -> str:
        in_body = answer.json()["attachmentId"].split("_")[0]
        return answer.headers.get("x-trace-id", in_body)

    def upload_then_poll(self) -> httpx.Response:
        uploaded = self.upload()
        uploaded.raise_for_status()
        trace_id = self.trace_id(uploaded)
        for poll in range(1, MOST_POLLS + 1):
            answer = self.status(trace_id)
            answer.raise_for_status()
            if answer.json()[-1]["statusCode"] in FINAL:
                break
            self.between_polls(poll)
        return answer

    def between_polls(self, poll: int) -> None:
        time.sleep(0.1 * 1.4**poll)

    def search_status(self) -> httpx.Response:
        path = f"{MEDICAL}/status/v1/metadata"
        answer = self.send("POST", path, json=self.inputs["query"])
        choose = self.inputs.get("choose")
        if choose and answer.status_code == 200:
            return self.status(self.chosen_hit(answer.json(), choose)["traceId"])
        return answer

    def chosen_hit(self, hits: list[dict[str, Any]], choose: dict[str, str]) -> dict[str, Any]:
        wanted, value = choose["property"], choose["equals"]
        return next(hit for hit in hits if hit["transactionDetails"].get(wanted) == value)

    # prior authorization

    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"x-optum-tenant-id": self.inputs["tenantId"]}
        return self.send("POST", f"{PRIOR_AUTH}/{where}", json=body, headers=headers)

    # what there is to do

    def health(self) -> httpx.Response:
        return self.send("GET", HEALTH[self.context["product"]])

    def act(self, action: str) -> httpx.Response | None:
        match action:
            case "token":
                return self.new_token()
            case "health":
                return self.health()
            case "dental.create":
                return self.create()
            case "dental.create-image-intelligence":
                return self.create_with_images()
            case "dental.search":
                return self.search(self.inputs["attachmentIds"])
            case "dental.create-then-search":
                return self.create_then_search()
            case "medical.upload":
                return self.upload()
            case "medical.upload-then-poll":
                return self.upload_then_poll()
            case "medical.status":
                return self.status(self.inputs["traceId"])
            case "medical.search":
                return self.search_status()
            case "prior-auth.inquire" | "prior-auth.submit":
                where = "inquiry" if "inquire" in action else "submission"
                return self.ask(where, self.inputs["request"])
            case "prior-auth.inquire-x12" | "prior-auth.submit-x12":
                where = "inquiry" if "inquire" in action else "submission"
                return self.ask(f"{where}/x12", {"x12": self.inputs["x12"]})
        sys.exit(NO_SUCH_ACTION)


def seconds_of(told: str) -> float:
    """Return how long a Retry-After asks to wait, in either of its two forms."""
    if told.isdigit():
        return float(told)
    # The date has no fractions: what is over of the present second is waited as well.
    return max((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds(), 0.0)


def is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def is_npi(text: str) -> bool:
    if len(text) != 10 or not text.isdigit():
        return False
    total = 24
    for place, sign in enumerate(reversed(text)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def run(kind: type[Client]) -> int:
    """Do what the context asks for, as often as it asks."""
    context = json.loads(Path(os.environ["HARNESS_JUDGE_CONTEXT"]).read_text(encoding="utf-8"))
    client = kind(context)
    try:
        for _ in range(context["repeat"]):
            answer = client.act(context["action"])
            if answer is not None:
                answer.raise_for_status()
    except (Refused, httpx.HTTPError) as problem:
        print(type(problem).__name__, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run(Client))
