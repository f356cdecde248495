from collections.abc import Callable
from pathlib import Path

import pytest

from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.lint import lint
from harness.openapi.load import load_api
from harness.openapi.model import Api

USUAL = [
    "small.yaml:4:3: warning server-without-production: no server is a production server"
    " (https://sandbox.example/base/v1/).",
    "small.yaml:13:7: warning operation-unsecured: GET /base/v1/things/{id} names no security.",
]
"""What the small document has against it from the start."""


def told(api: Api) -> list[str]:
    return [str(each) for each in lint(api) if str(each) not in USUAL]


def test_place_and_consequence_are_told(api_text: Api) -> None:
    assert [str(each) for each in lint(api_text)] == USUAL


@pytest.mark.parametrize("name", document_names())
def test_bundled_document_has_no_findings(name: str) -> None:
    assert lint(bundled_document(name)) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "example: Sam",
            "example: Samuel the First",
            [
                "small.yaml:45:16: error example-invalid: the example breaks maxLength 10"
                ' at its root ("Samuel the First").',
                "small.yaml:45:16: error pattern-rejects-example: the example breaks"
                ' pattern "^[A-Z][a-z]+$" at its root ("Samuel the First").',
            ],
            id="example",
        ),
        pytest.param(
            "example: Sam",
            "example: null",
            [
                'small.yaml:45:16: error nullable-mismatch: the example breaks type "string"'
                " at its root (null).",
            ],
            id="null-example",
        ),
        pytest.param(
            "^[A-Z][a-z]+$",
            r"^\\d$",
            [
                r"small.yaml:43:16: error pattern-double-escaped: the pattern is escaped twice"
                r" (^\\d$).",
                r"small.yaml:45:16: error pattern-rejects-example: the example breaks"
                r' pattern "^\\\\d$" at its root ("Sam").',
            ],
            id="escaped-twice",
        ),
        pytest.param(
            "^[A-Z][a-z]+$",
            "Sam|[A-Z][a-z]+$",
            [
                "small.yaml:43:16: warning pattern-not-anchored:"
                " the pattern is not anchored at both ends (Sam|[A-Z][a-z]+$).",
            ],
            id="anchor",
        ),
        pytest.param(
            "^[A-Z][a-z]+$",
            "^([A-Z]+)+$",
            [
                "small.yaml:43:16: error pattern-unusable:"
                " the pattern can take exponential time (^([A-Z]+)+$).",
            ],
            id="exponential",
        ),
        pytest.param(
            "format: date",
            "nullable: true",
            [
                "small.yaml:54:21: error nullable-mismatch:"
                " nullable says nothing in OpenAPI 3.1; the type must name null.",
            ],
            id="nullable",
        ),
        pytest.param(
            "- $ref: '#/components/parameters/Depth'",
            "- {name: authorization, in: header, schema: {}}",
            [
                "small.yaml:15:11: warning header-parameter-ignored:"
                " OpenAPI ignores a header parameter called authorization.",
            ],
            id="authorization",
        ),
        pytest.param(
            "        4XX:\n",
            "        5XX:\n",
            [
                "small.yaml:17:9: warning client-errors-undocumented:"
                " GET /base/v1/things/{id} documents no refusal of its own (200, 5XX, default).",
            ],
            id="refusals",
        ),
        pytest.param(
            "application/problem+json",
            "'text,html'",
            [
                "small.yaml:31:15: error media-type-malformed: this is no media type (text,html).",
            ],
            id="media-type",
        ),
        pytest.param(
            "schemas:\n",
            "schemas:\n    ThingRequest: {type: object}\n",
            [
                "small.yaml:41:19: warning request-schema-unused: the schema 'ThingRequest'"
                " describes a request and belongs to no operation.",
            ],
            id="unused",
        ),
        pytest.param(
            "components:\n",
            "components:\n  securitySchemes:\n    key: {type: apiKey, name: Authorization, in: header}\n",
            [
                "small.yaml:36:10: warning bearer-as-api-key:"
                " the security scheme 'key' is an API key in the header Authorization.",
            ],
            id="api-key",
        ),
    ],
)
def test_rule_is_broken_at_its_place(
    api_with: Callable[..., Api], old: str, new: str, expected: list[str]
) -> None:
    assert told(api_with(old, new)) == expected


BODY = """operationId: getThing
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {files: {type: string}}}
            encoding:
              request: {contentType: application/json}
              files: {contentType: 'image/png, text,rtf, image/*'}"""


def test_encoding_is_compared_with_the_schema(api_with: Callable[..., Api]) -> None:
    api = api_with("operationId: getThing", BODY)

    assert told(api) == [
        "small.yaml:19:24: error encoding-unknown-property:"
        " the encoding describes 'request', which the schema does not have.",
        "small.yaml:20:36: error media-type-malformed: this is no media type (text,rtf).",
    ]


def test_siblings_of_a_reference_matter_in_openapi_3_0_only(api_with: Callable[..., Api]) -> None:
    old = "parent:\n          $ref"
    new = "parent:\n          nullable: true\n          $ref"

    assert told(api_with(old, new)) == []
    assert told(api_with(old, new, version="3.0.3")) == [
        "small.yaml:56:11: warning ref-siblings: nullable beside a reference"
        " (#/components/schemas/Thing).",
    ]


def test_nullable_with_a_type_is_well_said(api_with: Callable[..., Api]) -> None:
    assert told(api_with("format: date", "nullable: true", version="3.0.3")) == []


def test_nullable_without_a_type_says_nothing(api_with: Callable[..., Api]) -> None:
    api = api_with("either:\n", "either:\n          nullable: true\n", version="3.0.3")

    assert told(api) == [
        "small.yaml:58:21: error nullable-mismatch: nullable says nothing without a type beside it."
    ]


def test_defects_of_the_dental_document_are_found(vendor: Path) -> None:
    api = load_api(vendor / "optum-real-dental-attachments-api.json", "dental")

    found = {each.rule.id for each in lint(api)}

    assert found >= {
        "client-errors-undocumented",
        "encoding-unknown-property",
        "media-type-malformed",
        "pattern-double-escaped",
        "pattern-not-anchored",
        "pattern-rejects-example",
        "server-without-production",
    }


def test_defects_of_the_submission_document_are_found(vendor: Path) -> None:
    name = "optum-medical-network-attachments-submission-v1"
    api = load_api(vendor / f"{name}.json", "medical-submission")

    found = {each.rule.id for each in lint(api)}

    assert found >= {
        "header-parameter-ignored",
        "operation-unsecured",
        "ref-siblings",
        "request-schema-unused",
    }
