"""Turn one constraint of a document into requests at its edges: those within, and those beyond."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from harness.jsonvalue import MISSING, Json, items, members, number, text
from harness.openapi.instances import NoInstance, Wanted, instance, json_type
from harness.openapi.merged import merged
from harness.openapi.model import Api
from harness.openapi.validator import faults
from harness.openapi.walk import Direction
from harness.rules.document.draft import Draft
from harness.rules.document.places import Place, chosen_body, parameter_named
from harness.strategies.dates import MALFORMED_DATE_FORMS

MOST_ENUM_MEMBERS = 6
LARGEST_LENGTH = 100_000
"""Texts beyond it are not sent: a limit that large is the body's, not the member's."""
_UNKNOWN = "harnessUnknownMember"

# Formats that JSON Schema validators agree on; others are looked at in answers alone.
_MALFORMED: Mapping[str, tuple[str, ...]] = {
    "date": ("2026-13-45", "not a date"),
    "date-time": ("2026-01-01", "not a time"),
    "uuid": ("not-a-uuid",),
    "email": ("no at sign",),
    "ipv4": ("999.1.1.1",),
    "ipv6": ("not an address",),
    "uri": ("not a uri",),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One request with one thing changed, and whether the document still allows it."""

    detail: str
    draft: Draft
    is_valid: bool
    is_certain: bool = True
    """False for a made-up text or number: the API may know which ones it takes (a time zone, a key)."""


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
    if _is_member(place) and not (place.location == "path" and not place.path):
        yield make("required" if place.is_required else "optional")
    if _can_break_type(place):
        yield make("type")
    if "null" in place.merged.types and not place.is_text:
        yield make("nullable")
    yield from (make(keyword) for keyword in _SIMPLE if keyword in keywords)
    if keywords.get("additionalProperties") is False and not place.is_text:
        yield make("additionalProperties")
    if text(keywords.get("format")) in _MALFORMED and "pattern" not in keywords:
        yield make("format")


def _is_member(place: Place) -> bool:
    return not (place.path and isinstance(place.path[-1], int))


def _can_break_type(place: Place) -> bool:
    types = place.merged.types
    if not types:
        return False
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
    found = []
    for detail, value, is_meant_valid in _CHANGES[constraint.keyword](api, place, prepared):
        draft = prepared.with_value(place, value)
        if place.location == "path" and value == "":
            continue  # the path without its last segment is another resource
        is_valid = is_allowed(api, draft, place)
        if is_valid is is_meant_valid:
            found.append(Trial(detail, draft, is_valid, _is_certain(constraint, value)))
    beyond = [each for each in found if not each.is_valid] or found
    return tuple(beyond[:1] if constraint.is_repeat else found)


def free_value(api: Api, constraint: Constraint, base: Draft) -> Draft | None:
    """Return a request with some made-up text or number at a place, well within its bounds.

    Where it is accepted, the place takes any: a refusal at an edge is then about the edge.
    """
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


def _without_examples(place: Place) -> Json:
    shown = ("example", "examples", "default")
    return {key: value for key, value in place.merged.keywords.items() if key not in shown}


def _is_certain(constraint: Constraint, value: object) -> bool:
    """Return whether nothing but the document decides on a value that it allows."""
    shown = constraint.place.merged.keywords
    listed = (*items(shown.get("enum")), *items(shown.get("examples")), shown.get("const"))
    documented = (*listed, shown.get("example"), shown.get("default"))
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


def _with_place(api: Api, base: Draft, place: Place) -> Draft | None:
    """Return a draft in which something valid stands at a place; None where nothing can be made."""
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


_Change = tuple[str, object, bool]
_Changes = Callable[[Api, Place, Draft], Iterator[_Change]]


def _missing(_: Api, place: Place, __: Draft) -> Iterator[_Change]:
    yield f"without {place.path[-1] if place.path else place.name or 'a body'}", MISSING, False


def _optional(api: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    if place.location == "body" and place.path and ("path", str(place.path[-1])) in draft.values:
        # What the path says too has to agree with it, and no document says so.
        yield "as in the path", draft.values["path", str(place.path[-1])], True
        return
    yield "present", draft.value_at(place), True
    yield "absent", MISSING, True
    try:
        other = instance(api, place.schema, Wanted(Direction.REQUEST, is_full=True, number=1))
    except NoInstance:
        return
    yield "another value", other, True
    if place.merged.types == ("boolean",):
        yield "true", True, True
        yield "false", False, True


def _types(_: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    value = draft.value_at(place)
    if place.is_text:
        yield "a text", "harness-text", False
        if "boolean" not in place.merged.types:
            yield "a boolean", "true", False
        return
    examples: dict[str, Json] = {
        "null": None,
        "boolean": True,
        "integer": 7,
        "number": 1.5,
        "string": "harness-text",
        "array": ["harness-text"],
        "object": {"harness": "text"},
    }
    own = json_type(value)  # type: ignore[arg-type]  # a JSON value
    yield from (
        (f"{name} for {own}", each, False) for name, each in examples.items() if name != own
    )


def _nullable(_: Api, __: Place, ___: Draft) -> Iterator[_Change]:
    yield "null", None, True


def _enum(_: Api, place: Place, __: Draft) -> Iterator[_Change]:
    allowed = items(place.merged.keywords.get("enum"))
    for value in allowed[:MOST_ENUM_MEMBERS]:
        yield f"member {str(value)[:30]}", value, True
    yield "no member", "harness-no-member" if not _numeric(place) else 987654321, False


def _lengths(_: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    value = draft.value_at(place)
    base = value if isinstance(value, str) and value else "x"
    for keyword, outside in (("minLength", -1), ("maxLength", 1)):
        limit = int(number(place.merged.keywords.get(keyword), -1.0))
        if not 0 <= limit <= LARGEST_LENGTH:
            continue
        lengthened = _of_length(base, limit)
        if "format" not in place.merged.keywords or "://" in base:
            # A text of another format made longer is seldom of that format any more.
            yield f"{keyword} {limit}", lengthened, True
        if limit + outside >= 0:
            yield f"{limit + outside} characters", _of_length(base, limit + outside), False


def _sizes(api: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    value = draft.value_at(place)
    listed = list(items(value)) or [None]
    for keyword, outside in (("minItems", -1), ("maxItems", 1)):
        limit = int(number(place.merged.keywords.get(keyword), -1.0))
        if not 0 <= limit <= 1000:
            continue
        for size, is_valid in ((limit, True), (limit + outside, False)):
            # A form has no part for an empty list: there it is the same as none.
            if size > 0 or (size == 0 and not place.is_text):
                yield f"{size} items", _of_size(api, place, listed, size), is_valid


def _numbers(_: Api, place: Place, __: Draft) -> Iterator[_Change]:
    keywords = place.merged.keywords
    step = number(keywords.get("multipleOf")) or (1.0 if "integer" in place.merged.types else 0.5)
    for keyword, sign in (("minimum", -1), ("maximum", 1)):
        exclusive = keywords.get(f"exclusive{keyword.capitalize()}")
        if keyword in keywords:
            limit = number(keywords[keyword])
            if exclusive is not True:
                yield f"{keyword} {limit:g}", _plain(limit), True
                yield f"beyond {keyword} {limit:g}", _plain(limit + sign * step), False
            else:
                yield f"exclusive {keyword} {limit:g}", _plain(limit), False
                yield f"within {keyword} {limit:g}", _plain(limit - sign * step), True
        if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
            yield f"exclusive {keyword} {exclusive:g}", _plain(float(exclusive)), False
            yield f"within {keyword} {exclusive:g}", _plain(exclusive - sign * step), True


def _multiples(_: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    step = number(place.merged.keywords.get("multipleOf"))
    value = number(draft.value_at(place))
    yield f"no multiple of {step:g}", _plain(value + step / 2), False


def _patterns(_: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    value = draft.value_at(place)
    if not isinstance(value, str):
        return
    ways = {
        "a # before": f"#{value}",
        "a # after": f"{value}#",
        "a space after": f"{value} ",
        "a line break after": f"{value}\n",
        "twice": f"{value}{value}",
        "one character less": value[:-1],
        "nothing": "",
    }
    yield from ((name, changed, False) for name, changed in ways.items())


def _formats(_: Api, place: Place, __: Draft) -> Iterator[_Change]:
    name = text(place.merged.keywords.get("format"))
    for value in _MALFORMED[name]:
        yield value, value, False
    if name == "date":
        yield from (
            (form, change("2026-01-15"), False) for form, change in MALFORMED_DATE_FORMS.items()
        )


def _unknown_member(_: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    yield "an unknown member", {**members(draft.value_at(place)), _UNKNOWN: "x"}, False


def _doubles(_: Api, place: Place, draft: Draft) -> Iterator[_Change]:
    listed = list(items(draft.value_at(place)))
    if listed:
        yield "the same item twice", [listed[0], listed[0]], False


_SIMPLE: Mapping[str, _Changes] = {
    "enum": _enum,
    "minLength": _lengths,
    "maxLength": _lengths,
    "minItems": _sizes,
    "maxItems": _sizes,
    "minimum": _numbers,
    "maximum": _numbers,
    "exclusiveMinimum": _numbers,
    "exclusiveMaximum": _numbers,
    "multipleOf": _multiples,
    "pattern": _patterns,
    "uniqueItems": _doubles,
}
_CHANGES: Mapping[str, _Changes] = {
    **_SIMPLE,
    "required": _missing,
    "optional": _optional,
    "type": _types,
    "nullable": _nullable,
    "additionalProperties": _unknown_member,
    "format": _formats,
}


def _numeric(place: Place) -> bool:
    return bool({"integer", "number"} & set(place.merged.types)) and not place.is_text


def _of_length(base: str, length: int) -> str:
    """Return a text cut or made longer; an address grows at its end, where any character may stand."""
    if "://" in base and length > len(base):
        return f"{base.rstrip('/')}/".ljust(length, "x")
    return (base * (length // len(base) + 1))[:length]


def _of_size(api: Api, place: Place, listed: list[Json], size: int) -> Json:
    if not merged(api, place.schema).keywords.get("uniqueItems"):
        return (listed * (size + 1))[:size]
    schema = place.merged.keywords.get("items", True)
    try:
        made = [instance(api, schema, Wanted(Direction.REQUEST, number=n)) for n in range(size)]
    except NoInstance:
        return (listed * (size + 1))[:size]
    return made


def _plain(value: float) -> Json:
    return int(value) if float(value).is_integer() else round(value, 10)
