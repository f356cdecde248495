"""Say of which promises a document gives nothing to try."""

from collections.abc import Iterator

from harness.openapi.model import Api, Operation
from harness.openapi.promises import Promise, promised, requirement_id
from harness.rules.document.places import chosen_body, places_of
from harness.rules.document.sequences import families
from harness.rules.document.trials import ALLOWING, constraints_of


def untried(api: Api) -> Iterator[tuple[str, str]]:
    """Yield the ids of promises that no case can be made for, each with the reason.

    They would stay without a result for ever, and no server of the document could be certified.
    """
    makers = {family.creator.id for family in families(api)}
    for operation, promise in promised(api):
        if promise is Promise.KEEPS and operation.id not in makers:
            yield requirement_id(operation, promise), "the document reads nothing of what it makes"
        if promise is Promise.REFUSES and not _refuses_anything(api, operation):
            yield requirement_id(operation, promise), "the document allows whatever can be sent"


def _refuses_anything(api: Api, operation: Operation) -> bool:
    return chosen_body(operation) is not None or any(
        constraint.keyword not in ALLOWING
        for place in places_of(api, operation)
        for constraint in constraints_of(place)
    )
