"""Clients that are right and differ in what the documents leave open: `good.py NAME`."""

import base64
import http.client
import json
import random
import re
import socket
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import requests
import urllib3
from reference import HEALTH, PRIOR_AUTH, Client, run


class Answer:
    """What other libraries answer, under the names that httpx uses."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code = status
        self.headers = httpx.Headers(list(headers.items()))
        self.content = content

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.content)

    def raise_for_status(self) -> None:
        if self.status_code >= 300:
            raise httpx.HTTPError(f"status {self.status_code}")


class Requests(Client):
    """requests, with a session that is kept."""

    def session(self) -> Any:
        http = requests.Session()
        http.verify = self.context["ca_file"] or True
        return http

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        try:
            got = self.http.request(method, url, timeout=20, **what)
        except requests.RequestException as problem:
            raise httpx.HTTPError(str(problem)) from None
        return Answer(got.status_code, got.headers, got.content)


class Urllib3(Client):
    """urllib3, whose own retries wait as they are told."""

    def session(self) -> Any:
        retries = urllib3.Retry(
            3,
            backoff_factor=0.3,
            status_forcelist=(429, 503),
            allowed_methods=None,
            raise_on_status=False,
            redirect=0,
            connect=0,
            read=0,
            other=0,
        )
        return urllib3.PoolManager(retries=retries, ca_certs=self.context["ca_file"], timeout=20)

    def passing(self) -> tuple[int, ...]:
        return ()

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        raw = httpx.Request(method, url, **what)
        headers = {n: v for n, v in raw.headers.items() if n not in ("host", "content-length")}
        try:
            got = self.http.request(method, url, body=raw.read(), headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as problem:
            raise httpx.HTTPError(str(problem)) from None
        return Answer(got.status, got.headers, got.data)


class HttpClient(Client):
    """http.client of the standard library, one connection a call, names of headers in capitals."""

    def session(self) -> Any:
        return ssl.create_default_context(cafile=self.context["ca_file"])

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        raw, at = httpx.Request(method, url, **what), urlsplit(url)
        is_tls = at.scheme == "https"
        kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
        more = {"context": self.http} if is_tls else {}
        connection = kind(at.hostname or "", at.port, timeout=20, **more)
        headers = {n.upper(): v for n, v in raw.headers.items() if n != "host"}
        try:
            connection.request(method, raw.url.raw_path.decode(), raw.read(), headers)
            got = connection.getresponse()
            return Answer(got.status, dict(got.getheaders()), got.read())
        except (OSError, http.client.HTTPException) as problem:
            raise httpx.HTTPError(str(problem)) from None
        finally:
            connection.close()


class Curl(Client):
    """curl as a program of its own, with its configuration on standard input."""

    def session(self) -> Any:
        return None

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        raw = httpx.Request(method, url, **what)
        folder = Path(self.context["result_file"]).parent
        body, heads, out = (folder / each for each in ("body", "heads", "out"))
        body.write_bytes(raw.read())
        out.write_bytes(b"")
        options = [f'url = "{url}"', f'request = "{method}"', f'dump-header = "{heads}"']
        options += [f'header = "{n}: {v}"' for n, v in raw.headers.items() if n[:4] not in _OWN]
        options += [f'output = "{out}"', "silent", "max-time = 20"]
        options += [f'data-binary = "@{body}"'] if raw.read() else []
        if self.context["ca_file"]:
            options.append(f'cacert = "{self.context["ca_file"]}"')
        done = subprocess.run(
            ["curl", "--config", "-"],  # noqa: S607 the one that is installed
            input="\n".join(options).encode(),
            check=False,
        )
        if done.returncode:
            raise httpx.HTTPError(f"curl ends with {done.returncode}")
        blocks = heads.read_bytes().decode("latin-1").strip().split("\r\n\r\n")[-1].split("\r\n")
        pairs = [line.partition(":") for line in blocks[1:]]
        named = {name: value.strip() for name, _, value in pairs}
        return Answer(int(blocks[0].split()[1]), named, out.read_bytes())


_OWN = ("host", "user", "acce")


class Eager(Client):
    """Renews a minute before the end, and waits at random between tries."""

    def margin(self) -> float:
        return 60.0

    def backoff(self, attempt: int) -> float:
        return random.uniform(0.06, 0.2 * 2**attempt)  # noqa: S311 no secret


class Lazy(Client):
    """Renews a token only once it is refused."""

    def needs_token(self) -> bool:
        return not self.token


class Chunked(Client):
    """Sends bodies in chunks, without a length."""

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        raw = httpx.Request(method, url, **what)
        content = raw.read()
        headers = {n: v for n, v in raw.headers.items() if n not in ("host", "content-length")}
        if not content:
            return super().exchange(method, url, headers=headers)

        def pieces() -> Iterator[bytes]:
            for start in range(0, len(content), 4096):
                yield content[start : start + 4096]

        return super().exchange(method, url, headers=headers, content=pieces())


class FilesFirst(Client):
    """Puts files before what is said of them, as octets, and orders members by name."""

    def parts(self, **json_parts: Any) -> list[Any]:
        files = super().file_parts()
        if "fileMetadata" not in json_parts:
            files = [(p, (n, raw, "application/octet-stream")) for p, (n, raw, _) in files]
        written = [
            (name, (None, json.dumps(value, sort_keys=True, indent=1), "application/json"))
            for name, value in json_parts.items()
        ]
        return [*files, *written]


class Flat(Client):
    """Sends each field of a claim as a part of its own, as the schema of the document lists them."""

    def parts(self, **json_parts: Any) -> list[Any]:
        if "claim" not in self.inputs or "fileMetadata" in json_parts:
            return super().parts(**json_parts)
        fields = [(name, (None, str(value))) for name, value in json_parts["request"].items()]
        return [*fields, *self.file_parts()]


class Cautious(Client):
    """Asks for health before it sends, names itself, and closes each connection."""

    def session(self) -> Any:
        http = super().session()
        http.headers.update(
            {
                "User-Agent": "cautious/1.0",
                "Connection": "close",
                "X-Request-Id": f"{random.randrange(10**9)}",  # noqa: S311 no secret
                "Accept-Encoding": "gzip",
            }
        )
        return http

    def act(self, action: str) -> Any:
        if "." in action:
            answer = self.send("GET", HEALTH[self.context["product"]])
            if answer.status_code != 200:
                sys.exit("the service is not healthy")
        return super().act(action)


class NeverAgain(Client):
    """Tries nothing twice but a token, and leaves the rest to its user."""

    def passing(self) -> tuple[int, ...]:
        return ()

    def between_polls(self, poll: int) -> None:
        time.sleep(0.3)


class Persistent(Client):
    """Tries again after any failure of the service, each time after a longer pause."""

    def passing(self) -> tuple[int, ...]:
        return (429, 500, 502, 503, 504)


class Preambled(Client):
    """Writes words before and after a form, quotes its boundary, and spells headers in its own way."""

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        raw = httpx.Request(method, url, **what)
        kind = raw.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return super().exchange(method, url, **what)
        edge = kind.partition("boundary=")[2]
        body = b"This is a form.\r\n" + raw.read() + b"It ends here.\r\n"
        own = {"content-TYPE": f'Multipart/Form-Data; charset=utf-8; Boundary="{edge}"'}
        given = what.get("headers", {})
        return super().exchange(method, url, content=body, headers={**given, **own})


class Reporting(Client):
    """Says what it does, and writes down what came of it."""

    def act(self, action: str) -> Any:
        print(f"{action} of {self.context['scenario']} for {self.context['client_id']}")
        answer = super().act(action)
        told: dict[str, Any] = {"ok": answer is None or answer.status_code < 300}
        if action == "dental.create" and told["ok"]:
            told["ids"] = answer.json()["attachmentIds"]
        if action == "medical.upload-then-poll":
            told["status"] = answer.json()[-1]["statusCode"]
        Path(self.context["result_file"]).write_text(json.dumps(told), encoding="utf-8")
        return answer


class LowerCaseScheme(Client):
    """Names the scheme in lower case (RFC 9110, 11.1)."""

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        headers = dict(what.pop("headers", {}))
        if "Authorization" in headers:
            headers["authorization"] = headers.pop("Authorization").replace("Bearer", "bearer")
        return super().exchange(method, url, headers=headers, **what)


class Untyped(Client):
    """Says of the JSON in a form no type, as for a plain field."""

    def parts(self, **json_parts: Any) -> list[Any]:
        written = [(name, (None, json.dumps(value))) for name, value in json_parts.items()]
        return [*written, *self.file_parts()]


class OwnEnvelope(Client):
    """Numbers its messages itself, and each segment has a line."""

    def ask(self, where: str, body: dict[str, Any]) -> Any:
        if "x12" in body:
            number = f"{random.randrange(10**9):09}"  # noqa: S311 no secret
            message = re.sub(r"(00501\*)\d{9}", rf"\g<1>{number}", body["x12"])
            message = re.sub(r"IEA\*1\*\d{9}", f"IEA*1*{number}", message)
            body = {"x12": message.replace("~", "~\n")}
        else:
            body = {**body, "submitterTransactionIdentifier": f"OWN{time.time_ns() % 10**9}"}
        return super().ask(where, body)


class Dotnet(Client):
    """Writes forms as .NET does: names unquoted, a second name in UTF-8, the boundary in quotes."""

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        files = what.pop("files", None)
        if files is None:
            return super().exchange(method, url, **what)
        edge = str(uuid.uuid4())
        body = b"".join(self.part(edge, name, *each) for name, each in files)
        kind = f'multipart/form-data; boundary="{edge}"'
        headers = {**what.pop("headers", {}), "Content-Type": kind}
        content = body + f"--{edge}--\r\n".encode()
        return super().exchange(method, url, headers=headers, content=content, **what)

    def part(self, edge: str, name: str, file: str | None, content: Any, kind: str) -> bytes:
        raw = content.encode() if isinstance(content, str) else content
        about = f"form-data; name={name}"
        if file is not None:
            plain = file if re.fullmatch(r"[\w.-]+", file, re.ASCII) else f'"{file}"'
            if not file.isascii():
                plain = f'"=?utf-8?B?{base64.b64encode(file.encode()).decode()}?="'
            about += f"; filename={plain}; filename*=utf-8''{quote(file)}"
        head = f"--{edge}\r\nContent-Type: {kind}\r\nContent-Disposition: {about}\r\n\r\n"
        return head.encode() + raw + b"\r\n"


class OnDisk(Client):
    """A program for the command line: it keeps its token on disk, by client and address."""

    def __init__(self, context: dict[str, Any]) -> None:
        super().__init__(context)
        # Beside the folder of the scenario, where its control finds it as well.
        self.kept = Path(context["result_file"]).parents[1] / f"{context['client_id']}.json"
        if self.kept.is_file():
            told = json.loads(self.kept.read_text())
            self.token, self.token_ends = told["token"], told["ends"]

    def new_token(self) -> None:
        super().new_token()
        self.kept.touch(mode=0o600)
        self.kept.write_text(json.dumps({"token": self.token, "ends": self.token_ends}))


class OldProtocol(Client):
    """Speaks HTTP/1.0 over a socket of its own, all names in lower case."""

    def session(self) -> Any:
        return ssl.create_default_context(cafile=self.context["ca_file"])

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        raw, at = httpx.Request(method, url, **what), urlsplit(url)
        content = raw.read()
        lines = [f"{method} {raw.url.raw_path.decode()} HTTP/1.0", f"host: {at.netloc}"]
        lines += [f"{n}: {v}" for n, v in raw.headers.items() if n not in _HOP]
        lines += [f"content-length: {len(content)}"] * bool(content)
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        try:
            plain = socket.create_connection((at.hostname or "", at.port or 443), 20)
            is_tls = at.scheme == "https"
            with (
                self.http.wrap_socket(plain, server_hostname=at.hostname)
                if is_tls
                else plain as wire
            ):
                wire.sendall(head + content)
                got = http.client.HTTPResponse(wire, method=method)
                got.begin()
                return Answer(got.status, dict(got.getheaders()), got.read())
        except (OSError, http.client.HTTPException) as problem:
            raise httpx.HTTPError(str(problem)) from None


_HOP = ("host", "content-length", "transfer-encoding", "connection")


class Decorrelated(Client):
    """Retries all that may pass with pauses drawn at random from growing spans, and asks before each poll."""

    def passing(self) -> tuple[int, ...]:
        return (408, 429, 500, 502, 503, 504)

    def backoff(self, attempt: int) -> float:
        return random.uniform(0.1, 0.15 * 3**attempt)  # noqa: S311 no secret

    def between_polls(self, poll: int) -> None:
        time.sleep(random.uniform(0.12, 0.3))  # noqa: S311 no secret


class Escaping(Client):
    """Writes every letter beyond ASCII as an escape, orders members backwards, percent-encodes all it can."""

    def parts(self, **json_parts: Any) -> list[Any]:
        written = [
            (name, (None, self.written(value), "application/json; charset=utf-8"))
            for name, value in json_parts.items()
        ]
        return [*self.file_parts(), *written]

    def written(self, value: Any) -> str:
        ordered = dict(reversed(value.items())) if isinstance(value, dict) else value
        return json.dumps(ordered, ensure_ascii=True, indent=4).replace("/", "\\/")

    def status(self, trace_id: str) -> Any:
        coded = "".join(f"%{each:02x}" for each in trace_id.encode())
        return self.send("GET", f"/medicalnetwork/attachments/status/v1/{coded}?fieldset=summary")

    def ask(self, where: str, body: dict[str, Any]) -> Any:
        headers = {
            "x-optum-tenant-id": self.inputs["tenantId"],
            "content-type": "application/json; charset=UTF-8",
        }
        content = self.written(body).encode()
        return self.send("POST", f"{PRIOR_AUTH}/{where}", content=content, headers=headers)


class Expecting(Client):
    """Waits for leave to send a body (RFC 9110, 10.1.1), and keeps one connection."""

    def session(self) -> Any:
        return None

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        what["headers"] = {**what.get("headers", {}), "Expect": "100-continue"}
        return Curl.exchange(self, method, url, **what)  # type: ignore[arg-type]  # it needs no more


if __name__ == "__main__":
    name = "".join(each.capitalize() for each in sys.argv[1].split("-"))
    sys.exit(run(globals()[name]))
