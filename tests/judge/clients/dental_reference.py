"""A client of the dental attachments API in plain httpx, driven by the context of the judge."""

import json
import os
import sys
import time
from pathlib import Path

import httpx

NO_SUCH_ACTION = 64
MOST_TRIES = 4


class Client:
    """Fetches one token, renews it after a 401, and waits when it is told to."""

    def __init__(self, context: dict) -> None:
        self.context = context
        self.http = httpx.Client(timeout=20)
        self.token = ""

    def new_token(self) -> None:
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.context["client_id"],
            "client_secret": self.context["client_secret"],
        }
        kind = "data" if self.context["token_form"] == "form" else "json"
        answer = self.http.post(self.context["token_url"], **{kind: fields})
        answer.raise_for_status()
        self.token = answer.json()["access_token"]

    def send(self, method: str, path: str, **what: object) -> httpx.Response:
        renewed = False
        for attempt in range(1, MOST_TRIES + 1):
            if not self.token:
                self.new_token()
            headers = {"Authorization": f"Bearer {self.token}"}
            answer = self.http.request(
                method, self.context["base_url"] + path, headers=headers, **what
            )
            if answer.status_code == 401 and not renewed:
                renewed, self.token = True, ""
            elif answer.status_code in (429, 503) and attempt < MOST_TRIES:
                time.sleep(float(answer.headers.get("Retry-After", 0.2 * 2**attempt)))
            else:
                break
        return answer

    def create(self) -> httpx.Response:
        claim = self.context["inputs"]["claim"]
        if not is_npi(claim["providerNPI"]):
            sys.exit("providerNPI is wrong; nothing is sent")
        files = [
            ("files", (each["name"], Path(each["path"]).read_bytes(), each["media_type"]))
            for each in self.context["inputs"]["files"]
        ]
        request = ("request", (None, json.dumps(claim), "application/json"))
        path = "/dental/attachments/v1/attachments/documents"
        return self.send("POST", path, files=[request, *files])


def is_npi(text: str) -> bool:
    if len(text) != 10 or not text.isdigit():
        return False
    total = 24
    for place, sign in enumerate(reversed(text)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def main() -> int:
    context = json.loads(Path(os.environ["HARNESS_JUDGE_CONTEXT"]).read_text())
    client = Client(context)
    match context["action"]:
        case "dental.create":
            for _ in range(context["repeat"]):
                client.create().raise_for_status()
        case "dental.create-then-search":
            created = client.create().json()
            chosen = created["attachmentIds"][context["inputs"]["choose"]["index"]]
            path = "/dental/attachments/v1/attachments/documents/search"
            client.send("POST", path, json={"attachmentIds": [chosen]}).raise_for_status()
        case _:
            return NO_SUCH_ACTION
    return 0


if __name__ == "__main__":
    sys.exit(main())
