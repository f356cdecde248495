"""Check paths, and that their templates and the path parameters agree."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from harness.jsonvalue import escape, members, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node

_EXPRESSION = re.compile(r"\{([^{}]*)\}")


def _paths(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield each path with its pointer."""
    for path in members(members(subject.root).get("paths")):
        if not path.startswith("x-"):
            yield path, f"/paths/{escape(path)}"


def _slash(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, pointer in _paths(subject):
        if not path.startswith("/"):
            yield Hit(pointer, f"the path '{path}' does not begin with a slash")


def _query(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, pointer in _paths(subject):
        if "?" in path or "#" in path:
            yield Hit(pointer, f"the path '{path}' holds a query or a fragment")


def _trailing(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, pointer in _paths(subject):
        if len(path) > 1 and path.endswith("/"):
            yield Hit(pointer, f"the path '{path}' ends with a slash")


def _braces(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, pointer in _paths(subject):
        # What is left after all whole expressions must hold no brace.
        rest = _EXPRESSION.sub("", path)
        if "{" in rest or "}" in rest:
            yield Hit(pointer, f"the braces of the path '{path}' do not pair up")
        names = [name.strip() for name in _EXPRESSION.findall(path)]
        if "" in names:
            yield Hit(pointer, f"a template expression of the path '{path}' has no name")
        for name, count in Counter(names).items():
            if name and count > 1:
                yield Hit(pointer, f"the path '{path}' has the template expression '{name}' twice")


def _identical(subject: Subject, _: Node) -> Iterator[Hit]:
    first: dict[str, str] = {}
    for path, pointer in _paths(subject):
        # Names of parameters are not on the wire, so these paths are one.
        shape = _EXPRESSION.sub("{}", path)
        if shape in first:
            yield Hit(pointer, f"the path '{path}' is the same as '{first[shape]}'")
        first.setdefault(shape, path)


def _ambiguous(subject: Subject, _: Node) -> Iterator[Hit]:
    """Compare paths of the same number of segments, by the first segment where both are literal."""
    groups: defaultdict[int, list[tuple[str, str, list[str]]]] = defaultdict(list)
    for path, pointer in _paths(subject):
        segments = path.split("/")
        # Only paths of equal length can fit the same request.
        for other, _place, theirs in groups[len(segments)]:
            if _overlaps(segments, theirs):
                yield Hit(pointer, f"a request may fit the path '{path}' and '{other}' alike")
                break
        groups[len(segments)].append((path, pointer, segments))


def _overlaps(one: list[str], other: list[str]) -> bool:
    """Decide whether two paths fit the same request and neither is the more concrete one."""
    # Each side being more concrete somewhere, neither of the two is the obvious choice.
    mine = theirs = False
    for left, right in zip(one, other, strict=True):
        left_free, right_free = _is_free(left), _is_free(right)
        if left == right or (left_free and right_free):
            continue
        if not left_free and not right_free:
            return False
        mine, theirs = mine or right_free, theirs or left_free
    return mine and theirs


def _is_free(segment: str) -> bool:
    # `v{version}` is literal in part, and counts as literal.
    return _EXPRESSION.fullmatch(segment) is not None


def _undeclared(subject: Subject, _: Node) -> Iterator[Hit]:
    for path, method, item, operation in subject.operations:
        declared = _declared(subject, item, operation)
        if _has_unread(subject, item, operation):
            continue  # what is missing may stand in a file that could not be read
        for name in dict.fromkeys(_names(path)):
            if name not in declared:
                what = f"{method.upper()} {path} does not declare its path parameter '{name}'"
                yield Hit(operation.pointer, what)


def _names(path: str) -> list[str]:
    return [name for name in _EXPRESSION.findall(path) if name.strip()]


def _declared(subject: Subject, *holders: Node) -> set[str]:
    found = (meant.object for _, meant in subject.parameters(*holders))
    return {text(item.get("name")) for item in found if item.get("in") == "path"}


def _has_unread(subject: Subject, *holders: Node) -> bool:
    listed = [node for holder in holders for _, node in subject.children(holder, "parameters")]
    return any(subject.resolve(node) is None for node in listed)


def _unused(subject: Subject, _: Node) -> Iterator[Hit]:
    reported = set()
    for path, method, item, operation in subject.operations:
        for node, meant in subject.parameters(item, operation):
            # A parameter of the path item is met once for each method, and is one finding.
            name, key = text(meant.object.get("name")), (path, node.pointer)
            if (
                meant.object.get("in") == "path"
                and name not in _names(path)
                and key not in reported
            ):
                reported.add(key)
                what = f"the path of {method.upper()} {path} has no place for the path parameter '{name}'"
                yield Hit(node.pointer, what)


def _optional(_: Subject, node: Node) -> Iterator[Hit]:
    if node.object.get("in") == "path" and node.object.get("required") is not True:
        what = f"the path parameter '{text(node.object.get('name'))}' is not 'required: true'"
        yield Hit(node.pointer, what)


def _webhook_paths(subject: Subject, _: Node) -> Iterator[Hit]:
    # Swagger 2.0 has no webhooks.
    if subject.version is Version.V2_0:
        return
    for item in subject.of(Kind.PATH_ITEM):
        if not item.pointer.startswith("/webhooks/"):
            continue
        for node, meant in subject.parameters(item, *subject.methods(item)):
            if meant.object.get("in") == "path":
                what = f"a webhook has no path for the parameter '{text(meant.object.get('name'))}'"
                yield Hit(node.pointer, what)


_PATHS = (Kind.DOCUMENT,)
RULES = (
    Rule(
        "path-malformed",
        Severity.ERROR,
        _PATHS,
        _slash,
        "Every path begins with a slash.",
        "OpenAPI 3.1.1, 4.8.8.1",
        "The path is appended to the server's URL as it is; no such address exists.",
    ),
    Rule(
        "path-query",
        Severity.ERROR,
        _PATHS,
        _query,
        "No path holds a query or a fragment.",
        "OpenAPI 3.1.1, 4.8.8",
        "No request fits the path; declare query parameters instead.",
    ),
    Rule(
        "path-trailing-slash",
        Severity.WARNING,
        _PATHS,
        _trailing,
        "No path but / ends with a slash.",
        "RFC 3986, 6.2.2",
        "With and without the slash are two addresses; one of them is often missing.",
    ),
    Rule(
        "path-template-malformed",
        Severity.ERROR,
        _PATHS,
        _braces,
        "Template expressions of a path have a name, close, and stand once.",
        "OpenAPI 3.1.1, 4.3 and 4.8.8.2",
        "No value can be put into the path.",
    ),
    Rule(
        "paths-identical",
        Severity.ERROR,
        _PATHS,
        _identical,
        "No two paths differ in the names of their template expressions alone.",
        "OpenAPI 3.1.1, 4.8.8.2",
        "Tools keep one of them, and which one differs.",
    ),
    Rule(
        "paths-ambiguous",
        Severity.NOTE,
        _PATHS,
        _ambiguous,
        "No request fits two paths of which neither is the more concrete one.",
        "OpenAPI 3.1.1, 4.8.8.2",
        "Which operation answers is up to each tool.",
    ),
    Rule(
        "path-parameter-undeclared",
        Severity.ERROR,
        _PATHS,
        _undeclared,
        "Every template expression of a path is declared as a path parameter.",
        "OpenAPI 3.1.1, 4.3",
        "No request can be built; declare the parameter with in: path.",
    ),
    Rule(
        "path-parameter-unused",
        Severity.ERROR,
        _PATHS,
        _unused,
        "Every path parameter has its template expression in the path.",
        "OpenAPI 3.1.1, 4.8.12.1",
        "The value is sent nowhere; correct the path or the parameter's name.",
    ),
    Rule(
        "path-parameter-optional",
        Severity.ERROR,
        (Kind.PARAMETER,),
        _optional,
        "Every path parameter is required: true.",
        "OpenAPI 3.1.1, 4.8.12.2",
        "Other tools refuse the document; a path has no gaps.",
    ),
    Rule(
        "webhook-path-parameter",
        Severity.WARNING,
        _PATHS,
        _webhook_paths,
        "Webhooks have no path parameters.",
        "OpenAPI 3.1.1, 4.8.1",
        "The value is sent nowhere.",
    ),
)
