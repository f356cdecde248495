"""Turn one constraint of a document into requests at its edges: those within, and those beyond."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from harness.jsonvalue import MISSING, Json, items, members
from harness.openapi.instances import NoInstance, Wanted, instance
from harness.openapi.model import Api
from harness.openapi.validator import faults
from harness.openapi.walk import Direction
from harness.rules.document.changes import CHANGES, SIMPLE, is_format_tried
from harness.rules.document.draft import Draft
from harness.rules.document.places import Place, chosen_body, parameter_named

# Other members that are tried beside a refused one, each with a request.
MOST_COMPANIONS = 8


ALLOWING = ("optional", "nullable")
"""Keywords that allow something: what is tried of them has to be accepted."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One request with one thing changed, and whether the document still allows it."""

    detail: str
    draft: Draft
    is_valid: bool
    is_certain: bool = True
    """False for a made-up text or number: the API may know which ones it takes (a time zone, a key)."""
    is_contradicted: bool = False
    """The document says both: `nullable` of OpenAPI 3.0 beside a type of 3.1, which has no such word."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One keyword at one place: what a case puts to the test."""

    place: Place
    keyword: str
    is_repeat: bool = False
    """The schema stands at another place of the request too, where it is tried in full."""

    @property
    def slug(self) -> str:
        return f"{self.place.slug}-{self.keyword}"


def constraints_of(place: Place, *, is_repeat: bool = False) -> Iterator[Constraint]:
    """Yield what a document says of a place that a request can keep or break."""
    keywords, make = place.merged.keywords, partial(Constraint, place, is_repeat=is_repeat)
    # A path parameter cannot be left out: without it the path is another one.
    if _is_member(place) and not (place.location == "path" and not place.path):
        yield make("required" if place.is_required else "optional")
    if _can_break_type(place):
        yield make("type")
    # As a text, null is the word "null".
    if "null" in place.merged.types and not place.is_text:
        yield make("nullable")
    yield from (make(keyword) for keyword in SIMPLE if keyword in keywords)
    if keywords.get("additionalProperties") is False and not place.is_text:
        yield make("additionalProperties")
    if is_format_tried(place):
        yield make("format")


def _is_member(place: Place) -> bool:
    return not (place.path and isinstance(place.path[-1], int))


def _can_break_type(place: Place) -> bool:
    types = place.merged.types
    if not types:
        return False
    # In a parameter a text or a list takes any characters; a number or a boolean does not.
    return not place.is_text or (
        place.location != "body" and not {"string", "array", "object"} & set(types)
    )


def trials_of(api: Api, constraint: Constraint, base: Draft) -> tuple[Trial, ...]:
    """Return the requests for a constraint on top of an accepted one.

    A change that the document judges otherwise than intended (two keywords that overlap) is left out.
    """
    place = constraint.place
    prepared = _with_place(api, base, place)
    if prepared is None:
        return ()
    if constraint.keyword == "required":
        prepared = _not_alone(api, prepared, place)
    found = []
    for detail, value, is_meant_valid in CHANGES[constraint.keyword](api, place, prepared):
        if not _can_be_sent(place, value):
            continue
        draft = prepared.with_value(place, value)
        is_valid = is_allowed(api, draft, place)
        # `nullable` of 3.0 in a document of 3.1 is an unknown word to the validator.
        if constraint.keyword == "nullable" and not is_valid:
            found.append(Trial(detail, draft, is_valid=True, is_contradicted=True))
        elif is_valid is is_meant_valid:
            # Whether an API takes an alternative that was made up, the document does not say.
            is_certain = place.branch is None and _is_certain(constraint, value)
            found.append(Trial(detail, draft, is_valid, is_certain))
    beyond = [each for each in found if not each.is_valid] or found
    return tuple(beyond[:1] if constraint.is_repeat else found)


def _can_be_sent(place: Place, value: object) -> bool:
    """Return whether a value reaches the API at a place of a request."""
    if place.location == "path":
        return value != ""  # the path without its last segment is another resource
    return place.location not in ("header", "cookie") or _fits_a_header(value)


def _fits_a_header(value: object) -> bool:
    """Return whether a value can be sent as that of a field (RFC 9110, 5.5): no space at its ends, no control."""
    if not isinstance(value, str):
        return True
    is_plain = all(sign == "\t" or (sign >= " " and sign != "\x7f") for sign in value)
    return is_plain and value == value.strip(" \t")


def free_value(api: Api, constraint: Constraint, base: Draft) -> Draft | None:
    """Return a request with some made-up text or number at a place, well within its bounds.

    Where it is accepted, the place takes any: a refusal at an edge is then about the edge.
    """
    # Lists and objects are never taken whatever they hold.
    if not set(constraint.place.merged.types) <= {"string", "integer", "number", "null"}:
        return None
    prepared = _with_place(api, base, constraint.place)
    if prepared is None:
        return None
    try:
        made = instance(
            api, _without_examples(constraint.place), Wanted(Direction.REQUEST, number=5)
        )
    except NoInstance:
        return None
    draft = prepared.with_value(constraint.place, made)
    return draft if is_allowed(api, draft, constraint.place) else None


def in_company(api: Api, tried: Draft, place: Place) -> Iterator[Draft]:
    """Yield the same value at a member of the body, with other members beside it.

    Where one is accepted, a refusal of the value alone was about members together (one that is needed
    where another says so), which JSON Schema rarely states. First those of a like name, then all.
    """
    media_type = chosen_body(tried.operation)
    # Deeper down the companions would be those of a parent, which has none of its own here.
    if place.location != "body" or len(place.path) != 1 or media_type is None:
        return
    try:
        full = members(instance(api, media_type.schema, Wanted(Direction.REQUEST, is_full=True)))
    except NoInstance:
        return
    value, name = tried.value_at(place), str(place.path[0])
    present = members(tried.body)
    others = sorted(
        (each for each in full if each != name and each not in present),
        # `startDate` belongs with `startTime`: the likeliest come first, as their number is
        # bounded.
        key=lambda each: -_alike(each, name),
    )
    sets = [*([each] for each in others[:MOST_COMPANIONS]), others]
    for added in sets:
        body: dict[str, Json] = {**present, **{each: full[each] for each in added}}
        draft = replace(tried, body=body, has_body=True).with_value(place, value)
        if added and is_allowed(api, draft, place):
            yield draft


def _alike(one: str, other: str) -> int:
    """Return how many characters two names have in common at their beginning."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _without_examples(place: Place) -> Json:
    shown = ("example", "examples", "default")
    # Otherwise the value would be the example, which the API may know.
    return {key: value for key, value in place.merged.keywords.items() if key not in shown}


def _is_certain(constraint: Constraint, value: object) -> bool:
    """Return whether nothing but the document decides on a value that it allows."""
    shown = constraint.place.merged.keywords
    listed = (*items(shown.get("enum")), *items(shown.get("examples")), shown.get("const"))
    documented = (*listed, shown.get("example"), shown.get("default"))
    # Nothing, a boolean and a documented value are open to no further interpretation.
    return value is None or value is MISSING or isinstance(value, bool) or value in documented


def is_allowed(api: Api, draft: Draft, place: Place) -> bool:
    """Return whether the document allows what a draft holds at the parameter or body of a place."""
    if place.location == "body":
        media_type = chosen_body(draft.operation)
        if not draft.has_body or media_type is None:
            return not draft.operation.body_required
        return not faults(api, media_type.schema_pointer, draft.body)
    value = draft.values.get((place.location, place.name), MISSING)
    parameter = parameter_named(draft.operation, place)
    if value is MISSING:
        return not parameter.required
    return not faults(api, parameter.schema_pointer, _as_typed(place, value))


def _as_typed(place: Place, value: object) -> object:
    """Return what a text on the wire stands for, by the type that the document gives it."""
    if not place.is_text or place.path or not isinstance(value, str):
        return value
    types = place.merged.types
    if "integer" in types and value.lstrip("-").isdigit():
        return int(value)
    if "boolean" in types and value in ("true", "false"):
        return value == "true"
    return value


def _not_alone(api: Api, draft: Draft, place: Place) -> Draft:
    """Return a form with members beside the one of a place: a form without any is no body at all."""
    media_type = chosen_body(draft.operation)
    is_alone = place.is_text and place.location == "body" and len(members(draft.body)) == 1
    if not is_alone or len(place.path) != 1 or media_type is None:
        return draft
    try:
        full = instance(api, media_type.schema, Wanted(Direction.REQUEST, is_full=True))
    except NoInstance:
        return draft
    filled = replace(draft, body={**members(full), **members(draft.body)})
    return filled if is_allowed(api, filled, place) else draft


def _in_branch(api: Api, base: Draft, place: Place) -> Draft:
    """Return a draft of the alternative that a place belongs to; as it is where it is that already."""
    branch = place.branch
    if branch is None:
        return base
    holder = replace(place, path=branch.path, branch=None)
    held = members(base.value_at(holder))
    if held and all(each in held for each in (*branch.required, place.path[len(branch.path)])):
        return base
    try:
        wanted = Wanted(Direction.REQUEST, branch=branch.index)
        return base.with_value(holder, instance(api, branch.schema, wanted))
    except NoInstance:
        return base


def _with_place(api: Api, base: Draft, place: Place) -> Draft | None:
    """Return a draft in which something valid stands at a place; None where nothing can be made."""
    in_branch = _in_branch(api, base, place)
    if in_branch is not base and not is_allowed(api, in_branch, place):
        return None
    base = in_branch
    if base.value_at(place) is not MISSING:
        return base
    try:
        made = instance(api, place.schema, Wanted(Direction.REQUEST))
    except NoInstance:
        return None
    draft = base.with_value(place, made)
    if place.location == "body" and place.path and not is_allowed(api, draft, place):
        # Something above the place has members of its own that are required.
        draft = _with_parents(api, base, place, made) or draft
    return draft if is_allowed(api, draft, place) else None


def _with_parents(api: Api, base: Draft, place: Place, made: Json) -> Draft | None:
    media_type = chosen_body(base.operation)
    if media_type is None:
        return None
    try:
        # The top member of a full instance: every parent on the way has what it requires.
        full = instance(api, media_type.schema, Wanted(Direction.REQUEST, is_full=True))
    except NoInstance:
        return None
    top = str(place.path[0])
    if top not in members(full):
        return None
    whole = {**members(base.body), top: members(full)[top]}
    filled = Draft(
        base.operation,
        base.values,
        whole,
        has_body=True,
        media_type=base.media_type,
        files=base.files,
    )
    return filled.with_value(place, made)
