"""Check references, and that what is described is used."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from harness.jsonvalue import MISSING, escape, items, lookup, members, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.structure import Kind, Version, fields
from harness.openapi.walk import Node

_HOLDERS: Mapping[str, Kind] = MappingProxyType(
    {
        "schemas": Kind.SCHEMA,
        "responses": Kind.RESPONSE,
        "parameters": Kind.PARAMETER,
        "examples": Kind.EXAMPLE,
        "requestBodies": Kind.REQUEST_BODY,
        "headers": Kind.HEADER,
        "securitySchemes": Kind.SECURITY_SCHEME,
        "links": Kind.LINK,
        "callbacks": Kind.CALLBACK,
        "pathItems": Kind.PATH_ITEM,
        "mediaTypes": Kind.MEDIA_TYPE,
    }
)
_HOLDERS_2: Mapping[str, Kind] = MappingProxyType(
    {
        "definitions": Kind.SCHEMA,
        "parameters": Kind.PARAMETER,
        "responses": Kind.RESPONSE,
        "securityDefinitions": Kind.SECURITY_SCHEME,
    }
)

# CreateOrderRequest or request_body_v2; `_OTHER_NAME` is for names that only look like it.
_REQUEST_NAME = re.compile(r"request(?:body|dto|model|payload)?(?:[_.-]?v?[0-9]+)?$", re.IGNORECASE)
_OTHER_NAME = re.compile(r"error|response|exception|bad|invalid|pull[_-]?request", re.IGNORECASE)


def _dangling(subject: Subject, _: Node) -> Iterator[Hit]:
    for node in subject.references:
        reference = node.reference[:120]
        # References to other files have a rule of their own.
        if subject.index.is_external(node.reference, node.base):
            continue
        if subject.index.target(node) is None:
            yield Hit(node.at("$ref"), f"the reference '{reference}' leads nowhere")
        # A chain can end at a value that is no object; only a circle is meant here.
        elif subject.resolve(node) is None and _is_circle(subject, node):
            yield Hit(node.at("$ref"), f"the reference '{reference}' leads in a circle")


def _unreadable(subject: Subject, _: Node) -> Iterator[Hit]:
    for node in subject.references:
        is_external = subject.index.is_external(node.reference, node.base)
        if is_external and not _is_vocabulary(node):
            place = node.at("$ref")
            problem = subject.problems.get(subject.document.source(place))
            what = problem or f"the reference to '{node.reference[:120]}' was not followed"
            yield Hit(place, what)


def _is_vocabulary(node: Node) -> bool:
    """Decide whether a reference names the schema of schemas, which every validator has."""
    return node.reference.startswith(("https://json-schema.org/", "http://json-schema.org/"))


def _is_circle(subject: Subject, node: Node) -> bool:
    met = set()
    onward: Node | None = node
    while onward is not None and onward.pointer not in met:
        met.add(onward.pointer)
        target = subject.index.target(onward) if onward.reference else None
        onward = subject.nodes.get(target) if target else None
    return onward is not None


def _misplaced(subject: Subject, _: Node) -> Iterator[Hit]:
    """Report each kind once, at its first place: who splits a document does it everywhere."""
    # Before 3.2 a media type cannot be referred to.
    allowed = _REFERABLE.difference(
        {Kind.MEDIA_TYPE} if subject.version is not Version.V3_2 else ()
    )
    places: defaultdict[Kind, list[Node]] = defaultdict(list)
    for node in subject.references:
        if node.kind not in allowed:
            places[node.kind].append(node)
    for kind, nodes in places.items():
        times = f", here and in {len(nodes) - 1} more places" if len(nodes) > 1 else ""
        called = kind.value.replace("_", " ")
        what = f"the standard allows no reference in place of the {called} object{times}"
        yield Hit(nodes[0].at("$ref"), what)


def _wrong_kind(subject: Subject, _: Node) -> Iterator[Hit]:
    for node in subject.references:
        pointer = subject.index.target(node)
        found = subject.nodes.get(pointer) if pointer else None
        if found is not None and found.kind is not node.kind:
            # Each by the name that OpenAPI gives to the object.
            wanted, given = (kind.value.replace("_", " ") for kind in (node.kind, found.kind))
            what = f"the reference leads to a {given}, where a {wanted} belongs"
            yield Hit(node.at("$ref"), what, node.reference)


def _siblings(subject: Subject, node: Node) -> Iterator[Hit]:
    """OpenAPI 3.0.4, 4.7.23: all are ignored; 3.1.1, 4.8.23: all but summary and description."""
    if not node.reference or node.kind is Kind.PATH_ITEM:
        return
    kept: tuple[str, ...] = ("$ref",)
    if subject.version.has_json_schema:
        if node.kind is Kind.SCHEMA:
            # JSON Schema 2020-12 applies what stands beside a reference.
            return
        kept = ("$ref", "summary", "description")
    beside = [key for key in node.object if key not in kept]
    if beside:
        yield Hit(node.pointer, f"{', '.join(beside)} beside a reference", node.reference)


def _components(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, section and name of every component that references may name."""
    is_2 = subject.version is Version.V2_0
    holder = "" if is_2 else "/components"
    for section in _HOLDERS_2 if is_2 else _HOLDERS:
        for name in members(lookup(subject.root, f"{holder}/{section}")):
            yield f"{holder}/{section}/{escape(name)}", section, name


def _used(subject: Subject) -> set[str]:
    """Return the components that anything outside of the components leads to, one after the other."""
    components = {pointer for pointer, _, _ in _components(subject)}
    edges: defaultdict[str | None, set[str]] = defaultdict(set)
    for source, target in _edges(subject):
        goal = _owner(target, components)
        owner = _owner(source, components)
        # A component that refers to itself is not used by that.
        if goal is not None and goal != owner:
            edges[owner].add(goal)
    # From all that lies outside of components, and from there along what is used.
    found = set(edges[None])
    waiting = list(found)
    for pointer in waiting:  # which grows meanwhile
        new = edges[pointer] - found
        found |= new
        waiting.extend(new)
    return found


def _edges(subject: Subject) -> Iterator[tuple[str, str | None]]:
    """Yield from where to where something is used."""
    for node in subject.references:
        target = subject.index.target(node)
        yield node.pointer, target
        # Such a schema is chosen by name, without any reference that leads to it.
        base = members(lookup(subject.root, target)) if target else {}
        if "discriminator" in base and node.pointer.rpartition("/")[0].endswith("/allOf"):
            yield target or "", node.pointer  # a base's children are chosen by their names
    for node in subject.of(Kind.DISCRIMINATOR):
        mapping = members(node.object.get("mapping"))
        for value in (*mapping.values(), node.object.get("defaultMapping")):
            yield node.pointer, _mapped(subject, text(value))
    is_2 = subject.version is Version.V2_0
    place = "/securityDefinitions" if is_2 else "/components/securitySchemes"
    for node in subject.of(Kind.SECURITY_REQUIREMENT):
        for name in node.object:
            yield node.pointer, f"{place}/{escape(name)}"


def _mapped(subject: Subject, value: str) -> str | None:
    """Return the schema that a discriminator's mapping means: a reference or a bare name."""
    if not value:
        return None
    named = f"/components/schemas/{escape(value)}"
    # A name first: the standard asks tools to try it as the name of a schema.
    return named if lookup(subject.root, named) is not MISSING else subject.pointer_of(value)


def _owner(pointer: str | None, components: set[str]) -> str | None:
    while pointer:
        if pointer in components:
            return pointer
        pointer = pointer.rpartition("/")[0]
    return None


def _unused(subject: Subject, _: Node) -> Iterator[Hit]:
    if not (
        members(members(subject.root).get("paths"))
        or members(members(subject.root).get("webhooks"))
    ):
        return  # a document of components alone is used by others
    used = _used(subject)
    for pointer, section, name in _components(subject):
        if pointer not in used and not _is_request(section, name):
            yield Hit(pointer, f"no operation uses '{name[:80]}' of {section}")


def _unused_requests(subject: Subject, _: Node) -> Iterator[Hit]:
    used = _used(subject)
    for pointer, section, name in _components(subject):
        if pointer not in used and _is_request(section, name):
            what = f"the schema '{name[:80]}' describes a request and belongs to no operation"
            yield Hit(pointer, what)


def _is_request(section: str, name: str) -> bool:
    """Decide by its name whether a schema is the body of a request; errors and answers are not."""
    is_named = _REQUEST_NAME.search(name) is not None and not _OTHER_NAME.search(name)
    return section in ("schemas", "definitions") and is_named


def _mappings(subject: Subject, node: Node) -> Iterator[Hit]:
    for name, value in members(node.object.get("mapping")).items():
        target = _mapped(subject, text(value))
        word = text(value)
        # What holds a sign of an address is a reference, possibly to another file.
        is_name = bool(word) and not any(sign in word for sign in "/#.")
        is_gone = target is None or lookup(subject.root, target) is MISSING
        if (word.startswith("#") or is_name) and is_gone:
            place = f"{node.at('mapping')}/{escape(name)}"
            yield Hit(place, f"the mapping leads to '{word[:80]}', which there is not")


def _loose_references(subject: Subject, _: Node) -> Iterator[Hit]:
    """Find references where the standard reads data: an example is shown as it is written."""
    for node in subject.nodes.values():
        # Members that the tables call data: elsewhere such a reference is followed.
        for key in ("example", "value", "default", "enum"):
            found = fields(subject.version, node.kind).get(key)
            if found is None or found.kind is not Kind.DATA or key not in node.object:
                continue
            value = node.object[key]
            for item in items(value) if key == "enum" else [value]:
                if isinstance(members(item).get("$ref"), str) and len(members(item)) == 1:
                    what = f"'{key}' is data, in which no reference is followed"
                    yield Hit(node.at(key), what, item)


_DOCUMENT = (Kind.DOCUMENT,)
_REFERABLE = frozenset(_HOLDERS.values())
_ALL = tuple(_HOLDERS.values())
RULES = (
    Rule(
        "reference-dangling",
        Severity.ERROR,
        _DOCUMENT,
        _dangling,
        "Every reference leads to a value.",
        "OpenAPI 3.1.1, 4.8.23; RFC 6901",
        "What is meant cannot be known; correct the reference.",
    ),
    Rule(
        "reference-unreadable",
        Severity.ERROR,
        _DOCUMENT,
        _unreadable,
        "Every file that is referred to can be read, and holds what is meant.",
        "OpenAPI 3.1.1, 4.6",
        "What the other file describes cannot be checked.",
    ),
    Rule(
        "reference-misplaced",
        Severity.WARNING,
        _DOCUMENT,
        _misplaced,
        "References stand where the standard allows them.",
        "OpenAPI 3.1.1, 4.8.23 and the fixed fields of each object",
        "Many tools do not follow it; write the object itself, or refer to a path item.",
    ),
    Rule(
        "reference-wrong-kind",
        Severity.ERROR,
        _DOCUMENT,
        _wrong_kind,
        "A reference leads to an object of the kind that belongs in its place.",
        "OpenAPI 3.1.1, 4.8.23",
        "Tools read one thing as another.",
    ),
    Rule(
        "ref-siblings",
        Severity.WARNING,
        _ALL,
        _siblings,
        "Nothing stands beside a reference that is ignored there.",
        "OpenAPI 3.0.4, 4.7.23; 3.1.1, 4.8.23",
        "What stands beside a reference never applies.",
    ),
    Rule(
        "component-unused",
        Severity.WARNING,
        _DOCUMENT,
        _unused,
        "Every component is used by an operation or a webhook.",
        "OpenAPI 3.1.1, 4.8.7",
        "It is described and never checked; use it or remove it.",
    ),
    Rule(
        "request-schema-unused",
        Severity.WARNING,
        _DOCUMENT,
        _unused_requests,
        "A schema that describes a request is the body of an operation.",
        "OpenAPI 3.1.1, 4.8.13",
        "The real shape of a request is written down but never checked.",
    ),
    Rule(
        "discriminator-mapping-unresolved",
        Severity.ERROR,
        (Kind.DISCRIMINATOR,),
        _mappings,
        "The mapping of a discriminator leads to schemas.",
        "OpenAPI 3.1.1, 4.8.25.1",
        "No schema is found for such a value.",
    ),
    Rule(
        "reference-in-data",
        Severity.WARNING,
        _DOCUMENT,
        _loose_references,
        "No example, default or enum consists of a reference.",
        "OpenAPI 3.1.1, 4.8.19.1 and 4.8.23",
        "The reference itself is sent and shown.",
    ),
)
