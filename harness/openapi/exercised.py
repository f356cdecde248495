"""Say which constraints of a document a run exercised: a value within accepted, one beyond judged.

A rule that no request ever broke was not tested, and neither was one that every request broke. Nothing
counts by accident. A value within counts where the whole request is valid and was accepted. A value
beyond counts where all that is wrong with the request is at that one place, and where it was refused, or
a check of the run judged what came instead.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote

from harness.events import CaseFinished, ConstraintsExercised, Event, ExchangeDone
from harness.exchange import Exchange, Request
from harness.hosts import split_url
from harness.jsonvalue import MISSING, Json, members
from harness.openapi.constraint_tree import UNKNOWN, Constraint, Observed, Tree
from harness.openapi.media_type import is_json, most_specific
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.openapi.validator import as_2020_12
from harness.outcome import Outcome, Status

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# What the record holds in place of a secret.
MASK = "[masked]"
_DELIMITERS: Mapping[str, str] = {"spaceDelimited": " ", "pipeDelimited": "|"}
# OpenAPI ignores header parameters of these names (3.1.1, 4.8.12).
IGNORED_HEADERS = ("accept", "authorization", "content-type")

Form = Sequence[tuple[str, str | None]]
"""Names and texts of a form's parts, None for what is no text, in their order."""
ReadForm = Callable[[Request], Form | None]
"""Takes a multipart body apart; None where it cannot be read."""


NOT_ABOUT_A_VALUE = (401, 403, 407, 408, 425, 429)
"""Refusals for who asks, when, or how often: they say nothing of what was sent."""
_JUDGED = (Status.FAIL, Status.WARN)


class Side(StrEnum):
    """On which side of a constraint a value lies."""

    WITHIN = "within"
    BEYOND = "beyond"


Sides = Mapping[Constraint, frozenset[Side]]


class Exercise:
    """Gathers from the events of a run what its requests kept and broke of one document."""

    def __init__(self, api: Api, read_form: ReadForm) -> None:
        tree = Tree(as_2020_12(api.root))
        self._api = api.name
        self._observers = {each.label: _Observer(tree, each, read_form) for each in api.operations}
        self._open: dict[int, tuple[_Observer, frozenset[str]]] = {}
        """By exchange: what was beyond in requests that were not refused, until a check judges them."""

    def note(self, event: Event) -> None:
        """Take an event of the run into account."""
        match event:
            case ExchangeDone(exchange=exchange) if exchange.request.operation in self._observers:
                self._exchanged(self._observers[exchange.request.operation], exchange)
            case CaseFinished(outcome=outcome):
                self._judged(outcome)
            case _:
                pass

    def sides(self) -> Sides:
        """Return all constraints, each with the sides that were exercised."""
        return {
            Constraint(label, pointer): frozenset(sides)
            for label, observer in self._observers.items()
            for pointer, sides in observer.sides.items()
        }

    def as_events(self) -> tuple[ConstraintsExercised, ...]:
        """Return what the record is to hold, an event for each operation that has constraints."""
        return tuple(
            ConstraintsExercised(self._api, label, tuple(map(_line, observer.sides.items())))
            for label, observer in self._observers.items()
            if observer.sides
        )

    def _exchanged(self, observer: "_Observer", exchange: Exchange) -> None:
        status = exchange.response.status if exchange.response else 0
        # Without an answer, nobody judged the request.
        if status in NOT_ABOUT_A_VALUE or not status:
            return
        seen = observer.observe(exchange.request)
        if not seen.broken:
            observer.add(seen.kept if status < 400 else (), Side.WITHIN)
        # Wrong at two places, nobody can say which of them a refusal is about.
        elif len(set(seen.broken.values())) == 1:
            # A refusal judges the request; anything else waits for a check that judges the answer.
            if 400 <= status < 500:
                observer.add(seen.broken, Side.BEYOND)
            else:
                self._open[exchange.id] = (observer, frozenset(seen.broken))

    def _judged(self, outcome: Outcome) -> None:
        # The first check that judges it settles it; a pass says nothing about a value beyond.
        for check in outcome.checks:
            found = self._open.pop(check.exchange, None) if check.status in _JUDGED else None
            if found is not None:
                found[0].add(found[1], Side.BEYOND)


def _line(item: tuple[str, set[Side]]) -> tuple[str, str]:
    pointer, sides = item
    return pointer, "both" if len(sides) == len(Side) else next(iter(map(str, sides)), "")


def sides_of(word: str) -> frozenset[Side]:
    """Return the sides that a word of the record stands for."""
    return frozenset(Side) if word == "both" else frozenset({Side(word)} if word else ())


@dataclass(frozen=True, slots=True)
class _Observer:
    """Notes the sides for one operation."""

    tree: Tree
    operation: Operation
    read_form: ReadForm
    sides: dict[str, set[Side]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tree, operation = self.tree, self.operation
        for parameter in operation.parameters:
            if not is_readable(tree, parameter):
                continue
            # Without its path parameter a request has another route; it is never observed absent.
            if parameter.required and parameter.location != "path":
                self.sides[f"{parameter.pointer}/required"] = set()
            if parameter.schema_pointer:
                self._list(parameter.schema_pointer, is_text=not parameter.media_type)
        if operation.body_required:
            self.sides[f"{operation.pointer}/requestBody/required"] = set()
        for media_type in operation.body:
            if media_type.schema_pointer:
                self._list(media_type.schema_pointer, is_text=is_text_body(media_type))

    def _list(self, pointer: str, *, is_text: bool) -> None:
        for each in self.tree.listed(pointer, is_text=is_text):
            self.sides.setdefault(each, set())

    def add(self, pointers: Iterable[str], side: Side) -> None:
        for pointer in pointers:
            # Constraints that cannot be read back from a request are not listed.
            if pointer in self.sides:
                self.sides[pointer].add(side)

    def observe(self, request: Request) -> Observed:
        """Return what a request keeps and breaks of the operation's constraints."""
        found = Observed()
        self._observe_parameters(request, found)
        if self.operation.body_required:
            pointer = f"{self.operation.pointer}/requestBody/required"
            found.note(pointer, "body", is_kept=bool(request.body))
        body = sent_body(self.tree, self.operation, request, self.read_form)
        if body is not None:
            media_type, value = body
            node = self.tree.node(media_type.schema_pointer, is_text=is_text_body(media_type))
            found.add(node.observe(value, "body"))
        return found

    def _observe_parameters(self, request: Request, found: Observed) -> None:
        values = sent_parameters(self.tree, self.operation, request)
        for parameter in self.operation.parameters:
            if not is_readable(self.tree, parameter):
                continue
            place = f"{parameter.location}/{parameter.name}"
            value = values.get((parameter.location, parameter.name), MISSING)
            if parameter.required and parameter.location != "path":
                pointer = f"{parameter.pointer}/required"
                found.note(pointer, place, is_kept=value is not MISSING)
            if value is not MISSING and parameter.schema_pointer:
                node = self.tree.node(parameter.schema_pointer, is_text=not parameter.media_type)
                found.add(node.observe(value, place))


def is_readable(tree: Tree, parameter: Parameter) -> bool:
    """Return whether what was sent for a parameter can be read back from a request: not so for objects in pieces."""
    if parameter.location == "header" and parameter.name.lower() in IGNORED_HEADERS:
        return False
    if is_json(parameter.media_type):
        return True
    return parameter.location in ("path", "query", "header") and not (
        "object" in tree.node(parameter.schema_pointer).kinds if parameter.schema_pointer else False
    )


def sent_parameters(
    tree: Tree, operation: Operation, request: Request
) -> Mapping[tuple[str, str], object]:
    """Return the values of an operation's parameters that a request gave, by location and name."""
    texts: dict[tuple[str, str], list[str]] = {}
    for key, value in _texts(operation, request):
        texts.setdefault(key, []).append(value)
    return {
        (each.location, each.name): _value(tree, each, texts[each.location, each.name])
        for each in operation.parameters
        if (each.location, each.name) in texts
    }


def _value(tree: Tree, parameter: Parameter, texts: list[str]) -> object:
    # What stands behind a mask was valid or not: nobody can say.
    if any(MASK in each for each in texts):
        return UNKNOWN
    if is_json(parameter.media_type):
        try:
            return json.loads(texts[0])
        except ValueError:
            return texts[0]
    pointer = parameter.schema_pointer
    if not pointer or "array" not in tree.node(pointer).kinds:
        return tree.typed(texts[0], pointer) if pointer else texts[0]
    # `?id=1&id=2` or, not exploded, one text with a delimiter.
    listed = texts
    if len(texts) == 1 and not parameter.is_exploded:
        listed = texts[0].split(_DELIMITERS.get(parameter.style, ","))
    return [tree.typed(each, f"{pointer}/items") for each in listed]


def _texts(operation: Operation, request: Request) -> Iterator[tuple[tuple[str, str], str]]:
    parts = split_url(request.url)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        yield ("query", name), value
    # Names of headers do not depend on case (RFC 9110, 5.1); parameters keep their own spelling.
    sent = {name.lower(): value for name, value in request.headers}
    for parameter in operation.parameters:
        if parameter.location == "header" and parameter.name.lower() in sent:
            yield ("header", parameter.name), sent[parameter.name.lower()]
    # From the end, since the server's path stands before that of the template.
    template, actual = operation.path.split("/"), parts.path.split("/")
    for expected, segment in zip(reversed(template), reversed(actual), strict=False):
        if expected.startswith("{") and expected.endswith("}"):
            yield ("path", expected[1:-1]), unquote(segment)


def sent_body(
    tree: Tree, operation: Operation, request: Request, read_form: ReadForm
) -> tuple[MediaType, object] | None:
    """Return the documented media type of a request's body and its value; None where it has none of them."""
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    by_name = {each.name: each for each in operation.body if each.schema_pointer}
    chosen = most_specific(by_name, kind) if kind and request.body else None
    if chosen is None:
        return None
    media_type = by_name[chosen]
    if is_json(kind):
        return _json(media_type, request)
    form = _form(kind, request, read_form)
    if form is None:
        return None
    return media_type, _members(tree, media_type, form)


def _json(media_type: MediaType, request: Request) -> tuple[MediaType, object] | None:
    try:
        return media_type, _unmasked(json.loads(request.body))
    except (ValueError, RecursionError):
        return None  # no value at all, so on no side of anything


def _unmasked(value: Json) -> object:
    """Put UNKNOWN where the record has a mask in place of a value."""
    if isinstance(value, str):
        return UNKNOWN if MASK in value else value
    if isinstance(value, list):
        return [_unmasked(each) for each in value]
    if isinstance(value, dict):
        return {name: _unmasked(each) for name, each in value.items()}
    return value


def _form(kind: str, request: Request, read_form: ReadForm) -> Form | None:
    if kind.startswith(MULTIPART):
        return read_form(request)
    if kind.startswith(FORM):
        return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return None


def _members(tree: Tree, media_type: MediaType, form: Form) -> Mapping[str, object]:
    """Return a form as an object: repeated names as a list, JSON parts read, texts typed."""
    # Parts of one name are items of one list; a single part can still be all of the list.
    found: dict[str, list[object]] = {}
    for name, value in form:
        found.setdefault(name, []).append(_member(tree, media_type, name, value))
    return {
        name: values if _is_list(tree, media_type, name, values) else values[0]
        for name, values in found.items()
    }


def _is_list(tree: Tree, media_type: MediaType, name: str, values: list[object]) -> bool:
    """Return whether parts of one name are the items of a list, unless one part is the whole list as JSON."""
    is_whole = len(values) == 1 and isinstance(values[0], list)
    return "array" in tree.kinds_of(media_type.schema_pointer, name) and not is_whole


def _member(tree: Tree, media_type: MediaType, name: str, value: str | None) -> object:
    if value is None or MASK in value:
        return UNKNOWN
    kinds = tree.kinds_of(media_type.schema_pointer, name, of_items=True)
    declared = str(members(media_type.encoding.get(name)).get("contentType", ""))
    # Members that are not texts travel as JSON, declared or not.
    if is_json(declared) or {"object", "integer", "number", "boolean"} & set(kinds):
        try:
            return _unmasked(json.loads(value))
        except (ValueError, RecursionError):
            return value
    return value


def is_text_body(media_type: MediaType) -> bool:
    """Return whether members of a body travel without their types."""
    return not is_json(media_type.name)
