"""Gather settings: `harness.yaml`, then `HARNESS_*` variables and `.env`, then flags.

Credentials come from the environment, a `.env` file or a file that a variable names; never from YAML.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from harness.config import (
    ENVIRONMENTS,
    LOOPBACK,
    MOCK_CLIENT_ID,
    MOCK_CLIENT_SECRET,
    PROFILES,
    Credentials,
    Environment,
    Overrides,
    Settings,
    mock_credentials,
    shard_named,
)
from harness.document import Document
from harness.errors import (
    ConfigurationError,
    DocumentError,
    ForbiddenTarget,
    MissingCredentials,
    UnknownName,
)
from harness.jsonvalue import Json
from harness.product import Products
from harness.settings_file import checked, environment_from, find
from harness.source import Source

_TOP_LEVEL = ("profile", "seed", "reports", "environments")
_OF_MOCK = Credentials(MOCK_CLIENT_ID, MOCK_CLIENT_SECRET)


def load(
    overrides: Overrides,
    *,
    folder: Path,
    products: Products,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Gather settings from file, environment and flags for a run of these products. Raises ConfigurationError, DocumentError."""
    variables = _with_env_file(folder, os.environ if environ is None else environ)
    file = find(folder)
    chosen = _Chooser(variables, checked(file, "", _TOP_LEVEL))
    environment = _environment(overrides, variables, file, products.names)
    check_target(environment, production_meant=overrides.production_meant)
    credentials = _credentials(environment, variables)
    return Settings(
        environment=environment,
        credentials=credentials,
        profile=_profile(overrides.profile or chosen.text("profile", "ci")),
        seed=_seed(chosen.text("seed", "1")) if overrides.seed is None else overrides.seed,
        reports=overrides.reports or Path(chosen.text("reports", "reports")),
        products=products,
        apis=overrides.apis or products.names,
        only=overrides.only,
        shard=shard_named(overrides.shard) if overrides.shard else None,
        roles=_roles(credentials, variables, products),
        variables=_workflow_variables(credentials, variables),
    )


def required_credentials(settings: Settings) -> Credentials:
    """Return the credentials. Raises MissingCredentials, which names the variables to set."""
    if settings.credentials is None:
        names = ("HARNESS_CLIENT_ID", "HARNESS_CLIENT_SECRET")
        raise MissingCredentials(settings.environment.name, names)
    return settings.credentials


def check_target(environment: Environment, *, production_meant: bool) -> None:
    """Refuse a target that the guards forbid. Raises ForbiddenTarget."""
    url = urlsplit(environment.base_url)
    if environment.base_url and (url.scheme not in ("http", "https") or not url.hostname):
        raise ConfigurationError(
            f"'{environment.base_url}' is not a base URL.",
            advice="Write it as https://host or http://127.0.0.1:PORT.",
        )
    production_hosts = ENVIRONMENTS["production"].allowed_hosts
    is_production = environment.name == "production" or url.hostname in production_hosts
    if is_production and not (environment.name == "production" and production_meant):
        raise ForbiddenTarget(
            "this run would reach production.",
            advice="Add --env production --i-mean-production if you mean it.",
        )
    if (url.hostname or "").endswith("optum.com") and url.scheme != "https":
        raise ForbiddenTarget(
            f"{url.hostname} is reached over https only.", advice="Change the base URL."
        )


def is_loopback(environment: Environment) -> bool:
    """Tell whether the target is this machine; nothing else may be loaded, stressed or broken."""
    return urlsplit(environment.base_url).hostname in LOOPBACK


def _environment(
    overrides: Overrides,
    variables: Mapping[str, str],
    file: Document | None,
    apis: tuple[str, ...],
) -> Environment:
    name = overrides.environment or variables.get("HARNESS_ENV") or "mock"
    known = tuple(ENVIRONMENTS)
    if name not in ENVIRONMENTS:
        raise UnknownName(None, kind="environment", name=name, known=known)
    checked(file, "/environments", known)
    chosen = environment_from(ENVIRONMENTS[name], file, f"/environments/{name}", apis)
    for key in ("base_url", "submitter_id", "tax_id", "tenant_id", "proxy", "ca_file"):
        if value := variables.get(f"HARNESS_{key.upper()}"):
            chosen = replace(chosen, **{key: value})  # type: ignore[arg-type]  # all of these are str
    if overrides.base_url:
        chosen = replace(chosen, base_url=overrides.base_url)
    host = urlsplit(chosen.base_url).hostname
    hosts = (
        chosen.allowed_hosts
        if host in chosen.allowed_hosts or not host
        else (*chosen.allowed_hosts, host)
    )
    return replace(chosen, base_url=chosen.base_url.rstrip("/"), allowed_hosts=hosts)


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
    credentials: Credentials | None, variables: Mapping[str, str], products: Products
) -> Mapping[str, Credentials]:
    """Find the credentials of further roles; who comes as the mock's own client has the mock's others too."""
    named = {role: _pair(variables, f"HARNESS_{role.upper()}") for role in products.roles}
    given = {role: each for role, each in named.items() if each is not None}
    of_mock = {role: mock_credentials(client) for role, client in products.roles.items()}
    return {**(of_mock if credentials == _OF_MOCK else {}), **given}


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
