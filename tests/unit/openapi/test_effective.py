import json
import os
from pathlib import Path

import pytest

from harness.errors import DocumentError, UnknownName
from harness.jsonvalue import Json
from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.effective import effective, in_use
from harness.openapi.overlay import Origin
from harness.resources import shipped

STORED: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Stored", "version": "9"},
    "paths": {"/apip/auth/v2/token": {"post": {}}},
}


def test_downloaded_document_outranks_the_bundled_one(tmp_path: Path) -> None:
    (tmp_path / "token-v2.json").write_text(json.dumps(STORED))

    found = effective("token-v2", tmp_path)

    assert found.origin is Origin.VENDOR
    assert found.api.version == "9"
    assert [operation.id for operation in found.api.operations] == ["issueToken"]
    assert len(found.unmatched) == 6


@pytest.mark.parametrize("name", document_names())
def test_bundled_document_counts_without_a_downloaded_one(name: str, tmp_path: Path) -> None:
    found = effective(name, tmp_path)

    assert found.origin is Origin.BUNDLED
    assert found.unmatched == ()
    assert found.api.root == bundled_document(name).root


def test_unknown_api_is_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'token-v2'"):
        effective("token-v3")


def test_a_stored_copy_of_ours_is_corrected_as_ours(tmp_path: Path) -> None:
    (tmp_path / "dental.json").write_text(json.dumps(bundled_document("dental").root))

    found = effective("dental", tmp_path)

    assert found.is_downloaded
    assert found.origin is Origin.BUNDLED
    assert found.unmatched == ()


def test_a_document_that_is_stored_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "token-v2.json"
    path.write_text(json.dumps(STORED))
    os.utime(path, ns=(1, 1))
    effective("token-v2", tmp_path)

    path.write_text(json.dumps(STORED).replace('"9"', '"10"'))

    assert effective("token-v2", tmp_path).api.version == "10"


def test_a_workflow_that_names_a_bundled_document_gets_the_one_in_use(tmp_path: Path) -> None:
    (tmp_path / "token-v2.json").write_text(json.dumps(STORED))

    used = in_use(shipped("specs") / "token-v2" / "openapi.yaml", "token", tmp_path)

    assert used is effective("token-v2", tmp_path).api


def test_a_workflow_that_names_another_document_gets_that(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(json.dumps(STORED))

    used = in_use(path, "mine", tmp_path)

    assert (used.name, used.version) == ("mine", "9")


MANY_FILES = """\
openapi: 3.1.0
info: {title: M, version: '1'}
paths:
  /a/{id}: {$ref: './parts/a.yaml'}
"""
PART = """\
get:
  operationId: getA
  parameters: [{$ref: './id.yaml#/id'}]
  responses: {'200': {description: fine}}
"""


def test_a_document_of_several_files_is_taken_as_one(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.yaml").write_text(PART)
    (tmp_path / "parts" / "id.yaml").write_text("id: {name: id, in: path, required: true}\n")
    (tmp_path / "openapi.yaml").write_text(MANY_FILES)

    (operation,) = in_use(tmp_path / "openapi.yaml", "many").operations

    assert [each.name for each in operation.parameters] == ["id"]
    assert str(operation.source) == f"{tmp_path / 'parts' / 'a.yaml'}:2:3"


def test_a_file_above_the_document_is_not_taken_in(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("get: {operationId: getA}\n")
    (tmp_path / "api").mkdir()
    path = tmp_path / "api" / "openapi.yaml"
    path.write_text(MANY_FILES.replace("./parts/a.yaml", "../secret.yaml"))

    with pytest.raises(DocumentError, match=r"outside the document.s folder"):
        in_use(path, "many")
