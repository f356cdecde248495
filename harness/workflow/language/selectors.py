"""Take a part of a value by a Selector Object (Arazzo 1.1.0).

Besides `jsonpath`, `xpath` and `jsonpointer` there is one type of our own: `regex` takes the first
match of a pattern in a text, for ids that are made of several parts. A JSONPath that can select one
node only gives that node, any other gives an array.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace

from harness.jsonvalue import MISSING, Json, as_text, lookup, members, parsed, text, unescape
from harness.workflow.document.model import Replacement
from harness.workflow.language import languages, regexes
from harness.workflow.language.expressions import ExpressionError, parse
from harness.workflow.language.languages import QueryError
from harness.workflow.language.regex_syntax import PatternError
from harness.workflow.language.scope import Scope
from harness.workflow.language.templates import ABSENT, Unresolved, fill, value_of

STANDARD = ("jsonpath", "xpath", "jsonpointer")


def kind_of(value: Json) -> tuple[str, str]:
    """Return the type and the version that a `type` member names."""
    if isinstance(value, Mapping):
        return text(value.get("type")), text(value.get("version"))
    return text(value), ""


def select(selector: Mapping[str, Json], scope: Scope) -> object:
    """Return what a selector of a standard type takes from its context. Raises Unresolved."""
    if kind_of(selector.get("type"))[0] not in STANDARD:
        raise Unresolved(f"a selector cannot be of type '{kind_of(selector.get('type'))[0]}'")
    return select_own(selector, scope)


def select_own(selector: Mapping[str, Json], scope: Scope) -> object:
    """Return what a selector under a key of our own takes from its context. Raises Unresolved."""
    context_text = text(members(selector).get("context"))
    try:
        context = scope.resolve(parse(context_text))
        # Null has no parts, and a query on it would only say so in the words of a library.
        if context is MISSING or context is None:
            raise Unresolved(f"{context_text} did not resolve")
        return _taken(selector, fill(text(selector.get("selector")), scope), context)
    except (ExpressionError, QueryError, PatternError) as problem:
        raise Unresolved(f"{selector.get('selector')} of {context_text}: {problem}") from None


def _taken(selector: Mapping[str, Json], wanted: str, context: object) -> object:
    kind, version = kind_of(selector.get("type"))
    match kind:
        case "jsonpath":
            return languages.jsonpath_value(wanted, context)
        case "xpath":
            return languages.xpath_value(wanted, context, version)
        case "jsonpointer":
            # With "#" authors mean the same as without (RFC 6901, section 6).
            found = lookup(context, wanted.removeprefix("#"))
            if found is MISSING:
                raise Unresolved(f"{wanted} did not resolve")
            return found
        case "regex":
            return _matched(wanted, context)
        case _:
            raise Unresolved(f"there is no selector of type '{kind}'")


def _matched(pattern: str, context: object) -> str:
    if not isinstance(context, str):
        raise QueryError("the context is not a text", is_syntax=False)
    span = regexes.search(pattern, context)
    if span is None:
        raise QueryError("no match", is_syntax=False)
    return context[slice(*span)]


def replace_parts(
    replacements: Iterable[Replacement], payload: object, media_type: str, scope: Scope
) -> object:
    """Return a payload with all replacements made. Raises Unresolved."""
    for replacement in replacements:
        value = value_of(replacement.value, scope, select_own)
        # An optional input that nobody gave replaces nothing.
        if value is not ABSENT:
            payload = _replaced(replacement, payload, value, media_type)
    return payload


def by_part(
    replacements: Iterable[Replacement], payload: Mapping[str, Json]
) -> Mapping[str, tuple[Replacement, ...]]:
    """Return the replacements of each part of a form, with targets within the part. Raises Unresolved."""
    found: dict[str, tuple[Replacement, ...]] = {}
    for replacement in replacements:
        # The first token names the part of the form, the rest leads on inside that part.
        first, slash, rest = replacement.target.removeprefix("#").removeprefix("/").partition("/")
        name = unescape(first)
        if replacement.kind not in ("", "jsonpointer") or name not in payload:
            raise Unresolved(f"{replacement.target} is no JSON pointer to a part of the form")
        within = replace(replacement, target=f"{slash}{rest}", kind="jsonpointer")
        found[name] = (*found.get(name, ()), within)
    return found


def _replaced(replacement: Replacement, payload: object, value: object, media_type: str) -> object:
    is_xml = media_type.endswith("xml")
    # The default of the content type (Arazzo 1.1.0, Payload Replacement Object).
    kind = replacement.kind or ("xpath" if is_xml else "jsonpointer")
    try:
        if kind == "xpath":
            version = replacement.version
            target = replacement.target
            return languages.xpath_replaced(as_text(payload), target, as_text(value), version)
        # An empty pointer is the whole payload (RFC 6901, section 5).
        if not replacement.target.removeprefix("#") and kind == "jsonpointer":
            return value
        # A copy: the payload may be a part of the document, which is never written to.
        tree = _tree(payload)
        if kind == "jsonpath":
            places = languages.jsonpath_places(replacement.target, tree)
        else:
            places = (replacement.target.removeprefix("#"),)
    except QueryError as problem:
        raise Unresolved(f"{replacement.target}: {problem}") from None
    if not places:
        raise Unresolved(f"{replacement.target} selects nothing in the payload")
    # All places are found before the first change, which might hide the others.
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
    # "-" is the place after the last item (RFC 6901, section 4).
    elif isinstance(holder, list) and token == "-":
        holder.append(value)
    # An item must be there; an object takes a new member, an array would have a gap.
    elif isinstance(holder, list) and lookup(holder, f"/{last}") is not MISSING:
        holder[int(token)] = value
    else:
        raise Unresolved(f"{pointer} leads nowhere in the payload")
    return tree
