"""Read the parameters of a request as an operation describes them, back from the wire."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from harness.jsonvalue import Json, members
from harness.openapi.media_type import is_json
from harness.openapi.merged import Merged, merged
from harness.openapi.model import Api, Operation, Parameter

ABSENT = object()
"""What a parameter is that was not sent; null is a value, this is not."""

# name[key][key]=value, as OpenAPI's deepObject and most servers write it.
_DEEP = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_JOINTS = {"spaceDelimited": " ", "pipeDelimited": "|"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request carried outside its body, not yet read as any type."""

    path: Mapping[str, str]
    """Percent-encoded, by the name of the slot."""
    query: str
    headers: Mapping[str, str]
    """By lower-case name."""
    cookies: Mapping[str, str]


def value_of(api: Api, parameter: Parameter, sent: Sent) -> object:
    """Return a parameter's value typed by its schema, or ABSENT."""
    merged_schema = merged(api, parameter.schema)
    # First from the wire to texts, then from texts to types.
    raw = _raw(parameter, merged_schema, sent)
    if raw is ABSENT or not isinstance(raw, str | list | Mapping):
        return raw
    if parameter.media_type:
        return _decoded(raw, parameter)
    return typed(api, merged_schema, raw)


def typed(api: Api, merged_schema: Merged, raw: object) -> Json:  # noqa: PLR0911 one for each type
    """Read text as the types of a schema, as far as it can be read so; else leave it."""
    types = merged_schema.types
    if isinstance(raw, Mapping):
        return {
            name: typed(api, merged(api, merged_schema.properties.get(name, True)), value)
            for name, value in raw.items()
        }
    if isinstance(raw, list):
        inner = merged(api, merged_schema.keywords.get("items", True))
        return [typed(api, inner, each) for each in raw]
    text = str(raw)
    # Bounded, since int() takes time that grows with the square of the digits.
    if "integer" in types and re.fullmatch(r"-?[0-9]{1,400}", text):
        return int(text)
    if "number" in types and re.fullmatch(r"-?[0-9]{1,300}(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?", text):
        return float(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    # Where texts are allowed too, the word is one of them.
    if text == "null" and "null" in types and "string" not in types:
        return None
    return text


def _raw(parameter: Parameter, merged_schema: Merged, sent: Sent) -> object:
    match parameter.location:
        case "path":
            text = sent.path.get(parameter.name)
            # Decoded here and not before: an encoded comma is part of a value.
            return ABSENT if text is None else _simple(unquote(text), merged_schema)
        case "header":
            text = sent.headers.get(parameter.name.lower())
            return ABSENT if text is None else _simple(text, merged_schema)
        case "cookie":
            return sent.cookies.get(parameter.name, ABSENT)
        case _:
            return _from_query(parameter, merged_schema, sent.query)


def _simple(text: str, merged_schema: Merged) -> object:
    return (
        text.split(",")
        if "array" in merged_schema.types and "string" not in merged_schema.types
        else text
    )


def _from_query(parameter: Parameter, merged_schema: Merged, query: str) -> object:
    pairs = parse_qsl(query, keep_blank_values=True)
    if parameter.style == "deepObject":
        return _deep(parameter.name, pairs)
    named = [value for name, value in pairs if name == parameter.name]
    if "object" in merged_schema.types and parameter.is_exploded and not parameter.media_type:
        # Exploded, an object's members are parameters of their own (RFC 6570, 3.2.8).
        known = {name: value for name, value in pairs if name in merged_schema.properties}
        return known or ABSENT
    if not named:
        return ABSENT
    if "array" in merged_schema.types and not parameter.media_type:
        if parameter.is_exploded:
            return named
        # Not exploded, the whole list is one value.
        return named[0].split(_JOINTS.get(parameter.style, ","))
    # Of a repeated parameter the last counts, as with most servers.
    return named[-1]


def _deep(name: str, pairs: Iterable[tuple[str, str]]) -> object:
    values: dict[str, Json] = {}
    for key, value in pairs:
        taken = _DEEP.fullmatch(key)
        if taken is None or taken[1] != name:
            continue
        steps = re.findall(r"\[([^\[\]]*)\]", taken[2])
        held = values
        # Copies on the way down: a key that held a text becomes an object.
        for step in steps[:-1]:
            inner = members(held.get(step))
            held[step] = dict(inner)
            held = held[step]  # type: ignore[assignment]  # made above
        held[steps[-1]] = value
    return values or ABSENT


def _decoded(raw: object, parameter: Parameter) -> Json:
    if is_json(parameter.media_type) and isinstance(raw, str):
        try:
            value: Json = json.loads(raw)
        except (ValueError, RecursionError):
            return raw
        return value
    return raw  # type: ignore[return-value]  # text


def cookies_of(header: str) -> Mapping[str, str]:
    """Return the pairs of a Cookie header (RFC 6265, 4.2.1)."""
    pairs = (each.strip().partition("=") for each in header.split(";"))
    return {name: value for name, equals, value in pairs if equals}


def unread(operation: Operation, location: str) -> tuple[Parameter, ...]:
    """Return the parameters of one place that a server reads itself: not those that HTTP owns."""
    # Described as parameters these count for nothing (OpenAPI 3.1, 4.8.12.2.1).
    own = ("accept", "content-type", "authorization")
    return tuple(
        each
        for each in operation.parameters
        if each.location == location and not (location == "header" and each.name.lower() in own)
    )
