"""Promises on every keyword of the dental request schemas: one case a fault, one a limit."""

from collections.abc import Iterator, Mapping, Sequence

from harness.config import Environment
from harness.jsonvalue import Json, compact, members, text
from harness.openapi.model import Api
from harness.openapi.requirements import Strength
from harness.products.dental.codes.errors import DentalError
from harness.products.dental.rules.answers import (
    acceptance,
    errors_of_absence,
    errors_of_form,
    published,
    refusal,
)
from harness.products.dental.rules.requests import (
    CREATIONS,
    IMAGES,
    REFUSES,
    SEARCH,
    WRITES,
    Creation,
    claim,
    create,
    create_described,
    created,
    file_metadata,
    search_json,
    uploads,
)
from harness.products.dental.strategies.claims import MEMBERS, PATTERNS, REQUIRED
from harness.products.dental.strategies.mutations import mutations
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.single_faults import SchemaMutation, inner_limits, single_faults
from harness.rules.target import Target

_ENTITLED = ("submitterId", "billingProviderTaxId")
"""Fields whose values the credentials decide, so that none but theirs is accepted."""
_UNPRINTED = ("patientLastName", "patientFirstName", "memberId")
"""Fields with a pattern that is printed nowhere: what is very short may miss it."""
_METADATA_REQUIREMENTS = {
    "": ("D083", "D090"),
    "fileName": ("D091",),
    "mimeType": ("D092",),
    "procedureCodes": ("D093",),
    "serviceDate": ("D095",),
    "toothNumbers": ("D096",),
}
# By the beginning of a mutation's name; for others no error is published.
_SEARCH_ERRORS = {
    "attachmentIds-missing": "NotNull.req.attachmentIds",
    "attachmentIds-type-null": "NotNull.req.attachmentIds",
    "attachmentIds-item-pattern": "Pattern.req.attachmentId",
}


def rules(environment: Environment, api: Api) -> tuple[AnyRule, ...]:
    """Return the rules that follow from the schemas of a loaded document."""
    whole = claim(environment)
    # A document that lacks an operation leaves its cases out, but they are planned all the same.
    return (
        *(r for by in CREATIONS for r in _claim_rules(whole, api.home(by.operation_id), by)),
        *_metadata_rules(whole, api.home(IMAGES.operation_id)),
        *_search_rules(api.home(SEARCH)),
    )


def _claim_rules(whole: Mapping[str, Json], api: Api, by: Creation) -> Iterator[AnyRule]:
    pointer = _schema_pointer(api, by.operation_id, "/properties/request")
    covered = {compact(mutation.claim) for mutation in mutations(whole)}
    for fault in single_faults(api, pointer, whole):
        # A fault that has a case by its published name needs none by its keyword.
        if compact(fault.value) not in covered:
            yield _claim_fault(fault, by)
    for limit in inner_limits(api, pointer, whole):
        # Another value within the schema is refused for want of entitlement (D050, D051).
        if limit.path[0] not in _ENTITLED:
            yield _claim_limit(limit, by)


def _schema_pointer(api: Api, operation_id: str, inner: str = "") -> str:
    operation = api.operation(operation_id)
    if operation is None or not operation.body:
        raise LookupError(f"{api.name} has no body for {operation_id}")
    return f"{operation.body[0].pointer}/schema{inner}"


def _claim_fault(fault: SchemaMutation, by: Creation) -> AnyRule:
    field = str(fault.path[0]) if fault.path else ""
    errors = _errors(field, fault)

    def verify(target: Target, _: object) -> Checks:
        return refusal(create(target, fault.value, uploads(1), by), errors, members(fault.value))

    return Rule(
        f"dental/{by.group}/single/{fault.name if field else f'request-{fault.name}'}",
        f"a claim is refused at the edge {fault.name}",
        by.requirements(*_requirements(field, fault)),
        verify,
        needs=REFUSES,
    )


def _errors(field: str, fault: SchemaMutation) -> tuple[DentalError, ...]:
    """Return the errors that may name a fault; none where the table of errors leaves it open."""
    value = members(fault.value).get(field)
    # Empty may be called missing or malformed; the table leaves it open.
    if value is None or value == "":
        return (*errors_of_absence(field), *errors_of_form(field))
    return errors_of_form(field) if isinstance(value, str) else ()


def _requirements(field: str, fault: SchemaMutation) -> tuple[str, ...]:
    if fault.keyword in ("pattern", "format", "maxLength"):
        listed = [pattern.requirements for pattern in PATTERNS if pattern.field == field]
        if listed:
            # Of several patterns on a field the last is that of its plain form.
            return listed[-1]
    required = [candidate.requirements for candidate in REQUIRED if candidate.field == field]
    member = [(candidate.requirement,) for candidate in MEMBERS if candidate.field == field]
    return (*required, *member, ("D021",))[0]


def _claim_limit(limit: SchemaMutation, by: Creation) -> AnyRule:
    field = str(limit.path[0])
    sent = members(limit.value)
    is_unprinted = field in _UNPRINTED and len(text(sent.get(field))) < 3

    def verify(target: Target, _: object) -> Checks:
        return acceptance(created(create(target, sent, uploads(1), by)), 1, sent)

    return Rule(
        f"dental/{by.group}/single/{limit.name}",
        f"a claim is accepted at the limit {limit.name}",
        by.requirements(*_requirements(field, limit)),
        verify,
        strength=Strength.OBSERVE if is_unprinted else Strength.SHALL,
        needs=WRITES,
    )


def _metadata_rules(whole: Mapping[str, Json], api: Api) -> Iterator[AnyRule]:
    pointer = _schema_pointer(api, IMAGES.operation_id, "/properties/fileMetadata")
    for fault in single_faults(api, pointer, file_metadata(uploads(1))):
        yield _metadata_fault(whole, fault)


def _metadata_fault(whole: Mapping[str, Json], fault: SchemaMutation) -> AnyRule:
    # The first member on the way; a fault of the list itself has none.
    field = next((each for each in fault.path if isinstance(each, str)), "")

    def verify(target: Target, _: object) -> Checks:
        answered = create_described(target, whole, uploads(1), fault.value)
        return refusal(answered, (), whole)

    return Rule(
        f"dental/image-intelligence/single/fileMetadata-{fault.name}",
        f"file metadata is refused at the edge {fault.name}",
        _METADATA_REQUIREMENTS[field],
        verify,
        # That there are as many entries as files is nowhere enforced in words.
        strength=Strength.OBSERVE if fault.keyword == "maxItems" else Strength.SHALL,
        needs=REFUSES,
    )


def _search_rules(api: Api) -> Iterator[AnyRule]:
    pointer = _schema_pointer(api, "searchAttachments")
    valid: Json = {"attachmentIds": ["CHC#999999000001"]}
    for fault in single_faults(api, pointer, valid):
        yield _search_fault(fault)


def _search_fault(fault: SchemaMutation) -> AnyRule:
    keys = [key for start, key in _SEARCH_ERRORS.items() if fault.name.startswith(start)]
    # By what the fault breaks: the list is missing, empty, or too long.
    requirement = {"missing": "D120", "minItems": "D065", "maxItems": "D064"}.get(fault.keyword)
    is_item = len(fault.path) > 1

    def verify(target: Target, _: object) -> Checks:
        return refusal(search_json(target, fault.value), _published(keys), {})

    return Rule(
        f"dental/search/single/{fault.name if fault.path else f'request-{fault.name}'}",
        f"a search is refused at the edge {fault.name}",
        (requirement or ("D121" if is_item else "D120"),),
        verify,
    )


def _published(keys: Sequence[str]) -> tuple[DentalError, ...]:
    return tuple(published(key) for key in keys)
