"""The record of a run: one JSON object a line, appended as things happen, and read back as values."""

import base64
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO

from harness.errors import DocumentError
from harness.events import (
    CaseFinished,
    CasePlanned,
    CaseStarted,
    DocumentUsed,
    Event,
    ExchangeDone,
    RunFinished,
    RunStarted,
)
from harness.exchange import Exchange, Headers, Request, Response
from harness.jsonvalue import Json, items, members, number, text
from harness.outcome import Attribution, Check, Outcome, Status
from harness.source import Source

VERSION = 1


class RecordWriter:
    """Append events to `record.jsonl`; every line is on its way to the disk before the next begins."""

    def __init__(self, path: Path) -> None:
        self._stream: IO[str] = path.open("a", encoding="utf-8")
        self._lock = Lock()

    def write(self, event: Event) -> None:
        line = json.dumps(_plain(event), ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()

    def close(self) -> None:
        with self._lock:
            if not self._stream.closed:
                self._stream.flush()
                os.fsync(self._stream.fileno())
                self._stream.close()


@dataclass(frozen=True)
class Record:
    """A run as it was recorded. `finished` is None where the run was cut off."""

    run: RunStarted
    planned: tuple[CasePlanned, ...]
    outcomes: tuple[Outcome, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    finished: RunFinished | None

    def exchanges_of(self, case: str) -> tuple[Exchange, ...]:
        """Return the exchanges of one case, in the order they happened."""
        return tuple(exchange for exchange in self.exchanges if exchange.case == case)


def read(path: Path) -> Record:
    """Read a record. A torn last line is what a killed run leaves, and is passed over."""
    return fold(_events(path), str(path))


def fold(events: Iterable[Event], path: str = "<events>") -> Record:
    """Gather events into a record; of several outcomes of one case the last counts."""
    seen: dict[type[object], list[Event]] = {}
    for event in events:
        seen.setdefault(type(event), []).append(event)
    runs = [event for event in seen.get(RunStarted, []) if isinstance(event, RunStarted)]
    if not runs:
        raise DocumentError("is not a record: it has no run line.", source=Source(path))
    planned = {e.case: e for e in seen.get(CasePlanned, []) if isinstance(e, CasePlanned)}
    ended = [e.outcome for e in seen.get(CaseFinished, []) if isinstance(e, CaseFinished)]
    finished = [e for e in seen.get(RunFinished, []) if isinstance(e, RunFinished)]
    return Record(
        run=runs[0],
        planned=tuple(planned.values()),
        outcomes=tuple({outcome.case: outcome for outcome in ended}.values()),
        exchanges=tuple(
            e.exchange for e in seen.get(ExchangeDone, []) if isinstance(e, ExchangeDone)
        ),
        finished=finished[-1] if finished else None,
    )


def _events(path: Path) -> Iterator[Event]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as problem:
        raise DocumentError(
            f"cannot be read ({problem.strerror}).", source=Source(str(path))
        ) from None
    for number_of_line, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _event(members(json.loads(line)))
        except (ValueError, KeyError, TypeError, RecursionError):
            if number_of_line == len(lines):
                return
            source = Source(str(path), number_of_line, 1)
            raise DocumentError("is not a line of a record.", source=source) from None


def _plain(event: Event) -> dict[str, object]:
    match event:
        case RunStarted():
            return {"type": "run", "version": VERSION, **asdict(event)}
        case CasePlanned():
            return {"type": "case", **asdict(event)}
        case CaseStarted():
            return {"type": "started", **asdict(event)}
        case ExchangeDone():
            return {"type": "exchange", **_plain_exchange(event.exchange)}
        case CaseFinished():
            return {"type": "outcome", **asdict(event.outcome)}
        case RunFinished():
            return {"type": "finished", **asdict(event)}


def _plain_exchange(exchange: Exchange) -> dict[str, object]:
    plain = asdict(exchange)
    for side in ("request", "response"):
        if plain[side] is not None:
            plain[side]["body"] = _plain_body(plain[side]["body"])
    return plain


def _plain_body(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _event(line: object) -> Event:
    fields = dict(members(line))
    kind = fields.pop("type", None)
    match kind:
        case "run":
            return _run(fields)
        case "case":
            requirements = _strings(fields.pop("requirements", []))
            return CasePlanned(**_texts(fields), requirements=requirements)
        case "started":
            return CaseStarted(**_texts(fields))
        case "exchange":
            return ExchangeDone(_exchange(fields))
        case "outcome":
            return CaseFinished(_outcome(fields))
        case "finished":
            return RunFinished(
                finished=text(fields["finished"]),
                duration_seconds=number(fields["duration_seconds"]),
                interrupted=fields.get("interrupted") is True,
                error=text(fields.get("error")),
            )
        case _:
            raise ValueError(f"unknown kind of line: {kind}")


def _run(fields: dict[str, Json]) -> RunStarted:
    if fields.pop("version") != VERSION:
        raise ValueError("another version of the record")
    documents = tuple(_document(item) for item in items(fields.pop("documents", [])))
    apis = _strings(fields.pop("apis"))
    seed = int(number(fields.pop("seed")))
    return RunStarted(**_texts(fields), apis=apis, documents=documents, seed=seed)


def _document(item: Json) -> DocumentUsed:
    fields = dict(members(item))
    operations = _strings(fields.pop("operations", []))
    return DocumentUsed(**_texts(fields), operations=operations)


def _outcome(fields: dict[str, Json]) -> Outcome:
    return Outcome(
        case=text(fields["case"]),
        status=Status(text(fields["status"])),
        checks=tuple(_check(dict(members(item))) for item in items(fields["checks"])),
        message=text(fields.get("message")),
        started=text(fields.get("started")),
        duration_seconds=number(fields.get("duration_seconds")),
        requests=int(number(fields.get("requests"))),
        attribution=Attribution(text(fields.get("attribution")) or "api"),
    )


def _check(fields: dict[str, Json]) -> Check:
    status = Status(text(fields.pop("status")))
    attribution = Attribution(text(fields.pop("attribution", "api")))
    exchange = int(number(fields.pop("exchange", 0)))
    return Check(**_texts(fields), status=status, exchange=exchange, attribution=attribution)


def _exchange(fields: dict[str, Json]) -> Exchange:
    request = dict(members(fields["request"]))
    response = fields.get("response")
    return Exchange(
        id=int(number(fields["id"])),
        request=Request(
            method=text(request["method"]),
            url=text(request["url"]),
            headers=_headers(request["headers"]),
            body=_body(request["body"]),
            operation=text(request.get("operation")),
            step=text(request.get("step")),
        ),
        response=_response(dict(members(response))) if response is not None else None,
        failure=text(fields.get("failure")),
        case=text(fields.get("case")),
        started=text(fields.get("started")),
        duration_seconds=number(fields.get("duration_seconds")),
    )


def _response(fields: dict[str, Json]) -> Response:
    return Response(
        status=int(number(fields["status"])),
        headers=_headers(fields["headers"]),
        body=_body(fields["body"]),
        elapsed_seconds=number(fields.get("elapsed_seconds")),
    )


def _headers(value: Json) -> Headers:
    return tuple((text(items(pair)[0]), text(items(pair)[1])) for pair in items(value))


def _body(value: Json) -> bytes:
    fields = members(value)
    if "base64" in fields:
        return base64.b64decode(text(fields["base64"]), validate=True)
    return text(fields.get("text")).encode()


def _strings(value: Json) -> tuple[str, ...]:
    return tuple(text(item) for item in items(value))


def _texts(fields: dict[str, Json]) -> dict[str, str]:
    return {key: text(value) for key, value in fields.items()}
