"""Derive the requirement set of a document: one requirement for each operation and promise."""

from collections.abc import Iterator, Mapping
from enum import Enum

from harness.jsonvalue import Json
from harness.openapi.model import Api, Operation
from harness.openapi.requirements import Strength


class Promise(Enum):
    """What an operation of any document promises, with its sentence, source and strength."""

    ANSWERS = ("answers", "answers what the document allows, as the document says", Strength.SHALL)
    REFUSES = ("refuses", "refuses what the document does not allow", Strength.SHALL)
    ROBUST = ("robust", "never answers with a server error", Strength.SHALL)
    PROTECTS = ("protects", "answers nobody who has no valid credentials", Strength.SHALL)
    KEEPS = ("keeps", "keeps what was made, changed and removed", Strength.SHALL)
    LISTS = ("lists", "refuses with statuses that the document lists", Strength.OBSERVE)

    @property
    def key(self) -> str:
        return self.value[0]

    @property
    def sentence(self) -> str:
        return self.value[1]

    @property
    def strength(self) -> str:
        return self.value[2]


def requirement_id(operation: Operation, promise: Promise) -> str:
    """Return the id of a promise of an operation; it stays when operations change their order."""
    return f"{operation.api}.{operation.id}.{promise.key}".replace(" ", ":")


def promised(api: Api) -> Iterator[tuple[Operation, Promise]]:
    """Yield what the operations of a document promise."""
    for operation in api.operations:
        for promise in Promise:
            # Without a security requirement anybody may call, so there is nothing to protect.
            if promise is Promise.PROTECTS and not operation.secured:
                continue
            # What a POST makes can be looked for later; no other method makes something new.
            if promise is Promise.KEEPS and operation.method != "POST":
                continue
            yield operation, promise


def requirement_rows(api: Api, untried: Mapping[str, str]) -> Iterator[Mapping[str, Json]]:
    """Yield the requirement set of a document, as a file of requirements holds it.

    `untried` says by id why nothing can be tried of a promise: the document says too little.
    """
    for operation, promise in promised(api):
        name = requirement_id(operation, promise)
        yield {
            "id": name,
            "statement": f"{operation.label} {promise.sentence}.",
            # The line of the document takes the place of a section.
            "source": f"the document, {operation.source or operation.pointer}",
            "strength": promise.strength,
            **({"untestable": untried[name]} if name in untried else {}),
        }
