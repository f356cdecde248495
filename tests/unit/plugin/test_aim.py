from pathlib import Path

import pytest

from harness.config import Overrides, Settings
from harness.errors import ForbiddenTarget
from harness.plugin.aim import Aim, aim
from harness.resources import shipped
from harness.settings import load as load_settings
from harness.workflow.parse import load
from harness.workflow.reports import ContractChecks

OPENAPI = """
openapi: 3.1.0
info: {{title: Sample, version: '1'}}
servers: [{{url: '{server}'}}]
paths:
  /thing:
    get:
      operationId: getThing
      responses: {{'200': {{description: ok}}}}
"""
ARAZZO = """
arazzo: 1.0.1
info: {title: Sample, version: '1'}
sourceDescriptions: [{name: things, type: openapi, url: ./openapi.yaml}]
workflows:
  - workflowId: get
    steps: [{stepId: get, operationId: getThing}]
"""


def document(folder: Path, server: str) -> Path:
    (folder / "openapi.yaml").write_text(OPENAPI.format(server=server))
    path = folder / "book.arazzo.yaml"
    path.write_text(ARAZZO)
    return path


def aimed(path: Path, servers: dict[str, str] | None = None, **flags: str) -> Aim:
    settings = load_settings(Overrides(**flags), folder=Path("/"), environ={})  # type: ignore[arg-type]  # test shorthand
    return aim(load(path), settings, servers=servers or {}, inputs={}, checks=ContractChecks.FAIL)


def hosts(settings: Settings) -> tuple[str, ...]:
    return settings.environment.allowed_hosts


def test_a_document_of_the_vendor_runs_against_the_mock() -> None:
    result = aimed(shipped("workflows") / "medical-attachments.arazzo.yaml")

    assert result.settings.environment.base_url == ""
    assert result.options.servers == {}


def test_a_base_url_is_the_default_of_all_sources(tmp_path: Path) -> None:
    path = document(tmp_path, "https://things.example")

    result = aimed(path, base_url="http://127.0.0.1:9")

    assert result.options.servers == {"*": "http://127.0.0.1:9"}
    assert "things.example" not in hosts(result.settings)


def test_a_document_of_this_machine_runs_where_it_says(tmp_path: Path) -> None:
    result = aimed(document(tmp_path, "http://127.0.0.1:8099/api"))

    assert hosts(result.settings) == ("127.0.0.1",)
    assert result.options.servers == {}


def test_a_named_server_is_allowed(tmp_path: Path) -> None:
    path = document(tmp_path, "https://things.example")

    result = aimed(path, {"things": "https://staging.example"})

    assert "staging.example" in hosts(result.settings)


def test_a_strange_host_is_refused_with_what_to_say(tmp_path: Path) -> None:
    with pytest.raises(ForbiddenTarget, match="--server things=URL"):
        aimed(document(tmp_path, "https://things.example"))
