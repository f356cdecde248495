"""Put values into a payload at the places that `replacements` name (Payload Replacement Object)."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace

from harness.jsonvalue import MISSING, Json, as_text, lookup, parsed, unescape
from harness.workflow.document.model import Replacement
from harness.workflow.language import languages
from harness.workflow.language.queries import QueryError
from harness.workflow.language.scope import Scope
from harness.workflow.language.selectors import select_own
from harness.workflow.language.templates import ABSENT, Unresolved, value_of


def replace_parts(
    replacements: Iterable[Replacement], payload: object, media_type: str, scope: Scope
) -> object:
    """Return a payload with all replacements made. Raises Unresolved."""
    for replacement in replacements:
        value = value_of(replacement.value, scope, select_own)
        if value is not ABSENT:
            payload = _replaced(replacement, payload, value, media_type)
    return payload


def by_part(
    replacements: Iterable[Replacement], payload: Mapping[str, Json]
) -> Mapping[str, tuple[Replacement, ...]]:
    """Return the replacements of each part of a form, with targets within the part. Raises Unresolved."""
    found: dict[str, tuple[Replacement, ...]] = {}
    for replacement in replacements:
        first, slash, rest = replacement.target.removeprefix("#").removeprefix("/").partition("/")
        name = unescape(first)
        if replacement.kind not in ("", "jsonpointer") or name not in payload:
            raise Unresolved(f"{replacement.target} is no JSON pointer to a part of the form")
        within = replace(replacement, target=f"{slash}{rest}", kind="jsonpointer")
        found[name] = (*found.get(name, ()), within)
    return found


def _replaced(replacement: Replacement, payload: object, value: object, media_type: str) -> object:
    is_xml = media_type.endswith("xml")
    kind = replacement.kind or ("xpath" if is_xml else "jsonpointer")
    try:
        if kind == "xpath":
            version = replacement.version
            target = replacement.target
            return languages.xpath_replaced(as_text(payload), target, as_text(value), version)
        if not replacement.target.removeprefix("#") and kind == "jsonpointer":
            return value
        tree = _tree(payload)
        if kind == "jsonpath":
            places = languages.jsonpath_places(replacement.target, tree)
        else:
            places = (replacement.target.removeprefix("#"),)
    except QueryError as problem:
        raise Unresolved(f"{replacement.target}: {problem}") from None
    if not places:
        raise Unresolved(f"{replacement.target} selects nothing in the payload")
    for place in places:
        tree = _set(tree, place, value)
    return tree


def _tree(payload: object) -> object:
    """Return a payload that may be changed; a template's text is read as JSON first."""
    if isinstance(payload, str):
        try:
            return parsed(payload)
        except ValueError:
            raise Unresolved("the payload is not JSON, so nothing in it can be replaced") from None
    return copy.deepcopy(payload)


def _set(tree: object, pointer: str, value: object) -> object:
    if not pointer:
        return value
    parent, _, last = pointer.rpartition("/")
    holder = lookup(tree, parent)
    token = unescape(last)
    if isinstance(holder, dict):
        holder[token] = value
    elif isinstance(holder, list) and token == "-":
        holder.append(value)
    elif isinstance(holder, list) and lookup(holder, f"/{last}") is not MISSING:
        holder[int(token)] = value
    else:
        raise Unresolved(f"{pointer} leads nowhere in the payload")
    return tree
