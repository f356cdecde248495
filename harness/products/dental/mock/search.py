"""Decide which stored files a search gives out, or which message key refuses it."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.jsonvalue import Json, items, members, text
from harness.mock.fault import ActiveFaults
from harness.products.dental.mock.claim import PERMISSION_DENIED
from harness.products.dental.mock.store import (
    Container,
    DentalStore,
    StoredFile,
    bare_id,
    files_named,
    is_reference,
)

MOST_IDS = 10
LIST_MISSING = "NotNull.req.attachmentIds"
LIST_TOO_LONG = "Size.req.attachmentIds"
ID_MALFORMED = "Pattern.req.attachmentId"
NOT_FOUND = "DataService.attachments.find.notFound"
NOT_TOGETHER = "Attachments.req.searchAttachments.containerMismatch"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search leads to: files, or the one message key that refuses it."""

    files: tuple[StoredFile, ...] = ()
    refused: str = ""


def search(body: Json, organisation: str, store: DentalStore, faults: ActiveFaults) -> Found:
    """Return the files that the ids of a search request lead to, in the order they were stored."""
    ids = members(body).get("attachmentIds")
    if refused := _refused_list(ids, faults):
        return Found(refused=refused)
    references = tuple(each for item in items(ids) if is_reference(each := text(item)))
    found = [store.find(reference) for reference in references]
    containers = {
        container.control_number: container for container in found if container is not None
    }
    refused = _refused_containers(found, tuple(containers.values()), organisation, faults)
    if refused:
        return Found(refused=refused)
    return Found(
        tuple(
            file
            for container in containers.values()
            for file in _files_in(container, references, faults)
        )
    )


def _refused_list(ids: Json, faults: ActiveFaults) -> str:
    """Judge the list before anything is looked up."""
    if not isinstance(ids, list):
        return "" if "attachment-ids-requirement-unchecked" in faults else LIST_MISSING
    if not ids:
        return "" if "empty-id-list-accepted" in faults else LIST_MISSING
    most = MOST_IDS - 1 if "ten-ids-refused" in faults else MOST_IDS
    if len(ids) > most and "eleven-ids-accepted" not in faults:
        return LIST_TOO_LONG
    if not all(isinstance(item, str) and _is_good(item, faults) for item in ids):
        return "" if "attachment-id-pattern-unchecked" in faults else ID_MALFORMED
    return ""


def _is_good(reference: str, faults: ActiveFaults) -> bool:
    if "bare-ids-refused" in faults and "#" not in reference:
        return False
    if "control-number-refused" in faults and len(bare_id(reference)) == 24:
        return False
    return is_reference(reference)


def _refused_containers(
    found: Sequence[Container | None],
    containers: Sequence[Container],
    organisation: str,
    faults: ActiveFaults,
) -> str:
    """Judge what was looked up: all there, all the caller's, all in one container."""
    if None in found and "unknown-id-overlooked" not in faults:
        return NOT_FOUND
    is_foreign = any(container.owner != organisation for container in containers)
    if is_foreign and "foreign-attachment-readable" not in faults:
        return PERMISSION_DENIED
    if len(containers) > 1 and "containers-mixed" not in faults:
        return NOT_TOGETHER
    return ""


def _files_in(
    container: Container, references: tuple[str, ...], faults: ActiveFaults
) -> tuple[StoredFile, ...]:
    files = tuple(files_named(container, references))
    return files[:1] if "control-number-finds-one-file" in faults else files
