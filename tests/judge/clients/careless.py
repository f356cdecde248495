"""Clients that are wrong by carelessness of libraries, encodings and processes: `careless.py NAME`."""

import gzip
import json
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from reference import Client, run

DEFECTS: dict[str, type[Client]] = {}


def defect(kind: type[Client]) -> type[Client]:
    """Enter a client under the name that its class has."""
    DEFECTS[re.sub("(?<!^)(?=[A-Z])", "-", kind.__name__).lower()] = kind
    return kind


# forms and JSON


class Rewriting(Client):
    """Writes the body of a form anew before it leaves."""

    def rewritten(self, kind: str, body: bytes) -> tuple[str, bytes]:
        raise NotImplementedError

    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        raw = httpx.Request(method, url, **what)
        kind = raw.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return super().exchange(method, url, **what)
        kind, body = self.rewritten(kind, raw.read())
        headers = {**what.get("headers", {}), "Content-Type": kind}
        return super().exchange(method, url, headers=headers, content=body)


@defect
class BareLineFeeds(Rewriting):
    def rewritten(self, kind: str, body: bytes) -> tuple[str, bytes]:
        return kind, body.replace(b"\r\n", b"\n")


@defect
class FormUnclosed(Rewriting):
    def rewritten(self, kind: str, body: bytes) -> tuple[str, bytes]:
        return kind, body.removesuffix(b"--\r\n") + b"\r\n"


@defect
class BoundaryUnnamed(Rewriting):
    def rewritten(self, kind: str, body: bytes) -> tuple[str, bytes]:
        return kind.partition(";")[0], body


@defect
class BodyPacked(Rewriting):
    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        what["headers"] = {**what.get("headers", {}), "Content-Encoding": "gzip"}
        return super().exchange(method, url, **what)

    def rewritten(self, kind: str, body: bytes) -> tuple[str, bytes]:
        return kind, gzip.compress(body)


@defect
class MarkBeforeJson(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        written = [
            (name, (None, b"\xef\xbb\xbf" + json.dumps(value).encode(), "application/json"))
            for name, value in json_parts.items()
        ]
        return [*written, *self.file_parts()]


@defect
class JsonTwice(Client):
    def parts(self, **json_parts: Any) -> list[Any]:
        return super().parts(**{name: json.dumps(each) for name, each in json_parts.items()})

    def ask(self, where: str, body: dict[str, Any]) -> httpx.Response:
        return super().ask(where, json.dumps(body))  # type: ignore[arg-type]  # that is the defect


@defect
class PathsAsNames(Client):
    def file_parts(self) -> list[Any]:
        return [
            (part, (f"C:\\Users\\front desk\\{name}", content, kind))
            for part, (name, content, kind) in super().file_parts()
        ]


@defect
class NamesInCapitals(Client):
    def create(self) -> httpx.Response:
        claim = self.inputs["claim"]
        named = {n: v.upper() if n.endswith("Name") else v for n, v in claim.items()}
        self.inputs = {**self.inputs, "claim": named}
        return super().create()


@defect
class ZerosDropped(Client):
    def create_with_images(self) -> httpx.Response:
        told = json.dumps(self.inputs["fileMetadata"])
        self.inputs["fileMetadata"] = json.loads(re.sub(r'(?<=[",])0+(?=\d)', "", told))
        return super().create_with_images()


# tokens


@defect
class BearerTwice(Client):
    def new_token(self) -> None:
        super().new_token()
        self.token = f"Bearer {self.token}"


@defect
class LifeInMilliseconds(Client):
    def new_token(self) -> None:
        super().new_token()
        self.token_ends = time.monotonic() + 0.001


@defect
class TokenForEachThread(Client):
    """Does everything in a thread of its own, and each thread fetches a token."""

    def act(self, action: str) -> Any:
        done: list[Any] = []
        others = type(self)(self.context)
        thread = threading.Thread(target=lambda: done.append(Client.act(others, action)))
        thread.start()
        thread.join()
        return done[0] if done else None


@defect
class ImpatientWithTokens(Client):
    def new_token(self) -> None:
        for _ in range(3):
            answer = self.token_request()
            if answer.status_code == 200:
                break
        answer.raise_for_status()
        self.token = answer.json()["access_token"]
        self.token_ends = time.monotonic() + 3000


@defect
class TokenOfAnotherSession(Client):
    """Goes on with a token that it was given elsewhere."""

    def new_token(self) -> None:
        super().new_token()
        self.token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm90aGVyIn0.b2YteWVzdGVyZGF5"


# addresses


@defect
class SlashesDoubled(Client):
    def exchange(self, method: str, url: str, **what: Any) -> httpx.Response:
        base = self.context["base_url"]
        if url == self.context["token_url"]:
            return super().exchange(method, url, **what)
        return super().exchange(method, url.replace(base, f"{base}/"), **what)


@defect
class SlashAtTheEnd(Client):
    def once(self, method: str, path: str, **what: Any) -> httpx.Response:
        address, mark, query = path.partition("?")
        return super().once(method, f"{address}/{mark}{query}", **what)


# answers


@defect
class AnswersOfYesterday(Client):
    """Remembers the ids of an earlier run, and uses those."""

    def search(self, ids: list[str]) -> httpx.Response:
        return super().search(["CHC#830016423558"])

    def trace_id(self, answer: httpx.Response) -> str:
        super().trace_id(answer)
        return "7d0a1c52-4a0e-4b44-9f0a-2f3f5f8b6a10"


@defect
class BelievesItWasSent(Client):
    """Sends nothing, and says that all is well."""

    def create(self) -> Any:
        told = {"ok": True, "ids": ["CHC#904417732086"]}
        Path(self.context["result_file"]).write_text(json.dumps(told), encoding="utf-8")
        self.new_token()
        return None


# processes


@defect
class LeftToADaemon(Client):
    """Ends at once and leaves a process behind that goes on for ever."""

    def patiently(self, send: Any) -> httpx.Response:
        answer = send()
        if answer.status_code not in (429, 503) or os.fork():
            return answer
        os.setsid()
        try:
            while send().status_code in (429, 503):
                time.sleep(1.0)
        finally:
            os._exit(0)


if __name__ == "__main__":
    sys.exit(run(DEFECTS[sys.argv[1]]))
