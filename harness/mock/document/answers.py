"""Generate the answers of a mock from a document: examples first, then made-up values."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from urllib.parse import urlencode

from harness.client.multipart import Part, encode
from harness.client.multipart import content_type as multipart_type
from harness.jsonvalue import Json, compact, lookup, members
from harness.openapi.bodies import FORM, MULTIPART, is_xml
from harness.openapi.instances import NoInstance, Wanted, examples_of, instance
from harness.openapi.media_type import is_json, parse_media_range
from harness.openapi.merged import merged
from harness.openapi.model import Answer, Api, MediaType, Operation
from harness.openapi.validator import faults
from harness.openapi.walk import Direction
from harness.openapi.xml_writer import xml_text

# Fixed: answers of this mock hold made-up values, in which it does not occur.
BOUNDARY = "harness-mock-boundary"


def essence_of(name: str) -> str:
    """Return a media type without its parameters."""
    return parse_media_range(name).essence


def writer_of(
    api: Api, media_type: MediaType, name: str, body: Json
) -> Callable[[Json], bytes] | None:
    """Return how bodies of a media type are written; None where JSON or the text itself will do."""
    if is_xml(name) and isinstance(body, Mapping | list):
        return partial(_xml, api, media_type.schema)
    if not isinstance(body, Mapping):
        return None
    return {FORM: _form, MULTIPART: _multipart}.get(essence_of(name))


def _xml(api: Api, schema: Json, body: Json) -> bytes:
    return xml_text(api, schema, body).encode("utf-8", "replace")


def _form(body: Json) -> bytes:
    return urlencode(list(_fields(body))).encode()


def _multipart(body: Json) -> bytes:
    parts = [
        Part(name, value.encode("utf-8", "replace"), content_type=_kind(value))
        for name, value in _fields(body)
    ]
    return encode(parts, boundary=BOUNDARY)


def _kind(value: str) -> str | None:
    # Objects were written as JSON by `_fields`; texts seldom begin so.
    return "application/json" if value.startswith("{") else None


def _fields(body: Json) -> Iterator[tuple[str, str]]:
    """Yield the fields of a form: a list as one field an item, an object as JSON."""
    for name, value in body.items() if isinstance(body, Mapping) else ():
        for each in value if isinstance(value, list) else [value]:
            yield name, each if isinstance(each, str) else compact(each)


@dataclass(frozen=True, slots=True)
class GeneratedAnswer:
    """An answer before it goes onto the wire."""

    status: int
    body: Json = None
    has_body: bool = False
    media_type: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=())
    write: Callable[[Json], bytes] | None = field(default=None, compare=False)
    """How a body is written that is not JSON."""

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        if not self.has_body:
            return b""
        if self.write is not None:
            return self.write(self.body)
        if is_json(self.media_type) or not isinstance(self.body, str):
            return json.dumps(self.body, separators=(",", ":")).encode()
        return self.body.encode()


def success_of(operation: Operation) -> Answer | None:
    """Return the answer that says yes: the first 2xx, else the first 3xx, else the default."""
    # Of several answers of one class the least status, as 200 before 201.
    order = sorted(operation.answers, key=lambda each: (_rank(each.status), each.status))
    # Documents with refusals alone say nothing of success.
    return next((each for each in order if _rank(each.status) < 3), None)


def _rank(status: str) -> int:
    if status.startswith("2"):
        return 0
    if status.startswith("3"):
        return 1
    return 2 if status == "default" else 3


def status_of(answer: Answer, otherwise: int) -> int:
    """Return a number for a documented status: `2XX` is 200, `default` is another."""
    if answer.status.isdigit():
        return int(answer.status)
    return otherwise if answer.status == "default" else int(answer.status[0]) * 100


def generated_answer(
    api: Api, answer: Answer, status: int, *, accept: str = "", like: Json = None
) -> GeneratedAnswer:
    """Make an answer as documented, with the members of `like` wherever the schema has them."""
    headers = tuple(
        (each.name, _header(api, each.schema))
        for each in answer.headers
        # These follow from the body; a made-up length would break the connection.
        if each.name.lower() not in ("content-type", "content-length")
    )
    media_type = _chosen(answer.media_types, accept)
    # Neither may have content (RFC 9110, 15.3.5 and 15.4.5).
    if media_type is None or status in (204, 304):
        return GeneratedAnswer(status, headers=headers)
    body = _body(api, media_type, like)
    name = _concrete(media_type.name)
    write = writer_of(api, media_type, name, body)
    if essence_of(name) == MULTIPART:
        name = multipart_type(BOUNDARY)
    return GeneratedAnswer(
        status, body, has_body=True, media_type=name, headers=headers, write=write
    )


def refusal(api: Api, operation: Operation, status: int, sentence: str) -> GeneratedAnswer:
    """Make a refusal in the form that the document gives it, else as problem details (RFC 9457)."""
    wanted = (str(status), f"{status // 100}XX", "default")
    by_status = {each.status: each for each in operation.answers}
    answer = next((by_status[each] for each in wanted if each in by_status), None)
    if answer is None:
        # Another documented refusal is better than an undocumented one.
        near = [each for each in operation.answers if each.status.startswith("4")]
        answer = near[0] if near and near[0].status.isdigit() else None
        status = int(answer.status) if answer else status
    if answer is not None and answer.media_types:
        return generated_answer(api, answer, status)
    if answer is not None:
        return GeneratedAnswer(status)
    problem: Json = {
        "type": "about:blank",
        "title": "Refused",
        "status": status,
        "detail": sentence,
    }
    return GeneratedAnswer(status, problem, has_body=True, media_type="application/problem+json")


def _body(api: Api, media_type: MediaType, like: Json) -> Json:
    shown = _shown(api, media_type, like)
    usable = (each for each in shown if each is not None)
    # An example may itself break its schema; then the next candidate is tried.
    for candidate in chain(usable, _built(api, media_type, like)):
        if _is_allowed(api, media_type, candidate):
            return candidate
    # Nothing fits: an answer that breaks its schema shows that no valid one could be made.
    return shown[-1] if shown else {}


def _shown(api: Api, media_type: MediaType, like: Json) -> list[Json]:
    """Return what was sent as the schema shows it, by itself and then on top of two examples."""
    holder = members(lookup(api.root, media_type.pointer))
    examples = list(examples_of(api, holder, media_type.schema))[:2]
    alone = [_like(api, media_type.schema, like)] if like is not None else []
    return [*alone, *(_like(api, media_type.schema, like, each) for each in examples)]


def _built(api: Api, media_type: MediaType, like: Json) -> Iterator[Json]:
    """Yield made-up values, full ones first, each with what was sent in it and then without."""
    for wanted in (Wanted(Direction.RESPONSE, is_full=True), Wanted(Direction.RESPONSE)):
        try:
            value = instance(api, media_type.schema, wanted)
        except NoInstance:
            continue
        yield _overlaid(value, like)
        # What was sent may break the schema of the answer; then it is left out.
        yield value


def _like(api: Api, schema: Json, like: Json, base: Json = None) -> Json:
    """Return what was sent as the schema of an answer shows it: known members, the rest made."""
    merged_schema = merged(api, schema)
    if isinstance(like, list) and "array" in merged_schema.types:
        inner = merged_schema.keywords.get("items", True)
        return [_like(api, inner, each) for each in like]
    # Where the answer is no object, nothing of what was sent can be shown in it.
    if not isinstance(like, Mapping) or (
        merged_schema.types and "object" not in merged_schema.types
    ):
        return base
    if base is None:
        try:
            base = instance(api, schema, Wanted(Direction.RESPONSE, is_full=True))
        except NoInstance:
            base = {}
    return _overlaid(base, like, closed=merged_schema.keywords.get("additionalProperties") is False)


def _overlaid(base: Json, like: Json, *, closed: bool = False) -> Json:
    if not isinstance(base, Mapping) or not isinstance(like, Mapping):
        return base
    # A closed schema takes no member that it does not list.
    known = {name: value for name, value in like.items() if name in base or not closed}
    return {**base, **known}


def _is_allowed(api: Api, media_type: MediaType, value: Json) -> bool:
    return media_type.schema is None or not faults(api, media_type.schema_pointer, value)


def _header(api: Api, schema: Json) -> str:
    try:
        value = instance(api, schema, Wanted(Direction.RESPONSE))
    except NoInstance:
        return "sample"
    text = value if isinstance(value, str) else json.dumps(value)
    # A line end in a header would split the answer in two.
    return text if text.isprintable() and text.isascii() else "sample"


def _chosen(media_types: tuple[MediaType, ...], accept: str) -> MediaType | None:
    """Return the media type to answer with: one that is accepted, JSON where there is a choice."""
    wanted = [each.partition(";")[0].strip().lower() for each in accept.split(",") if each.strip()]
    fitting = [each for each in media_types if _accepts(wanted, each.name)]
    # Where nothing is accepted a server may answer with what it has (RFC 9110, 12.4.1).
    ranked = sorted(fitting or media_types, key=lambda each: not is_json(each.name))
    return ranked[0] if ranked else None


def _accepts(wanted: list[str], name: str) -> bool:
    kind = name.partition("/")[0]
    return not wanted or any(each in (name, "*/*", f"{kind}/*") for each in wanted)


def _concrete(name: str) -> str:
    return "application/json" if name in ("*/*", "application/*") else name.replace("*", "plain")
