from pathlib import Path

import pytest

from harness.config import Overrides, Settings
from harness.errors import ConfigurationError, ForbiddenTarget, UnknownName
from harness.plugin.server_resolution import ResolvedServers, refuse_unknown, resolve_servers
from harness.resources import shipped
from harness.workflow.document.parse import load
from harness.workflow.engine.reports import ContractChecks
from tests.products import load as load_settings

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


def aimed(path: Path, servers: dict[str, str] | None = None, **flags: str) -> ResolvedServers:
    settings = load_settings(Overrides(**flags), folder=Path("/"), environ={})  # type: ignore[arg-type]  # test shorthand
    return resolve_servers(
        load(path), settings, servers=servers or {}, inputs={}, checks=ContractChecks.FAIL
    )


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


@pytest.mark.parametrize("url", ["nonsense", "ftp://things.example", "http://", "127.0.0.1:80"])
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="is no address"):
        aimed(document(tmp_path, "https://things.example"), {"things": url})


@pytest.mark.parametrize("server", ["/v1", "{scheme}://host"])
def test_a_document_that_names_no_host_needs_to_be_told_one(tmp_path: Path, server: str) -> None:
    with pytest.raises(ConfigurationError, match="--server things=URL"):
        aimed(document(tmp_path, server))


def test_an_operation_may_have_a_server_of_its_own_on_this_machine(tmp_path: Path) -> None:
    path = document(tmp_path, "http://localhost:9")
    openapi = tmp_path / "openapi.yaml"
    own = "    get:\n      servers: [{url: 'http://127.0.0.1:8'}]\n"
    openapi.write_text(openapi.read_text().replace("    get:\n", own))

    assert hosts(aimed(path).settings) == ("127.0.0.1", "localhost")


def test_servers_and_inputs_that_nobody_knows_are_refused_with_a_near_one(tmp_path: Path) -> None:
    inputs = "    inputs: {type: object, properties: {page: {type: integer}}}\n    steps"
    path = document(tmp_path, "https://things.example")
    path.write_text(ARAZZO.replace("    steps", inputs))
    book = load(path)

    refuse_unknown([book], servers=["things", "*"], inputs=["page"])
    with pytest.raises(UnknownName, match="Did you mean 'things'"):
        refuse_unknown([book], servers=["thing"], inputs=())
    with pytest.raises(UnknownName, match="Did you mean 'page'"):
        refuse_unknown([book], servers=(), inputs=["pages"])
