import pytest
from openapi_spec_validator import validate

from harness.errors import UnknownName
from harness.jsonvalue import lookup, members
from harness.openapi.bundled import bundled, bundled_document, document_names
from harness.openapi.lint.rule import Subject
from harness.openapi.lint.values import broken_examples, examples
from harness.openapi.structure import Version
from tests.products import PRODUCTS, documents


@pytest.mark.parametrize("name", document_names())
def test_bundled_document_is_valid_openapi(name: str) -> None:
    api = bundled_document(name)

    validate(dict(members(api.root)))


@pytest.mark.parametrize("name", document_names())
def test_every_example_is_valid_by_its_schema(name: str) -> None:
    api = bundled_document(name)

    assert api.document is not None
    subject = Subject(api.document, api.root, Version.V3_1)

    assert list(examples(subject))
    assert broken_examples(subject) == ()


@pytest.mark.parametrize("name", document_names())
def test_every_body_has_an_example(name: str) -> None:
    api = bundled_document(name)

    bare = [
        media_type.pointer
        for operation in api.operations
        for media_type in (
            *operation.body,
            *(each for answer in operation.answers for each in answer.media_types),
        )
        if not {"example", "examples"} & set(members(lookup(api.root, media_type.pointer)))
    ]

    assert bare == []


@pytest.mark.parametrize("name", document_names())
def test_first_server_is_the_sandbox_and_second_is_production(name: str) -> None:
    api = bundled_document(name)

    hosts = [server.split("/")[2] for server in api.servers]

    assert hosts == ["sandbox-apigw.optum.com", "apigw.optum.com"]


@pytest.mark.parametrize("name", document_names())
def test_only_token_operations_are_open(name: str) -> None:
    api = bundled_document(name)

    opened = [operation.id for operation in api.operations if not operation.secured]

    assert opened == (["issueToken"] if name.startswith("token-") else [])


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        pytest.param(
            "dental",
            [
                "GET /dental/attachments/v1/healthcheck",
                "POST /dental/attachments/v1/attachments/documents",
                "POST /dental/attachments/v1/attachments/documents/search",
                "POST /dental/attachments/v1/attachments/documents/image-intelligence",
                "POST /apip/auth/sntl/v1/token",
            ],
            id="dental",
        ),
        pytest.param(
            "medical",
            [
                "GET /medicalnetwork/attachments/submission/v1/healthcheck",
                "POST /medicalnetwork/attachments/submission/v1/uploads",
                "GET /medicalnetwork/attachments/status/v1/healthcheck",
                "GET /medicalnetwork/attachments/status/v1/{traceId}",
                "POST /medicalnetwork/attachments/status/v1/metadata",
                "GET /medicalnetwork/attachments/retrieval/v1/healthcheck",
                "POST /medicalnetwork/attachments/retrieval/v1/search",
                "GET /medicalnetwork/attachments/retrieval/v1/{documentId}",
                "POST /apip/auth/v2/token",
            ],
            id="medical",
        ),
        pytest.param(
            "prior-auth",
            [
                "GET /rcm/prior-authorization/v1/healthcheck",
                "POST /rcm/prior-authorization/v1/inquiry",
                "POST /rcm/prior-authorization/v1/inquiry/x12",
                "POST /rcm/prior-authorization/v1/submission",
                "POST /rcm/prior-authorization/v1/submission/x12",
                "POST /rcm/prior-authorization/v1/noa",
                "POST /rcm/prior-authorization/v1/noa/x12",
                "POST /rcm/prior-authorization/v1/determination",
                "POST /rcm/prior-authorization/v1/determination/x12",
                "POST /rcm/prior-authorization/v1/authorization",
                "POST /rcm/prior-authorization/v1/authorization/x12",
                "POST /apip/auth/v2/token",
            ],
            id="prior-auth",
        ),
    ],
)
def test_group_holds_the_operations_of_the_endpoint_inventory(
    group: str, expected: list[str]
) -> None:
    labels = [operation.label for api in documents([group]) for operation in api.operations]

    assert labels == expected


def test_every_document_of_a_group_exists() -> None:
    assert {name for each in PRODUCTS.facts for name in each.documents} <= set(document_names())


def test_document_named_twice_is_loaded_once() -> None:
    names = [api.name for api in documents(["token-v2", "medical"])]

    assert names == ["token-v2", "medical-submission", "medical-status", "medical-retrieval"]


def test_unknown_name_suggests_a_known_one() -> None:
    with pytest.raises(UnknownName) as caught:
        bundled(["dentall"])

    assert str(caught.value) == (
        "there is no bundled API document 'dentall'. Did you mean 'dental'?"
    )


@pytest.mark.parametrize(
    ("name", "schema", "format_name"),
    [
        pytest.param("dental", "Claim/properties/providerNPI", "npi", id="npi"),
        pytest.param(
            "dental",
            "ImageIntelligenceMetadata/properties/toothNumbers",
            "tooth-numbers",
            id="tooth",
        ),
        pytest.param(
            "dental",
            "ImageIntelligenceMetadata/properties/procedureCodes",
            "procedure-codes",
            id="procedure",
        ),
    ],
)
def test_own_formats_are_named(name: str, schema: str, format_name: str) -> None:
    api = bundled_document(name)

    assert lookup(api.root, f"/components/schemas/{schema}/format") == format_name
