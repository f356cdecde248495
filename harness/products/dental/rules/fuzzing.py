"""Promises that Schemathesis, as an independent opinion, finds kept over the loaded document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from harness.jsonvalue import Json
from harness.openapi.model import Api, Operation
from harness.outcome import Attribution, Check, Status
from harness.products.dental.rules.baseline import REFUSES, uploads
from harness.products.dental.rules.requests import CREATIONS, GROUP, SEARCH
from harness.products.dental.rules.search import is_stored, stored
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target
from harness.rules.trial import Effort


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of one operation: findings as checks, and how many requests were answered how."""

    checks: tuple[Check, ...]
    accepted: int
    refused: int


Fuzz = Callable[[Target, Operation, Mapping[str, Json], Effort], Fuzzed]
"""Takes the target, the operation, values that are fixed by name, and how hard to try."""


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
        fuzzed = _engine()(target, operation, fixed, effort)
        yield from fuzzed.checks
        yield _some_accepted(fuzzed)

    return Rule(
        f"dental/fuzz/{operation_id}",
        "generated requests are answered as the document says",
        ("D060",),
        verify,
        needs=REFUSES if writes else (),
    )


def _engine() -> Fuzz:
    # Schemathesis takes more than a second to import, and most runs never ask for it.
    engine: Fuzz = import_module("harness.rules.fuzz.engine").fuzz
    return engine


def _some_accepted(fuzzed: Fuzzed) -> Check:
    """Check that the findings, or their absence, rest on something: a valid request was accepted."""
    return Check(
        name="fuzz.accepted",
        status=Status.PASS if fuzzed.accepted else Status.FAIL,
        expected="at least one valid request accepted",
        actual=f"{fuzzed.accepted} accepted, {fuzzed.refused} refused",
        attribution=Attribution.API,
    )
