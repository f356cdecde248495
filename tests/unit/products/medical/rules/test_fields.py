"""The table of members says what the OpenAPI document says, and baselines are valid by it."""

from collections.abc import Iterator, Mapping

import pytest

from harness.jsonvalue import Json, lookup, members, text
from harness.openapi.bundled import bundled_document
from harness.openapi.validator import faults
from harness.products.medical.rules.baseline import (
    documents,
    for_payer,
    names_of,
    payers,
    submission,
    whole,
)
from harness.products.medical.rules.fields import (
    DATES,
    FIELDS,
    LINE,
    OBJECTS,
    Field,
    slug,
    surroundings,
)
from harness.rules.edits import at

DOCUMENT = bundled_document("medical-submission")
SCHEMA = "/components/schemas/Submission"
UNBOUNDED = {
    "claimInformation.payerControlNumber",
    f"{LINE}.procedureCodeModifier.objectCode",
    f"{LINE}.procedureCodeModifier.systemNumber",
    f"{LINE}.procedureCodeModifier.specialPaymentReferenceNumber",
    f"{LINE}.procedureOrRevenueDetails.revenueCode",
}
"""Optional members of which nothing but the type is published."""

Leaf = tuple[bool, Mapping[str, Json]]


def resolved(schema: Json) -> Mapping[str, Json]:
    reference = text(members(schema).get("$ref"))
    return members(lookup(DOCUMENT.root, reference.removeprefix("#")) if reference else schema)


def leaves(schema: Mapping[str, Json], path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield each text member with whether it is required and its schema."""
    required = schema.get("required")
    for name, value in members(schema.get("properties")).items():
        member, here = resolved(value), f"{path}{name}"
        if member.get("type") == "array":
            member, here = resolved(member.get("items")), f"{here}.0"
        if member.get("type") == "string":
            yield here, (isinstance(required, list) and name in required, member)
        else:
            yield from leaves(member, f"{here}.")


LEAVES = dict(leaves(members(lookup(DOCUMENT.root, SCHEMA))))


def test_every_published_member_is_in_the_table() -> None:
    known = {field.path for field in FIELDS} | set(DATES) | UNBOUNDED

    assert known == set(LEAVES)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.slug)
def test_a_member_is_needed_and_bounded_as_published(field: Field) -> None:
    required, schema = LEAVES[field.path]

    assert field.required == required
    assert field.longest == schema.get("maxLength", 0)
    if field.longest:
        assert field.shortest == schema["minLength"]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.slug)
def test_a_member_can_be_filled_to_any_length(field: Field) -> None:
    assert len(field.of_length(field.longest)) == field.longest
    assert len(field.of_length(field.longest + 1)) == field.longest + 1


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.slug)
def test_the_surroundings_of_a_member_are_valid(field: Field) -> None:
    assert faults(DOCUMENT, SCHEMA, surroundings(field.path)) == ()


@pytest.mark.parametrize("path", OBJECTS)
def test_an_object_of_the_table_is_in_its_surroundings(path: str) -> None:
    assert at(surroundings(path), path)


@pytest.mark.parametrize("solicited", [False, True], ids=["unsolicited", "solicited"])
def test_baselines_are_valid(solicited: bool) -> None:
    for payer in payers():
        sent = for_payer(payer, names_of(3), solicited=solicited)
        assert faults(DOCUMENT, SCHEMA, sent) == ()
    assert faults(DOCUMENT, SCHEMA, submission(solicited=solicited)) == ()
    assert faults(DOCUMENT, SCHEMA, whole(person=True, solicited=solicited)) == ()


def test_documents_differ_in_name_and_content() -> None:
    files = documents(3)

    assert [each.file_name for each in files] == [
        "harness-01.pdf",
        "harness-02.pdf",
        "harness-03.pdf",
    ]
    assert len({each.content for each in files}) == 3


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("controlNumber", "control-number"),
        ("provider.address.postalCode", "provider-address-postal-code"),
        ("claimInformation.claimNumber", "claim-claim-number"),
        ("claimInformation.serviceLines.0.attachmentDetails.name", "line-name"),
    ],
)
def test_a_path_becomes_a_part_of_a_case_id(path: str, expected: str) -> None:
    assert slug(path) == expected
