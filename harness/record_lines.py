"""One event as one line of a record, and back."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from functools import cache

from harness.events import (
    Attested,
    CaseFinished,
    CasePlanned,
    CasesCounted,
    CaseStarted,
    ClientPrinted,
    ConstraintsExercised,
    DocumentUsed,
    Event,
    ExchangeDone,
    Job,
    MockRecognised,
    RunFinished,
    RunResumed,
    RunScanned,
    RunStarted,
    SetUsed,
)
from harness.exchange import Exchange, Headers, Request, Response
from harness.jsonvalue import Json, items, members, number, text
from harness.outcome import Attribution, Check, Outcome, Status

# Raised when an older reader would misread a line; members may be added without it.
VERSION = 1
STRENGTHS = ("SHALL", "SHOULD", "OBSERVE")


_NAMES: Mapping[type[Event], str] = {
    CasesCounted: "cases",
    MockRecognised: "recognised",
    CasePlanned: "case",
    CaseStarted: "started",
    ClientPrinted: "printed",
    Attested: "attested",
    RunFinished: "finished",
    RunResumed: "resumed",
    RunScanned: "scanned",
    ConstraintsExercised: "exercised",
}


class AnotherVersion(ValueError):
    """The line was written by a program that knows another form of the record."""


def plain(event: Event) -> Mapping[str, object]:
    """Return an event as an object of JSON; its `type` tells the kind."""
    match event:
        # Without a default, so that mypy names an event that was forgotten here.
        case RunStarted():
            return {"type": "run", "version": VERSION, **_members(event)}
        case ExchangeDone():
            return {"type": "exchange", **_members(event.exchange)}
        case CaseFinished():
            return {"type": "outcome", **_members(event.outcome)}
        case (
            CasesCounted()
            | MockRecognised()
            | CasePlanned()
            | CaseStarted()
            | ClientPrinted()
            | Attested()
            | RunFinished()
            | RunResumed()
            | RunScanned()
            | ConstraintsExercised()
        ):
            return {"type": _NAMES[type(event)], **_members(event)}


def _members(value: object) -> dict[str, object]:
    """Return the fields of a value as `dataclasses.asdict` does, but without copying what is in them."""
    # asdict copies deeply, and the bodies of exchanges are large.
    return {name: _plain_value(getattr(value, name)) for name in _names(type(value))}  # type: ignore[arg-type]  # a class is hashable


def _plain_value(value: object) -> object:
    kind = type(value)
    # First what most values are.
    if kind in _SCALARS:
        return value
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    if isinstance(value, bytes):
        # Text where it is text, for people read records; base64 only for what would be damaged.
        return _plain_body(value)
    return _members(value) if is_dataclass(kind) else value


_SCALARS = frozenset({str, int, float, bool, type(None)})


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in dataclass_fields(kind))


@cache
def _known(kind: type) -> frozenset[str]:
    return frozenset(_names(kind))


def _plain_body(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        # Strict, so that the same bytes come back; what is not UTF-8 goes another way.
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def event(line: object) -> Event:
    """Return the event that a line tells. Raises ValueError, KeyError or TypeError for any other."""
    # A copy, since the readers take members out as they use them.
    fields = dict(members(line))
    return _READERS[text(fields.pop("type", None))](fields)


def _planned(fields: dict[str, Json]) -> CasePlanned:
    requirements = _strings(fields.pop("requirements", []))
    if fields.get("strength", "SHALL") not in STRENGTHS:
        raise ValueError("an unknown strength")
    # Whatever is left is text; an unknown name fails in the constructor.
    return CasePlanned(**_texts(fields), requirements=requirements)


def _run(fields: dict[str, Json]) -> RunStarted:
    # Before anything else is read, for another version may mean something else by each member.
    if fields.pop("version") != VERSION:
        raise AnotherVersion
    # Members that came later have defaults, so that records of before stay readable.
    documents = tuple(_document(item) for item in items(fields.pop("documents", [])))
    apis = _strings(fields.pop("apis"))
    least = number(fields.pop("min_operation_coverage", 0.0))
    least_keywords = number(fields.pop("min_keyword_coverage", 0.0))
    sets = tuple(SetUsed(**_texts(dict(members(each)))) for each in items(fields.pop("sets", [])))
    job = fields.pop("job", None)
    return RunStarted(
        job=Job(**_texts(dict(members(job)))) if job is not None else None,
        documents=documents,
        sets=sets,
        apis=apis,
        faults=_strings(fields.pop("faults", [])),
        split=tuple(map(_strings, items(fields.pop("split", [])))),
        merged=_strings(fields.pop("merged", [])),
        expected_failures=_strings(fields.pop("expected_failures", [])),
        embedded=fields.pop("embedded", False) is True,
        seed=int(number(fields.pop("seed"))),
        min_operation_coverage=least,
        min_keyword_coverage=least_keywords,
        **_texts(fields),
    )


def _finished(fields: Mapping[str, Json]) -> RunFinished:
    _check_members(fields, RunFinished)
    return RunFinished(
        finished=text(fields["finished"]),
        duration_seconds=number(fields["duration_seconds"]),
        interrupted=fields.get("interrupted") is True,
        error=text(fields.get("error")),
        exit_code=int(number(fields.get("exit_code"))),
    )


def _printed(fields: dict[str, Json]) -> ClientPrinted:
    _check_members(fields, ClientPrinted)
    return ClientPrinted(text(fields["case"]), text(fields["text"]), int(number(fields["bytes"])))


SIDES = ("", "within", "beyond", "both")


def _exercised(fields: dict[str, Json]) -> ConstraintsExercised:
    _check_members(fields, ConstraintsExercised)
    sides = tuple((text(items(pair)[0]), text(items(pair)[1])) for pair in items(fields["sides"]))
    if any(word not in SIDES for _, word in sides):
        raise ValueError("an unknown side")
    return ConstraintsExercised(text(fields["api"]), text(fields["operation"]), sides)


_LISTS = (
    "operations",
    "answers",
    "unmatched",
    "formats_asserting",
    "formats_warning",
    "formats_unchecked",
)
"""The members of a document used that are lists of words."""


def _document(item: Json) -> DocumentUsed:
    fields = dict(members(item))
    lists = {name: _strings(fields.pop(name, [])) for name in _LISTS}
    return DocumentUsed(**_texts(fields), **lists)  # type: ignore[arg-type]  # names of its lists


def _outcome(fields: dict[str, Json]) -> Outcome:
    _check_members(fields, Outcome)
    return Outcome(
        case=text(fields["case"]),
        status=Status(text(fields["status"])),
        checks=tuple(_check(dict(members(item))) for item in items(fields["checks"])),
        message=text(fields.get("message")),
        started=text(fields.get("started")),
        duration_seconds=number(fields.get("duration_seconds")),
        requests=int(number(fields.get("requests"))),
        # Records of before the member was written blamed the API.
        attribution=Attribution(text(fields.get("attribution")) or "api"),
    )


def _check(fields: dict[str, Json]) -> Check:
    status = Status(text(fields.pop("status")))
    attribution = Attribution(text(fields.pop("attribution", "api")))
    exchange = int(number(fields.pop("exchange", 0)))
    return Check(**_texts(fields), status=status, exchange=exchange, attribution=attribution)


def _exchange(fields: dict[str, Json]) -> Exchange:
    _check_members(fields, Exchange)
    request = dict(members(fields["request"]))
    _check_members(request, Request)
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
    _check_members(fields, Response)
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
        # Strict, or a damaged body would silently come back as another one.
        return base64.b64decode(text(fields["base64"]), validate=True)
    return text(fields.get("text")).encode()


def _check_members(given: Mapping[str, Json], kind: type) -> None:
    """Refuse what no field of a kind is called: a misspelt member must not pass for a missing one."""
    if not given.keys() <= _known(kind):
        raise ValueError("an unknown member")


def _strings(value: Json) -> tuple[str, ...]:
    return tuple(text(item) for item in items(value))


def _texts(fields: dict[str, Json]) -> dict[str, str]:
    return {key: text(value) for key, value in fields.items()}


_READERS: Mapping[str, Callable[[dict[str, Json]], Event]] = {
    "run": _run,
    "cases": lambda fields: CasesCounted(int(number(fields["total"]))),
    "recognised": lambda fields: MockRecognised(**_texts(fields)),
    "case": _planned,
    "started": lambda fields: CaseStarted(**_texts(fields)),
    "exchange": lambda fields: ExchangeDone(_exchange(fields)),
    "outcome": lambda fields: CaseFinished(_outcome(fields)),
    "printed": _printed,
    "attested": lambda fields: Attested(**_texts(fields)),
    "finished": _finished,
    "resumed": lambda fields: RunResumed(**_texts(fields)),
    "exercised": _exercised,
    "scanned": lambda fields: RunScanned(int(number(fields["leaks"], 1))),
}
