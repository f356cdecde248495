"""Promises on generated values of single claim fields, and on several faults in one claim."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.config import Environment
from harness.jsonvalue import Json
from harness.outcome import Check
from harness.products.dental.codes.errors import DentalError
from harness.products.dental.rules.baseline import REFUSES, claim, uploads
from harness.products.dental.rules.errors import dental_errors, error_named, published
from harness.products.dental.rules.malformations import MALFORMATIONS, Malformation
from harness.products.dental.rules.refusals import errors_of_absence, errors_of_blank, refusal
from harness.products.dental.rules.requests import CREATIONS, Creation, create
from harness.products.dental.strategies.mutations import Mutation, mutations
from harness.rules.checks import check
from harness.rules.rule import Checks, Rule
from harness.rules.target import Answered, Target
from harness.strategies.npis import malformed_npis

_PLACEHOLDER = "DENTATT_XXX"


def rules(environment: Environment) -> tuple[Rule, ...]:
    """Return the rules on generated faults of a create request."""
    return (
        *(_malformed(malformation, by) for by in CREATIONS for malformation in MALFORMATIONS),
        Rule(
            "dental/create/npi-form-before-checksum",
            "an NPI of another form is blamed on its form and never on its check digit",
            ("D113",),
            _form_before_checksum,
            values=malformed_npis(),
            needs=REFUSES,
        ),
        Rule(
            "dental/create/several-faults",
            "a claim with several faults is refused by their errors and by no other",
            ("D060",),
            _several_faults,
            values=_sets_of_faults(environment),
            needs=REFUSES,
        ),
    )


def _malformed(each: Malformation, by: Creation) -> Rule:
    malformed = published(each.key)

    def verify(target: Target, value: Json) -> Checks:
        mutated = {**claim(target.environment), each.field: value}
        errors = (malformed, *errors_of_blank(each.field, value))
        return refusal(create(target, mutated, uploads(1), by), errors, mutated)

    return Rule(
        f"dental/{by.group}/{each.case}",
        each.title,
        by.requirements(*each.requirements),
        verify,
        values=each.values,
        needs=REFUSES,
    )


def _form_before_checksum(target: Target, value: str) -> Checks:
    answered = create(target, {**claim(target.environment), "providerNPI": value}, uploads(1))
    yield error_named(answered, published("Pattern.req.providerNpi"))
    yield _not_named(answered, published("Checksum.req.providerNpi"))


def _not_named(answered: Answered, error: DentalError) -> Check:
    codes = [code for code, _ in dental_errors(answered)]
    expected, actual = f"any but {error.code}", ", ".join(codes) or "none"
    return check("error.code", answered, expected, actual, holds=error.code not in codes)


def _sets_of_faults(environment: Environment) -> SearchStrategy[list[Mutation]]:
    """Draw two to four faults of different fields; partial member data is one fault by itself."""
    single = [
        mutation
        for mutation in mutations(claim(environment))
        if mutation.published and not mutation.rule.startswith("member-without")
    ]
    return st.lists(
        st.sampled_from(single), min_size=2, max_size=4, unique_by=lambda mutation: mutation.field
    )


def _several_faults(target: Target, faults: list[Mutation]) -> Checks:
    mutated = claim(target.environment)
    for fault in faults:
        mutated.pop(fault.field)
        if fault.field in fault.claim:
            mutated[fault.field] = fault.claim[fault.field]
    answered = create(target, mutated, uploads(1))
    errors = {error for fault in faults for error in (fault.error, *errors_of_absence(fault.field))}
    yield from refusal(answered, tuple(errors), mutated)
    yield _none_invented(answered, errors)


def _none_invented(answered: Answered, errors: set[DentalError]) -> Check:
    """Check that no other published error is named; placeholders and unknown codes say nothing."""
    allowed = {error.code for error in errors}
    codes = {code for code, _ in dental_errors(answered)} - {_PLACEHOLDER, ""}
    return check(
        "error.invented",
        answered,
        " or ".join(sorted(allowed)),
        ", ".join(sorted(codes)) or "none",
        holds=codes <= allowed,
    )
