"""What harness.yaml says of a document has to name what the document has."""

from pathlib import Path

import pytest

from harness.errors import UnknownName
from harness.products.document import DocumentParts, document_product
from harness.rules.document.access import AccessPlan

TEXT = """openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things: {get: {operationId: listThings, responses: {'200': {description: ok}}}}
  /things/{id}: {delete: {responses: {'204': {description: gone}}}}
"""


def left_out(folder: Path, plan: AccessPlan) -> dict[str, str]:
    document = folder / "things.yaml"
    document.write_text(TEXT)
    parts = document_product(document, folder / "specs", plan).rules
    assert isinstance(parts, DocumentParts)
    return dict(parts.plan.left_out)


@pytest.mark.parametrize("name", ["DELETE /things/{id}", "DELETE-things-id"])
def test_an_operation_without_an_id_is_left_out_by_any_of_its_names(
    tmp_path: Path, name: str
) -> None:
    found = left_out(tmp_path, AccessPlan(left_out={name: "slow", "listThings": "old"}))

    assert found == {"DELETE /things/{id}": "slow", "listThings": "old"}


def test_an_operation_that_there_is_not_is_no_setting_to_pass_over(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"things\.left_out .* 'listThing'.*listThings"):
        left_out(tmp_path, AccessPlan(left_out={"listThing": "slow"}))


def test_a_parameter_that_there_is_not_is_no_setting_to_pass_over(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"things\.parameters .* 'ID'.*Known: id"):
        left_out(tmp_path, AccessPlan(parameters={"ID": 5}))


def test_a_parameter_may_stand_in_the_path_alone(tmp_path: Path) -> None:
    assert left_out(tmp_path, AccessPlan(parameters={"id": 5})) == {}
