"""What is put in a place to try one keyword of it: values at its edge, within and beyond."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from harness.jsonvalue import (
    MISSING,
    Json,
    as_text,
    exact_number,
    items,
    members,
    number,
    text,
    whole_number,
)
from harness.openapi.containment.atoms import Kind, Pattern, Size
from harness.openapi.containment.facts import Found
from harness.openapi.containment.scalars import Texts
from harness.openapi.instances import NoInstance, Wanted, instance, json_type
from harness.openapi.merged import merged
from harness.openapi.model import Api
from harness.openapi.patterns import PatternError, matches
from harness.openapi.walk import Direction
from harness.rules.document.draft import Draft
from harness.rules.document.places import Place
from harness.strategies.dates import MALFORMED_DATE_FORMS

# Six of a long list show that lists are honoured; each costs a request.
MOST_ENUM_MEMBERS = 6
LARGEST_LENGTH = 100_000
"""Texts beyond it are not sent: a limit that large is the body's, not the member's."""
_UNKNOWN = "harnessUnknownMember"

# Formats that JSON Schema validators agree on; others are looked at in answers alone.
MALFORMED: Mapping[str, tuple[str, ...]] = {
    "date": ("2026-13-45", "not a date"),
    "date-time": ("2026-01-01", "not a time"),
    "uuid": ("not-a-uuid",),
    "email": ("no at sign",),
    "ipv4": ("999.1.1.1",),
    "ipv6": ("not an address",),
    "uri": ("not a uri",),
    "byte": ("no base64!",),
    "npi": ("not an npi",),
}
"""Each of them breaks its format in every reading of it that servers are known to have."""
_BITS = {"int32": 32, "int64": 64}

# What it is called, the value (or MISSING), and whether it is meant to be within the document.
Change = tuple[str, object, bool]
Changes = Callable[[Api, Place, Draft], Iterator[Change]]


def _missing(_: Api, place: Place, __: Draft) -> Iterator[Change]:
    yield f"without {place.path[-1] if place.path else place.name or 'a body'}", MISSING, False


def _optional(api: Api, place: Place, draft: Draft) -> Iterator[Change]:
    # A body that contradicts its own URL is refused by many servers, and rightly.
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
    # There are but two, so both are tried.
    if place.merged.types == ("boolean",):
        yield "true", True, True
        yield "false", False, True


def _types(_: Api, place: Place, draft: Draft) -> Iterator[Change]:
    value = draft.value_at(place)
    # On the wire there are only characters: a number looks like a text of its digits.
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
    if place.merged.keywords.get("nullable") is True:
        del examples["null"]  # in a document of 3.1 the case of `nullable` covers it
    yield from (
        (f"{name} for {own}", each, False) for name, each in examples.items() if name != own
    )
    if own in ("integer", "number", "boolean"):
        yield f"the {own} as a text", as_text(value), False


def _nullable(_: Api, __: Place, ___: Draft) -> Iterator[Change]:
    yield "null", None, True


def _enum(_: Api, place: Place, __: Draft) -> Iterator[Change]:
    allowed = items(place.merged.keywords.get("enum"))
    for value in allowed[:MOST_ENUM_MEMBERS]:
        yield f"member {str(value)[:30]}", value, True
    # A number where numbers are wanted, so that the list refuses it and not the type.
    yield "no member", "harness-no-member" if not _numeric(place) else 987654321, False
    texts = (each for each in allowed if isinstance(each, str) and each.swapcase() != each)
    yield from ((f"{each[:30]} in other letters", each.swapcase(), False) for each in [*texts][:1])


def _lengths(keyword: str, _: Api, place: Place, draft: Draft) -> Iterator[Change]:
    value = draft.value_at(place)
    # Of the accepted text, since a made-up one may break what no schema states.
    base = value if isinstance(value, str) and value else "x"
    beyond = 1 if keyword == "maxLength" else -1
    limit = whole_number(place.merged.keywords.get(keyword), -1.0)
    if not 0 <= limit <= LARGEST_LENGTH:
        return
    if "format" not in place.merged.keywords or "://" in base:
        # A text of another format made longer is seldom of that format any more.
        yield f"{keyword} {limit}", _of_length(place, base, limit), True
    if limit + beyond >= 0:
        yield f"{limit + beyond} characters", _of_length(place, base, limit + beyond), False


def _sizes(keyword: str, api: Api, place: Place, draft: Draft) -> Iterator[Change]:
    listed = list(items(draft.value_at(place))) or [None]
    beyond = 1 if keyword == "maxItems" else -1
    limit = whole_number(place.merged.keywords.get(keyword), -1.0)
    if not 0 <= limit <= 1000:
        return
    for size, is_valid in ((limit, True), (limit + beyond, False)):
        # A form has no part for an empty list: there it is the same as none.
        if size > 0 or (size == 0 and not place.is_text):
            yield f"{size} items", _of_size(api, place, listed, size), is_valid


def _member_counts(keyword: str, _: Api, place: Place, draft: Draft) -> Iterator[Change]:
    limit = whole_number(place.merged.keywords.get(keyword), -1.0)
    held = dict(members(draft.value_at(place)))
    if keyword == "minProperties" and limit > 0:
        # Required members stay, so that their number alone is wrong.
        ordered = sorted(held, key=lambda name: name not in place.merged.required)
        yield f"{limit - 1} members", {name: held[name] for name in ordered[: limit - 1]}, False
    if keyword == "maxProperties" and 0 <= limit <= 1000:
        more = {f"{_UNKNOWN}{n}": "x" for n in range(limit + 1 - len(held))}
        yield f"{limit + 1} members", {**held, **more}, False


def _bounds(keyword: str, sign: int, _: Api, place: Place, __: Draft) -> Iterator[Change]:
    """Yield the values at `minimum` or `maximum`; in OpenAPI 3.0 a switch beside it may exclude it."""
    keywords = place.merged.keywords
    limit, step = exact_number(keywords.get(keyword)), _step(place)
    shown = f"{keyword} {_shown(limit)}"
    if keywords.get(f"exclusive{keyword.capitalize()}") is not True:
        yield shown, _plain(limit), True
        yield f"beyond {shown}", _plain(limit + sign * step), False
    else:
        yield f"exclusive {shown}", _plain(limit), False
        yield f"within {shown}", _plain(limit - sign * step), True


def _exclusives(keyword: str, sign: int, api: Api, place: Place, draft: Draft) -> Iterator[Change]:
    exclusive = place.merged.keywords.get(f"exclusive{keyword.capitalize()}")
    if isinstance(exclusive, bool):
        yield from (
            _bounds(keyword, sign, api, place, draft) if keyword in (place.merged.keywords) else ()
        )
        return
    limit = exact_number(exclusive)
    shown = f"{keyword} {_shown(limit)}"
    yield f"exclusive {shown}", _plain(limit), False
    yield f"within {shown}", _plain(limit - sign * _step(place)), True


def _step(place: Place) -> float:
    usual = 1 if "integer" in place.merged.types else 0.5
    return exact_number(place.merged.keywords.get("multipleOf")) or usual


def _multiples(_: Api, place: Place, draft: Draft) -> Iterator[Change]:
    step = number(place.merged.keywords.get("multipleOf"))
    value = number(draft.value_at(place))
    # Half a step away from an accepted value is the farthest from any multiple.
    yield f"no multiple of {step:g}", _plain(value + step / 2), False


def _patterns(_: Api, place: Place, draft: Draft) -> Iterator[Change]:
    value = draft.value_at(place)
    if not isinstance(value, str):
        return
    # What checks without anchors let through: text before and after, a line end, the whole twice.
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


def is_format_tried(place: Place) -> bool:
    """Return whether something is known that breaks the format of a place."""
    name = text(place.merged.keywords.get("format"))
    return name in MALFORMED or (name in _BITS and "integer" in place.merged.types)


def _formats(_: Api, place: Place, draft: Draft) -> Iterator[Change]:
    name = text(place.merged.keywords.get("format"))
    if name in _BITS:
        # Only what lies beyond: whether a server takes the largest number of all is its own affair.
        yield f"beyond {name}", 2 ** (_BITS[name] - 1), False
        return
    value = draft.value_at(place)
    if isinstance(value, str) and value[-1:].isdigit():
        # What still looks right: a check digit that is wrong. Where the format has none, it is left out.
        yield "another last digit", f"{value[:-1]}{(int(value[-1]) + 1) % 10}", False
    for each in MALFORMED[name]:
        yield each, each, False
    if name == "date":
        yield from (
            (form, change("2026-01-15"), False) for form, change in MALFORMED_DATE_FORMS.items()
        )


def _unknown_member(_: Api, place: Place, draft: Draft) -> Iterator[Change]:
    yield "an unknown member", {**members(draft.value_at(place)), _UNKNOWN: "x"}, False


def _doubles(_: Api, place: Place, draft: Draft) -> Iterator[Change]:
    listed = list(items(draft.value_at(place)))
    if listed:
        yield "the same item twice", [listed[0], listed[0]], False


SIMPLE: Mapping[str, Changes] = {
    "enum": _enum,
    "minLength": partial(_lengths, "minLength"),
    "maxLength": partial(_lengths, "maxLength"),
    "minItems": partial(_sizes, "minItems"),
    "maxItems": partial(_sizes, "maxItems"),
    "minProperties": partial(_member_counts, "minProperties"),
    "maxProperties": partial(_member_counts, "maxProperties"),
    "minimum": partial(_bounds, "minimum", -1),
    "maximum": partial(_bounds, "maximum", 1),
    "exclusiveMinimum": partial(_exclusives, "minimum", -1),
    "exclusiveMaximum": partial(_exclusives, "maximum", 1),
    "multipleOf": _multiples,
    "pattern": _patterns,
    "uniqueItems": _doubles,
}
CHANGES: Mapping[str, Changes] = {
    **SIMPLE,
    "required": _missing,
    "optional": _optional,
    "type": _types,
    "nullable": _nullable,
    "additionalProperties": _unknown_member,
    "format": _formats,
}


def _numeric(place: Place) -> bool:
    return bool({"integer", "number"} & set(place.merged.types)) and not place.is_text


def _of_length(place: Place, base: str, length: int) -> str:
    """Return a text cut or made longer; an address grows at its end, where any character may stand."""
    # Repeating a URL would give one with two schemes, which is invalid for another reason.
    if "://" in base and length > len(base):
        return f"{base.rstrip('/')}/".ljust(length, "x")
    cut = (base * (length // len(base) + 1))[:length]
    pattern = text(place.merged.keywords.get("pattern"))
    return _matching(pattern, length, cut) if pattern else cut


def _matching(pattern: str, length: int, otherwise: str) -> str:
    """Return a text of a length that keeps a pattern, so that the length alone decides; else another."""
    sizes = (Size(Kind.STRING, length, is_upper) for is_upper in (False, True))
    try:
        if matches(pattern, otherwise):
            return otherwise
        found = Texts().find((Pattern(pattern), *sizes), ())
    except PatternError:
        return otherwise
    return str(found.value) if isinstance(found, Found) else otherwise


def _of_size(api: Api, place: Place, listed: list[Json], size: int) -> Json:
    # Copies of one item are the surest: each is known to be accepted.
    if not merged(api, place.schema).keywords.get("uniqueItems"):
        return (listed * (size + 1))[:size]
    schema = place.merged.keywords.get("items", True)
    try:
        made = [instance(api, schema, Wanted(Direction.REQUEST, number=n)) for n in range(size)]
    except NoInstance:
        return (listed * (size + 1))[:size]
    return made


def _plain(value: float) -> Json:
    if isinstance(value, int):
        return value
    # Ten digits hide what binary fractions add: 0.1 + 0.2 would be sent with seventeen.
    return int(value) if value.is_integer() else round(value, 10)


def _shown(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"
