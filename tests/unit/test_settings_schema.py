"""The JSON Schema of harness.yaml for editors knows what the program reads, and nothing else."""

import json
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
import yaml

from harness.config import PROFILES, Capabilities, CoverageGates, Environment
from harness.settings import _TOP_LEVEL
from harness.settings_file import _DOCUMENT_KEYS, _NOT_FROM_FILE

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "harness.schema.json").read_text())


def properties(*path: str) -> dict[str, object]:
    found = SCHEMA["properties"]
    for name in path:
        found = found[name]
        found = found.get("additionalProperties") or found
        found = found["properties"]
    return dict(found)


def properties_of(name: str) -> dict[str, object]:
    return dict(SCHEMA["properties"][name]["properties"])


def test_every_setting_is_in_the_schema_and_no_other() -> None:
    of_environment = {each.name for each in fields(Environment)} - set(_NOT_FROM_FILE)

    assert set(properties()) == set(_TOP_LEVEL)
    assert set(properties_of("gates")) == {each.name for each in fields(CoverageGates)}
    assert set(properties("documents")) == set(_DOCUMENT_KEYS)
    assert set(properties("environments")) == of_environment
    capabilities = properties("environments")["capabilities"]
    assert isinstance(capabilities, dict)
    assert set(capabilities["properties"]) == {each.name for each in fields(Capabilities)}
    assert SCHEMA["properties"]["profile"]["enum"] == list(PROFILES)


def test_the_examples_of_the_page_are_valid() -> None:
    pages = (DOCS / "tutorials/any-document.md", DOCS / "reference/settings.md")
    blocks = [block for page in pages for block in page.read_text().split("```yaml\n")[1:]]

    assert len(blocks) >= 3
    for block in blocks:
        jsonschema.validate(yaml.safe_load(block.partition("```")[0]), SCHEMA)


@pytest.mark.parametrize(
    "text", ["seeds: 1", "documents: {a: {tokens: b}}", "documents: {a: {left_out: {b: ''}}}"]
)
def test_what_the_program_refuses_is_marked(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), SCHEMA)
