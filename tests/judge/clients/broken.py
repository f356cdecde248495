"""Clients that are each wrong in one way in which real ones are: `broken.py NAME`."""

import json
import re
import ssl
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from reference import DENTAL, FINAL, MOST_POLLS, PRIOR_AUTH, Client, run

DEFECTS: dict[str, type[Client]] = {}


def defect(kind: type[Client]) -> type[Client]:
    """Enter a client under the name that its class has."""
    DEFECTS[re.sub("(?<!^)(?=[A-Z])", "-", kind.__name__).lower()] = kind
    return kind


# tokens


@defect
class TokenPerCall(Client):
    def needs_token(self) -> bool:
        return True


@defect
class TokenNeverRenewed(Client):
    def needs_token(self) -> bool:
        return not self.token

    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        return self.patiently(lambda: self.once(method, path, **what))


@defect
class TokenRenewedForEver(Client):
    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        answer = super().send(method, path, **what)
        while answer.status_code == 401:
            self.token = ""
            answer = self.once(method, path, **what)
        return answer


@defect
class TokenEndpointHammered(Client):
    def new_token(self) -> None:
        for _ in range(12):
            if self.token_request().status_code == 200:
                break
        super().new_token()


@defect
class NewTokenUnused(Client):
    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        answer = self.once(method, path, **what)
        if answer.status_code == 401:
            old = self.token
            self.new_token()
            headers = {"Authorization": f"Bearer {old}"}
            answer = self.exchange(method, self.context["base_url"] + path, headers=headers, **what)
        return answer


@defect
class GoesOnWithoutToken(Client):
    def new_token(self) -> None:
        answer = self.token_request()
        self.token = answer.json().get("access_token", "none")
        self.token_ends = time.monotonic() + 3000


@defect
class TokenInQuery(Client):
    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        if self.token:
            url += f"{'&' if '?' in url else '?'}access_token={self.token}"
        return super().exchange(method, url, **what)


@defect
class SecretInHeader(Client):
    def session(self) -> Any:
        http = super().session()
        http.headers["X-Client-Secret"] = self.context["client_secret"]
        return http


@defect
class SecretInEveryBody(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        return super().ask(where, {**body, "clientSecret": self.context["client_secret"]})


@defect
class TokenPrinted(Client):
    def new_token(self) -> None:
        super().new_token()
        print(f"DEBUG authorization: Bearer {self.token}")


@defect
class SecretPrinted(Client):
    def token_request(self) -> httpx.Response:
        print("DEBUG", self.credentials())
        return super().token_request()


@defect
class TokenAsJson(Client):
    def token_request(self) -> httpx.Response:
        return self.exchange("POST", self.context["token_url"], json=self.credentials())


@defect
class NoGrantType(Client):
    def credentials(self) -> dict[str, str]:
        return {**super().credentials(), "grant_type": "password"}


@defect
class OtherEnvironmentsCredentials(Client):
    def credentials(self) -> dict[str, str]:
        return {**super().credentials(), "client_id": "production-client"}


# waiting


@defect
class IgnoresRetryAfter(Client):
    def pause(self, answer: httpx.Response, attempt: int) -> None:
        time.sleep(0.05 * attempt)


@defect
class IgnoresRetryAfterDates(Client):
    def pause(self, answer: httpx.Response, attempt: int) -> None:
        told = answer.headers.get("Retry-After", "")
        time.sleep(float(told) if told.isdigit() else 0.1)


@defect
class WaitsMilliseconds(Client):
    def pause(self, answer: httpx.Response, attempt: int) -> None:
        time.sleep(float(answer.headers.get("Retry-After", 100)) / 1000)


@defect
class RetriesForEver(Client):
    def patiently(self, send: Any) -> httpx.Response:
        while (answer := send()).status_code in (429, 503):
            time.sleep(0.1)
        return answer


@defect
class RetriesAtOnePace(Client):
    def patiently(self, send: Any) -> httpx.Response:
        for _ in range(10):
            if (answer := send()).status_code not in self.passing():
                break
            time.sleep(0.3)
        return answer


@defect
class RetriesAtOnce(Client):
    def backoff(self, attempt: int) -> float:
        return 0.0


@defect
class RetriesRefused(Client):
    def passing(self) -> tuple[int, ...]:
        return (400, 429, 503)


@defect
class RetriesForbidden(Client):
    def passing(self) -> tuple[int, ...]:
        return (403, 429, 503)


@defect
class RetriesFailuresForEver(Client):
    def patiently(self, send: Any) -> httpx.Response:
        while (answer := send()).status_code >= 500:
            time.sleep(0.05)
        return answer


@defect
class ResendsLost(Client):
    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        for _ in range(2):
            try:
                return super().exchange(method, url, **what)
            except httpx.TransportError:
                time.sleep(0.1)
        return super().exchange(method, url, **what)


# health


@defect
class SendsToTheUnhealthy(Client):
    def act(self, action: str) -> httpx.Response | None:
        if "." in action:
            self.health()
        return super().act(action)


@defect
class HealthWithoutToken(Client):
    def health(self) -> httpx.Response:
        path = f"{DENTAL}/healthcheck"
        return self.exchange("GET", self.context["base_url"] + path)


# dental attachments


@defect
class ClaimIdMisspelt(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        claim = dict(json_parts["request"])
        claim["claimID"] = claim.pop("claimId")
        return super().parts(request=claim)


@defect
class OneFieldPerFile(Client):
    def file_parts(self) -> list[Any]:
        return [(f"file{n}", what) for n, (_, what) in enumerate(super().file_parts(), 1)]


@defect
class EveryFileIsPng(Client):
    def file_parts(self) -> list[Any]:
        return [(part, (name, raw, "image/png")) for part, (name, raw, _) in super().file_parts()]


@defect
class FilesReadAsText(Client):
    def file_parts(self) -> list[Any]:
        return [
            (part, (name, raw.decode("utf-8", "replace").encode(), kind))
            for part, (name, raw, kind) in super().file_parts()
        ]


@defect
class NamesOfItsOwn(Client):
    def file_parts(self) -> list[Any]:
        return [
            (part, (f"upload{n}{Path(name).suffix}", raw, kind))
            for n, (part, (name, raw, kind)) in enumerate(super().file_parts())
        ]


@defect
class NamesInAscii(Client):
    def file_parts(self) -> list[Any]:
        return [
            (part, (name.encode("ascii", "ignore").decode(), raw, kind))
            for part, (name, raw, kind) in super().file_parts()
        ]


@defect
class RequestAsPlainText(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        request = ("request", (None, json.dumps(json_parts["request"]), "text/plain"))
        return [request, *self.file_parts()]


@defect
class LastFileForgotten(Client):
    def file_parts(self) -> list[Any]:
        found = super().file_parts()
        return found[:-1] if len(found) > 1 else found


@defect
class LargeFilesCut(Client):
    def file_parts(self) -> list[Any]:
        return [
            (part, (name, raw[: 2**20], kind)) for part, (name, raw, kind) in super().file_parts()
        ]


@defect
class DatesAsAmericans(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        claim = dict(json_parts["request"])
        year, month, day = claim["dateOfService"].split("-")
        return super().parts(request={**claim, "dateOfService": f"{month}/{day}/{year}"})


@defect
class NumbersAsNumbers(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        claim = dict(json_parts["request"])
        return super().parts(request={**claim, "providerNPI": int(claim["providerNPI"])})


@defect
class ChecksNothing(Client):
    def check(self, claim: dict[str, Any]) -> None:
        pass


@defect
class ChecksNoCount(Client):
    def check(self, claim: dict[str, Any]) -> None:
        kept, self.inputs = self.inputs, {"files": [1]}
        super().check(claim)
        self.inputs = kept


@defect
class CutsIds(Client):
    def search(self, ids: list[str]) -> httpx.Response:
        return super().search([each.partition("#")[0] for each in ids])


@defect
class EscapesIds(Client):
    def search(self, ids: list[str]) -> httpx.Response:
        return super().search([each.replace("#", "%23") for each in ids])


@defect
class FirstIdAlways(Client):
    def chosen_ids(self, ids: list[str]) -> list[str]:
        return ids[:1]


@defect
class SearchesOneIdOfSeveral(Client):
    def search(self, ids: list[str]) -> httpx.Response:
        return super().search(ids[:1])


@defect
class OneDescriptionForAll(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        if "fileMetadata" in json_parts:
            json_parts["fileMetadata"] = json_parts["fileMetadata"][:1]
        return super().parts(**json_parts)


@defect
class TeethAsList(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        described = [
            {**each, "toothNumbers": each["toothNumbers"].split(",")}
            for each in json_parts.pop("fileMetadata", [])
        ]
        return super().parts(**json_parts, fileMetadata=described)


@defect
class PatientInHeader(Client):
    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        patient = self.inputs.get("claim", {}).get("patientLastName", "none")
        self.http.headers["X-Patient"] = patient.encode("ascii", "ignore").decode()
        return super().once(method, path, **what)


@defect
class MemberInQuery(Client):
    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        member = self.inputs.get("request", {}).get("subscriber", {}).get("memberId")
        if member:
            path += f"{'&' if '?' in path else '?'}ref={member}"
        return super().once(method, path, **what)


# medical attachments


@defect
class PollsWithoutPause(Client):
    def upload_then_poll(self) -> httpx.Response:
        trace_id = self.trace_id(self.upload())
        while (answer := self.status(trace_id)).json()[-1]["statusCode"] not in FINAL:
            time.sleep(0.01)
        return answer


@defect
class PollsOnAfterTheEnd(Client):
    def upload_then_poll(self) -> httpx.Response:
        trace_id = self.trace_id(self.upload())
        for poll in range(MOST_POLLS):
            answer = self.status(trace_id)
            self.between_polls(poll)
        return answer


class _StopsAt(Client):
    stops: tuple[str, ...] = ()

    def upload_then_poll(self) -> httpx.Response:
        trace_id = self.trace_id(self.upload())
        for poll in range(MOST_POLLS):
            answer = self.status(trace_id)
            if answer.json()[-1]["statusCode"] in (*FINAL, *self.stops):
                break
            self.between_polls(poll)
        return answer


@defect
class StopsAtFailedFax(_StopsAt):
    stops = ("14",)


@defect
class StopsAtMailed(_StopsAt):
    stops = ("16", "17", "18")


@defect
class StopsAtAcknowledged(_StopsAt):
    stops = ("05",)


@defect
class KnowsNoRejection(Client):
    def upload_then_poll(self) -> httpx.Response:
        trace_id = self.trace_id(self.upload())
        for poll in range(MOST_POLLS):
            answer = self.status(trace_id)
            if answer.json()[-1]["statusCode"] == "06":
                break
            self.between_polls(poll)
        return answer


@defect
class WholeAttachmentIdAsTraceId(Client):
    def trace_id(self, answer: httpx.Response) -> str:
        return answer.json()["attachmentId"]


@defect
class NoFieldset(Client):
    def status(self, trace_id: str) -> httpx.Response:
        return self.send("GET", f"/medicalnetwork/attachments/status/v1/{trace_id}")


@defect
class SearchesAgainUnrefined(Client):
    def search_status(self) -> httpx.Response:
        answer = super().search_status()
        return super().search_status() if answer.status_code == 400 else answer


@defect
class FirstHitAlways(Client):
    def chosen_hit(self, hits: list[dict[str, Any]], choose: dict[str, str]) -> dict[str, Any]:
        return hits[0]


@defect
class PayerIdInLowerCase(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        request = dict(json_parts["request"])
        request["tradingPartnerServiceId"] = request["tradingPartnerServiceId"].lower()
        return super().parts(request=request)


@defect
class FaxNumberForgotten(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        request = dict(json_parts["request"])
        request.pop("payerFaxNumber", None)
        return super().parts(request=request)


@defect
class OneServiceLineForAll(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        request = json.loads(json.dumps(json_parts["request"]))
        del request["claimInformation"]["serviceLines"][1:]
        return super().parts(request=request)


# prior authorization


class _Rewrites(Client):
    def rewritten(self, message: str) -> str:
        return message

    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        if "x12" in body:
            body = {"x12": self.rewritten(body["x12"])}
        return super().ask(where, body)


@defect
class ControlNumbersDiffer(_Rewrites):
    def rewritten(self, message: str) -> str:
        return re.sub(r"IEA\*1\*\d{9}", "IEA*1*000000042", message)


@defect
class GroupNumbersDiffer(_Rewrites):
    def rewritten(self, message: str) -> str:
        return re.sub(r"GE\*1\*\d+~IEA", "GE*1*424242424~IEA", message)


@defect
class SegmentsMiscounted(_Rewrites):
    def rewritten(self, message: str) -> str:
        return re.sub(r"~SE\*\d+\*", "~SE*7*", message)


@defect
class IsaWithoutPadding(_Rewrites):
    def rewritten(self, message: str) -> str:
        isa, _, rest = message.partition("~")
        return "*".join(each.strip() for each in isa.split("*")) + "~" + rest


@defect
class VersionOfNotices(_Rewrites):
    def rewritten(self, message: str) -> str:
        return message.replace("005010X217", "005010X216").replace("005010X215", "005010X216")


@defect
class PurposeOfAnAnswer(_Rewrites):
    def rewritten(self, message: str) -> str:
        return re.sub(r"BHT\*0007\*\d\d\*", "BHT*0007*11*", message)


@defect
class AnotherPatientInX12(_Rewrites):
    def rewritten(self, message: str) -> str:
        return re.sub(r"NM1\*IL\*1\*[^*~]+", "NM1*IL*1*MISTAKEN", message)


@defect
class X12AsPlainBody(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        if "x12" not in body:
            return super().ask(where, body)
        headers = {"Content-Type": "text/plain"}
        return self.send("POST", f"{PRIOR_AUTH}/{where}", content=body["x12"], headers=headers)


@defect
class MembersInCapitals(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        return super().ask(where, {name[:1].upper() + name[1:]: v for name, v in body.items()})


@defect
class DatesWithDashes(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        written = re.sub(r'("dateOfBirth": ")(\d{4})(\d\d)(\d\d)', r"\1\2-\3-\4", json.dumps(body))
        return super().ask(where, json.loads(written))


@defect
class SubmitsAgain(Client):
    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        answer = super().ask(where, body)
        if where == "submission" and '"A1"' not in answer.text:
            answer = super().ask(where, body)
        return answer


# transport and answers


@defect
class TrustsAnybody(Client):
    def session(self) -> Any:
        return httpx.Client(timeout=20, verify=False, trust_env=False)  # noqa: S501 what it is broken in


@defect
class ReadsNoNames(Client):
    def session(self) -> Any:
        context = ssl.create_default_context(cafile=self.context["ca_file"])
        context.check_hostname = False
        return httpx.Client(timeout=20, verify=context, trust_env=False)


@defect
class FollowsWithToken(Client):
    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        answer = super().exchange(method, url, **what)
        while answer.is_redirect:
            answer = super().exchange(method, answer.headers["location"], **what)
        return answer


@defect
class StrictAboutMembers(Client):
    def new_token(self) -> None:
        answer = self.token_request()
        known = {"access_token", "token_type", "expires_in", "scope"}
        if set(answer.json()) - known:
            sys.exit("unknown members")
        super().new_token()


@defect
class TakesTheFirstMember(Client):
    def new_token(self) -> None:
        answer = self.token_request()
        super().new_token()
        self.token = str(next(iter(answer.json().values()), "")) or self.token


@defect
class ReadsHeadersByCase(Client):
    def new_token(self) -> None:
        answer = self.token_request()
        if b"content-type" not in dict(answer.headers.raw):
            sys.exit("an answer without a type")
        super().new_token()


@defect
class NeedsALength(Client):
    def new_token(self) -> None:
        if "content-length" not in self.token_request().headers:
            sys.exit("an answer without a length")
        super().new_token()


@defect
class NeedsABareMediaType(Client):
    def new_token(self) -> None:
        if self.token_request().headers.get("content-type") != "application/json":
            sys.exit("an answer of another type")
        super().new_token()


if __name__ == "__main__":
    sys.exit(run(DEFECTS[sys.argv[1]]))
