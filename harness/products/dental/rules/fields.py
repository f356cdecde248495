"""Promises on single fields of a dental claim: every named fault, every limit, generated values, several faults at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.config import Environment
from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.dental.codes.errors import DentalError
from harness.products.dental.rules.answers import (
    acceptance,
    dental_errors,
    error_named,
    errors_of_absence,
    errors_of_blank,
    published,
    refusal,
)
from harness.products.dental.rules.requests import (
    CREATIONS,
    REFUSES,
    WRITES,
    Creation,
    claim,
    create,
    created,
    uploads,
)
from harness.products.dental.strategies.claims import (
    LONGEST_FIRST_NAME,
    LONGEST_LAST_NAME,
    PATTERNS,
)
from harness.products.dental.strategies.mutations import (
    BoundaryCase,
    Mutation,
    boundary_cases,
    mutations,
)
from harness.rules.checks import check
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target
from harness.strategies.dates import malformed_dates
from harness.strategies.identifiers import (
    LONGEST_ID,
    malformed_npis,
    malformed_payer_ids,
    malformed_tax_ids,
    too_long_claim_ids,
    wrong_checksum_npis,
)


@dataclass(frozen=True, slots=True)
class Malformation:
    """A way in which one field can be wrong, and the key of the error that must name it."""

    case: str
    title: str
    field: str
    key: str
    requirements: tuple[str, ...]
    values: SearchStrategy[str]


def _too_long(limit: int) -> SearchStrategy[str]:
    # Up to 60 beyond, so that both an off-by-one and a missing limit are found.
    return st.integers(limit + 1, limit + 60).map(lambda size: ("Harness" * size)[:size])


def _malformation(case: str, title: str, key: str, values: SearchStrategy[str]) -> Malformation:
    """Take field and requirements from the published pattern with this key."""
    pattern = next(candidate for candidate in PATTERNS if candidate.key == key)
    return Malformation(case, title, pattern.field, key, pattern.requirements, values)


# One published pattern each, with drawn values in place of the named forms.
MALFORMATIONS = (
    _malformation(
        "claim-id-too-long",
        "a claim id over 50 characters is refused",
        "Pattern.req.claimId",
        too_long_claim_ids(),
    ),
    _malformation(
        "payer-id-malformed",
        "a payer id that is not five letters or digits is refused",
        "Pattern.req.payerId",
        malformed_payer_ids(),
    ),
    _malformation(
        "npi-checksum",
        "an NPI with a wrong check digit is refused",
        "Checksum.req.providerNpi",
        wrong_checksum_npis(),
    ),
    _malformation(
        "npi-malformed",
        "an NPI that is not ten digits is refused as such, not by its check digit",
        "Pattern.req.providerNpi",
        malformed_npis(),
    ),
    _malformation(
        "service-date-malformed",
        "a date of service that is no date in YYYY-MM-DD is refused",
        "Pattern.req.dateOfService",
        malformed_dates(),
    ),
    _malformation(
        "birth-date-malformed",
        "a birth date that is no date in YYYY-MM-DD is refused",
        "Pattern.req.patientDateOfBirth",
        malformed_dates(),
    ),
    _malformation(
        "last-name-too-long",
        "a last name over 75 characters is refused",
        "Pattern.req.patientLastName",
        _too_long(LONGEST_LAST_NAME),
    ),
    _malformation(
        "first-name-too-long",
        "a first name over 50 characters is refused",
        "Pattern.req.patientFirstName",
        _too_long(LONGEST_FIRST_NAME),
    ),
    _malformation(
        "member-id-too-long",
        "a member id over 50 characters is refused",
        "Pattern.req.memberId",
        _too_long(LONGEST_ID),
    ),
    _malformation(
        "tax-id-malformed",
        "a billing tax id of other than nine digits is refused",
        "Pattern.req.billingProviderTaxId",
        malformed_tax_ids(),
    ),
)


_PLACEHOLDER = "DENTATT_XXX"


def field_rules(environment: Environment) -> tuple[AnyRule, ...]:
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


def _malformed(each: Malformation, by: Creation) -> AnyRule:
    malformed = published(each.key)

    def verify(target: Target, value: Json) -> Checks:
        mutated = {**claim(target.environment), each.field: value}
        # Drawn values may be blank, and then absence may be named instead.
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
    # A check digit means something only within ten digits.
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
        # It concerns four fields at once, so it cannot be combined field by field.
        if mutation.published and not mutation.rule.startswith("member-without")
    ]
    return st.lists(
        st.sampled_from(single), min_size=2, max_size=4, unique_by=lambda mutation: mutation.field
    )


def _several_faults(target: Target, faults: list[Mutation]) -> Checks:
    mutated = claim(target.environment)
    for fault in faults:
        # A fault whose claim lacks the field is its absence.
        mutated.pop(fault.field)
        if fault.field in fault.claim:
            mutated[fault.field] = fault.claim[fault.field]
    answered = create(target, mutated, uploads(1))
    # A field that is blank may be named as malformed or as missing.
    errors = {error for fault in faults for error in (fault.error, *errors_of_absence(fault.field))}
    yield from refusal(answered, tuple(errors), mutated)
    # An error for a field that is right sends its reader to the wrong place.
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


def mutation_rules(environment: Environment) -> tuple[AnyRule, ...]:
    """Return, for both create operations, a rule for every single fault and every limit."""
    whole = claim(environment)
    return tuple(rule for by in CREATIONS for rule in _rules(whole, by))


def _rules(whole: Mapping[str, Json], by: Creation) -> tuple[AnyRule, ...]:
    faults = mutations(whole, image_intelligence=by.wants_metadata)
    return (
        *(_fault(fault, by) for fault in faults),
        *(_limit(boundary_case, by) for boundary_case in boundary_cases(whole)),
    )


def _fault(fault: Mutation, by: Creation) -> AnyRule:
    errors = _errors(fault)

    def verify(target: Target, _: object) -> Checks:
        return refusal(create(target, fault.claim, uploads(1), by), errors, fault.claim)

    return Rule(
        f"dental/{by.group}/{fault.rule}",
        f"a claim is refused where {fault.description}",
        fault.requirements,
        verify,
        # A pattern that is referred to but printed nowhere is observed, not demanded (C60).
        strength=Strength.SHALL if fault.published else Strength.OBSERVE,
        needs=REFUSES,
    )


def _errors(fault: Mutation) -> tuple[DentalError, ...]:
    also = errors_of_blank(fault.field, fault.claim.get(fault.field))
    return tuple(dict.fromkeys((fault.error, *fault.alternatives, *also)))


def _limit(limit: BoundaryCase, by: Creation) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return acceptance(created(create(target, limit.claim, uploads(1), by)), 1, limit.claim)

    return Rule(
        f"dental/{by.group}/{limit.rule}",
        f"a claim is accepted where {limit.description}",
        limit.requirements,
        verify,
        strength=Strength.SHALL if limit.published else Strength.OBSERVE,
        needs=WRITES,
    )
