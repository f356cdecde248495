import jsonschema
import pytest

from harness import document
from harness.resources import shipped
from harness.workflow.document.editor_schema import editor_schema, schema_text


@pytest.mark.parametrize("name", ["dental-attachments", "medical-attachments"])
def test_a_shipped_document_satisfies_the_schema_for_editors(name: str) -> None:
    data = document.read(shipped("workflows") / f"{name}.arazzo.yaml").data

    jsonschema.Draft202012Validator(editor_schema()).validate(data)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(editor_schema())


def test_a_slip_in_a_key_is_refused() -> None:
    step = {"stepId": "s", "operationId": "o", "sucessCriteria": []}
    data = {
        "arazzo": "1.0.1",
        "info": {"title": "T", "version": "1"},
        "sourceDescriptions": [{"name": "a", "url": "b"}],
        "workflows": [{"workflowId": "w", "steps": [step]}],
    }

    assert not jsonschema.Draft202012Validator(editor_schema()).is_valid(data)


def test_the_schema_that_ships_is_the_present_one() -> None:
    shipped_text = (shipped("workflows") / "schemas" / "arazzo.schema.json").read_text("utf-8")

    assert shipped_text == schema_text(), "write it anew: harness workflow schema -o <that file>"


def test_every_shipped_document_names_its_schema() -> None:
    first = "# yaml-language-server: $schema=./schemas/arazzo.schema.json\n"
    documents = sorted(shipped("workflows").glob("*.arazzo.yaml"))

    assert [each.name for each in documents if not each.read_text("utf-8").startswith(first)] == []
