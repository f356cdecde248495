from collections.abc import Callable
from pathlib import Path

import pytest

from harness.document import parse
from harness.openapi.load import build_api
from harness.openapi.model import Api

VENDOR = Path(__file__).parents[4] / "shared" / "vendor-specs"
"""The vendor's own documents are no part of the project: tests that want them are skipped without."""

SMALL = """\
openapi: 3.1.0
info: {title: Small, version: '1'}
servers:
  - url: https://sandbox.example/base/v1/
paths:
  /things/{id}:
    parameters:
      - name: id
        in: path
        required: true
        schema: {type: string}
    get:
      operationId: getThing
      parameters:
        - $ref: '#/components/parameters/Depth'
      responses:
        '200':
          description: A thing.
          headers:
            X-Trace:
              required: true
              schema: {type: string}
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
        4XX:
          description: Refused.
          content:
            application/problem+json:
              schema: {type: object, required: [title]}
        default:
          description: Failed.
components:
  parameters:
    Depth:
      name: depth
      in: query
      schema: {type: integer}
  schemas:
    Name:
      type: string
      pattern: ^[A-Z][a-z]+$
      maxLength: 10
      example: Sam
    Thing:
      type: object
      required: [name]
      properties:
        name:
          $ref: '#/components/schemas/Name'
        born:
          type: string
          format: date
        parent:
          $ref: '#/components/schemas/Thing'
        either:
          oneOf:
            - {type: integer}
            - {type: object, required: [a, b]}
"""


@pytest.fixture
def api_text() -> Api:
    return build_api(parse(SMALL, "small.yaml"), "small")


@pytest.fixture
def api_with() -> Callable[..., Api]:
    """Build the small document with one text replaced by another."""

    def build(old: str, new: str, *, version: str = "3.1.0") -> Api:
        assert old in SMALL
        text = SMALL.replace(old, new, 1).replace("3.1.0", version, 1)
        return build_api(parse(text, "small.yaml"), "small")

    return build


@pytest.fixture
def vendor() -> Path:
    """Return the folder of the vendor's documents."""
    if not VENDOR.is_dir():
        pytest.skip("the vendor's documents are not beside the project")
    return VENDOR


@pytest.fixture(
    params=[
        pytest.param(("dental", "optum-real-dental-attachments-api"), id="dental"),
        pytest.param(
            ("medical-submission", "optum-medical-network-attachments-submission-v1"),
            id="submission",
        ),
        pytest.param(("medical-status", "optum-medical-network-attachment-status-v1"), id="status"),
        pytest.param(
            ("medical-retrieval", "optum-medical-network-attachment-retrieval-v1"), id="retrieval"
        ),
        pytest.param(("prior-auth", "optum-prior-authorization-v1"), id="prior-auth"),
        pytest.param(("token-v2", "optum-security-and-authorization-v2"), id="token-v2"),
        pytest.param(("token-sntl", "optum-authorization-auth-only"), id="token-sntl"),
    ]
)
def vendor_file(request: pytest.FixtureRequest, vendor: Path) -> tuple[str, Path]:
    """Return the bundled document's name with the vendor's file, one after the other."""
    name, file = request.param
    return name, vendor / f"{file}.json"
