"""Check operations: their ids, tags, bodies, and the documented outcomes."""

import re
from collections import defaultdict
from collections.abc import Iterator

from harness.jsonvalue import escape, items, members, text, unescape
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node

# Unreserved and reserved signs of RFC 3986, 2.2 and 2.3.
_URL_SAFE = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]+", re.ASCII)
_WITHOUT_BODY = ("get", "head", "delete", "trace")
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)


def label(operation: Node) -> str:
    """Name an operation as a reader finds it: `GET /things/{id}`, `POST` of webhook or callback."""
    before = unescape(operation.pointer.rpartition("/")[0])
    return f"{operation.key.upper()} {before.removeprefix('/paths/')}"


def _duplicate_ids(subject: Subject, _: Node) -> Iterator[Hit]:
    first: dict[str, Node] = {}
    for node in subject.of(Kind.OPERATION):
        name = node.object.get("operationId")
        if not isinstance(name, str):
            continue
        # The first one keeps its id; each later one is a finding at its own place.
        if name in first:
            what = f"the operationId '{name}' is that of {label(first[name])} as well"
            yield Hit(node.at("operationId"), what)
        first.setdefault(name, node)


def _missing_ids(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, method, _item, node in subject.operations:
        if not text(node.object.get("operationId")):
            yield Hit(node.pointer, f"{method.upper()} {path} has no operationId")


def _unsafe_ids(_: Subject, node: Node) -> Iterator[Hit]:
    name = text(node.object.get("operationId"))
    if name and not _URL_SAFE.fullmatch(name):
        yield Hit(node.at("operationId"), f"the operationId '{name}' needs encoding in a URL")


def _summaries(_: Subject, node: Node) -> Iterator[Hit]:
    if not node.reference and not text(node.object.get("summary")).strip():
        yield Hit(node.pointer, f"{label(node)} has no summary")


def _ignored_body(subject: Subject, node: Node) -> Iterator[Hit]:
    method = node.key
    body = "requestBody" in node.object
    if subject.version is Version.V2_0:
        # Swagger 2.0 has bodies among the parameters.
        body = any(meant.object.get("in") == "body" for _, meant in subject.parameters(node))
    if method in _WITHOUT_BODY and body:
        place = node.at("requestBody") if "requestBody" in node.object else node.at("parameters")
        yield Hit(place, f"{label(node)} documents a body, which {method.upper()} gives no meaning")


def _statuses(node: Node) -> list[str]:
    return [
        response
        for response in members(node.object.get("responses"))
        if not response.startswith("x-")
    ]


def _success(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, method, _item, node in subject.operations:
        given = _statuses(node)
        # `d` is that of `default`, which stands for success as well.
        if given and not any(each[0] in "123d" for each in given):
            what = f"{method.upper()} {path} documents no success"
            yield Hit(node.at("responses"), what, ", ".join(given))


def _refusals(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, method, _item, node in subject.operations:
        given = _statuses(node)
        # A range such as 4XX counts; `default` does not, as it says nothing of refusals.
        if given and not any(each.startswith("4") for each in given):
            what = f"{method.upper()} {path} documents no refusal of its own"
            yield Hit(node.at("responses"), what, ", ".join(given))


def _no_responses(subject: Subject, node: Node) -> Iterator[Hit]:
    # Before OpenAPI 3.1 responses are a required field, which has a rule of its own.
    is_own = node.pointer.startswith(("/paths/", "/webhooks/"))
    if subject.version.has_json_schema and is_own and "responses" not in node.object:
        yield Hit(node.pointer, f"{label(node)} documents no response")


def _tags(subject: Subject, _: Node) -> Iterator[Hit]:
    listed = items(members(subject.root).get("tags"))
    known = {text(members(item).get("name")) for item in listed}
    if not known:
        return  # tags need not be declared (OpenAPI 3.1.1, 4.8.1); declaring only some is a mistake
    places: defaultdict[str, list[str]] = defaultdict(list)
    for _path, _method, _item, node in subject.operations:
        for index, tag in enumerate(items(node.object.get("tags"))):
            if tag not in known:
                places[str(tag)].append(f"{node.at('tags')}/{index}")
    for tag, pointers in places.items():
        times = f", here and in {len(pointers) - 1} more places" if len(pointers) > 1 else ""
        # One finding for each tag, since who forgets it forgets it everywhere.
        yield Hit(pointers[0], f"the tag '{tag}' is not declared{times}")


def _unused_tags(subject: Subject, node: Node) -> Iterator[Hit]:
    used = {tag for other in subject.of(Kind.OPERATION) for tag in items(other.object.get("tags"))}
    tags = items(members(subject.root).get("tags")) if subject.operations else []
    parents = {members(other).get("parent") for other in tags}
    for index, tag in enumerate(tags):
        name = text(members(tag).get("name"))
        is_group = any(key.startswith("x-") for key in members(tag))  # what tools read besides
        if name and name not in used and name not in parents and not is_group:
            yield Hit(f"{node.at('tags')}/{index}", f"no operation has the tag '{name}'")


def _duplicate_tags(subject: Subject, node: Node) -> Iterator[Hit]:
    seen = set()
    for index, tag in enumerate(items(members(subject.root).get("tags"))):
        name = text(members(tag).get("name"))
        if name in seen:
            yield Hit(f"{node.at('tags')}/{index}", f"the tag '{name}' is declared twice")
        seen.add(name)


def _forbidden_content(subject: Subject, node: Node) -> Iterator[Hit]:
    for status, found in _responses(subject, node):
        has_none = status in ("204", "205", "304") or status.startswith("1") or node.key == "head"
        held = found.object.get("content", found.object.get("schema"))
        # A `content` without anything in it is a way to say that there is none.
        if has_none and any(_says(value) for value in members(held).values()):
            asked = "to HEAD" if node.key == "head" else f"with the status {status}"
            what = f"a response {asked} has no body"
            yield Hit(f"{node.at('responses')}/{escape(status)}", what)


def _says(media_type: object) -> bool:
    return bool(members(media_type)) or isinstance(media_type, str)


def _responses(subject: Subject, operation: Node) -> Iterator[tuple[str, Node]]:
    for status in members(operation.object.get("responses")):
        found = subject.child(operation, "responses", status)
        if found is not None:
            yield status, found


def _scripts(subject: Subject, _: Node) -> Iterator[Hit]:
    for node in subject.nodes.values():
        for key in ("description", "title", "summary"):
            value = node.object.get(key)
            if isinstance(value, str) and _SCRIPT.search(value):
                yield Hit(node.at(key), f"the {key} holds a script")


_DOCUMENT = (Kind.DOCUMENT,)
_OPERATION = (Kind.OPERATION,)
RULES = (
    Rule(
        "operation-id-duplicate",
        Severity.ERROR,
        _DOCUMENT,
        _duplicate_ids,
        "Every operationId is unique, webhooks and callbacks included.",
        "OpenAPI 3.1.1, 4.8.10",
        "Tools find one of the operations, and which one differs; rename one.",
    ),
    Rule(
        "operation-id-missing",
        Severity.NOTE,
        _DOCUMENT,
        _missing_ids,
        "Every operation has an operationId.",
        "OpenAPI 3.1.1, 4.8.10",
        "Workflows and reports name it by method and path.",
    ),
    Rule(
        "operation-id-unsafe",
        Severity.WARNING,
        _OPERATION,
        _unsafe_ids,
        "An operationId consists of signs that a URL may hold as they are.",
        "OpenAPI 3.1.1, 4.8.10; RFC 3986, 2",
        "Tools that make names or links of it differ.",
    ),
    Rule(
        "operation-summary-missing",
        Severity.NOTE,
        _OPERATION,
        _summaries,
        "Every operation has a summary.",
        "OpenAPI 3.1.1, 4.8.10",
        "Lists and menus show its path in place of what it does.",
    ),
    Rule(
        "request-body-ignored",
        Severity.WARNING,
        _OPERATION,
        _ignored_body,
        "GET, HEAD, DELETE and TRACE document no body.",
        "OpenAPI 3.0.4, 4.7.10; RFC 9110, 9.3",
        "Many clients and proxies drop the body.",
    ),
    Rule(
        "success-undocumented",
        Severity.WARNING,
        _DOCUMENT,
        _success,
        "Every operation documents a status below 400, or default.",
        "OpenAPI 3.1.1, 4.8.16",
        "A call that works counts as undocumented.",
    ),
    Rule(
        "client-errors-undocumented",
        Severity.WARNING,
        _DOCUMENT,
        _refusals,
        "Every operation documents a status of 400 to 499.",
        "OpenAPI 3.1.1, 4.8.16",
        "Any refusal counts as documented, so negative tests say nothing.",
    ),
    Rule(
        "responses-missing",
        Severity.WARNING,
        _OPERATION,
        _no_responses,
        "From OpenAPI 3.1 on too, every operation documents its responses.",
        "OpenAPI 3.1.1, 4.8.10",
        "No answer can be judged.",
    ),
    Rule(
        "operation-tag-undeclared",
        Severity.WARNING,
        _DOCUMENT,
        _tags,
        "Where a document declares tags, it declares those that its operations name.",
        "OpenAPI 3.1.1, 4.8.1",
        "The operation stands apart from its group.",
    ),
    Rule(
        "tag-unused",
        Severity.NOTE,
        _DOCUMENT,
        _unused_tags,
        "Every declared tag is that of an operation.",
        "OpenAPI 3.1.1, 4.8.1",
        "Documentation shows an empty group.",
    ),
    Rule(
        "tag-duplicate",
        Severity.ERROR,
        _DOCUMENT,
        _duplicate_tags,
        "Every declared tag has a name of its own.",
        "OpenAPI 3.1.1, 4.8.1",
        "Other tools refuse the document, or show one of the two.",
    ),
    Rule(
        "response-body-forbidden",
        Severity.WARNING,
        _OPERATION,
        _forbidden_content,
        "Responses that have no body in HTTP document none.",
        "RFC 9110, 9.3.2, 15.2, 15.3.5, 15.3.6, 15.4.5",
        "The documented body never comes.",
    ),
    Rule(
        "script-in-text",
        Severity.WARNING,
        _DOCUMENT,
        _scripts,
        "No description, title or summary holds a script.",
        "OpenAPI 3.1.1, 5: descriptions may hold Markdown that a page shows",
        "A page that shows the text may run it.",
    ),
)
