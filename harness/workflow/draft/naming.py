"""Name what a draft calls: documents, operations, steps."""

import re
from dataclasses import dataclass

from harness.openapi.model import Api, Operation

# Between a small letter and a capital, or at any run of other characters.
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a draft calls: its name there, where it lies, and the API in it."""

    name: str
    url: str
    api: Api


def slug(words: str) -> str:
    """Return words in the spelling of ids: `createThing` becomes `create-thing`."""
    return "-".join(part.lower() for part in _BOUNDARY.split(words) if part)


def called(source: Source, operation: Operation) -> dict[str, str]:
    """Return how a step names an operation, whatever other sources there are."""
    if operation.id:
        # Qualified, which the specification demands as soon as there are several sources.
        return {"operationId": f"$sourceDescriptions.{source.name}.{operation.id}"}
    return {"operationPath": f"{{$sourceDescriptions.{source.name}.url}}#{operation.pointer}"}
