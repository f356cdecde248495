"""What is put in a place to try one keyword of it: values at its edge, within and beyond."""

from collections.abc import Callable, Iterator, Mapping

from harness.jsonvalue import MISSING, Json, exact_number, items, members, number, text
from harness.openapi.instances import NoInstance, Wanted, instance, json_type
from harness.openapi.merged import merged
from harness.openapi.model import Api
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
}

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


def _nullable(_: Api, __: Place, ___: Draft) -> Iterator[Change]:
    yield "null", None, True


def _enum(_: Api, place: Place, __: Draft) -> Iterator[Change]:
    allowed = items(place.merged.keywords.get("enum"))
    for value in allowed[:MOST_ENUM_MEMBERS]:
        yield f"member {str(value)[:30]}", value, True
    # A number where numbers are wanted, so that the list refuses it and not the type.
    yield "no member", "harness-no-member" if not _numeric(place) else 987654321, False


def _lengths(_: Api, place: Place, draft: Draft) -> Iterator[Change]:
    value = draft.value_at(place)
    # Of the accepted text, since a made-up one may break what no schema states.
    base = value if isinstance(value, str) and value else "x"
    for keyword, outside in (("minLength", -1), ("maxLength", 1)):
        limit = int(number(place.merged.keywords.get(keyword), -1.0))
        if not 0 <= limit <= LARGEST_LENGTH:
            continue
        lengthened = _of_length(base, limit)
        if "format" not in place.merged.keywords or "://" in base:
            # A text of another format made longer is seldom of that format any more.
            yield f"{keyword} {limit}", lengthened, True
        # There is no text of -1 characters: a minLength of 0 cannot be broken.
        if limit + outside >= 0:
            yield f"{limit + outside} characters", _of_length(base, limit + outside), False


def _sizes(api: Api, place: Place, draft: Draft) -> Iterator[Change]:
    value = draft.value_at(place)
    # An empty list has no item to repeat; null is likely refused and then left out as not intended.
    listed = list(items(value)) or [None]
    for keyword, outside in (("minItems", -1), ("maxItems", 1)):
        limit = int(number(place.merged.keywords.get(keyword), -1.0))
        # A list of more items is a matter of the body's size, as with LARGEST_LENGTH.
        if not 0 <= limit <= 1000:
            continue
        for size, is_valid in ((limit, True), (limit + outside, False)):
            # A form has no part for an empty list: there it is the same as none.
            if size > 0 or (size == 0 and not place.is_text):
                yield f"{size} items", _of_size(api, place, listed, size), is_valid


def _numbers(_: Api, place: Place, __: Draft) -> Iterator[Change]:
    keywords = place.merged.keywords
    usual = 1 if "integer" in place.merged.types else 0.5
    # A step beyond the bound that is no multiple would break two keywords at once.
    step = exact_number(keywords.get("multipleOf")) or usual
    for keyword, sign in (("minimum", -1), ("maximum", 1)):
        exclusive = keywords.get(f"exclusive{keyword.capitalize()}")
        if keyword in keywords:
            limit = exact_number(keywords[keyword])
            shown = f"{keyword} {_shown(limit)}"
            # In OpenAPI 3.0 `exclusiveMinimum` is a boolean beside `minimum`, in 3.1 a bound
            # itself.
            if exclusive is not True:
                yield shown, _plain(limit), True
                yield f"beyond {shown}", _plain(limit + sign * step), False
            else:
                yield f"exclusive {shown}", _plain(limit), False
                yield f"within {shown}", _plain(limit - sign * step), True
        # The form of JSON Schema 2020-12; True is an int in Python, and not meant here.
        if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
            shown = f"{keyword} {_shown(exclusive)}"
            yield f"exclusive {shown}", _plain(exclusive), False
            yield f"within {shown}", _plain(exclusive - sign * step), True


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


def _formats(_: Api, place: Place, __: Draft) -> Iterator[Change]:
    name = text(place.merged.keywords.get("format"))
    for value in MALFORMED[name]:
        yield value, value, False
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


def _of_length(base: str, length: int) -> str:
    """Return a text cut or made longer; an address grows at its end, where any character may stand."""
    # Repeating a URL would give one with two schemes, which is invalid for another reason.
    if "://" in base and length > len(base):
        return f"{base.rstrip('/')}/".ljust(length, "x")
    return (base * (length // len(base) + 1))[:length]


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
