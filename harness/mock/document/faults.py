"""Derive from a document how a mock of it can be broken: each promise it makes, one at a time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from harness.errors import UnknownName
from harness.jsonvalue import Json, members
from harness.mock.document.answers import GeneratedAnswer, success_of
from harness.mock.document.restated import restated_keywords
from harness.mock.document.wire import unread
from harness.openapi.formats import BITS, format_checker
from harness.openapi.merged import Merged, merged
from harness.openapi.model import Api, Operation

# Levels of the body: the faults of deeper ones would be many and alike.
DEEPEST = 4
KEYWORDS = (
    "type",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "additionalProperties",
    "format",
)
"""Constraints that a mock enforces and a fault takes away."""


_Unchecked: TypeAlias = tuple[str, str, tuple[str, ...]]
"""A place, a keyword, and what is not checked with it."""


class FaultKind(Enum):
    """What a derived fault breaks."""

    UNCHECKED = "unchecked"
    MEMBER_LOST = "member-lost"
    MEMBER_MISTYPED = "member-mistyped"
    STATUS = "undocumented-status"
    MEDIA_TYPE = "wrong-media-type"
    HEADER_LOST = "header-lost"
    CRASH = "server-error"
    OPEN = "open"
    FORGETS = "forgets"


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One defect of the mock of a document."""

    operation: str
    """The id of the operation."""
    kind: FaultKind
    place: str = ""
    """`query/limit`, `body/owner/name`: of what is unchecked; a member or a header of an answer."""
    keyword: str = ""
    restated: tuple[str, ...] = ()
    """Keywords of the place that are not checked with it: nothing breaks them and keeps all others."""

    @property
    def id(self) -> str:
        """A name such as `addPet/unchecked/body/name/maxLength`; stable under reordering."""
        return "/".join(
            each for each in (self.operation, self.kind.value, self.place, self.keyword) if each
        ).replace(" ", "-")

    @property
    def sentence(self) -> str:
        """The defect in words."""
        words = _SENTENCES[self.kind].format(place=self.place, keyword=self.keyword)
        return f"{self.operation} {words}"


_SENTENCES: Mapping[FaultKind, str] = {
    FaultKind.UNCHECKED: "does not check {keyword} of {place}",
    FaultKind.MEMBER_LOST: "answers without the required member {place}",
    FaultKind.MEMBER_MISTYPED: "answers with another type of {place}",
    FaultKind.STATUS: "answers with a status that is not documented",
    FaultKind.MEDIA_TYPE: "answers with a media type that is not documented",
    FaultKind.HEADER_LOST: "answers without the header {place}",
    FaultKind.CRASH: "answers every request with 500",
    FaultKind.OPEN: "answers whoever asks",
    FaultKind.FORGETS: "says that it did what it did not do",
}


def derived_faults(api: Api) -> tuple[DocumentFault, ...]:
    """Return every fault that a document describes, each once."""
    derived = (fault for operation in api.operations for fault in _of_operation(api, operation))
    # A schema used twice in one place derives the same fault twice.
    return tuple({fault.id: fault for fault in derived}.values())


def faults_called(api: Api, names: Iterable[str]) -> tuple[DocumentFault, ...]:
    """Return the faults with these ids. Raises UnknownName."""
    known = {fault.id: fault for fault in derived_faults(api)}
    for name in names:
        if name not in known:
            raise UnknownName(None, kind="fault of this document", name=name, known=tuple(known))
    return tuple(known[name] for name in names)


def _of_operation(api: Api, operation: Operation) -> Iterator[DocumentFault]:
    def fault(kind: FaultKind) -> DocumentFault:
        return DocumentFault(operation.id, kind)

    for place, keyword, restated in _constraints(api, operation):
        yield DocumentFault(operation.id, FaultKind.UNCHECKED, place, keyword, restated)
    yield fault(FaultKind.CRASH)
    if operation.secured:
        yield fault(FaultKind.OPEN)
    if _keeps_state(api, operation):
        yield fault(FaultKind.FORGETS)
    yield from _of_answer(api, operation)


def _of_answer(api: Api, operation: Operation) -> Iterator[DocumentFault]:
    answer = success_of(operation)
    if answer is None:
        return
    # With a default every status is documented.
    if not any(each.status == "default" for each in operation.answers):
        yield DocumentFault(operation.id, FaultKind.STATUS)
    # With a range every type may be.
    if answer.media_types and not any("*" in each.name for each in answer.media_types):
        yield DocumentFault(operation.id, FaultKind.MEDIA_TYPE)
    for header in answer.headers:
        if header.required and header.name.lower() != "content-type":
            yield DocumentFault(operation.id, FaultKind.HEADER_LOST, header.name)
    yield from _of_members(api, operation)


def _keeps_state(api: Api, operation: Operation) -> bool:
    """Return whether something can read back what an operation says that it did."""
    if operation.method == "POST":
        return _has_items(api, operation)
    # What changes an object shows where a GET on the same path reads it.
    is_item = operation.path.endswith("}") and operation.method in ("PUT", "PATCH", "DELETE")
    return is_item and any(
        each.method == "GET" and each.path == operation.path for each in api.operations
    )


def _has_items(api: Api, operation: Operation) -> bool:
    """Return whether something reads what an operation makes, below its path."""
    start = operation.path.rstrip("/") + "/{"
    return any(each.method == "GET" and each.path.startswith(start) for each in api.operations)


def _of_members(api: Api, operation: Operation) -> Iterator[DocumentFault]:
    answer = success_of(operation)
    schema = next((each.schema for each in (answer.media_types if answer else ())), None)
    merged_schema = merged(api, schema)
    if "array" in merged_schema.types:
        merged_schema = merged(api, merged_schema.keywords.get("items", True))
    for name, inner in merged_schema.properties.items():
        if name in merged_schema.required:
            yield DocumentFault(operation.id, FaultKind.MEMBER_LOST, name)
        types = merged(api, inner).types
        # Mistyped means an object in its place, which has to be wrong for it.
        if types and "object" not in types:
            yield DocumentFault(operation.id, FaultKind.MEMBER_MISTYPED, name)


def _constraints(api: Api, operation: Operation) -> Iterator[_Unchecked]:
    for location in ("query", "header", "cookie"):
        for parameter in unread(operation, location):
            place = f"{location}/{parameter.name}"
            if parameter.required:
                yield place, "required", ()
            is_json = bool(parameter.media_type)
            # Depth DEEPEST: parameters are flat, so nothing below them is looked at.
            yield from _of_schema(api, place, parameter.schema, DEEPEST, is_text=not is_json)
    # The first media type: others describe the same content in most documents.
    for media_type in operation.body[:1]:
        if operation.body_required:
            yield "body", "required", ()
        is_text = "json" not in media_type.name
        yield from _of_schema(api, "body", media_type.schema, 0, is_text=is_text)


def _of_schema(
    api: Api, place: str, schema: Json, depth: int, *, is_text: bool
) -> Iterator[_Unchecked]:
    merged_schema = merged(api, schema)
    yield from _of_keywords(api, place, merged_schema, is_text=is_text)
    if depth >= DEEPEST:
        return
    for name, inner in merged_schema.properties.items():
        # A request need not hold it, so that nothing is refused for it.
        if merged(api, inner).keywords.get("readOnly") is True:
            continue
        if name in merged_schema.required:
            yield f"{place}/{name}", "required", ()
        yield from _of_schema(api, f"{place}/{name}", inner, depth + 1, is_text=is_text)
    items_schema = merged_schema.keywords.get("items")
    if isinstance(items_schema, Mapping):
        # Items stand at the place of their list, as positions are no part of a fault's id.
        yield from _of_schema(api, place, items_schema, depth + 1, is_text=is_text)
    for branch in merged_schema.alternatives if not is_text else ():
        yield from _of_alternative(api, place, branch, depth)


def _of_alternative(api: Api, place: str, branch: Json, depth: int) -> Iterator[_Unchecked]:
    """Yield what marks no alternative but binds it: without it the value still is of this one."""
    own = merged(api, branch)
    for name, inner in own.properties.items():
        keywords = merged(api, inner).keywords
        if keywords.keys() & {"const", "enum"} or keywords.get("readOnly") is True:
            continue
        if name in own.required:
            yield f"{place}/{name}", "required", ()
        yield from _of_schema(api, f"{place}/{name}", inner, depth + 1, is_text=False)


def _of_keywords(
    api: Api, place: str, merged_schema: Merged, *, is_text: bool
) -> Iterator[_Unchecked]:
    enforced = [
        each for each in KEYWORDS if _is_enforced(api, each, merged_schema, is_text=is_text)
    ]
    restated = restated_keywords(merged_schema, enforced)
    for keyword in enforced:
        if keyword not in restated:
            yield place, keyword, () if keyword == "type" else restated


def _is_enforced(api: Api, keyword: str, merged_schema: Merged, *, is_text: bool) -> bool:
    """Return whether a mock enforces a keyword by itself, so that a request can show that it does."""
    value = merged_schema.keywords.get(keyword)
    match keyword:
        case "additionalProperties":
            return value is False
        case "type":  # text has no type that could be told apart; a list of values says it too
            is_listed = bool({"enum", "const"} & merged_schema.keywords.keys())
            return value is not None and not is_text and not is_listed
        case "minItems":  # a form without a part for a list says nothing of its length
            return value is not None and not (is_text and value in (0, 1))
        case "format":
            return value in format_checker(api.formats).checkers and (
                value not in BITS or "integer" in merged_schema.types
            )
        case _:
            return value is not None


def broken_answer(faults: Iterable[DocumentFault], answer: GeneratedAnswer) -> GeneratedAnswer:
    """Return a successful answer as the faults of its operation leave it."""
    for fault in faults:
        answer = _broken(fault, answer)
    return answer


def _broken(fault: DocumentFault, answer: GeneratedAnswer) -> GeneratedAnswer:
    match fault.kind:
        case FaultKind.STATUS:
            # In the class of success, so that only its being undocumented is wrong.
            return replace(answer, status=299)
        case FaultKind.MEDIA_TYPE:
            return replace(answer, media_type="application/x-other")
        case FaultKind.HEADER_LOST:
            lost = fault.place.lower()
            return replace(
                answer, headers=tuple(each for each in answer.headers if each[0].lower() != lost)
            )
        case FaultKind.MEMBER_LOST | FaultKind.MEMBER_MISTYPED:
            return replace(answer, body=_with_member(answer.body, fault))
        case FaultKind.UNCHECKED | FaultKind.CRASH | FaultKind.OPEN | FaultKind.FORGETS:
            return answer


def _with_member(body: Json, fault: DocumentFault) -> Json:
    if isinstance(body, list):
        return [_with_member(each, fault) for each in body]
    held = dict(members(body))
    if fault.kind is FaultKind.MEMBER_LOST:
        held.pop(fault.place, None)
    else:
        # An object, since faults of this kind exist only where none is allowed.
        held[fault.place] = {"harness": "another type"}
    return held
