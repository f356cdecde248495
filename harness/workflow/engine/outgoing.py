"""Check a request against the operation that it calls, before it is sent."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from harness.errors import DocumentError
from harness.exchange import Response, header
from harness.hosts import split_url
from harness.jsonvalue import Json, escape, items, members, text
from harness.openapi.conformance import media_type_among
from harness.openapi.media_type import is_json
from harness.openapi.model import MediaType, Parameter
from harness.openapi.references import follow
from harness.openapi.styles import header_text
from harness.openapi.validator import clipped, faults
from harness.openapi.walk import Direction
from harness.outcome import Attribution, Check, Status
from harness.workflow.document.model import Criterion, CriterionKind, Step
from harness.workflow.document.operations import Called
from harness.workflow.engine.reports import ContractChecks
from harness.workflow.language.conditions import ConditionError, condition, operands
from harness.workflow.language.criteria import judge
from harness.workflow.language.expressions import Expression
from harness.workflow.language.scope import Received, Scope, Sent
from harness.workflow.request.payloads import FORM

# The successes with which JSON APIs answer; those of WebDAV and the like are left out.
_SUCCESSES = (200, 201, 202, 203, 204, 206)


def expects_refusal(step: Step) -> bool:
    """Return whether no successful status can satisfy a step's criteria, as in a negative test."""
    # Only these can be judged without an answer; the others are no evidence either way.
    on_status = [criterion for criterion in step.criteria if _is_on_status(criterion)]
    # Each status is tried in turn, since a condition may be any comparison.
    return bool(on_status) and not any(
        all(
            judge(criterion, Scope(received=Received(Response(status)))).passed
            for criterion in on_status
        )
        for status in _SUCCESSES
    )


def _is_on_status(criterion: Criterion) -> bool:
    """Return whether a criterion looks at the status code and at nothing else."""
    if criterion.kind is not CriterionKind.SIMPLE:
        # An embedded expression could bring in something else than the status.
        return criterion.context == "$statusCode" and "{$" not in criterion.condition
    try:
        found = operands(condition(criterion.condition))
    except ConditionError:
        return False
    roots = {each.root for each in found if isinstance(each, Expression)}
    return roots == {"statusCode"}


FREE_HEADERS = ("accept", "authorization", "content-type")  # OpenAPI 3.1, 4.8.12
_SCALAR = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false", re.ASCII)


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing in a request that its operation does not allow."""

    where: str
    expected: str
    actual: str
    is_mild: bool = False
    """Documents seldom list every media type that a server takes."""


def request_checks(
    step: Step, called: Called, sent: Sent, mode: ContractChecks
) -> tuple[Check, ...]:
    """Return what is wrong with a request: an error, for then the answer would prove nothing.

    It is a warning where the step asks for a refusal, which is what negative tests do.
    """
    found = breaches(called, sent) if mode is not ContractChecks.OFF else ()
    if not found:
        return ()
    is_mild = mode is ContractChecks.WARN or expects_refusal(step)
    return tuple(_check(step, breach, is_mild=is_mild or breach.is_mild) for breach in found)


def breaches(called: Called, sent: Sent) -> tuple[Breach, ...]:
    """Compare a request with its operation: parameters required and typed, media type, body schema."""
    return (*_parameters(called, sent), *_body(called, sent))


def _check(step: Step, breach: Breach, *, is_mild: bool) -> Check:
    return Check(
        f"{step.id}: request keeps the contract",
        Status.WARN if is_mild else Status.ERROR,
        expected=breach.expected,
        actual=breach.actual,
        where=f"step {step.id}: request {breach.where}",
        source=str(step.body.source if step.body and breach.where == "body" else step.source),
        attribution=Attribution.DOCUMENT,
    )


def _parameters(called: Called, sent: Sent) -> Iterator[Breach]:
    for parameter in called.operation.parameters:
        if parameter.location == "header" and parameter.name.lower() in FREE_HEADERS:
            continue
        place = f"{parameter.location} parameter {parameter.name}"
        value = _given(parameter, sent)
        if value is None:
            if parameter.required:
                yield Breach(place, "present", "absent")
        elif pointer := parameter.schema_pointer:
            # What a header holds is text, whatever the type of the value that was given.
            readings = (*_readings(value), header_text(value, parameter))
            yield from _schema_breach(called, pointer, readings, place)


def _given(parameter: Parameter, sent: Sent) -> object:
    match parameter.location:
        case "path":
            return sent.path.get(parameter.name)
        case "query":
            # A `querystring` is one text, which has to be taken apart to find a parameter.
            pairs = dict(parse_qsl(split_url(sent.request.url).query, keep_blank_values=True))
            return sent.query.get(parameter.name, pairs.get(parameter.name))
        case "header":
            written = header(sent.request.headers, parameter.name)
            return sent.header.get(parameter.name.lower(), written)
        case _:
            return sent.cookie.get(parameter.name)


def _resolved(root: Json, raw: Json, pointer: str) -> tuple[Mapping[str, Json], str]:
    reference = members(raw).get("$ref")
    if isinstance(reference, str):
        value, pointer = follow(root, reference)
        return members(value), pointer
    return members(raw), pointer


def _schema_breach(
    called: Called, pointer: str, readings: Iterable[object], place: str
) -> Iterator[Breach]:
    """Report the first fault of a value, unless some reading of its text satisfies the schema."""
    try:
        found = [faults(called.api, pointer, reading, Direction.REQUEST) for reading in readings]
    except DocumentError as problem:
        yield Breach(place, "a schema that can be evaluated", clipped(str(problem)))
        return
    # One reading without a fault is enough: the receiver may take the text for any of them.
    if all(found):
        yield Breach(place, found[0][0].rule, found[0][0].actual)


def _readings(value: object) -> Iterator[object]:
    """Return what a value may be taken for: on the wire `1`, `"1"` and an array of one look alike."""
    yield value
    # A longer text of digits is an id and no number.
    if isinstance(value, str) and len(value) < 40 and _SCALAR.fullmatch(value):
        yield json.loads(value)
    elif isinstance(value, bool | int | float):
        yield json.dumps(value)
    if isinstance(value, list):
        # The last reading of an item is the one that differs most from how it was given.
        yield [list(_readings(item))[-1] for item in value]
    elif not isinstance(value, Mapping):
        yield [value]


def _body(called: Called, sent: Sent) -> Iterator[Breach]:
    operation, request = called.operation, sent.request
    if not request.body:
        if operation.body_required:
            yield Breach("body", "a request body", "none")
        return
    if not operation.body:
        return
    content_type = header(request.headers, "content-type") or ""
    kind = content_type.partition(";")[0].strip().lower()
    media_type = media_type_among(operation.body, content_type)
    if media_type is None:
        names = " or ".join(media.name for media in operation.body)
        yield Breach("body", names, kind or "no content type", is_mild=True)
    elif media_type.schema is None:
        return
    elif is_json(kind):
        yield from _faults(called, f"{media_type.pointer}/schema", sent.body)
    elif kind == FORM or kind.startswith("multipart/"):
        yield from _fields(called, media_type, _form(sent, kind))


def _faults(called: Called, pointer: str, value: object) -> Iterator[Breach]:
    try:
        found = faults(called.api, pointer, value, Direction.REQUEST)
    except DocumentError as problem:
        yield Breach("body", "a schema that can be evaluated", clipped(str(problem)))
        return
    for fault in found:
        yield Breach("body", f"{fault.rule} at {fault.pointer or '/'}", fault.actual)


def _form(sent: Sent, kind: str) -> dict[str, list[object]]:
    """Return the fields of a form by name; None stands for a file, whose content has no schema."""
    fields: dict[str, list[object]] = {}
    if kind == FORM:
        written = sent.request.body.decode("utf-8", "replace")
        for name, value in parse_qsl(written, keep_blank_values=True):
            fields.setdefault(name, []).append(value)
        return fields
    for part in items(members(sent.body).get("parts")):
        found = members(part)
        # A part that is neither JSON nor text is a file.
        content = found.get("json", found.get("text"))
        fields.setdefault(text(found.get("name")), []).append(content)
    return fields


def _fields(
    called: Called, media_type: MediaType, given: Mapping[str, list[object]]
) -> Iterator[Breach]:
    start = f"{media_type.pointer}/schema"
    schema, pointer = _resolved(called.api.root, media_type.schema, start)
    declared = members(schema.get("properties"))
    for name in items(schema.get("required")):
        if name not in given:
            yield Breach("body", f"the field {name}", f"only {', '.join(given)}")
    for name, values in given.items():
        if name not in declared:
            if schema.get("additionalProperties") is False:
                yield Breach("body", f"one of {', '.join(declared)}", f"the field {name}")
            continue
        # A field that is sent several times is an array in its schema.
        value = values[0] if len(values) == 1 else values
        if None not in values:
            place = f"{pointer}/properties/{escape(name)}"
            yield from _schema_breach(called, place, _readings(value), f"field {name}")
