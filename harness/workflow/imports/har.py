"""Read a HAR file (1.1 and 1.2) as calls: values that an earlier answer gave become captures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from harness.document import Document
from harness.hosts import split_url
from harness.jsonvalue import Json, escape, items, members, parsed, text
from harness.workflow.imports.recorded import Call, Lost, Recording, SentBody

# What a client sets by itself, or what the body of the step says already.
_UNSENT = (
    "accept", "accept-encoding", "accept-language", "cache-control", "connection", "content-length",
    "content-type", "dnt", "host", "origin", "pragma", "priority", "referer", "te", "user-agent",
)  # fmt: skip
_SHORTEST = 6
"""Characters that a value must have for its return in a later request to be no accident."""


def is_har(document: Document) -> bool:
    """Return whether a document is a HAR file."""
    return "entries" in members(members(document.data).get("log"))


def read_har(document: Document) -> Recording:
    """Return the calls of a log in the order in which they were sent."""
    reader = _Reader(document)
    entries = items(members(members(document.data).get("log")).get("entries"))
    # HAR 1.2 prefers this order and leaves sorting to the reader ("entries").
    order = sorted(
        range(len(entries)), key=lambda index: text(members(entries[index]).get("startedDateTime"))
    )
    calls = tuple(reader.call(index, members(entries[index])) for index in order)
    named = tuple(reader.with_captures(calls))
    return Recording("recorded", named, {}, tuple(reader.lost), is_traffic=True)


@dataclass(slots=True)
class _Reader:
    document: Document
    lost: list[Lost] = field(default_factory=list)
    seen: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """By value: the number of the call that answered with it, its name, and where it stood."""
    captures: dict[int, dict[str, str]] = field(default_factory=dict)
    count: int = 0

    def call(self, index: int, entry: Mapping[str, Json]) -> Call:
        """Return a call; of its answer, the values are remembered for those after it."""
        request = members(entry.get("request"))
        pointer = f"/log/entries/{index}"
        parts = split_url(text(request.get("url")))
        body = self._body(members(request.get("postData")), f"{pointer}/request/postData")
        recorded_call = Call(
            name=f"{text(request.get('method')).lower()} {parts.path.rpartition('/')[2] or parts.path}",
            method=text(request.get("method")).upper(),
            url=self._path(f"{parts.scheme}://{parts.hostname or ''}{parts.path}"),
            source=self.document.source(pointer),
            headers=tuple(self._headers(request, pointer)),
            query=tuple(
                (k, self._known(v)) for k, v in parse_qsl(parts.query, keep_blank_values=True)
            ),
            body=body,
            criteria=tuple(_criteria(members(entry.get("response")))),
        )
        # After the request is read: a call cannot send what only its own answer gave.
        self._remember(members(entry.get("response")))
        self.count += 1
        return recorded_call

    def with_captures(self, calls: tuple[Call, ...]) -> Iterator[Call]:
        """Give each call what later ones take from its answer."""
        for number, call in enumerate(calls):
            yield replace(call, captures=tuple(self.captures.get(number, {}).items()))

    def _headers(self, request: Mapping[str, Json], pointer: str) -> Iterator[tuple[str, str]]:
        for item in map(members, items(request.get("headers"))):
            name, value = text(item.get("name")), text(item.get("value"))
            lowered = name.lower()
            # Cookies belong to the browser and are mostly secrets of a login.
            if lowered == "cookie":
                self.lost.append(Lost(self.document.source(f"{pointer}/request"), "its cookies"))
            # Names with a colon are pseudo-headers of HTTP/2 (RFC 9113, section 8.3).
            elif not lowered.startswith((":", "sec-")) and lowered not in _UNSENT:
                scheme, _, rest = value.partition(" ")
                is_bearer = lowered == "authorization" and rest
                yield name, f"{scheme} {self._known(rest)}" if is_bearer else self._known(value)

    def _body(self, given: Mapping[str, Json], pointer: str) -> SentBody | None:
        if not given:
            return None
        kind = text(given.get("mimeType")).partition(";")[0].strip().lower()
        written = text(given.get("text"))
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(written, keep_blank_values=True) or list(_parameters(given))
            return SentBody(kind, {name: self._known(value) for name, value in pairs})
        if kind.startswith("multipart/"):
            # Logs hold neither the files nor the limits of the parts reliably.
            self.lost.append(
                Lost(self.document.source(pointer), "the parts of a form, files among them")
            )
            return SentBody("multipart/form-data", dict(_parameters(given)))
        try:
            value = parsed(written)
        except ValueError:
            return SentBody(kind or "text/plain", written) if written else None
        return SentBody(kind or "application/json", self._in(value))

    def _in(self, value: Json) -> Json:
        if isinstance(value, Mapping):
            return {key: self._in(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self._in(item) for item in value]
        return self._known(value) if isinstance(value, str) else value

    def _path(self, url: str) -> str:
        head, _, path = url.partition("//")
        host, slash, rest = path.partition("/")
        return f"{head}//{host}{slash}{'/'.join(self._known(part) for part in rest.split('/'))}"

    def _known(self, value: str) -> str:
        """Return a variable in the place of a value that an earlier answer gave."""
        if value not in self.seen:
            return value
        number, name, pointer = self.seen[value]
        own = self.captures.setdefault(number, {})
        # One variable must mean one value: a name that another call has given is numbered.
        others = {each for at, taken in self.captures.items() if at != number for each in taken}
        same = own.get(name, f"$response.body#{pointer}") == f"$response.body#{pointer}"
        variable = name if name not in others and same else f"{name}-{len(self.seen)}"
        own[variable] = f"$response.body#{pointer}"
        return f"{{{{{variable}}}}}"

    def _remember(self, response: Mapping[str, Json]) -> None:
        content = members(response.get("content"))
        # An encoded body is binary (HAR 1.2, `content.encoding`).
        if "json" not in text(content.get("mimeType")) or content.get("encoding"):
            return
        try:
            value = parsed(text(content.get("text")))
        except ValueError:
            return
        for pointer, name, leaf in _leaves(value, "", "value"):
            if len(leaf) >= _SHORTEST:
                # The first answer that gave a value is its source; later ones repeat it.
                self.seen.setdefault(leaf, (self.count, name, pointer))


def _leaves(value: Json, pointer: str, name: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _leaves(member, f"{pointer}/{escape(key)}", key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{index}", name)
    elif isinstance(value, str):
        yield pointer, name, value


def _parameters(given: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for item in map(members, items(given.get("params"))):
        if "fileName" not in item:
            yield text(item.get("name")), text(item.get("value"))


def _criteria(response: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    status = response.get("status")
    # Browsers log 0 for a request that was aborted or blocked.
    if isinstance(status, int) and status >= 100:
        yield {"condition": f"$statusCode == {status}"}
