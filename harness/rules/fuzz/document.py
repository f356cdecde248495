"""Prepare a loaded document so that generated data can be valid for the API and not only for it."""

from collections.abc import Mapping, Set

from harness.jsonvalue import Json, items, members

PLAIN_TEXT = "harness-plain-text"
"""Format given to free text: the API takes no control characters, which no schema says."""


def prepared(root: Json, fixed: Mapping[str, Json], formats: Set[str]) -> dict[str, Json]:
    """Return a copy in which fixed members list their only values and formats need no pattern.

    Schemathesis ignores a registered format where a pattern stands beside it.
    """
    return {name: _prepared(value, fixed, formats) for name, value in members(root).items()}


def _prepared(value: Json, fixed: Mapping[str, Json], formats: Set[str]) -> Json:
    if isinstance(value, list | tuple):
        return [_prepared(each, fixed, formats) for each in value]
    if not isinstance(value, Mapping):
        return value
    copy = {name: _prepared(each, fixed, formats) for name, each in value.items()}
    if copy.get("format") in formats:
        copy.pop("pattern", None)
    properties = members(copy.get("properties"))
    if properties:
        copy["properties"] = {
            name: _property(each, items(fixed.get(name))) for name, each in properties.items()
        }
    return copy


def _property(schema: Json, allowed: object) -> Json:
    """Fix a member's values, those of its items where it is an array; dress free text."""
    held = dict(members(schema))
    if held.get("type") == "array" and allowed:
        return {**held, "items": {"type": "string", "enum": list(items(allowed))}}
    if allowed:
        return {"type": "string", "enum": list(items(allowed))}
    if held.get("type") == "string" and not {"format", "pattern", "enum"} & set(held):
        return {**held, "format": PLAIN_TEXT}
    return held or schema
