"""Compare what a step sends with the request body and the parameters that its operation documents.

All of it is a warning, and nothing is said where a step asks for a refusal, as negative tests do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from harness.errors import suggestion
from harness.jsonvalue import Json, as_text, compact, escape, items, members, text
from harness.openapi.media_type import is_json
from harness.openapi.model import MediaType
from harness.openapi.references import follow
from harness.workflow.document import inputs
from harness.workflow.document.model import Book, FilePart, Finding, Severity, Step, Workflow
from harness.workflow.document.operations import Called
from harness.workflow.engine.outgoing import expects_refusal
from harness.workflow.language.templates import is_selector, template
from harness.workflow.lint.references import finding_at

# Schemas may refer to themselves.
_MAX_DEPTH = 20
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_TYPES = {type(None): "null", bool: "boolean", int: "integer", float: "number"}
_NUMBERS = ("integer", "number")


def sent(book: Book, workflow: Workflow, step: Step, called: Called) -> Iterator[Finding]:
    """Return what does not fit of the payload and of parameters that are written out."""
    if expects_refusal(step):
        return  # what breaks the document is what such a step sends
    reader = _Reader(book, workflow, step, called)
    yield from reader.parameters()
    body, media = step.body, _media_type(step, called)
    # A payload that is one text is filled at run time and cannot be compared before.
    if body is None or media is None or not isinstance(body.payload, Mapping | list):
        return
    bare = media.name.partition(";")[0]
    if is_json(bare):
        yield from reader.value(body.payload, media.schema, "", 0)
    elif bare in _FORMS and isinstance(body.payload, Mapping):
        yield from reader.object(body.payload, reader.shape(media.schema), "")


def _media_type(step: Step, called: Called) -> MediaType | None:
    """Return what the document says of the content type that a step sends."""
    known = called.operation.body
    wanted = step.body.content_type.partition(";")[0].strip().lower() if step.body else ""
    if wanted:
        return next(
            (media_type for media_type in known if media_type.name.partition(";")[0] == wanted),
            None,
        )
    # The choice that the runner makes where a step names no type.
    return next(
        (media_type for media_type in known if is_json(media_type.name)),
        known[0] if known else None,
    )


@dataclass(slots=True)
class _Shape:
    """What the plain keywords of a schema say, those of `allOf` and of references included."""

    properties: dict[str, Json] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    words: tuple[Json, ...] = ()
    items: Json = None
    is_closed: bool = False
    is_open: bool = False
    """True where a choice or a pattern allows members of which nothing is known here."""


@dataclass(frozen=True, slots=True)
class _Reader:
    book: Book
    workflow: Workflow
    step: Step
    called: Called

    def parameters(self) -> Iterator[Finding]:
        schemas = {(e.location, e.name): e.schema for e in self.called.operation.parameters}
        for parameter in self.step.parameters:
            shape = self.shape(schemas.get((parameter.location, parameter.name)))
            written = parameter.value
            # Arrays are written in more than one way, and expressions have no value yet.
            if not isinstance(written, str) or template(written).expressions:
                continue
            what = f"the {parameter.location} parameter '{parameter.name}' takes"
            if shape.types and shape.types <= set(_NUMBERS) and _as_number(written) is None:
                title = f"{what} {_kinds(shape.types)}, not '{written}'"
                yield finding_at(
                    self.book, "payload", title, parameter.source, severity=Severity.WARNING
                )
            elif shape.words and written not in map(as_text, shape.words):
                known = tuple(map(as_text, shape.words))
                title = f"{what} none such as '{written}'"
                yield finding_at(
                    self.book, "payload", title, parameter.source,
                    severity=Severity.WARNING, advice=suggestion(written, known),
                )  # fmt: skip

    def shape(self, schema: Json, depth: int = 0) -> _Shape:
        """Gather the plain keywords of a schema."""
        found = _Shape()
        given = members(schema)
        if depth > _MAX_DEPTH:
            found.is_open = True
            return found
        if isinstance(reference := given.get("$ref"), str):
            self._add(found, follow(self.called.api.root, reference)[0], depth)
        for part in items(given.get("allOf")):
            self._add(found, part, depth)
        found.properties.update(members(given.get("properties")))
        found.required |= {text(item) for item in items(given.get("required"))}
        kind = given.get("type")
        found.types |= {kind} if isinstance(kind, str) else {text(item) for item in items(kind)}
        # The spelling of OpenAPI 3.0.
        if given.get("nullable") is True:
            found.types.add("null")
        found.words = tuple(items(given.get("enum"))) or found.words
        found.items = given.get("items", found.items)
        found.is_closed = found.is_closed or given.get("additionalProperties") is False
        # With one of these, members may be allowed that `properties` does not list.
        choices = ("oneOf", "anyOf", "if", "patternProperties", "not", "$dynamicRef")
        found.is_open = found.is_open or any(key in given for key in choices)
        return found

    def _add(self, found: _Shape, part: object, depth: int) -> None:
        # A boolean schema, or a reference that leads nowhere.
        if not isinstance(part, Mapping):
            found.is_open = True
            return
        other = self.shape(part, depth + 1)
        found.properties.update(other.properties)
        found.required |= other.required
        found.types |= other.types
        found.words = other.words or found.words
        found.items = other.items if other.items is not None else found.items
        found.is_closed = found.is_closed or other.is_closed
        found.is_open = found.is_open or other.is_open

    def value(self, value: Json, schema: Json, pointer: str, depth: int) -> Iterator[Finding]:
        """Compare a value with its schema as far as plain keywords go."""
        shape = self.shape(schema)
        if depth > _MAX_DEPTH:
            return
        yield from self._kind(value, shape, pointer)
        if isinstance(value, Mapping) and (not shape.types or "object" in shape.types):
            yield from self.object(value, shape, pointer)
            for name, member in value.items():
                if name in shape.properties:
                    place = f"{pointer}/{escape(name)}"
                    yield from self.value(member, shape.properties[name], place, depth + 1)
        elif isinstance(value, list) and shape.items is not None:
            for index, item in enumerate(value):
                yield from self.value(item, shape.items, f"{pointer}/{index}", depth + 1)

    def object(self, value: Mapping[str, Json], shape: _Shape, pointer: str) -> Iterator[Finding]:
        """Compare the names of an object's members with those that are known and needed."""
        # `x-files` puts fields beside those of the payload.
        given = set(value) | ({file.name for file in self._files()} if not pointer else set())
        free = [name for name in shape.properties if name not in given]
        misspelt: set[str] = set()
        for name in value:
            # A schema that lists no members says nothing against any.
            if name in shape.properties or shape.is_open or not shape.properties:
                continue
            close = get_close_matches(name, free, n=1)
            misspelt.update(close)
            # An open object takes any member; only one that resembles a known name is reported.
            if shape.is_closed or close:
                title = f"{self.called.operation.label} has no member '{name}' in its payload"
                advice = suggestion(name, tuple(free or shape.properties))
                yield self._at(f"{pointer}/{escape(name)}", title, advice, is_key=True)
        for name in sorted(self._needed(shape) - given - misspelt):
            title = f"the payload lacks '{name}', which {self.called.operation.label} requires"
            yield self._at(pointer, title, f"Add '{name}'.")

    def _needed(self, shape: _Shape) -> set[str]:
        """Return what must be there, unless something else may put it there."""
        if self.step.body is not None and self.step.body.replacements:
            return set()
        closed = {
            name
            for name, candidate in shape.properties.items()
            if members(candidate).get("readOnly") is True  # OpenAPI 3.0.3: required in answers only
        }
        return shape.required - closed

    def _kind(self, value: Json, shape: _Shape, pointer: str) -> Iterator[Finding]:
        found = self._type_of(value)
        if not found or not shape.types or shape.is_open:
            return
        # Every integer is a number.
        fits = found in shape.types or (found == "integer" and "number" in shape.types)
        if not fits:
            shown = f"{_article(found)} ({compact(value)[:60]})"
            title = f"{pointer or 'the payload'} is {shown}, not {_kinds(shape.types)}"
            is_quoted = isinstance(value, str) and _as_number(value) is not None
            advice = f"Write {value} without quotes." if is_quoted else ""
            if shape.types == {"string"} and found in (*_NUMBERS, "boolean"):
                advice = f"Write it in quotes: '{compact(value)}'."
            yield self._at(pointer, title, advice)
        elif self._is_strange(value, shape):
            title = f"{pointer} takes none such as '{value}'"
            yield self._at(
                pointer, title, suggestion(as_text(value), tuple(map(as_text, shape.words)))
            )

    def _is_strange(self, value: Json, shape: _Shape) -> bool:
        """Return whether a text is none of those that are allowed."""
        is_plain = isinstance(value, str) and not template(value).expressions
        return bool(shape.words) and is_plain and value not in shape.words

    def _type_of(self, value: Json) -> str:
        """Return the JSON type that a value will have; empty where that is open."""
        if isinstance(value, str):
            return self._type_of_text(value)
        if isinstance(value, Mapping):
            return "" if is_selector(value) else "object"
        if isinstance(value, float) and value.is_integer():
            # JSON Schema counts 1.0 as an integer.
            return "integer"
        return _TYPES.get(type(value), "array")

    def _type_of_text(self, value: str) -> str:
        taken = template(value)
        if taken.whole is None:
            return "" if value.startswith("$file(") else "string"
        # Only the type of an input is declared in the document.
        if taken.whole.root != "inputs":
            return ""
        declared = inputs.properties(self.book, self.workflow).get(taken.whole.names[0])
        return text(members(declared).get("type"))

    def _files(self) -> tuple[FilePart, ...]:
        return self.step.body.files if self.step.body else ()

    def _at(self, pointer: str, title: str, advice: str, *, is_key: bool = False) -> Finding:
        start = self.step.body.pointer if self.step.body else ""
        place = f"{start}/payload{pointer}"
        document = self.book.document
        source = document.key_source(place) if is_key else document.source(place)
        return finding_at(
            self.book, "payload", title, source, severity=Severity.WARNING, advice=advice
        )


def _as_number(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None


def _article(kind: str) -> str:
    if kind == "null":
        return kind
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}"


def _kinds(types: set[str]) -> str:
    return " or ".join(_article(other) for other in sorted(types))
