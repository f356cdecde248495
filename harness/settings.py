"""Gather settings: `harness.yaml`, then `HARNESS_*` variables and `.env`, then flags.

Credentials come from the environment, a `.env` file or a file that a variable names; never from YAML.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.config import (
    APIS,
    ENVIRONMENTS,
    MOCK_CLIENT_ID,
    MOCK_CLIENT_SECRET,
    MOCK_ROLES,
    PROFILES,
    ROLES,
    Credentials,
    Environment,
    Overrides,
    Settings,
    shard_named,
)
from harness.document import Document
from harness.errors import (
    ConfigurationError,
    DocumentError,
    MissingCredentials,
    UnknownName,
)
from harness.guard import Guard
from harness.hosts import host_in, host_of
from harness.hosts import is_loopback as is_loopback_host
from harness.jsonvalue import Json
from harness.settings_file import checked, environment_from, find
from harness.source import Source

_TOP_LEVEL = ("profile", "seed", "reports", "environments")
_PLAIN = "HARNESS_ALLOW_PLAIN_HTTP"
_OF_MOCK = Credentials(MOCK_CLIENT_ID, MOCK_CLIENT_SECRET)


def load(
    overrides: Overrides, *, folder: Path, environ: Mapping[str, str] | None = None
) -> Settings:
    """Gather settings from file, environment and flags. Raises ConfigurationError, DocumentError."""
    variables = _with_env_file(folder, os.environ if environ is None else environ)
    file = find(folder)
    chosen = _Chooser(variables, checked(file, "", _TOP_LEVEL))
    environment = _environment(overrides, variables, file)
    Guard(environment).check_base()
    credentials = _credentials(environment, variables)
    return Settings(
        environment=environment,
        credentials=credentials,
        profile=_profile(overrides.profile or chosen.text("profile", "ci")),
        seed=_seed(chosen.text("seed", "1")) if overrides.seed is None else overrides.seed,
        reports=overrides.reports or Path(chosen.text("reports", "reports")),
        apis=overrides.apis or APIS,
        only=overrides.only,
        shard=shard_named(overrides.shard) if overrides.shard else None,
        roles=_roles(credentials, variables),
        variables=_workflow_variables(credentials, variables),
    )


def required_credentials(settings: Settings) -> Credentials:
    """Return the credentials. Raises MissingCredentials, which names the variables to set."""
    if settings.credentials is None:
        names = ("HARNESS_CLIENT_ID", "HARNESS_CLIENT_SECRET")
        raise MissingCredentials(settings.environment.name, names)
    return settings.credentials


def is_loopback(environment: Environment) -> bool:
    """Tell whether the target is this machine; nothing else may be loaded, stressed or broken."""
    hosts = (host_of(environment.base_url), host_in(environment.proxy))
    return all(is_loopback_host(each) for each in hosts if each) and bool(environment.base_url)


def _environment(
    overrides: Overrides, variables: Mapping[str, str], file: Document | None
) -> Environment:
    name = overrides.environment or variables.get("HARNESS_ENV") or "mock"
    known = tuple(ENVIRONMENTS)
    if name not in ENVIRONMENTS:
        raise UnknownName(None, kind="environment", name=name, known=known)
    checked(file, "/environments", known)
    chosen = environment_from(ENVIRONMENTS[name], file, f"/environments/{name}")
    for key in ("base_url", "submitter_id", "tax_id", "tenant_id", "proxy", "ca_file"):
        if value := variables.get(f"HARNESS_{key.upper()}"):
            chosen = replace(chosen, **{key: value})  # type: ignore[arg-type]  # all of these are str
    if plain := variables.get(_PLAIN):
        chosen = replace(chosen, allow_plain_http=_is_set(_PLAIN, plain))
    if overrides.base_url:
        chosen = replace(chosen, base_url=overrides.base_url)
    host = host_of(chosen.base_url)
    hosts = dict.fromkeys((*chosen.allowed_hosts, *([host] if host else ())))
    return replace(
        chosen,
        base_url=chosen.base_url.rstrip("/"),
        allowed_hosts=tuple(hosts),
        is_production_meant=overrides.production_meant and name == "production",
    )


def _is_set(name: str, value: str) -> bool:
    """Read a variable that says yes or no. Raises ConfigurationError."""
    if value.lower() not in ("true", "false", "1", "0"):
        raise ConfigurationError(f"{name} must be true or false.", advice=f"It is '{value[:40]}'.")
    return value.lower() in ("true", "1")


class _Chooser:
    """Look a top-level setting up: the variable before the file before the default."""

    def __init__(self, variables: Mapping[str, str], file: Mapping[str, Json]) -> None:
        self._variables = variables
        self._file = file

    def text(self, name: str, default: str) -> str:
        variable = self._variables.get(f"HARNESS_{name.upper()}")
        return variable or str(self._file.get(name, default))


def _profile(name: str) -> str:
    if name not in PROFILES:
        raise UnknownName(None, kind="profile", name=name, known=PROFILES)
    return name


def _seed(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise ConfigurationError(
            f"'{value}' is not a seed.", advice="Give a whole number, zero or more."
        )
    return int(value)


def _credentials(environment: Environment, variables: Mapping[str, str]) -> Credentials | None:
    given = _pair(variables, "HARNESS")
    if given is not None:
        return given
    is_silent = not (variables.get("HARNESS_CLIENT_ID") or variables.get("HARNESS_CLIENT_SECRET"))
    return _OF_MOCK if environment.name == "mock" and is_silent else None


def _roles(
    credentials: Credentials | None, variables: Mapping[str, str]
) -> Mapping[str, Credentials]:
    """Find the credentials of further roles; who comes as the mock's own client has the mock's others too."""
    named = {role: _pair(variables, f"HARNESS_{role.upper()}") for role in ROLES}
    given = {role: each for role, each in named.items() if each is not None}
    return {**(MOCK_ROLES if credentials == _OF_MOCK else {}), **given}


def _pair(variables: Mapping[str, str], prefix: str) -> Credentials | None:
    client_id = variables.get(f"{prefix}_CLIENT_ID", "")
    client_secret = variables.get(f"{prefix}_CLIENT_SECRET", "")
    return Credentials(client_id, client_secret) if client_id and client_secret else None


def _workflow_variables(
    credentials: Credentials | None, variables: Mapping[str, str]
) -> Mapping[str, str]:
    known = dict(variables)
    if credentials is not None:
        known["HARNESS_CLIENT_ID"] = credentials.client_id
        known["HARNESS_CLIENT_SECRET"] = credentials.client_secret
    return known


def _with_env_file(folder: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Add what `.env` and the file named by HARNESS_CREDENTIALS_FILE say; real variables win."""
    named = environ.get("HARNESS_CREDENTIALS_FILE")
    found = _env_file(folder / ".env") if (folder / ".env").is_file() else {}
    if named:
        found = {**found, **_env_file(Path(named))}
    return {**found, **environ}


def _env_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{path} cannot be read.", advice="Check the path and its permissions."
        ) from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        stripped = line.strip().removeprefix("export ")
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals:
            # The line itself may hold a secret, so the message names only its place.
            raise DocumentError("is not NAME=value.", source=Source(str(path), number, 1))
        found[name.strip()] = value.strip().strip("'\"")
    return found
