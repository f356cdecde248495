"""The reference client in aiohttp, whose forms write file names percent-encoded (RFC 7578, 2)."""

import asyncio
import json
import ssl
import sys
from typing import Any

import aiohttp
import httpx
from reference import Client, run


class Answer:
    """What aiohttp answers, under the names that httpx uses."""

    def __init__(self, status: int, headers: Any, content: bytes) -> None:
        self.status_code, self.headers, self.content = status, headers, content

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.content)

    def raise_for_status(self) -> None:
        if self.status_code >= 300:
            raise httpx.HTTPError(f"status {self.status_code}")


class Aiohttp(Client):
    """One session and one loop, with forms and JSON as the library writes them."""

    def session(self) -> Any:
        return asyncio.new_event_loop()

    def exchange(self, method: str, url: str, **what: Any) -> Any:
        return self.http.run_until_complete(self.exchanged(method, url, **what))

    async def exchanged(self, method: str, url: str, **what: Any) -> Answer:
        if files := what.pop("files", None):
            what["data"] = form_of(files)
        trusted: Any = True
        if self.context["ca_file"]:
            trusted = ssl.create_default_context(cafile=self.context["ca_file"])
        limit = aiohttp.ClientTimeout(total=20)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as http,
                http.request(method, url, ssl=trusted, allow_redirects=False, **what) as got,
            ):
                return Answer(got.status, got.headers, await got.read())
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise httpx.HTTPError(str(problem)) from None


def form_of(parts: list[Any]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, (file_name, content, kind) in parts:
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form


if __name__ == "__main__":
    sys.exit(run(Aiohttp))
