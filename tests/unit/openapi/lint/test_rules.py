from collections.abc import Callable
from pathlib import Path

import pytest

from harness.document import read
from harness.openapi.bundled import document_names
from harness.openapi.lint.run import lint
from harness.openapi.model import Api
from harness.resources import shipped

USUAL = [
    "small.yaml:4:3: note server-without-production: no server is a production server"
    " (https://sandbox.example/base/v1/).",
    "small.yaml:4:10: warning server-trailing-slash: the server's URL ends with a slash,"
    " and every path begins with one (https://sandbox.example/base/v1/).",
    "small.yaml:13:7: note operation-summary-missing: GET /things/{id} has no summary.",
    "small.yaml:13:7: warning operation-unsecured: GET /things/{id} names no security.",
    "small.yaml:31:49: warning required-undefined: 'title' is required and not among the properties.",
    "small.yaml:60:41: warning required-undefined: 'a' is required and not among the properties.",
    "small.yaml:60:44: warning required-undefined: 'b' is required and not among the properties.",
]
"""What the small document has against it from the start."""


def found_in(api: Api) -> list[str]:
    assert api.document is not None
    return [str(each) for each in lint(api.document)]


def told(api: Api) -> list[str]:
    """Return what is found besides the usual; lines may have moved."""
    usual = {each.partition(" ")[2] for each in USUAL}
    return [each for each in found_in(api) if each.partition(" ")[2] not in usual]


def test_place_and_consequence_are_told(api_text: Api) -> None:
    assert found_in(api_text) == USUAL


@pytest.mark.parametrize("name", document_names())
def test_bundled_document_has_no_findings(name: str) -> None:
    found = lint(read(shipped("specs") / name / "openapi.yaml"))

    assert [str(each) for each in found] == []


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
                "small.yaml:43:16: note pattern-not-anchored:"
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
                " OpenAPI ignores a header parameter called authorization;"
                " declare a security scheme, or no credentials are sent.",
                "small.yaml:37:7: warning component-unused: no operation uses 'Depth' of parameters.",
            ],
            id="authorization",
        ),
        pytest.param(
            "        4XX:\n",
            "        5XX:\n",
            [
                "small.yaml:17:9: warning client-errors-undocumented:"
                " GET /things/{id} documents no refusal of its own (200, 5XX, default).",
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
                "small.yaml:36:10: warning component-unused: no operation uses 'key' of securitySchemes.",
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
        "small.yaml:15:9: warning request-body-ignored:"
        " GET /things/{id} documents a body, which GET gives no meaning.",
        "small.yaml:19:24: error encoding-unknown-property:"
        " the encoding describes 'request', which the schema does not have.",
        "small.yaml:20:36: error media-type-malformed: this is no media type (text,rtf).",
    ]


def test_siblings_of_a_reference_matter_in_openapi_3_0_only(api_with: Callable[..., Api]) -> None:
    old = "parent:\n          $ref"
    new = "parent:\n          nullable: true\n          $ref"

    assert told(api_with(old, new.replace("nullable", "deprecated"))) == []
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
    found = {each.rule.id for each in lint(read(vendor / "optum-real-dental-attachments-api.json"))}

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

    found = {each.rule.id for each in lint(read(vendor / f"{name}.json"))}

    assert found >= {
        "header-parameter-ignored",
        "operation-unsecured",
        "ref-siblings",
        "request-schema-unused",
    }
