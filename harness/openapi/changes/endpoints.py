"""Read from a document what travels with one operation, references resolved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.jsonvalue import MISSING, Json, items, lookup, members, text
from harness.openapi.model import Api, Operation
from harness.openapi.references import follow
from harness.openapi.structure import METHODS


def resolved(root: Json, value: Json) -> Mapping[str, Json]:
    """Return the object that a value is or refers to."""
    reference = members(value).get("$ref")
    if not isinstance(reference, str):
        return members(value)
    target = follow(root, reference)[0]
    return {} if target is MISSING else members(target)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of one document: a path's, a webhook's or a callback's."""

    label: str
    """How reports name it."""
    path: str
    """Its path, or what stands for it."""
    root: Json = field(repr=False)
    item: Mapping[str, Json] = field(repr=False)
    """The path item around it."""
    value: Mapping[str, Json] = field(repr=False)
    servers: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        return self.label.partition(" ")[0]

    @property
    def parameters(self) -> list[Mapping[str, Json]]:
        """Return the parameters, the operation's over the path's (OpenAPI 3.1, 4.8.10)."""
        found: dict[tuple[str, str], Mapping[str, Json]] = {}
        for listed in (self.item.get("parameters"), self.value.get("parameters")):
            # The operation's come later and take the place of the path's.
            for item in items(listed):
                value = resolved(self.root, item)
                found[text(value.get("name")), text(value.get("in"))] = value
        return list(found.values())

    @property
    def body(self) -> Mapping[str, Json]:
        return resolved(self.root, self.value.get("requestBody"))

    @property
    def responses(self) -> dict[str, Mapping[str, Json]]:
        """Return the responses by status, in upper case but for `default`."""
        return {
            # The same status may be written 4xx and 4XX.
            status if status == "default" else status.upper(): resolved(self.root, response)
            for status, response in members(self.value.get("responses")).items()
            if not status.startswith("x-")
        }

    @property
    def security(self) -> Json:
        return self.value.get("security", members(self.root).get("security"))

    def callbacks(self) -> Iterator["Endpoint"]:
        """Yield the operations that the API calls back (OpenAPI 3.1, 4.8.18)."""
        for name, callback in members(self.value.get("callbacks")).items():
            for expression, item in resolved(self.root, callback).items():
                if not expression.startswith("x-"):
                    yield from _of_item(
                        self.root, f"{self.label} callback {name}", expression, item
                    )


def endpoints(api: Api) -> Iterator[Endpoint]:
    """Yield the operations of a document's paths."""
    for operation in api.operations:
        item = members(lookup(api.root, _item_pointer(operation)))
        value = members(lookup(api.root, operation.pointer))
        yield Endpoint(
            operation.label, operation.full_path, api.root, item, value, operation.servers
        )


def _item_pointer(operation: Operation) -> str:
    above = operation.pointer.rpartition("/")[0]
    # OpenAPI 3.2 keeps methods of other names one level deeper.
    return above.removesuffix("/additionalOperations")


def webhooks(api: Api) -> Iterator[Endpoint]:
    """Yield the operations that the API calls by itself (OpenAPI 3.1, 4.8.1)."""
    for name, item in members(members(api.root).get("webhooks")).items():
        yield from _of_item(api.root, "webhook", name, item)


def _of_item(root: Json, prefix: str, name: str, item: Json) -> Iterator[Endpoint]:
    value = resolved(root, item)
    # In a fixed order, whatever that of the document is.
    for method in METHODS:
        if method in value:
            label = f"{prefix} {name} {method.upper()}"
            yield Endpoint(label, name, root, value, members(value[method]))
