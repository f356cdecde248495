"""Promises that Schemathesis, as an independent opinion, finds kept over the loaded document."""

from collections.abc import Mapping

from harness.jsonvalue import Json
from harness.openapi.model import Api
from harness.products.dental.rules.baseline import REFUSES, uploads
from harness.products.dental.rules.fuzz_forms import parts_of
from harness.products.dental.rules.requests import CREATIONS, GROUP, SEARCH
from harness.products.dental.rules.search import is_stored, stored
from harness.products.dental.strategies.formats import FORMATS
from harness.rules.fuzz.operation import Fuzzing, findings
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target
from harness.rules.trial import Effort


def fuzz_rules(apis: Mapping[str, Api], effort: Effort) -> tuple[Rule, ...]:
    """Return one rule for each dental operation."""
    api = apis.get(GROUP)
    return tuple(_rule(each.id, effort) for each in api.operations) if api else ()


def _rule(operation_id: str, effort: Effort) -> Rule:
    writes = operation_id in [by.operation_id for by in CREATIONS] or operation_id == SEARCH

    def verify(target: Target, _: object) -> Checks:
        fixed: dict[str, Json] = {
            "submitterId": [target.environment.submitter_id],
            "billingProviderTaxId": [target.environment.tax_id],
        }
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
    )
