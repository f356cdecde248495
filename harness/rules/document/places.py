"""List the places of a request that a document puts constraints on, from its schemas alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from harness.jsonvalue import Json, compact, escape, lookup, members
from harness.openapi.instances import is_excluded
from harness.openapi.media_type import is_json
from harness.openapi.merged import Merged, merged
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.openapi.walk import Direction

Path = tuple[str | int, ...]

MOST_PLACES = 600
"""How many places of one operation are tried; the first ones lie nearest to the top."""
MOST_IN_FULL = 150
"""How many of them are tried from both sides; the others by one request each constraint."""
DEEPEST = 5

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the alternatives of a body, or of something within it."""

    path: Path
    """Of what has the alternatives."""
    schema: Json = field(repr=False)
    """Of what has the alternatives."""
    index: int
    name: str
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A parameter, the body, or something within the body, with the schema that binds it."""

    location: str
    """`path`, `query`, `header`, `cookie` or `body`."""
    name: str
    """The parameter's name; empty for the body."""
    path: Path
    """Within the body, or within a parameter that is an object."""
    schema: Json = field(repr=False)
    merged: Merged = field(repr=False)
    is_required: bool
    """Required where it stands; what stands above it may be optional."""
    is_text: bool
    """It travels as text, so that a number and its digits cannot be distinguished."""
    pointer: str = field(default="", repr=False)
    """Of its schema in the document: places that share a schema share it; empty where it is unknown."""
    branch: "Branch | None" = field(default=None, repr=False)
    """The alternative that it belongs to; None where it stands in every value."""

    @property
    def slug(self) -> str:
        """Its part of a case id: `body-owner-name`, `query-limit`, `body-tags-item`."""
        steps = ["item" if isinstance(step, int) else step for step in self.path]
        named = [self.location, *([self.name] if self.name else []), *steps]
        if self.branch is not None:
            # Named by what it is, for alternatives may change their order.
            named.insert(len(named) - len(steps) + len(self.branch.path), self.branch.name)
        return "-".join("".join(c if c.isalnum() or c in "_." else "-" for c in s) for s in named)


def places_of(api: Api, operation: Operation) -> tuple[Place, ...]:
    """Return the places of an operation's request, parameters first, the shallow ones first."""
    found = [
        *(
            place
            for each in operation.parameters
            if not is_ignored(each)
            for place in _of_parameter(api, each)
        ),
        *_of_body(api, operation),
    ]
    unique: dict[str, Place] = {}
    for place in found:
        # Names that differ in their signs alone share a slug; the first keeps it.
        unique.setdefault(place.slug, place)
    return tuple(sorted(unique.values(), key=lambda each: len(each.path)))[:MOST_PLACES]


IGNORED_HEADERS = ("accept", "authorization", "content-type")


def is_ignored(parameter: Parameter) -> bool:
    """Return whether a parameter's definition counts for nothing (OpenAPI 3.1, 4.8.12.2.1)."""
    return parameter.location == "header" and parameter.name.lower() in IGNORED_HEADERS


def chosen_body(operation: Operation) -> MediaType | None:
    """Return the media type that requests are written in: JSON first, then forms, then any other."""
    # JSON carries types, so that more keywords can be broken than in a form, where all is text.
    order = {True: 0}
    ranked = sorted(
        operation.body,
        key=lambda each: order.get(is_json(each.name), 1 if each.name in (FORM, MULTIPART) else 2),
    )
    return ranked[0] if ranked else None


def _of_parameter(api: Api, parameter: Parameter) -> Iterator[Place]:
    found = merged(api, parameter.schema)
    # A parameter whose media type is JSON carries types; any other one is text.
    is_text = not is_json(parameter.media_type)
    pointer = _pointer(parameter.schema, parameter.schema_pointer)
    yield Place(
        parameter.location,
        parameter.name,
        (),
        parameter.schema,
        found,
        parameter.required,
        is_text=is_text,
        pointer=pointer,
    )
    # One level: parameters are written flat, and deeper objects have no defined form in a query.
    for name, schema in found.properties.items():
        yield Place(
            parameter.location,
            parameter.name,
            (name,),
            schema,
            merged(api, schema),
            is_required=False,
            is_text=is_text,
            pointer=_pointer(schema, f"{pointer}/properties/{escape(name)}"),
        )


def _of_body(api: Api, operation: Operation) -> Iterator[Place]:
    media_type = chosen_body(operation)
    if media_type is None or media_type.schema is None:
        return
    is_text = not is_json(media_type.name)
    top = Place(
        "body",
        "",
        (),
        media_type.schema,
        merged(api, media_type.schema),
        operation.body_required,
        is_text=is_text,
        pointer=_pointer(media_type.schema, media_type.schema_pointer),
    )
    yield from _below(api, top, ())


def _below(api: Api, place: Place, above: tuple[str, ...]) -> Iterator[Place]:
    yield place
    # The recursion ends here even where a schema holds itself without any reference.
    if len(place.path) >= DEEPEST or len(above) > DEEPEST * 2:
        return
    # Two references to one schema have the same text, which reveals a schema within itself.
    key = compact(place.schema) if isinstance(place.schema, Mapping) else ""
    if "$ref" in key and above.count(key) > 0:
        return  # a schema within itself says nothing new
    inner = (*above, key)
    for name, schema in place.merged.properties.items():
        # A readOnly member may be ignored by the server, so nothing is promised of it in a request.
        if is_excluded(api, schema, Direction.REQUEST):
            continue
        pointer = f"{place.pointer}/properties/{escape(name)}"
        child = _child(api, place, name, schema, pointer)
        child = replace(child, is_required=name in place.merged.required)
        yield from _below(api, child, inner)
    yield from _of_alternatives(api, place, inner)
    items_schema = place.merged.keywords.get("items")
    if isinstance(items_schema, Mapping):
        child = _child(api, place, 0, items_schema, f"{place.pointer}/items")
        yield from _below(api, child, inner)


def _child(api: Api, place: Place, step: str | int, schema: Json, pointer: str) -> Place:
    """Return the place one step below another: as needed, as textual and in the same alternative."""
    return replace(
        place,
        path=(*place.path, step),
        schema=schema,
        merged=merged(api, schema),
        pointer=_pointer(schema, pointer),
    )


def _of_alternatives(api: Api, place: Place, above: tuple[str, ...]) -> Iterator[Place]:
    """Yield what only one of several alternatives has; those within alternatives are left out."""
    if place.branch is not None or place.is_text or place.location != "body":
        return
    for index, schema in enumerate(place.merged.alternatives):
        own = merged(api, schema)
        name = _name_of(schema, own) or str(index + 1)
        branch = Branch(place.path, place.schema, index, name, own.required)
        rest = {
            each: it for each, it in own.properties.items() if each not in place.merged.properties
        }
        alternative = replace(
            place,
            schema=schema,
            merged=replace(own, keywords={**own.keywords, "properties": rest}, alternatives=()),
            pointer=_pointer(schema, ""),
            branch=branch,
        )
        yield from (each for each in _below(api, alternative, above) if each.path != place.path)


def _name_of(schema: Json, own: Merged) -> str:
    """Return what an alternative is called: by its reference, its title, or the value that marks it."""
    reference, title = members(schema).get("$ref"), own.keywords.get("title")
    if isinstance(reference, str):
        return reference.rpartition("/")[2]
    marks = (own.properties[each] for each in own.required if each in own.properties)
    values = (members(each).get("const") for each in marks)
    mark = next((each for each in values if isinstance(each, str)), "")
    return title if isinstance(title, str) else mark


def _pointer(schema: Json, otherwise: str) -> str:
    """Return where a schema is described: behind its reference, else where it stands."""
    reference = members(schema).get("$ref")
    # References into other files were bundled; what is left of them has no place here.
    local = reference if isinstance(reference, str) and reference.startswith("#/") else ""
    return local.removeprefix("#") or otherwise


def title_of(place: Place) -> str:
    """Name a place in a sentence: `query parameter limit`, `body member /owner/name`."""
    pointer = "".join(f"/{each}" for each in place.path)
    if place.location != "body":
        return f"{place.location} parameter {place.name}{pointer}"
    return f"body member {pointer}" if pointer else "the body"


def parameter_named(operation: Operation, place: Place) -> Parameter:
    """Return the parameter that a place belongs to."""
    return next(
        each
        for each in operation.parameters
        if each.name == place.name and each.location == place.location
    )


def holder_of(api: Api, parameter: Parameter) -> Mapping[str, Json]:
    """Return the object that describes a parameter in the document, which may hold examples."""
    return members(lookup(api.root, parameter.pointer))
