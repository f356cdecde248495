"""Examples that are XML are read as XML, by the XML Objects of their schema."""

from datetime import date
from pathlib import Path

import pytest

from harness.openapi.lint.run import lint_file, selection_of

DOCUMENT = """\
openapi: 3.0.4
info: {title: Books, version: '1'}
paths:
  /book:
    get:
      responses:
        '200':
          description: ok
          content:
            application/xml:
              schema: {$ref: '#/components/schemas/Book'}
              examples: {shown: {$ref: '#/components/examples/Shown'}}
components:
  examples: {Shown: {value: 'EXAMPLE'}}
  schemas:
    Book:
      type: object
      required: [title]
      xml: {name: book}
      properties:
        id: {type: integer, xml: {attribute: true}}
        title: {type: string, maxLength: 5}
"""


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        pytest.param('<book id="1"><title>Sand</title></book>', [], id="kept"),
        pytest.param("\\n  <book>\\n    <title> Sand </title>\\n  </book>", [], id="indented"),
        pytest.param("<!DOCTYPE book><a/>", [], id="not-decided"),
        pytest.param("<book/>", ['breaks required ["title"] at its root'], id="missing"),
        pytest.param('<book id="x"><title/></book>', ['breaks type "integer" at /id'], id="attribute"),
        pytest.param("<a><title/></a>", ["breaks xml.name book"], id="name"),
        pytest.param("<book><title></book>", ["is not XML: mismatched tag (line 1, column 16)"], id="no-xml"),
    ],
)  # fmt: skip
def test_an_example_in_xml_is_held_against_its_schema(
    tmp_path: Path, example: str, expected: list[str]
) -> None:
    path = tmp_path / "books.yaml"
    quoted = '"' + example.replace('"', '\\"') + '"'
    path.write_text(DOCUMENT.replace("'EXAMPLE'", quoted))

    kept = lint_file(
        path, selection=selection_of("example-invalid"), ignores=(), today=date(2026, 1, 1)
    )

    assert [each.what for each in kept.findings] == [f"the example {each}" for each in expected]
