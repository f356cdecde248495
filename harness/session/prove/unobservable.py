"""Say why no request can show that a constraint of a document is not checked."""

from collections.abc import Iterator

from harness.mock.document.faults import DocumentFault, FaultKind, faults_called
from harness.openapi.model import Api, Operation
from harness.openapi.validator import faults
from harness.rules.document.draft import Draft
from harness.rules.document.places import Place, chosen_body, parameter_named, places_of
from harness.rules.document.scene import Scene
from harness.rules.document.trials import Constraint, trials_of


def why_unobservable(api: Api, fault_id: str) -> str:
    """Return the reason in words; empty where a request could show the fault."""
    fault = faults_called(api, (fault_id,))[0]
    if fault.kind is not FaultKind.UNCHECKED:
        return ""
    operation = next(each for each in api.operations if each.id == fault.operation)
    place = _place(api, operation, fault)
    base = next(Scene(api).candidates(operation), None)
    if place is None or base is None:
        return ""
    trials = trials_of(api, Constraint(place, fault.keyword), base)
    drafts = [each.draft for each in trials if not each.is_valid]
    broken = [set(_keywords(api, each, place)) for each in drafts]
    if fault.keyword not in ("required", "additionalProperties"):
        # Edges of one kind are tried together: what breaks maxItems says nothing of minItems.
        broken = [each for each in broken if fault.keyword in each]
    if not broken:
        return f"no request breaks {fault.keyword} and nothing else that decides on it"
    others = [each - {fault.keyword} for each in broken]
    if all(others):
        return f"whatever breaks it also breaks {' or '.join(sorted(set.union(*others)))}"
    return ""


def _place(api: Api, operation: Operation, fault: DocumentFault) -> Place | None:
    """Return the place that a fault names: `body/owner/name`, positions in lists left out."""
    for place in places_of(api, operation):
        steps = [each for each in place.path if isinstance(each, str)]
        named = "/".join([place.location, *([place.name] if place.name else []), *steps])
        if named == fault.place and (
            fault.keyword == "required" or fault.keyword in place.merged.keywords
        ):
            return place
    return None


def _keywords(api: Api, draft: Draft, place: Place) -> Iterator[str]:
    if place.location == "body":
        media_type = chosen_body(draft.operation)
        found = faults(api, media_type.schema_pointer, draft.body) if media_type else ()
    else:
        parameter = parameter_named(draft.operation, place)
        value = draft.values.get((place.location, place.name))
        found = faults(api, parameter.schema_pointer, value) if parameter.schema_pointer else ()
    yield from (each.schema_pointer.rpartition("/")[2] for each in found)
