"""Read a Postman collection (format 2.0 and 2.1) as calls in the order of its runner."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath, PureWindowsPath

from harness.document import Document
from harness.errors import DocumentError
from harness.jsonvalue import Json, items, members, parsed, text
from harness.workflow.imports.postman_scripts import read_tests
from harness.workflow.imports.recorded import VARIABLE, Call, Lost, Recording, SentBody

_UNSENT = ("host", "content-length", "user-agent", "connection", "accept-encoding", "postman-token")
# A variable outside of quotes makes a body invalid as JSON until it is quoted.
_BARE_VARIABLE = re.compile(r'(?<!["\w{])(\{\{[^{}]+\}\})(?!["\w])')
_LANGUAGES = {"json": "application/json", "xml": "application/xml", "text": "text/plain"}


def is_collection(document: Document) -> bool:
    """Return whether a document is a collection."""
    data = members(document.data)
    return "item" in data and "schema" in members(data.get("info"))


def read_collection(document: Document) -> Recording:
    """Return the calls of a collection. Raises DocumentError where its format is another."""
    data = members(document.data)
    schema = text(members(data.get("info")).get("schema"))
    if not re.search(r"/v2\.[01](?:\.\d+)?/", schema):
        raise DocumentError(
            f"is a collection of another format ('{schema[:80]}').",
            source=document.source("/info/schema"),
            advice="Export it as Collection v2.1.",
        )
    reader = _Reader(document)
    calls = tuple(reader.calls(data, "", ()))
    return Recording(
        title=text(members(data.get("info")).get("name")) or "collection",
        calls=calls,
        variables=_variables(data),
        lost=tuple(reader.lost),
        secret=frozenset(reader.secret) | _secret_variables(data),
    )


def _secret_variables(data: Mapping[str, Json]) -> frozenset[str]:
    listed = map(members, items(data.get("variable")))
    return frozenset(text(item.get("key")) for item in listed if item.get("type") == "secret")


def _variables(data: Mapping[str, Json]) -> dict[str, str]:
    return {
        text(item.get("key") or item.get("id")): text(item.get("value"))
        for item in map(members, items(data.get("variable")))
        if item.get("disabled") is not True
    }


Auths = tuple[Json, ...]


@dataclass(slots=True)
class _Reader:
    document: Document
    lost: list[Lost] = field(default_factory=list)
    secret: set[str] = field(default_factory=set)
    """Variables by which requests are let in."""

    def calls(self, folder: Mapping[str, Json], pointer: str, auths: Auths) -> Iterator[Call]:
        """Yield the calls of a folder; a setting of an inner folder wins over one around it."""
        inner = (*auths, folder["auth"]) if folder.get("auth") is not None else auths
        self._scripts_of_folder(folder, pointer)
        for index, element in enumerate(items(folder.get("item"))):
            place = f"{pointer}/item/{index}"
            item = members(element)
            if "item" in item:
                yield from self.calls(item, place, inner)
            elif "request" in item:
                yield self._call(item, place, inner)

    def _scripts_of_folder(self, folder: Mapping[str, Json], pointer: str) -> None:
        for index, event in enumerate(items(folder.get("event"))):
            if any(line.strip() for line in _lines(members(event))):
                self._lose(f"{pointer}/event/{index}", "the script of a folder")

    def _call(self, item: Mapping[str, Json], pointer: str, auths: Auths) -> Call:
        raw = item["request"]
        given = members(raw) if isinstance(raw, Mapping) else {"url": raw}
        url, query, path_values = _address(given.get("url"))
        headers = [(name, value) for name, value in _pairs(given.get("header"))]
        body = self._body(given.get("body"), headers, f"{pointer}/request/body")
        # The request's own wins, else that of the innermost folder that has one.
        auth = given.get("auth") or next(reversed(auths), None)
        captures, criteria = self._events(item, pointer)
        more_headers, more_query = self._auth(members(auth), f"{pointer}/request")
        # The content type is written with the body.
        kept = [header for header in headers if header[0].lower() not in (*_UNSENT, "content-type")]
        return Call(
            name=text(item.get("name")) or url,
            method=text(given.get("method") or "GET").upper(),
            url=url,
            source=self.document.source(pointer),
            headers=(*more_headers, *kept),
            query=(*query, *more_query),
            path_values=path_values,
            body=body,
            captures=captures,
            criteria=criteria,
        )

    def _events(
        self, item: Mapping[str, Json], pointer: str
    ) -> tuple[tuple[tuple[str, str], ...], tuple[Mapping[str, Json], ...]]:
        captures: list[tuple[str, str]] = []
        criteria: list[Mapping[str, Json]] = []
        for index, raw in enumerate(items(item.get("event"))):
            event, place = members(raw), f"{pointer}/event/{index}"
            # Only tests can become criteria; what runs before a request has no counterpart.
            if event.get("listen") != "test":
                if any(
                    line.strip() and not line.strip().startswith("//") for line in _lines(event)
                ):
                    self._lose(place, "a script that runs before the request")
                continue
            script = read_tests(_lines(event))
            captures += script.captures
            criteria += script.criteria
            for line in script.lost:
                self._lose(place, f"a line of a test: {line[:120]}")
        return tuple(captures), tuple(criteria)

    def _auth(
        self, auth: Mapping[str, Json], pointer: str
    ) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return the headers and query parameters by which a request is let in."""
        kind = text(auth.get("type"))
        given = _settings(auth.get(kind))
        match kind:
            case "" | "noauth":
                return [], []
            case "bearer" | "oauth2":
                token = self._secret(given.get("token") or given.get("accessToken"), "accessToken")
                return [("Authorization", f"Bearer {token}")], []
            case "basic":
                # Name and password are never read: they come encoded from the environment.
                return [("Authorization", "Basic {{basicCredentials}}")], []
            case "apikey":
                key = self._secret(given.get("value"), "apiKey")
                pair = (given.get("key") or "X-API-Key", key)
                return ([], [pair]) if given.get("in") == "query" else ([pair], [])
            case _:
                self._lose(pointer, f"authorization of type '{kind}'")
                return [], []

    def _secret(self, written: str | None, name: str) -> str:
        """Return the variables in a secret; one that is written out is never read on."""
        named = VARIABLE.findall(written or "")
        self.secret.update(named)
        return written if written and named else f"{{{{{name}}}}}"

    def _body(self, raw: Json, headers: list[tuple[str, str]], pointer: str) -> SentBody | None:
        given = members(raw)
        mode = text(given.get("mode"))
        named = next((value for name, value in headers if name.lower() == "content-type"), "")
        match mode:
            case "raw":
                language = members(members(given.get("options")).get("raw")).get("language")
                kind = named or _LANGUAGES.get(text(language), "")
                return _raw(text(given.get("raw")), kind)
            case "urlencoded":
                fields: dict[str, Json] = dict(_pairs(given.get("urlencoded")))
                return SentBody("application/x-www-form-urlencoded", fields)
            case "formdata":
                return self._form(given.get("formdata"), pointer)
            case "graphql":
                # GraphQL over HTTP is a JSON object with these two members.
                query = members(given.get("graphql"))
                variables = _parsed(text(query.get("variables")) or "{}")
                return SentBody(
                    "application/json", {"query": query.get("query"), "variables": variables}
                )
            case "" if not given:
                return None
            case _:
                self._lose(pointer, f"a body of mode '{mode}'")
                return None

    def _form(self, raw: Json, pointer: str) -> SentBody:
        fields: dict[str, Json] = {}
        files: dict[str, tuple[str, ...]] = {}
        for index, item in enumerate(map(members, items(raw))):
            name = text(item.get("key"))
            if item.get("disabled") is True:
                continue
            if item.get("type") == "file":
                names = _file_names(item.get("src"))
                files[name] = (*files.get(name, ()), *names)
                place = f"{pointer}/formdata/{index}"
                self._lose(
                    place, f"the file of '{name}'; put {' and '.join(names)} beside the document"
                )
            else:
                value = text(item.get("value"))
                # Fields of a form seldom have a type of their own, so that the text decides.
                is_json = "json" in text(item.get("contentType")) or value.lstrip()[:1] in (
                    "{",
                    "[",
                )
                structure = _parsed(value) if is_json else None
                fields[name] = structure if structure is not None else value
        return SentBody("multipart/form-data", fields, files)

    def _lose(self, pointer: str, what: str) -> None:
        self.lost.append(Lost(self.document.source(pointer), what))


def _raw(written: str, kind: str) -> SentBody | None:
    if not written.strip():
        return None
    value = _parsed(written) if "json" in kind or not kind else None
    if value is not None:
        return SentBody(kind or "application/json", value)
    return SentBody(kind or "text/plain", written)


def _parsed(written: str) -> Json:
    """Return JSON text as a value; a variable that stands bare is quoted first. None where it is none."""
    for candidate in (written, _BARE_VARIABLE.sub(r'"\1"', written)):
        try:
            return parsed(candidate)
        except ValueError:
            continue
    return None


def _address(raw: Json) -> tuple[str, tuple[tuple[str, str], ...], dict[str, str]]:
    """Return a url without its query, the query, and the values of its path variables."""
    # A URL may be one text or be taken apart into its members.
    if isinstance(raw, str):
        url, _, query = raw.partition("?")
        pairs = (part.partition("=")[::2] for part in query.split("&") if part)
        return url, tuple(pairs), {}
    given = members(raw)
    # The raw form keeps variables where the author put them; the parts are only a second copy.
    url = text(given.get("raw")).partition("?")[0]
    if not url:
        host = _joined(given.get("host"), ".")
        url = f"{text(given.get('protocol')) or 'https'}://{host}/{_joined(given.get('path'), '/')}"
    return url, tuple(_pairs(given.get("query"))), dict(_pairs(given.get("variable")))


def _joined(value: Json, sign: str) -> str:
    return value if isinstance(value, str) else sign.join(text(item) for item in items(value))


def _pairs(raw: Json) -> Iterator[tuple[str, str]]:
    for item in map(members, items(raw)):
        if item.get("disabled") is not True and item.get("key") is not None:
            value = item.get("value")
            yield (
                text(item.get("key")),
                value if isinstance(value, str) else json.dumps(value) if value is not None else "",
            )


def _settings(raw: Json) -> dict[str, str]:
    """Return the settings of an authorization: a list of pairs in 2.1, an object in 2.0."""
    if isinstance(raw, Mapping):
        return {key: text(value) for key, value in raw.items()}
    return dict(_pairs(raw))


def _file_names(raw: Json) -> tuple[str, ...]:
    """Return the names of files without the folders of the machine where they were chosen."""
    listed = [text(item) for item in items(raw)] or [text(raw)]
    return tuple(PureWindowsPath(PurePath(each).name).name or "file" for each in listed)


def _lines(event: Mapping[str, Json]) -> tuple[str, ...]:
    written = members(event.get("script")).get("exec")
    # A script is one text or a list of lines.
    return (written,) if isinstance(written, str) else tuple(text(item) for item in items(written))
