"""The specification's rules on an object's members taken together, which a table cannot say."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.errors import suggestion
from harness.jsonvalue import Json, compact, escape, items, members, number, text

Members = Mapping[str, Json]

# The last one is of 1.1 and calls a channel, so messages do not offer it.
_TARGETS = ("operationId", "operationPath", "workflowId", "channelPath")
# Drafts of 1.0 stay allowed beside what 1.1 added: a 1.1 document may have come from 1.0.
_VERSIONS = MappingProxyType(
    {
        "jsonpath": ("rfc9535", "draft-goessner-dispatch-jsonpath-00"),
        "xpath": ("xpath-31", "xpath-30", "xpath-20", "xpath-10"),
        "jsonpointer": ("rfc6901",),
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule and where it shows."""

    pointer: str
    title: str
    advice: str = ""
    actual: str = ""
    other: str = ""
    """The place of what it contradicts."""


def extra_rules(shape: str, value: Members, pointer: str, minor: int) -> Iterator[Problem]:
    """Return what breaks the rules of one object."""
    if (rule := _RULES.get(shape)) is not None:
        yield from rule(value, pointer, minor)


def _root(value: Members, pointer: str, minor: int) -> Iterator[Problem]:  # noqa: ARG001 one signature for all rules
    yield from _unique(value.get("sourceDescriptions"), "/sourceDescriptions", ("name",))
    yield from _unique(value.get("workflows"), "/workflows", ("workflowId",))
    # A base URI has no fragment (RFC 3986, section 5.1).
    if "#" in text(value.get("$self")):
        yield Problem("/$self", "$self must not have a fragment", "Leave out what follows '#'.")


def _source(value: Members, pointer: str, minor: int) -> Iterator[Problem]:
    if value.get("type") == "asyncapi" and minor < 1:
        title = "sources of type 'asyncapi' exist since Arazzo 1.1"
        yield Problem(f"{pointer}/type", title, "Write 'arazzo: 1.1.0' at the top.")


def _workflow(value: Members, pointer: str, minor: int) -> Iterator[Problem]:
    yield from _unique(value.get("steps"), f"{pointer}/steps", ("stepId",))
    yield from _unique(value.get("parameters"), f"{pointer}/parameters", ("name", "in"))
    yield from _querystrings(value.get("parameters"), f"{pointer}/parameters")
    for key in ("successActions", "failureActions"):
        yield from _unique(value.get(key), f"{pointer}/{key}", ("name",))
    # The steps that call workflows take these too, and an input has no `in`.
    yield from _locations(value.get("parameters"), f"{pointer}/parameters", minor, needed=False)
    # Extensions are no part of the table, so their values are checked here.
    if value.get("x-scope", "case") not in ("case", "session"):
        what = "x-scope is 'case' or 'session'"
        yield Problem(f"{pointer}/x-scope", what, actual=compact(value.get("x-scope")))
    if not isinstance(value.get("x-teardown", ""), str):
        yield Problem(f"{pointer}/x-teardown", "x-teardown must be a workflowId")
    if not all(isinstance(name, str) for name in _env(value.get("x-env", {}))):
        yield Problem(f"{pointer}/x-env", "x-env must give each input the name of a variable")


def _env(value: Json) -> tuple[Json, ...]:
    return tuple(value.values()) if isinstance(value, Mapping) else (None,)


def _step(value: Members, pointer: str, minor: int) -> Iterator[Problem]:
    targets = [key for key in _TARGETS if key in value]
    # Exactly one target (Arazzo, Step Object): with two, runners would choose differently.
    if len(targets) != 1:
        title = f"a step must have exactly one of {', '.join(_TARGETS[:3])}"
        what = f"It has {' and '.join(targets)}." if targets else "It has none of them."
        yield Problem(pointer, title, what)
    # Parameters of a called workflow become its inputs and have no place in a request.
    is_call = targets == ["workflowId"]
    yield from _locations(
        value.get("parameters"), f"{pointer}/parameters", minor, needed=not is_call
    )
    yield from _unique(value.get("parameters"), f"{pointer}/parameters", ("name", "in"))
    yield from _querystrings(value.get("parameters"), f"{pointer}/parameters")
    for key in ("onSuccess", "onFailure"):
        yield from _unique(value.get(key), f"{pointer}/{key}", ("name",))
    if "channelPath" in value and "action" not in value:
        yield Problem(pointer, "a step with channelPath needs an action")
    # The table's `strings` may be empty, which this array may not.
    if "dependsOn" in value and not value["dependsOn"]:
        yield Problem(f"{pointer}/dependsOn", "this array must not be empty")


def _locations(value: Json, pointer: str, minor: int, *, needed: bool) -> Iterator[Problem]:
    for index, item in enumerate(items(value)):
        parameter = members(item)
        if needed and "in" not in parameter and "reference" not in parameter:
            title = "a parameter of an operation needs 'in'"
            yield Problem(f"{pointer}/{index}", title, "Add 'in: query', for example.")
        if parameter.get("in") == "querystring" and not _is_textual(parameter.get("value")):
            title = "a querystring is a text, the whole of what follows '?'"
            yield Problem(f"{pointer}/{index}/value", title, "Write name=value&other=value.")
        # `in: querystring` is of OpenAPI 3.2, which Arazzo supports since 1.1.
        if parameter.get("in") == "querystring" and minor < 1:
            title = "'in: querystring' exists since Arazzo 1.1"
            yield Problem(f"{pointer}/{index}/in", title, "Write 'arazzo: 1.1.0' at the top.")


def _querystrings(value: Json, pointer: str) -> Iterator[Problem]:
    """Refuse what stands beside a querystring, which is the whole of a query (OpenAPI 3.2.0, 4.12.1)."""
    places = [text(members(item).get("in")) for item in items(value)]
    at = [index for index, place in enumerate(places) if place == "querystring"]
    if len(at) > 1:
        yield Problem(f"{pointer}/{at[1]}", "there can be one querystring alone", "Join the two.")
    if at and "query" in places:
        title = "a querystring excludes query parameters"
        yield Problem(f"{pointer}/{places.index('query')}", title, "Write it into the querystring.")


def _is_textual(value: Json) -> bool:
    """Return whether a value is a text or a Selector Object, which may select one."""
    is_selector = isinstance(value, Mapping) and value.keys() >= {"context", "selector", "type"}
    return is_selector or isinstance(value, str | None)


def _action(value: Members, pointer: str, minor: int) -> Iterator[Problem]:  # noqa: ARG001 one signature for all rules
    named = [key for key in ("stepId", "workflowId") if key in value]
    # An `end` needs no target and a `retry` may name one step or workflow to run first.
    if value.get("type") == "goto" and len(named) != 1:
        yield Problem(pointer, "a goto must name exactly one of stepId and workflowId")
    elif len(named) == 2:
        yield Problem(pointer, "stepId and workflowId exclude each other")
    # Only a workflow has inputs that parameters could fill.
    if "parameters" in value and "workflowId" not in value:
        title = "parameters of an action are for the workflow that it names"
        yield Problem(f"{pointer}/parameters", title, "Name a workflowId or remove them.")
    yield from _unique(value.get("parameters"), f"{pointer}/parameters", ("name",))
    for index, item in enumerate(items(value.get("parameters"))):
        if "in" in members(item):
            yield Problem(f"{pointer}/parameters/{index}/in", "'in' must not be used here")
    yield from _poll(value.get("x-poll", {}), f"{pointer}/x-poll")


def _body(value: Members, pointer: str, minor: int) -> Iterator[Problem]:  # noqa: ARG001 one signature for all rules
    files = value.get("x-files", {})
    if not isinstance(files, Mapping):
        yield Problem(f"{pointer}/x-files", "x-files must give each field its file")
    for name, given in members(files).items():
        yield from _file(given, f"{pointer}/x-files/{escape(name)}")


def _file(given: Json, pointer: str) -> Iterator[Problem]:
    # A field may send several files; each entry has the form of a single one.
    if isinstance(given, list):
        for index, item in enumerate(given):
            yield from _file(item, f"{pointer}/{index}")
    elif isinstance(given, Mapping):
        known = ("path", "filename", "contentType")
        for key in given:
            if key not in known:
                title = f"a file of x-files has no '{key}'"
                yield Problem(f"{pointer}/{escape(key)}", title, suggestion(key, known))
        if "path" not in given:
            yield Problem(pointer, "a file of x-files needs a path")
    elif not isinstance(given, str):
        yield Problem(pointer, "a file of x-files is a path, or an object with one")


def _poll(value: Json, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(pointer, "x-poll must be an object")
    for key, setting in members(value).items():
        if key not in ("backoff", "maxInterval", "deadline"):
            yield Problem(f"{pointer}/{key}", f"x-poll has no '{key}'", "Known: backoff, deadline, maxInterval.")  # fmt: skip
        elif number(setting, -1) < 0:
            title = f"'{key}' must be a number, 0 or more"
            yield Problem(f"{pointer}/{key}", title, actual=compact(setting))


def _criterion(value: Members, pointer: str, minor: int) -> Iterator[Problem]:  # noqa: ARG001 one signature for all rules
    kind = value.get("type", "simple")
    name = members(kind).get("type") if isinstance(kind, Mapping) else kind
    if name == "jsonpointer":
        yield Problem(f"{pointer}/type", "a criterion cannot be a jsonpointer")
    # A simple condition names its values itself; the other languages are applied to a context.
    if name != "simple" and "context" not in value:
        title = f"a {name} criterion needs a context"
        yield Problem(pointer, title, "Add 'context: $response.body', for example.")
    if isinstance(kind, Mapping):
        yield from _version(kind, f"{pointer}/type")


def _version(kind: Members, pointer: str) -> Iterator[Problem]:
    known = _VERSIONS.get(text(kind.get("type")), ())
    # The object form exists to name a version, so one without a known version says nothing.
    if kind.get("version") not in known:
        title = "the version of an expression type must be one that is known"
        yield Problem(pointer, title, f"Known: {', '.join(known)}." if known else "")


def _replacement(value: Members, pointer: str, minor: int) -> Iterator[Problem]:  # noqa: ARG001 one signature for all rules
    kind = value.get("targetSelectorType")
    name = members(kind).get("type") if isinstance(kind, Mapping) else kind
    if name in ("simple", "regex"):
        title = f"a target cannot be selected by '{name}'"
        yield Problem(
            f"{pointer}/targetSelectorType", title, "Known: jsonpath, jsonpointer, xpath."
        )
    # Only an empty JSON pointer means the whole payload (RFC 6901, section 5).
    if value.get("target") == "" and name in ("jsonpath", "xpath"):
        yield Problem(f"{pointer}/target", f"a target by {name} must not be empty")
    if isinstance(kind, Mapping):
        yield from _version(kind, f"{pointer}/targetSelectorType")


def _unique(value: Json, pointer: str, keys: tuple[str, ...]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], str] = {}
    for index, item in enumerate(items(value)):
        name = tuple(text(members(item).get(key)) for key in keys)
        place = f"{pointer}/{index}"
        # A missing name is reported by the table, and two missing ones are not the same name.
        if name[0] and name in seen:
            title = f"there are two with the {keys[0]} '{name[0]}'"
            yield Problem(place, title, "Give one of them another name.", other=seen[name])
        seen.setdefault(name, place)


_RULES: Mapping[str, Callable[[Members, str, int], Iterator[Problem]]] = MappingProxyType(
    {
        "root": _root,
        "source": _source,
        "workflow": _workflow,
        "step": _step,
        "body": _body,
        "success": _action,
        "failure": _action,
        "criterion": _criterion,
        "replacement": _replacement,
    }
)
