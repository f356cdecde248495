from datetime import date
from pathlib import Path

import pytest

from harness.errors import DocumentError
from harness.openapi.lint.run import lint_file, selection_of

API = """\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a/{id}:
    $ref: paths/a.yaml
  /b:
    $ref: paths/gone.yaml
"""
ITEM = """\
parameters:
  - $ref: ../shared.yaml#/Id
get:
  responses:
    '200':
      description: It.
      content:
        application/json:
          schema: {$ref: ../shared.yaml#/Thing}
    '400': {$ref: ../shared.yaml#/Gone}
"""
SHARED = """\
Id: {name: id, in: path, schema: {type: string}}
Thing: {type: strin}
"""


def linted(path: Path, rules: str) -> list[str]:
    selection = selection_of(rules)
    kept = lint_file(path, selection=selection, ignores=(), today=date(2026, 11, 1))
    return [str(each) for each in kept.findings]


def test_findings_stand_in_the_file_where_the_fault_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "paths").mkdir()
    (tmp_path / "api.yaml").write_text(API)
    (tmp_path / "paths" / "a.yaml").write_text(ITEM)
    (tmp_path / "shared.yaml").write_text(SHARED)
    monkeypatch.chdir(tmp_path)

    found = linted(
        Path("api.yaml"),
        "reference-unreadable,reference-dangling,schema-type-unknown,"
        "path-parameter-optional,path-parameter-undeclared",
    )

    assert [each.partition(":")[0] for each in found] == [
        "api.yaml",
        "paths/a.yaml",
        "shared.yaml",
        "shared.yaml",
    ]
    assert found[0].startswith("api.yaml:7:11: error reference-unreadable: ")
    assert found[1].startswith("paths/a.yaml:10:19: error reference-unreadable: ")
    assert "path-parameter-optional" in found[2]
    assert "schema-type-unknown" in found[3]


def test_a_file_that_is_no_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")

    with pytest.raises(DocumentError, match="names no version"):
        linted(tmp_path / "a.yaml", "")


def test_a_reference_that_may_not_be_followed_is_a_finding(tmp_path: Path) -> None:
    refused = (
        "https://acme.com/a.yaml",
        "file:///etc/passwd",
        "../outside.yaml",
        "http://169.254.169.254/a",
    )
    paths = "".join(f"  /{i}: {{$ref: '{each}'}}\n" for i, each in enumerate(refused))
    (tmp_path / "api.yaml").write_text(
        f"openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{paths}"
    )

    found = linted(tmp_path / "api.yaml", "reference-unreadable")

    assert [each.partition("api.yaml:")[2].partition(":")[0] for each in found] == [
        "4",
        "5",
        "6",
        "7",
    ]


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        pytest.param(
            "api.json",
            '{"openapi": "3.1.0", "info": {"title": "T", "title": "U", "version": "1"}, "paths": {}}',
            ":1:45",
            id="json",
        ),
        pytest.param(
            "api.yaml",
            "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\npaths: {}\n",
            ":4:1",
            id="yaml",
        ),
    ],
)
def test_a_key_that_stands_twice_is_a_finding(
    tmp_path: Path, name: str, text: str, place: str
) -> None:
    (tmp_path / name).write_text(text)

    (found,) = linted(tmp_path / name, "key-duplicate")

    assert f"{name}{place}: error key-duplicate: has the key '" in found


@pytest.mark.parametrize("bound", [".inf", ".nan", "1e999", "-1"])
def test_a_bound_without_end_is_no_whole_number(tmp_path: Path, bound: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n"
        f"components: {{schemas: {{A: {{type: string, maxLength: {bound}}}}}}}\n"
    )

    assert "maxLength" in "".join(linted(path, "field-malformed"))
