"""Find what is wrong with an OpenAPI document before it makes tests wrong."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from harness.jsonvalue import Json, escape, items, lookup, members, text
from harness.openapi import finding as rules
from harness.openapi.finding import Finding
from harness.openapi.lint_schemas import found, schema_findings
from harness.openapi.model import Api, MediaType, Operation
from harness.openapi.references import follow

_MEDIA_RANGE = re.compile(
    r"(?:\*/\*|[A-Za-z0-9!#$&^_.+-]+/(?:\*|[A-Za-z0-9!#$&^_.+-]+))(?:\s*;.*)?", re.ASCII
)
_IGNORED_HEADERS = ("authorization", "accept", "content-type")
_TEST_HOST = re.compile(r"sandbox|test|stag|dev|mock|example|localhost", re.IGNORECASE)


def lint(api: Api) -> tuple[Finding, ...]:
    """Return all findings, in the order of the document."""
    every = {*_defects(api), *_api_findings(api), *schema_findings(api)}
    for operation in api.operations:
        every.update(_operation_findings(api, operation))
    return tuple(
        sorted(
            every, key=lambda each: (each.source.line, each.source.column, each.rule.id, each.what)
        )
    )


def _defects(api: Api) -> Iterator[Finding]:
    for each in api.defects:
        yield Finding(rules.DEFECTS[each.kind], each.source, each.what.rstrip("."))


def _api_findings(api: Api) -> Iterator[Finding]:
    hosts = [urlsplit(server).hostname or "" for server in api.servers]
    if all(_TEST_HOST.search(host) or not host for host in hosts):
        what = "no server is a production server"
        yield found(api, rules.SERVER_WITHOUT_PRODUCTION, "/servers", what, ", ".join(api.servers))
    schemes = members(lookup(api.root, "/components/securitySchemes"))
    for name, scheme in schemes.items():
        kind, header = (text(members(scheme).get(key)) for key in ("type", "name"))
        if kind == "apiKey" and header.lower() == "authorization":
            pointer = f"/components/securitySchemes/{escape(name)}"
            what = f"the security scheme '{name}' is an API key in the header Authorization"
            yield found(api, rules.BEARER_AS_API_KEY, pointer, what)


def _operation_findings(api: Api, operation: Operation) -> Iterator[Finding]:
    yield from _parameters(api, operation)
    yield from _statuses(api, operation)
    yield from _media_types(api, operation)
    if not operation.secured and not operation.path.endswith("/token"):
        what = f"{operation.label} names no security"
        yield found(api, rules.OPERATION_UNSECURED, operation.pointer, what)


def _parameters(api: Api, operation: Operation) -> Iterator[Finding]:
    for pointer, parameter in _parameter_places(api.root, operation):
        name = text(parameter.get("name"))
        if parameter.get("in") == "header" and name.lower() in _IGNORED_HEADERS:
            what = f"OpenAPI ignores a header parameter called {name}"
            yield found(api, rules.HEADER_PARAMETER_IGNORED, pointer, what)


def _parameter_places(root: Json, operation: Operation) -> Iterator[tuple[str, dict[str, Json]]]:
    path_item = operation.pointer.rpartition("/")[0]
    for holder in (path_item, operation.pointer):
        for index, each in enumerate(items(lookup(root, f"{holder}/parameters"))):
            pointer = f"{holder}/parameters/{index}"
            reference = members(each).get("$ref")
            value = follow(root, text(reference))[0] if reference else each
            yield pointer, dict(members(value))


def _statuses(api: Api, operation: Operation) -> Iterator[Finding]:
    statuses = [answer.status for answer in operation.answers]
    if not any(status.startswith("4") for status in statuses):
        what = f"{operation.label} documents no refusal of its own"
        value = ", ".join(statuses)
        pointer = f"{operation.pointer}/responses"
        yield found(api, rules.CLIENT_ERRORS_UNDOCUMENTED, pointer, what, value)


def _media_types(api: Api, operation: Operation) -> Iterator[Finding]:
    for media_type in operation.body:
        yield from _encodings(api, media_type)
    for media_type in (
        *operation.body,
        *(each for answer in operation.answers for each in answer.media_types),
    ):
        if not _MEDIA_RANGE.fullmatch(media_type.name):
            what = "this is no media type"
            yield found(api, rules.MEDIA_TYPE_MALFORMED, media_type.pointer, what, media_type.name)


def _encodings(api: Api, media_type: MediaType) -> Iterator[Finding]:
    schema = members(media_type.schema)
    if isinstance(schema.get("$ref"), str):
        schema = members(follow(api.root, text(schema["$ref"]))[0])
    known = members(schema.get("properties"))
    for name, encoding in media_type.encoding.items():
        pointer = f"{media_type.pointer}/encoding/{escape(name)}"
        if known and name not in known:
            what = f"the encoding describes '{name}', which the schema does not have"
            yield found(api, rules.ENCODING_UNKNOWN_PROPERTY, pointer, what)
        for each in _split(text(members(encoding).get("contentType"))):
            if not _MEDIA_RANGE.fullmatch(each):
                place = f"{pointer}/contentType"
                what = "this is no media type"
                yield found(api, rules.MEDIA_TYPE_MALFORMED, place, what, each)


def _split(content_types: str) -> list[str]:
    """Split at commas before a blank or a slash's word, so that `text,rtf` stays the one word it is."""
    return [each for each in re.split(r",\s+|,(?=[^,\s]*/)", content_types) if each]
