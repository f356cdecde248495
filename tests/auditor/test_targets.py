"""Try to pass one target off as another, and to make a run of what cannot be one."""

import socket
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from harness.cli.main import cli
from harness.config import MOCK_CLIENT_SECRET, Overrides, Settings
from harness.errors import DocumentError, HarnessError, MissingCredentials
from harness.events import MockRecognised
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.plugin.recognise import is_token_of_our_mock
from harness.record import RecordWriter
from harness.session.clock import real_time
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.session.run.ready import ready
from harness.settings import as_the_mock_knows_it
from tests.integration.raw_server import RawServer, raw_server
from tests.products import create_app, load
from tests.unit.session.folders import run_folder

KEYS = {"HARNESS_CLIENT_ID": "an-id-of-ours", "HARNESS_CLIENT_SECRET": "a-secret-of-ours"}
STAGING = """environments:
  staging: {base_url: "https://staging.example", like: sandbox}
  sandbox: {base_url: "https://gateway.example"}
"""


def settings(folder: Path, environ: dict[str, str] | None = None, **flags: object) -> Settings:
    return load(Overrides(**flags), folder=folder, environ=KEYS | (environ or {}))  # type: ignore[arg-type]  # names are checked at run time


@pytest.mark.parametrize(
    ("environ", "flags", "name"),
    [
        ({}, {"base_url": "http://127.0.0.1:8080"}, "custom"),
        ({}, {"base_url": "https://api.example", "environment": "sandbox"}, "custom"),
        ({}, {"base_url": "http://127.0.0.1:1", "environment": "mock"}, "custom"),
        ({"HARNESS_BASE_URL": "https://api.example"}, {}, "custom"),
        ({"HARNESS_ENV": "staging", "HARNESS_BASE_URL": "https://api.example"}, {}, "custom"),
        ({}, {"environment": "sandbox"}, "custom"),
        ({}, {"environment": "staging"}, "staging"),
        ({}, {}, "mock"),
    ],
    ids=["bare", "as_sandbox", "as_mock", "variable", "as_staging", "moved", "own", "embedded"],
)
def test_no_server_bears_the_name_of_another(
    environ: dict[str, str], flags: dict[str, str], name: str, tmp_path: Path
) -> None:
    (tmp_path / "harness.yaml").write_text(STAGING)

    assert settings(tmp_path, environ, **flags).environment.name == name


def test_a_name_of_ones_own_keeps_what_it_counts_as(tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text(STAGING)

    staging = settings(tmp_path, environment="staging").environment

    assert (staging.like, staging.base_url) == ("sandbox", "https://staging.example")
    assert staging.capabilities.canned_values_only


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("environments: {custom: {base_url: 'http://a'}}", "'custom' cannot be the name"),
        ("environments: {staging: {}}", "the environment 'staging' has no base_url"),
        ("environments: {st: {base_url: 'http://a', like: x}}", "no built-in environment 'x'"),
        ("environments: {st: {base_url: 'http://a', name: sandbox}}", "no setting 'name'"),
        ("environments: {st: {base_url: 'http://a', settings_of: x}}", "no setting 'settings_of'"),
    ],
    ids=["custom", "nowhere", "like", "name", "origin"],
)
def test_no_setting_lends_a_name_out(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text(text)

    with pytest.raises(DocumentError) as caught:
        settings(tmp_path)

    assert message in str(caught.value)


def test_a_server_elsewhere_is_spared_what_only_this_machine_is_put_to(tmp_path: Path) -> None:
    far = settings(tmp_path, base_url="https://api.example").environment
    near = settings(tmp_path, base_url="http://127.0.0.1:1").environment

    assert (far.capabilities.load_allowed, near.capabilities.load_allowed) == (False, True)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"HARNESS_CLIENT_ID": "", "HARNESS_CLIENT_SECRET": ""},
            "HARNESS_CLIENT_ID and HARNESS_CLIENT_SECRET are set but empty.",
        ),
        ({"HARNESS_CLIENT_SECRET": " "}, "HARNESS_CLIENT_SECRET is set but empty."),
        ({"HARNESS_BASE_URL": ""}, "HARNESS_BASE_URL is set but empty."),
        ({"HARNESS_PAYER_CLIENT_ID": ""}, "HARNESS_PAYER_CLIENT_ID is set but empty."),
        (
            {"HARNESS_PAYER_CLIENT_ID": "x"},
            "HARNESS_PAYER_CLIENT_ID is set and HARNESS_PAYER_CLIENT_SECRET is not.",
        ),
    ],
    ids=["both", "blank", "url", "role", "half"],
)
def test_an_empty_variable_stands_for_nothing(
    environ: dict[str, str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(HarnessError) as caught:
        settings(tmp_path, environ)

    assert str(caught.value).startswith(message)


def test_an_empty_variable_of_an_env_file_stands_for_nothing_either(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HARNESS_CLIENT_ID=\nHARNESS_CLIENT_SECRET=\n")

    with pytest.raises(HarnessError, match="are set but empty"):
        load(Overrides(), folder=tmp_path, environ={})


def refusing(server: RawServer, connection: socket.socket) -> None:
    server.request(connection)
    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


def test_the_credentials_of_the_mock_are_sent_to_nobody_else(tmp_path: Path) -> None:
    with raw_server(refusing) as server:
        told = load(Overrides(base_url=server.url), folder=tmp_path, environ={})
        with pytest.raises(MissingCredentials, match="no credentials for environment 'custom'"):
            ready(told, (), time=real_time())

    assert len(server.heads) == 1
    assert server.heads[0].startswith(b"GET / HTTP/1.1")
    assert b"authorization" not in server.heads[0].lower()


def test_they_are_used_where_our_mock_answers(tmp_path: Path) -> None:
    with running(create_app(MockSettings())) as url:
        told = load(Overrides(base_url=url), folder=tmp_path, environ={})
        known = ready(told, (), time=real_time())

    assert known.credentials is not None
    assert known.credentials.client_secret == MOCK_CLIENT_SECRET
    assert known.environment.name == "custom"


def test_who_brings_credentials_is_asked_nothing(tmp_path: Path) -> None:
    with raw_server(refusing) as server:
        ready(settings(tmp_path, base_url=server.url), (), time=real_time())

    assert server.heads == []


def run(folder: Path, *arguments: str) -> Result:
    """Run the command line in a folder that holds one earlier run."""
    (folder / "reports" / "earlier").mkdir(parents=True)
    (folder / "reports" / "latest").symlink_to("earlier")
    return CliRunner(env=dict.fromkeys(KEYS)).invoke(cli, list(arguments))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("run --fault npi", "there is no fault 'npi'. Nearest: json-npi-differs, npi-digits-unc"),
        (
            "run --fault npi-checksum-unchecked --base-url http://127.0.0.1:1",
            "--fault breaks a promise of the mock that a run starts",
        ),
        ("run --only nothing/here", "no case is selected by 'nothing/here'. --only takes an id"),
        ("run --only npi-checksum", "Nearest: dental/create/npi-checksum, dental/create/npi-che"),
        ("run --api dental --only medical/status", "would be, but is left out by --api."),
        ("run --base-url http://127.0.0.1:99999", "'http://127.0.0.1:99999' is not a base URL."),
        ("run --base-url http://127.0.0.1:0", "'http://127.0.0.1:0' is not a base URL."),
        ("run --env stagin", "there is no environment 'stagin'. Known: mock, production, sandbox."),
        ("run --env sandbox", "no credentials for environment 'sandbox'."),
        ("run --waivers none.yaml", "none.yaml"),
        ("run --baseline none", "none"),
        ("run -n 2 --jobs 2", "-n goes with neither --jobs nor -x."),
        ("run --shard 3/2", "'3/2' is not a shard."),
        ("certify --partner P --product G --version 1 --only x", "--only leaves cases out"),
        ("certify --partner P --product G --version 1 --env stagin", "there is no environment"),
        ("workflow run none.arazzo.yaml", "none.arazzo.yaml"),
    ],
)
def test_what_cannot_be_run_writes_nothing_and_leaves_latest(
    command: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run(tmp_path, *command.split())

    told = str(result.exception) if isinstance(result.exception, HarnessError) else result.output
    assert message in told
    code = result.exception.exit_code if isinstance(result.exception, HarnessError) else None
    assert (code or result.exit_code) in (2, 5)
    assert sorted(each.name for each in (tmp_path / "reports").iterdir()) == ["earlier", "latest"]
    assert (tmp_path / "reports" / "latest").readlink() == Path("earlier")
    assert not (tmp_path / "reports" / "signing-key.pem").exists()


@pytest.mark.parametrize(
    "command",
    [
        "doctor --seed 3",
        "doctor --only x",
        "doctor --profile ci",
        "workflow run book.arazzo.yaml --api dental",
        "workflow run book.arazzo.yaml --seed 3",
        "verify certificate.zip --key k.pem",
    ],
)
def test_an_option_without_an_effect_is_not_taken(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run(tmp_path, *command.split())

    assert result.exit_code == 2
    assert "No such option" in result.output


def test_doctor_does_not_call_set_what_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run(tmp_path, "doctor")

    assert "credentials  none are set; the mock has published ones" in result.output
    assert "are set\n" not in result.output


def test_credentials_for_another_server_have_no_business_with_the_mock_of_a_proof(
    tmp_path: Path,
) -> None:
    told = settings(tmp_path, {"HARNESS_SUBMITTER_ID": "42"}, base_url="https://api.example")

    known = as_the_mock_knows_it(told)

    assert known.credentials is not None
    assert known.credentials.client_secret == MOCK_CLIENT_SECRET
    assert (known.environment.name, known.environment.base_url) == ("mock", "")
    assert known.environment.submitter_id == "999898"
    assert "a-secret-of-ours" not in known.variables.values()


def test_a_token_gives_our_mock_away_where_a_proxy_takes_its_header() -> None:
    with running(create_app(MockSettings())) as url:
        answer = httpx.post(
            f"{url}/apip/auth/v2/token",
            json={
                "grant_type": "client_credentials",
                "client_id": "harness-mock-client",
                "client_secret": MOCK_CLIENT_SECRET,
            },
        )

    assert is_token_of_our_mock(answer.json()["access_token"])
    assert not is_token_of_our_mock("eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.c2ln")
    assert not is_token_of_our_mock("no token")


def test_what_gave_it_away_makes_a_specimen_without_any_header(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", environment="custom", embedded=False)
    writer = RecordWriter(folder / "record.jsonl")
    writer.write(MockRecognised("token"))
    writer.close()

    assert conclude(load_inputs(folder)).scope.is_mock
