"""Clients that are wrong where it is easily overlooked: `subtle.py NAME`."""

import base64
import json
import re
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from reference import DENTAL, FINAL, HEALTH, MEDICAL, PRIOR_AUTH, Client, run

DEFECTS: dict[str, type[Client]] = {}


def defect(kind: type[Client]) -> type[Client]:
    """Enter a client under the name that its class has."""
    DEFECTS[re.sub("(?<!^)(?=[A-Z])", "-", kind.__name__).lower()] = kind
    return kind


# tokens


@defect
class TokenOfAnotherApi(Client):
    def token_request(self) -> httpx.Response:
        url = f"{self.context['base_url']}/apip/auth/v1/tokens"
        return self.exchange("POST", url, data=self.credentials())


@defect
class CredentialsInTokenQuery(Client):
    def token_request(self) -> httpx.Response:
        return self.exchange("POST", self.context["token_url"], params=self.credentials())


@defect
class TokenWithoutScheme(Client):
    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        if self.needs_token():
            self.new_token()
        headers = {"Authorization": self.token, **what.pop("headers", {})}
        return self.exchange(method, self.context["base_url"] + path, headers=headers, **what)


@defect
class TokenInBody(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        if self.needs_token():
            self.new_token()
        return super().ask(where, {**body, "accessToken": self.token})


@defect
class TokenInCookie(Client):
    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        if self.needs_token():
            self.new_token()
        self.http.headers["Cookie"] = f"session={self.token}"
        return super().once(method, path, **what)


@defect
class SecretEncodedInHeader(Client):
    def session(self) -> Any:
        http = super().session()
        login = f"{self.context['client_id']}:{self.context['client_secret']}"
        http.headers["X-Api-Key"] = base64.b64encode(login.encode()).decode()
        return http


@defect
class TokenPrintedEarly(Client):
    def new_token(self) -> None:
        super().new_token()
        print(f"DEBUG Bearer {self.token}")
        for _ in range(2000):
            print("DEBUG " + "nothing of interest " * 10)


@defect
class TokenInResult(Client):
    def act(self, action: str) -> httpx.Response | None:
        answer = super().act(action)
        told = {"ok": True, "shown": f"done with Bearer {self.token}"}
        Path(self.context["result_file"]).write_text(json.dumps(told), encoding="utf-8")
        return answer


@defect
class GivesUpAt401(Client):
    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        return self.patiently(lambda: self.once(method, path, **what))


@defect
class TwoTokensAfter401(Client):
    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        answer = self.patiently(lambda: self.once(method, path, **what))
        if answer.status_code == 401:
            self.new_token()
            self.new_token()
            answer = self.once(method, path, **what)
        return answer


@defect
class TokenForEachAction(Client):
    def act(self, action: str) -> httpx.Response | None:
        self.token = ""
        return super().act(action)


# retries


@defect
class EmptyFilesOnRetry(Client):
    """Reads its files once: what is sent again has none of their bytes."""

    def __init__(self, context: dict[str, Any]) -> None:
        super().__init__(context)
        self.read: set[str] = set()

    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        if "files" in what and path in self.read:
            what["files"] = [
                (part, (name, raw if name is None else b"", kind))
                for part, (name, raw, kind) in what["files"]
            ]
        self.read.add(path)
        return super().once(method, path, **what)


@defect
class ShortTimeout(Client):
    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        for _ in range(3):
            try:
                return super().exchange(method, url, **what, timeout=1.5)
            except httpx.TimeoutException:
                time.sleep(0.2)
        return super().exchange(method, url, **what)


@defect
class RetriesServerErrorsAtOnce(Client):
    def passing(self) -> tuple[int, ...]:
        return (429, 500, 502, 503, 504)

    def backoff(self, attempt: int) -> float:
        return 0.0


@defect
class RefusedWithANewNumber(Client):
    """Sends what was refused again, with another claim number each time."""

    def create(self) -> httpx.Response:
        for _ in range(6):
            self.inputs["claim"] = {**self.inputs["claim"], "claimId": uuid.uuid4().hex}
            answer = super().create()
            if answer.status_code != 400:
                break
        return answer


@defect
class IgnoresRetryAfterOfSearch(Client):
    def search(self, ids: list[str]) -> httpx.Response:
        path = f"{DENTAL}/attachments/documents/search"
        for _ in range(4):
            answer = self.once("POST", path, json={"attachmentIds": ids})
            if answer.status_code != 429:
                break
            time.sleep(0.2)
        return answer


@defect
class IgnoresRetryAfterOfStatus(Client):
    def status(self, trace_id: str) -> httpx.Response:
        path = f"{MEDICAL}/status/v1/{quote(trace_id, safe='')}?fieldset=summary"
        for _ in range(4):
            answer = self.once("GET", path)
            if answer.status_code != 429:
                break
            time.sleep(0.2)
        return answer


@defect
class RepeatsRedirectedFound(Client):
    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        answer = super().exchange(method, url, **what)
        if answer.status_code in (301, 302, 303):
            headers = what.get("headers", {})
            answer = super().exchange("GET", answer.headers["location"], headers=headers)
        return answer


# errors that are swallowed


@defect
class SearchesAfterRefusal(Client):
    def create_then_search(self) -> httpx.Response:
        created = self.create()
        ids = created.json().get("attachmentIds", ["CHC#000000000000"])
        return self.search(ids)


@defect
class PollsAfterRefusal(Client):
    def upload_then_poll(self) -> httpx.Response:
        uploaded = self.upload()
        trace_id = uploaded.headers.get("x-trace-id", str(uuid.uuid4()))
        return self.status(trace_id)


class _Tells(Client):
    def tell(self, **told: Any) -> None:
        Path(self.context["result_file"]).write_text(json.dumps(told), encoding="utf-8")


@defect
class AlwaysFine(_Tells):
    def act(self, action: str) -> httpx.Response | None:
        answer = super().act(action)
        self.tell(ok=True, shown="Sent.")
        return answer


@defect
class TellsAnotherStatus(_Tells):
    def upload_then_poll(self) -> httpx.Response:
        answer = super().upload_then_poll()
        self.tell(ok=True, status="06")
        return answer


@defect
class TellsOtherIds(_Tells):
    def create(self) -> httpx.Response:
        answer = super().create()
        self.tell(ok=True, ids=[each.split("#")[0] for each in answer.json()["attachmentIds"]])
        return answer


# forms


@defect
class FilesAsBase64(Client):
    def file_parts(self) -> list[Any]:
        return [
            (part, (name, base64.b64encode(raw), kind))
            for part, (name, raw, kind) in super().file_parts()
        ]


@defect
class PartCalledFile(Client):
    def file_parts(self) -> list[Any]:
        return [("file", what) for _, what in super().file_parts()]


@defect
class PartCalledData(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        renamed = {"data": json_parts.pop("request"), **json_parts}
        return super().parts(**renamed)


@defect
class FilesWithoutNames(Client):
    def file_parts(self) -> list[Any]:
        return [(part, (None, raw, kind)) for part, (_, raw, kind) in super().file_parts()]


@defect
class FilesInCallsOfTheirOwn(Client):
    def create(self) -> httpx.Response:
        whole = self.inputs["files"]
        for each in whole:
            self.inputs["files"] = [each]
            answer = super().create()
        self.inputs["files"] = whole
        return answer


@defect
class SendsTwice(Client):
    def create(self) -> httpx.Response:
        super().create()
        return super().create()


@defect
class UploadsTwice(Client):
    def upload(self) -> httpx.Response:
        super().upload()
        return super().upload()


@defect
class SubmitsTwice(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        super().ask(where, body)
        return super().ask(where, body)


@defect
class JsonInLatin1(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        written = [
            (
                name,
                (
                    None,
                    json.dumps(value, ensure_ascii=False).encode("latin-1", "replace"),
                    "application/json",
                ),
            )
            for name, value in json_parts.items()
        ]
        return [*written, *self.file_parts()]

    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"x-optum-tenant-id": self.inputs["tenantId"], "Content-Type": "application/json"}
        content = json.dumps(body, ensure_ascii=False).encode("latin-1", "replace")
        return self.send("POST", f"{PRIOR_AUTH}/{where}", content=content, headers=headers)


@defect
class WithoutAccents(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        return super().parts(
            **json.loads(json.dumps(json_parts, ensure_ascii=False).encode("ascii", "ignore"))
        )


@defect
class FilesInAnotherOrder(Client):
    """Turns its files round, and takes the ids as if it had not."""

    def file_parts(self) -> list[Any]:
        found = super().file_parts()
        return [*found[1:], *found[:1]]


@defect
class DayBefore(Client):
    """Counts days in UTC where they are local."""

    def parts(self, **json_parts: Any) -> list[Any]:
        claim = dict(json_parts["request"])
        year, month, day = claim["dateOfService"].split("-")
        claim["dateOfService"] = f"{year}-{month}-{max(int(day) - 1, 1):02}"
        return super().parts(**{**json_parts, "request": claim})


@defect
class DatesWithTimes(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        claim = dict(json_parts["request"])
        claim["dateOfService"] += "T00:00:00Z"
        return super().parts(**{**json_parts, "request": claim})


@defect
class MedicalDatesWithDashes(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        written = re.sub(
            r'("\w*Date": ")(\d{4})(\d\d)(\d\d)', r"\1\2-\3-\4", json.dumps(json_parts)
        )
        return super().parts(**json.loads(written))


# privacy


@defect
class PatientInLowerCaseQuery(Client):
    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        name = self.inputs.get("claim", {}).get("patientLastName", "")
        if name:
            path += f"{'&' if '?' in path else '?'}q={quote(name.lower())}"
        return super().once(method, path, **what)


@defect
class PatientPrinted(Client):
    def create(self) -> httpx.Response:
        print("INFO sending the claim", json.dumps(self.inputs["claim"]))
        return super().create()


@defect
class PatientEncodedInHeader(Client):
    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        claim = json.dumps(self.inputs.get("claim", {}))
        self.http.headers["X-Context"] = base64.b64encode(claim.encode()).decode()[:4000]
        return super().once(method, path, **what)


@defect
class PatientInTokenRequest(Client):
    def token_request(self) -> httpx.Response:
        url = f"{self.context['token_url']}?for={self.inputs.get('claim', {}).get('memberId', '')}"
        return self.exchange("POST", url, data=self.credentials())


# polling


@defect
class PollsTwiceASecondForEver(Client):
    def upload_then_poll(self) -> httpx.Response:
        trace_id = self.trace_id(self.upload())
        while (answer := self.status(trace_id)).json()[-1]["statusCode"] not in FINAL:
            time.sleep(0.25)
        return answer


@defect
class PollsOnce(Client):
    def upload_then_poll(self) -> httpx.Response:
        return self.status(self.trace_id(self.upload()))


@defect
class PollsWithSubmitterId(Client):
    def trace_id(self, answer: httpx.Response) -> str:
        return answer.json()["attachmentId"].split("_")[-1]


@defect
class TraceIdCut(Client):
    def status(self, trace_id: str) -> httpx.Response:
        return self.send("GET", f"{MEDICAL}/status/v1/{trace_id[:8]}?fieldset=summary")


# messages


class _X12(Client):
    def rewritten(self, message: str) -> str:
        return message

    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        if "x12" in body:
            body = {**body, "x12": self.rewritten(body["x12"])}
        return super().ask(where, body)


@defect
class OtherSeparatorsThanDeclared(_X12):
    def rewritten(self, message: str) -> str:
        return message[:106] + message[106:].replace(":", ">")


@defect
class ComponentSeparatorUndeclared(_X12):
    def rewritten(self, message: str) -> str:
        return message[:104] + ">" + message[105:]


@defect
class SegmentsByLinesAlone(_X12):
    def rewritten(self, message: str) -> str:
        return message[:106] + message[106:].replace("~", "\n")


@defect
class SetNumbersDiffer(_X12):
    def rewritten(self, message: str) -> str:
        return re.sub(r"~SE\*(\d+)\*\w+", r"~SE*\1*9999", message)


@defect
class DatesWithDashesInX12(_X12):
    def rewritten(self, message: str) -> str:
        return re.sub(r"\*D8\*(\d{4})(\d\d)(\d\d)", r"*D8*\1-\2-\3", message)


@defect
class LevelsMisnumbered(_X12):
    def rewritten(self, message: str) -> str:
        return message.replace("~HL*3*2*", "~HL*3*1*").replace("~HL*2*1*", "~HL*2*2*")


@defect
class MessageInAList(_X12):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        if "x12" in body:
            body = {"x12": [body["x12"]]}
        return super().ask(where, body)


@defect
class MessageCalledEdi(_X12):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        if "x12" in body:
            body = {"edi": body["x12"]}
        return super().ask(where, body)


@defect
class MessageEncoded(_X12):
    def rewritten(self, message: str) -> str:
        return base64.b64encode(message.encode()).decode()


@defect
class SnakeCase(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        def snake(value: Any) -> Any:
            if isinstance(value, dict):
                return {
                    re.sub("(?<!^)(?=[A-Z])", "_", k).lower(): snake(v) for k, v in value.items()
                }
            return [snake(v) for v in value] if isinstance(value, list) else value

        return super().ask(where, snake(body))


@defect
class JsonAsForm(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        return self.send("POST", f"{PRIOR_AUTH}/{where}", data={"request": json.dumps(body)})


@defect
class NpiFromAnotherField(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        written = re.sub(r'("npi": ")\d{10}', r"\g<1>1234567890", json.dumps(body))
        return super().ask(where, json.loads(written))


# health


@defect
class HealthHammered(Client):
    def health(self) -> httpx.Response:
        for _ in range(60):
            answer = super().health()
        return answer


@defect
class HealthOfAnotherApi(Client):
    def health(self) -> httpx.Response:
        others = [path for name, path in HEALTH.items() if name != self.context["product"]]
        return self.send("GET", others[0])


if __name__ == "__main__":
    sys.exit(run(DEFECTS[sys.argv[1]]))
