"""Promises that Schemathesis, as an independent opinion, finds kept over the loaded document."""

from collections.abc import Mapping, Sequence

from harness.client.multipart import Part
from harness.files.upload import Upload
from harness.jsonvalue import Json, items
from harness.openapi.model import Api
from harness.products.dental.rules.requests import CREATIONS, GROUP, REFUSES, SEARCH, uploads
from harness.products.dental.rules.search import is_stored, stored
from harness.products.dental.strategies.values import FORMATS
from harness.rules.edits import file_parts, json_part
from harness.rules.fuzz.findings import findings
from harness.rules.fuzz.operation import Fuzzing
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
from harness.rules.trial import Effort


def fuzz_rules(apis: Mapping[str, Api], effort: Effort) -> tuple[AnyRule, ...]:
    """Return one rule for each dental operation."""
    api = apis.get(GROUP)
    return tuple(_rule(operation.id, effort) for operation in api.operations) if api else ()


def _rule(operation_id: str, effort: Effort) -> AnyRule:
    writes = operation_id in [by.operation_id for by in CREATIONS] or operation_id == SEARCH

    def verify(target: Target, _: object) -> Checks:
        # The caller must be entitled to these two, and no schema can say so.
        fixed: dict[str, Json] = {
            "submitterId": [target.environment.submitter_id],
            "billingProviderTaxId": [target.environment.tax_id],
        }
        # Ids have to exist for a search to find anything.
        if operation_id == SEARCH:
            made = stored(target, uploads(3))
            yield from is_stored(made, 3)
            fixed["attachmentIds"] = [*made.attachment_ids, made.control_number]
        operation = target.operation(GROUP, operation_id)
        yield from findings(target, Fuzzing(operation, GROUP, fixed, FORMATS, parts_of), effort)

    return Rule(
        f"dental/fuzz/{operation_id}",
        "generated requests are answered as the document says",
        ("D060",),
        verify,
        needs=REFUSES if writes else (),
        # Schemathesis has threads of its own.
        alone=True,
    )


_METADATA = "fileMetadata"


# Beyond ten files all are one too many; building hundreds would take long.
_MOST_BUILT = 20


def parts_of(body: object, *, is_valid: bool) -> tuple[Part, ...] | None:
    """Return the parts of a generated form; None where its very shape is what is wrong with it.

    Generated files are noise under fixed names, so that no server could take them for images.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("files"), list | tuple):
        return None
    given = body["files"]
    if "request" not in body or not all(_is_content(item) for item in given):
        return None
    entries = body.get(_METADATA)
    # A valid form has one file for each entry (D090); an invalid one keeps its own number.
    count = len(items(entries)) if is_valid and _METADATA in body else len(given)
    files = uploads(min(count, _MOST_BUILT))
    described = (json_part(_METADATA, _fitting(entries, files)),) if _METADATA in body else ()
    return (json_part("request", body["request"]), *described, *file_parts(files))


def _is_content(value: object) -> bool:
    # Schemathesis wraps binary values in an object with `data`.
    return isinstance(value, str | bytes) or hasattr(value, "data")


def _fitting(entries: Json, files: Sequence[Upload]) -> Json:
    """Name the files in their entries; a name that is left out or of another type stays so."""
    # An entry for each file can only be named where there are as many of both.
    listed = items(entries)
    if len(listed) != len(files):
        return entries
    return [_named(entry, file) for entry, file in zip(listed, files, strict=True)]


def _named(entry: Json, file: Upload) -> Json:
    if not isinstance(entry, Mapping):
        return entry
    fitting = {"fileName": file.file_name, "mimeType": file.media_type}
    return {
        name: fitting[name] if name in fitting and isinstance(value, str) and value else value
        for name, value in entry.items()
    }
