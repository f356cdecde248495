from pathlib import Path

import pytest

from harness.config import MOCK_CLIENT_ID, CoverageGates, Overrides, Settings
from harness.errors import (
    ConfigurationError,
    DocumentError,
    ForbiddenTarget,
    HarnessError,
    MissingCredentials,
    UnknownName,
)
from harness.settings import is_loopback, required_credentials
from tests.products import load

KEYS = {"HARNESS_CLIENT_ID": "an-id-of-ours", "HARNESS_CLIENT_SECRET": "a-secret-of-ours"}


def loaded(folder: Path, environ: dict[str, str] | None = None, **flags: object) -> Settings:
    return load(Overrides(**flags), folder=folder, environ=environ or {})  # type: ignore[arg-type]  # test shorthand


def test_without_a_word_the_mock_is_meant_with_its_published_credentials(tmp_path: Path) -> None:
    settings = loaded(tmp_path)

    assert settings.environment.name == "mock"
    assert required_credentials(settings).client_id == MOCK_CLIENT_ID
    assert (settings.profile, settings.seed) == ("ci", 1)


def test_only_who_comes_as_the_mocks_own_client_has_the_mocks_other_roles(tmp_path: Path) -> None:
    outsider = {
        "HARNESS_OUTSIDER_CLIENT_ID": "another-id",
        "HARNESS_OUTSIDER_CLIENT_SECRET": "another-secret",
    }

    assert set(loaded(tmp_path).roles) == {"foreign", "provider", "payer", "outsider"}
    assert loaded(tmp_path, KEYS).roles == {}
    assert set(loaded(tmp_path, {**KEYS, **outsider}).roles) == {"outsider"}


def test_a_flag_beats_a_variable_and_a_variable_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text("profile: deep\nseed: 3\nreports: out\n")

    assert loaded(tmp_path).seed == 3
    assert loaded(tmp_path, {"HARNESS_SEED": "4"}).seed == 4
    assert loaded(tmp_path, {"HARNESS_SEED": "4"}, seed=5).seed == 5
    assert loaded(tmp_path).reports == Path("out")


def test_shares_that_every_run_has_to_reach_stand_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text("gates: {keyword_coverage: 62.5}\n")

    assert loaded(tmp_path).gates == CoverageGates(keyword_coverage=0.625)


def test_the_file_is_found_in_a_folder_above(tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text("profile: deep\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    assert loaded(below).profile == "deep"


def test_an_environment_of_the_file_changes_what_it_names(tmp_path: Path) -> None:
    (tmp_path / "harness.yaml").write_text(
        "environments:\n"
        "  sandbox:\n"
        "    requests_per_second: 2\n"
        "    submitter_id: '42'\n"
        "    allowed_hosts: [a.example]\n"
        "    token_paths: {dental: /t}\n"
        "    capabilities: {validates_requests: false}\n"
    )

    settings = loaded(tmp_path, KEYS, environment="sandbox")
    environment = settings.environment

    assert environment.requests_per_second == 2.0
    assert environment.submitter_id == "42"
    assert settings.token_endpoint("dental").path == "/t"
    assert settings.token_endpoint("medical").path == "/apip/auth/v2/token"
    assert not environment.capabilities.validates_requests
    assert environment.capabilities.canned_values_only  # what the file does not name stays
    assert environment.allowed_hosts == ("a.example", "sandbox-apigw.optum.com")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "profil: ci", "2:1: there is no setting 'profil'. Did you mean 'profile'?", id="typo"
        ),
        pytest.param(
            "environments: {sandbx: {}}",
            "2:16: the environment 'sandbx' has no base_url. Add `base_url:`, or use a name that "
            "exists. Did you mean 'sandbox'?",
            id="environment",
        ),
        pytest.param("gates: {keyword_coverage: 101}", "from 0 to 100", id="share"),
        pytest.param("gates: {keyword_coverage: x}", "from 0 to 100", id="no-share"),
        pytest.param("environments: [1]", "environments must be an object", id="list"),
        pytest.param("environments: {mock: {proxy: 1}}", "proxy must be a string", id="text"),
        pytest.param(
            "environments: {mock: {timeout_seconds: -1}}", "must be a number", id="number"
        ),
        pytest.param(
            "environments: {mock: {allowed_hosts: x}}", "must be a list of host", id="hosts"
        ),
        pytest.param(
            "environments: {mock: {capabilities: {load_allowed: 1}}}",
            "must be true or false",
            id="boolean",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "harness.yaml").write_text(f"# settings\n{text}\n")

    with pytest.raises(DocumentError) as caught:
        loaded(tmp_path)

    assert message in str(caught.value)
    assert "harness.yaml:2:" in str(caught.value)


def test_the_sandbox_without_credentials_says_which_variables_to_set(tmp_path: Path) -> None:
    with pytest.raises(MissingCredentials) as caught:
        required_credentials(loaded(tmp_path, environment="sandbox"))

    assert str(caught.value) == (
        "no credentials for environment 'sandbox'. Set HARNESS_CLIENT_ID and "
        "HARNESS_CLIENT_SECRET in the environment or in a .env file."
    )
    assert caught.value.exit_code == 2


def test_credentials_come_from_an_env_file_and_never_show(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\nexport HARNESS_CLIENT_ID='id-a'\nHARNESS_CLIENT_SECRET=s-b-0123\n\n"
    )

    settings = loaded(tmp_path, environment="sandbox")

    assert required_credentials(settings).client_secret == "s-b-0123"
    assert "s-b-0123" not in repr(settings)


def test_a_broken_line_of_an_env_file_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("OK=1\nthe-secret-without-a-name\n")

    with pytest.raises(DocumentError) as caught:
        loaded(tmp_path, {"HARNESS_CREDENTIALS_FILE": str(tmp_path / "keys")})

    assert "keys:2:1" in str(caught.value)
    assert "the-secret" not in str(caught.value)


def test_production_is_refused_unless_it_is_meant(tmp_path: Path) -> None:
    with pytest.raises(ForbiddenTarget, match="i-mean-production"):
        loaded(tmp_path, KEYS, environment="production")
    with pytest.raises(ForbiddenTarget):
        loaded(tmp_path, KEYS, base_url="https://apigw.optum.com")

    assert loaded(tmp_path, KEYS, environment="production", production_meant=True).environment.name


def test_the_vendor_is_never_called_without_tls(tmp_path: Path) -> None:
    with pytest.raises(ForbiddenTarget, match="https only"):
        loaded(tmp_path, KEYS, base_url="http://sandbox-apigw.optum.com")


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        pytest.param({"base_url": "localhost:80"}, ConfigurationError, id="url"),
        pytest.param({"environment": "sandbx"}, UnknownName, id="environment"),
        pytest.param({"profile": "fast"}, UnknownName, id="profile"),
    ],
)
def test_impossible_flags_are_refused(
    tmp_path: Path, flags: dict[str, str], error: type[HarnessError]
) -> None:
    with pytest.raises(error):
        loaded(tmp_path, {}, **flags)


def test_a_seed_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="'x' is not a seed"):
        loaded(tmp_path, {"HARNESS_SEED": "x"})


def test_only_this_machine_is_loopback(tmp_path: Path) -> None:
    assert is_loopback(loaded(tmp_path, base_url="http://127.0.0.1:80/").environment)
    assert not is_loopback(loaded(tmp_path, base_url="https://127.0.0.2.example").environment)
