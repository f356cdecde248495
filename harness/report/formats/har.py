"""Render the exchanges as HAR 1.2, which every browser's network panel opens."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl

from harness.exchange import Exchange, Headers, Request, Response, header
from harness.record import Record
from harness.report.messages import elapsed_seconds, parts

_EPOCH = "1970-01-01T00:00:00Z"


def render(record: Record) -> str:
    """Return the archive, one entry a line so that it can be searched line by line."""
    creator = {"name": "harness", "version": record.run.harness_version}
    # Written by hand up to the entries, so that each of them stands in a line of its own.
    head = f'{{"log":{{"version":"1.2","creator":{json.dumps(creator)},"entries":[\n'
    return head + ",\n".join(_lines(record.exchanges)) + "\n]}}\n"


def write(record: Record, path: Path) -> None:
    """Write `evidence.har`."""
    path.write_text(render(record), encoding="utf-8")


def _lines(exchanges: Iterable[Exchange]) -> Iterable[str]:
    return (
        json.dumps(_entry(each), ensure_ascii=False, separators=(",", ":")) for each in exchanges
    )


def _entry(exchange: Exchange) -> dict[str, object]:
    milliseconds = round(elapsed_seconds(exchange) * 1000, 3)
    return {
        # The member must be a date, also where nothing was recorded (HAR 1.2, entries).
        "startedDateTime": exchange.started or _EPOCH,
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": _response(exchange),
        "cache": {},
        # Only the whole is known; -1 is not allowed for these three (HAR 1.2, timings).
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"case {exchange.case}, exchange {exchange.id}",
        # Members of one's own begin with an underscore (HAR 1.2, custom fields).
        "_case": exchange.case,
        "_operation": exchange.request.operation,
    }


def _request(request: Request) -> dict[str, object]:
    # Not urlsplit: it refuses some of the URLs that a test sends on purpose.
    query = parse_qsl(request.url.partition("#")[0].partition("?")[2], keep_blank_values=True)
    plain: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        # -1 where it is not known (HAR 1.2, request).
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    return plain | ({"postData": _post_data(request)} if request.body else {})


def _post_data(request: Request) -> dict[str, object]:
    kind = header(request.headers, "content-type") or ""
    form_parts = parts(request.body, kind)
    if form_parts:
        # HAR has no encoding for request bytes, so a file is named by its digest (HAR 1.2, params).
        fields = [
            {
                "name": part.name,
                "fileName": part.file_name,
                "contentType": part.content_type,
                "comment": f"{len(part.content)} bytes, sha256 {part.sha256}",
            }
            for part in form_parts
        ]
        return {"mimeType": kind, "params": fields, "text": ""}
    try:
        return {"mimeType": kind, "params": [], "text": request.body.decode("utf-8")}
    except UnicodeDecodeError:
        comment = f"{len(request.body)} bytes, not text"
        return {"mimeType": kind, "params": [], "text": "", "comment": comment}


def _response(exchange: Exchange) -> dict[str, object]:
    # Status 0 is what browsers write where no answer came.
    response = exchange.response or Response(0)
    plain: dict[str, object] = {
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1" if exchange.response else "",
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": _content(response),
        "redirectURL": response.header("location") or "",
        "headersSize": -1,
        "bodySize": len(response.body) if exchange.response else -1,
    }
    return plain if exchange.response else plain | {"_error": exchange.failure}


def _content(response: Response) -> dict[str, object]:
    plain: dict[str, object] = {
        "size": len(response.body),
        "mimeType": response.header("content-type") or "",
    }
    try:
        return plain | {"text": response.body.decode("utf-8")}
    except UnicodeDecodeError:
        encoded = base64.b64encode(response.body).decode("ascii")
        return plain | {"text": encoded, "encoding": "base64"}


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]
