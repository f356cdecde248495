"""Promises on each member of a medical submission: what is missing, of another type or length is refused."""

from collections.abc import Sequence

from hypothesis import strategies as st

from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.products.medical.rules.baseline import REFUSES, WRITES, documents
from harness.products.medical.rules.checks import accepted, refused_plainly, refused_upload
from harness.products.medical.rules.fields import (
    DATES,
    FIELDS,
    INVALID,
    MISSING,
    NEEDED_DATE,
    OBJECTS,
    QUALIFIER,
    QUALIFIERS,
    Field,
    slug,
    surroundings,
)
from harness.products.medical.rules.requests import upload
from harness.rules.edits import drop, put
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

# Hyphens, days and months that do not exist, a digit too few, another order, a word.
_MALFORMED_DATES = ("2026-01-14", "20260230", "20261301", "2026014", "01142026", "yesterday")
# Digits as a number is the mistake that clients make with ids.
_NO_TEXT: tuple[tuple[str, Json], ...] = (("number", 1234567893), ("list", ["1234567893"]))
# Every X12 guide wants an NPI of ten digits, while the API's own schema takes 2 to 80 characters.
_DISPUTED = ("provider.npi",)


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on single members of a submission."""
    return (
        *(
            rule
            for field in (*FIELDS, Field(NEEDED_DATE, required=True))
            for rule in _absent(field)
        ),
        *(rule for field in FIELDS for rule in _wrong_types(field.path, field.invalid, _NO_TEXT)),
        *(rule for path in DATES for rule in _wrong_types(path, INVALID, _NO_TEXT)),
        *(rule for field in FIELDS if field.longest for rule in _wrong_lengths(field)),
        *(rule for field in FIELDS if field.longest for rule in _right_lengths(field)),
        *(rule for path in OBJECTS for rule in _object(path)),
        *(_malformed_date(path) for path in DATES),
        _qualifiers(),
        _statuses(),
    )


def _absent(field: Field) -> tuple[AnyRule, ...]:
    if not field.required:
        return ()
    path, whole = field.path, surroundings(field.path)
    ways: tuple[tuple[str, str, Json], ...] = (
        ("missing", f"a submission without {path} is refused", drop(whole, path)),
        # Four ways to say nothing, which code often tells apart without meaning to.
        ("null", f"a submission whose {path} is null is refused", put(whole, path, None)),
        ("empty", f"a submission whose {path} is empty is refused", put(whole, path, "")),
        ("blank", f"a submission whose {path} is blank is refused", put(whole, path, "   ")),
    )
    return tuple(
        _refusal(f"{name}-{field.slug}", title, field.missing, path, mutated)
        for name, title, mutated in ways
    )


def _refusal(
    name: str, title: str, requirements: tuple[str, ...], path: str, mutated: Json
) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return refused_upload(upload(target, mutated, documents(1)).answered, path)

    return Rule(f"medical/upload/{name}", title, requirements, verify, needs=REFUSES)


def _wrong_types(
    path: str, requirements: tuple[str, ...], values: Sequence[tuple[str, Json]]
) -> tuple[AnyRule, ...]:
    def rule(kind: str, value: Json) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            mutated = put(surroundings(path), path, value)
            return refused_plainly(upload(target, mutated, documents(1)).answered)

        title = f"a submission whose {path} is of JSON type {kind} is refused"
        case = f"medical/upload/{kind}-{slug(path)}"
        return Rule(case, title, requirements, verify, needs=REFUSES)

    return tuple(rule(kind, value) for kind, value in values)


def _wrong_lengths(field: Field) -> tuple[AnyRule, ...]:
    def rule(name: str, size: int) -> AnyRule:
        mutated = put(surroundings(field.path), field.path, field.of_length(size))
        title = f"a submission whose {field.path} is of length {size} is refused"
        return _refusal(f"{name}-{field.slug}", title, field.invalid, field.path, mutated)

    too_long = rule("too-long", field.longest + 1)
    # One below a bound of one is an empty text: refused where needed, not sent where optional.
    return (too_long, rule("too-short", field.shortest - 1)) if field.shortest > 1 else (too_long,)


def _right_lengths(field: Field) -> tuple[AnyRule, ...]:
    # Only listed codes are good, whatever their length; `_qualifiers` tries those.
    if field.is_code:
        return ()
    # A set: where both bounds are one number, one rule is enough.
    return tuple(_of_length(field, size) for size in sorted({field.shortest, field.longest}))


def _of_length(field: Field, size: int) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        mutated = put(surroundings(field.path), field.path, field.of_length(size))
        return accepted(upload(target, mutated, documents(1)))

    return Rule(
        f"medical/upload/length-{size}-{field.slug}",
        f"a submission whose {field.path} is of length {size} is accepted",
        ("A012",) if field.invalid == INVALID else field.invalid,
        verify,
        strength=Strength.OBSERVE if field.path in _DISPUTED else Strength.SHALL,
        needs=WRITES,
    )


def _object(path: str) -> tuple[AnyRule, ...]:
    whole = surroundings(path)
    is_list = path.endswith("serviceLines")
    # A list for an object, an object for a list: libraries that coerce confuse the two.
    other: tuple[str, Json] = ("object", {}) if is_list else ("list", [{}])
    return (
        _refusal(
            f"missing-{slug(path)}",
            f"a submission without {path} is refused",
            MISSING,
            path,
            drop(whole, path),
        ),
        _refusal(
            f"null-{slug(path)}",
            f"a submission whose {path} is null is refused",
            MISSING,
            path,
            put(whole, path, None),
        ),
        *_wrong_types(path, INVALID, (("text", "Harness"), other)),
    )


def _malformed_date(path: str) -> AnyRule:
    def verify(target: Target, value: str) -> Checks:
        mutated = put(surroundings(path), path, value)
        return refused_upload(upload(target, mutated, documents(1)).answered, path)

    return Rule(
        f"medical/upload/malformed-{slug(path)}",
        f"a submission whose {path} is no date in YYYYMMDD is refused",
        INVALID,
        verify,
        values=st.sampled_from(_MALFORMED_DATES),
        # The guides print the form; the schema bounds the length alone.
        strength=Strength.SHOULD,
        needs=REFUSES,
    )


def _qualifiers() -> AnyRule:
    def verify(target: Target, value: str) -> Checks:
        coded = put(surroundings(QUALIFIER), QUALIFIER, value)
        return accepted(upload(target, coded, documents(1)))

    return Rule(
        "medical/upload/procedure-qualifiers",
        "each published qualifier of a procedure or revenue code is accepted",
        ("A012",),
        verify,
        values=st.sampled_from(QUALIFIERS),
        needs=WRITES,
    )


def _statuses() -> AnyRule:
    path = "claimInformation.serviceLines.0.claimStatus"
    status: Json = {"additionalInformationRequestCode": "1", "claimStatusCategoryCode": "R4"}

    def verify(target: Target, _: object) -> Checks:
        three = put(surroundings(path), path, [status] * 3)
        four = put(surroundings(path), path, [status] * 4)
        yield from accepted(upload(target, three, documents(1)))
        yield from refused_upload(upload(target, four, documents(1)).answered, path)

    return Rule(
        "medical/upload/claim-statuses",
        "a service line takes three claim statuses and no fourth",
        INVALID,
        verify,
        needs=REFUSES,
    )
