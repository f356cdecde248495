"""Answer requests to any document: route, authorize, validate, store, answer."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.jsonvalue import Json, members
from harness.mock.body import read
from harness.mock.document.answers import (
    GeneratedAnswer,
    generated_answer,
    refusal,
    status_of,
    success_of,
)
from harness.mock.document.faults import DocumentFault, FaultKind, broken_answer
from harness.mock.document.security import callers_of
from harness.mock.document.violations import Read, Violation, read_request
from harness.mock.document.wire import Sent, cookies_of
from harness.openapi.instances import NoInstance, Wanted, instance
from harness.openapi.model import Api, Operation
from harness.openapi.walk import Direction

MOST_ITEMS = 1_000
_SLOT = re.compile(r"\{([^{}]+)\}")
# Names under which APIs call an id, the more certain ones first.
_IDS = ("id", "uuid", "_id", "key", "name", "slug", "code")


class Store:
    """Items by the collection's path and their id; beyond the bound the oldest goes."""

    def __init__(self) -> None:
        self._items: OrderedDict[tuple[str, str], Mapping[str, Json]] = OrderedDict()
        self._numbers = count(1)

    def next_number(self) -> int:
        """Return a number that no item has had before."""
        return next(self._numbers)

    def put(self, collection: str, key: str, item: Mapping[str, Json]) -> None:
        self._items[collection, key] = item
        while len(self._items) > MOST_ITEMS:
            self._items.popitem(last=False)

    def get(self, collection: str, key: str) -> Mapping[str, Json] | None:
        return self._items.get((collection, key))

    def remove(self, collection: str, key: str) -> bool:
        """Remove an item; return whether there was one."""
        return self._items.pop((collection, key), None) is not None

    def listed(self, collection: str) -> list[Mapping[str, Json]]:
        return [item for (held, _), item in self._items.items() if held == collection]


def collection_and_key(path: str) -> tuple[str, str]:
    """Split the path of an item into the path of its collection and the item's id."""
    collection, _, key = path.rstrip("/").rpartition("/")
    return collection, key


def id_member(item: Json, parameter: str, singular: str) -> str:
    """Return which member of an item is its id: the parameter's name, `id`, `petId`, …; or nothing."""
    plain = {_plain(name): name for name in members(item)}
    wanted = (parameter, f"{singular}Id", *_IDS)
    return next((plain[_plain(each)] for each in wanted if _plain(each) in plain), "")


def slots(path: str) -> tuple[str, ...]:
    """Return the names in the braces of a path."""
    return tuple(_SLOT.findall(path))


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


MOST_BODY_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Route:
    operation: Operation
    pattern: re.Pattern[str]
    names: tuple[str, ...]


class DocumentMock:
    """An ASGI application that behaves as a document says, but for the faults that are switched on."""

    def __init__(self, api: Api, faults: Iterable[DocumentFault] = ()) -> None:
        self.api = api
        self._api = api
        self._store = Store()
        self._faults = tuple(faults)
        self._routes = _routes(api)
        self._callers = callers_of(api)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        raw = await read(request, MOST_BODY_BYTES)
        answer = self._answer(request, raw)
        response = Response(
            answer.content if request.method != "HEAD" else b"",
            answer.status,
            dict(answer.headers),
            answer.media_type or None,
        )
        await response(scope, receive, send)

    def _answer(self, request: Request, raw: bytes) -> GeneratedAnswer:
        # The raw path: a percent-encoded slash is part of a value and not a separator.
        path = (request.scope.get("raw_path") or request.url.path.encode()).decode("latin-1")
        fitting = [each for each in self._routes if each.pattern.fullmatch(path)]
        if not fitting:
            return _problem(404, "Not Found")
        # Concrete paths win over templates (OpenAPI 3.1, 4.8.8.2).
        most = min(len(each.names) for each in fitting)
        here = [each for each in fitting if len(each.names) == most]
        # HEAD is GET without the content (RFC 9110, 9.3.2).
        method = "GET" if request.method == "HEAD" else request.method
        allowed = ", ".join(sorted({each.operation.method for each in here}))
        # Documents seldom list OPTIONS; a server answers it all the same (RFC 9110, 9.3.7).
        if request.method == "OPTIONS" and "OPTIONS" not in allowed:
            return GeneratedAnswer(204, headers=(("Allow", allowed),))
        route = next((each for each in here if each.operation.method == method), None)
        if route is None:
            return GeneratedAnswer(405, headers=(("Allow", allowed),))
        return self._operate(route, request, path, raw)

    def _operate(self, route: _Route, request: Request, path: str, raw: bytes) -> GeneratedAnswer:
        operation = route.operation
        active = [each for each in self._faults if each.operation == operation.id]
        kinds = {each.kind for each in active}
        # Before the credentials: it answers every request so.
        if FaultKind.CRASH in kinds:
            return _problem(500, "Internal Server Error")
        is_guarded = operation.secured and FaultKind.OPEN not in kinds
        if is_guarded and not any(caller.is_known(request) for caller in self._callers):
            challenge = (("WWW-Authenticate", "Bearer"),)
            # The document may list another refusal only; the status has to be this one.
            base = refusal(self._api, operation, 401, "No valid credentials came.")
            return replace(base, status=401, headers=challenge)
        sent = _sent(route, request, path)
        request_read = read_request(
            self._api, operation, sent, request.headers.get("content-type", ""), raw
        )
        # Only violations of active faults are passed over: one fault, one promise.
        left = [each for each in request_read.violations if not _is_ignored(each, active)]
        if left:
            return refusal(self._api, operation, left[0].status, left[0].sentence)
        return self._perform(operation, path, request_read, request, active)

    def _perform(
        self,
        operation: Operation,
        path: str,
        request_read: Read,
        request: Request,
        active: list[DocumentFault],
    ) -> GeneratedAnswer:
        answer = success_of(operation)
        # A document without a successful answer: something has to be answered.
        if answer is None:
            return GeneratedAnswer(204)
        forgets = any(each.kind is FaultKind.FORGETS for each in active)
        # After the request itself: a malformed one is 400 whether or not its object exists.
        if (missing := self._missing(operation, path)) is not None:
            return refusal(self._api, operation, 404, missing)
        like, location = self._kept(operation, path, request_read, forgets=forgets)
        status = status_of(answer, 200)
        reply = generated_answer(
            self._api, answer, status, accept=request.headers.get("accept", ""), like=like
        )
        if location:
            # A made-up Location would lead nowhere.
            kept = tuple(pair for pair in reply.headers if pair[0].lower() != "location")
            headers = (*kept, ("Location", location))
            reply = replace(reply, headers=headers)
        return broken_answer(active, reply)

    def _missing(self, operation: Operation, path: str) -> str | None:
        """Say which object on the way of a path does not exist; None where all do.

        Only what this API makes itself can be missing: an id of anything else is taken as it comes.
        """
        base = operation.full_path.removesuffix(operation.path)
        template, actual = operation.full_path.split("/"), path.split("/")
        for end in range(1, len(template) + 1):
            if not template[end - 1].startswith("{"):
                continue
            item = "/".join(template[:end]).removeprefix(base)
            if not self._is_kept(item):
                continue
            collection, key = collection_and_key("/".join(actual[:end]))
            if self._store.get(collection, key) is None:
                return f"There is no {item.split('/')[-2]} of that id."
        return None

    def _is_kept(self, item_path: str) -> bool:
        """Return whether the objects at a path are made by this API: something posts to the path above."""
        above = item_path.rpartition("/")[0]
        return any(
            each.method == "POST" and _shape(each.path) == _shape(above)
            for each in self._api.operations
        )

    def _kept(
        self, operation: Operation, path: str, request_read: Read, *, forgets: bool
    ) -> tuple[Json, str]:
        """Do what the operation does to what is kept; return what its answer is to look like."""
        item = self._item_of(operation)
        if operation.method == "POST" and item is not None:
            return self._create(operation, item, path, request_read, forgets=forgets)
        if operation.method == "GET" and item is not None and self._is_kept(item.path):
            # Only what was made here: an empty list is as documented as any.
            return list(self._store.listed(path.rstrip("/"))), ""
        if operation.path.endswith("}") and self._is_kept(operation.path):
            return self._on_item(operation, path, request_read, forgets=forgets), ""
        return None, ""

    def _item_of(self, operation: Operation) -> Operation | None:
        """Return what stands for one object of a collection.

        Where no operation has its path, one below it knows its id: `/customers/{id}/orders`.
        """
        wanted = f"{_shape(operation.path).rstrip('/')}/{{}}"
        for other in self._api.operations:
            if _shape(other.path) == wanted:
                return other
        below = [
            each for each in self._api.operations if _shape(each.path).startswith(f"{wanted}/")
        ]
        depth = wanted.count("/") + 1
        return replace(below[0], path="/".join(below[0].path.split("/")[:depth])) if below else None

    def _create(
        self, operation: Operation, item: Operation, path: str, request_read: Read, *, forgets: bool
    ) -> tuple[Json, str]:
        number = self._store.next_number()
        parameter = slots(item.path)[-1]
        key = self._new_key(item, parameter, number)
        body = dict(members(request_read.body))
        answer = success_of(operation)
        collection = path.rstrip("/")
        singular = collection.rpartition("/")[2].rstrip("s")
        # The member that is the id is known from the answer, which a request often lacks.
        shown = generated_answer(self._api, answer, 200, like=body).body if answer else None
        name = id_member(shown, parameter, singular) or id_member(body, parameter, singular)
        if name:
            body[name] = key
        # Under the fault the answer is the same, and nothing is kept.
        if not forgets:
            self._store.put(collection, str(key), body)
        return body, f"{collection}/{key}"

    def _on_item(
        self, operation: Operation, path: str, request_read: Read, *, forgets: bool
    ) -> Json:
        collection, key = collection_and_key(path)
        held = self._store.get(collection, key) or {}
        match operation.method:
            case "PUT" | "PATCH" if not forgets:
                # PUT keeps members that are not sent: no document says which ones a server sets.
                self._store.put(collection, key, {**held, **members(request_read.body)})
            case "DELETE" if not forgets:
                self._store.remove(collection, key)
            case _:
                pass
        # A removed object is shown once more, as it was.
        return self._store.get(collection, key) or held

    def _new_key(self, item: Operation, parameter: str, number: int) -> str | int:
        """Return an id that the path of the items takes."""
        schema = next((each.schema for each in item.parameters if each.name == parameter), True)
        try:
            # By the schema of the path parameter, or its own items could not be asked for.
            value = instance(self._api, schema, Wanted(Direction.RESPONSE, number=number))
        except NoInstance:
            return str(number)
        return value if isinstance(value, str | int) else str(number)


def _problem(status: int, title: str) -> GeneratedAnswer:
    body: Json = {"type": "about:blank", "title": title, "status": status}
    return GeneratedAnswer(status, body, has_body=True, media_type="application/problem+json")


def _routes(api: Api) -> tuple[_Route, ...]:
    return tuple(
        _Route(each, re.compile(_pattern(each.full_path)), slots(each.full_path))
        for each in api.operations
    )


def _pattern(full_path: str) -> str:
    pieces = re.split(r"(\{[^}]*\})", full_path)
    # A parameter holds at least one character and no slash (OpenAPI 3.1, Path Templating).
    return "".join("([^/]+)" if each.startswith("{") else re.escape(each) for each in pieces)


def _sent(route: _Route, request: Request, path: str) -> Sent:
    taken = route.pattern.fullmatch(path)
    values = taken.groups() if taken else ()
    headers: Mapping[str, str] = {name.lower(): value for name, value in request.headers.items()}
    return Sent(
        path=dict(zip(route.names, values, strict=False)),
        query=request.url.query,
        headers=headers,
        cookies=cookies_of(headers.get("cookie", "")),
    )


def _is_ignored(violation: Violation, active: Iterable[DocumentFault]) -> bool:
    return any(
        fault.kind is FaultKind.UNCHECKED
        and fault.place == violation.place
        and violation.keyword in (fault.keyword, *fault.restated)
        for fault in active
    )


def _shape(path: str) -> str:
    return re.sub(r"\{[^{}]+\}", "{}", path)
