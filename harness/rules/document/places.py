"""List the places of a request that a document puts constraints on, from its schemas alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.jsonvalue import Json, compact, escape, lookup, members
from harness.openapi.instances import is_excluded
from harness.openapi.media_type import is_json
from harness.openapi.merged import Merged, merged
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.openapi.walk import Direction

Path = tuple[str | int, ...]

MOST_PLACES = 150
"""How many places of one operation are tried; the first ones lie nearest to the top."""
# Levels below the top of the body; what lies deeper is rarely checked by hand-written code.
DEEPEST = 5

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


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

    @property
    def slug(self) -> str:
        """Its part of a case id: `body-owner-name`, `query-limit`, `body-tags-item`."""
        steps = ["item" if isinstance(step, int) else step for step in self.path]
        named = [self.location, *([self.name] if self.name else []), *steps]
        # Case ids stand in URLs and file names of reports: other characters become a dash.
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
        is_required = name in place.merged.required
        child = Place(
            place.location,
            place.name,
            (*place.path, name),
            schema,
            merged(api, schema),
            is_required,
            is_text=place.is_text,
            pointer=_pointer(schema, f"{place.pointer}/properties/{escape(name)}"),
        )
        yield from _below(api, child, inner)
    items_schema = place.merged.keywords.get("items")
    if isinstance(items_schema, Mapping):
        child = Place(
            place.location,
            place.name,
            (*place.path, 0),
            items_schema,
            merged(api, items_schema),
            place.is_required,
            is_text=place.is_text,
            pointer=_pointer(items_schema, f"{place.pointer}/items"),
        )
        yield from _below(api, child, inner)


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
