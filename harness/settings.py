"""Gather settings: `harness.yaml`, then `HARNESS_*` variables and `.env`, then flags.

Credentials come from the environment, a `.env` file or a file that a variable names; never from YAML.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.config import (
    CUSTOM,
    ENVIRONMENTS,
    MOCK_CLIENT_ID,
    MOCK_CLIENT_SECRET,
    MOCK_SUBMITTER_ID,
    MOCK_TAX_ID,
    PROFILES,
    Credentials,
    Environment,
    Overrides,
    Settings,
    mock_credentials,
)
from harness.document import Document
from harness.errors import ConfigurationError, DocumentError, MissingCredentials, UnknownName
from harness.guard import Guard
from harness.hosts import host_in, host_of
from harness.hosts import is_loopback as is_loopback_host
from harness.jsonvalue import Json
from harness.product import Products
from harness.reading import read_bytes
from harness.secrecy import check_secret
from harness.settings_file import (
    SIZE_SETTING,
    checked,
    coverage_gates,
    document_limits,
    environments_of,
    find,
    is_load_said,
    own_rules,
    own_workflows,
)
from harness.shard import chosen_shard
from harness.source import Source

# Every such number fits 64 bits, as generators of random numbers take them.
_MOST_DIGITS = 18
_TOP_LEVEL = (
    *("profile", "seed", "reports", "environments", "trusted_keys", "workflows", "rules"),
    *("documents", SIZE_SETTING, "gates"),
)
_PLAIN_HTTP = "HARNESS_ALLOW_PLAIN_HTTP"
_NOBODY = Credentials("", "")
_OF_MOCK = Credentials(MOCK_CLIENT_ID, MOCK_CLIENT_SECRET)


def load(
    overrides: Overrides,
    *,
    folder: Path,
    products: Products,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Gather settings from file, environment and flags for a run of these products. Raises ConfigurationError, DocumentError."""
    # First, for `.env` may name the environment and hold the credentials.
    variables = _with_env_file(folder, os.environ if environ is None else environ)
    _refuse_empty(variables, products)
    file = find(folder)
    chosen = _Chooser(variables, checked(file, "", _TOP_LEVEL))
    document_limits(file)  # in force long since; refused here where it says no size
    environment = _environment(overrides, variables, file, products.names)
    # Before credentials are read: a forbidden target is refused whoever asks.
    Guard(environment).check_base()
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
        shard=chosen_shard(overrides.shard, variables),
        workflows=own_workflows(file),
        rules=own_rules(file),
        gates=coverage_gates(file),
        file_folder=folder,
        roles=_roles(credentials, variables, products),
        variables=_workflow_variables(credentials, variables),
    )


def process_variables() -> Mapping[str, str]:
    """Return the variables that this process was started with: nothing of a `.env` file, which may be a stranger's."""
    return dict(os.environ)


def environment_variables(folder: Path) -> Mapping[str, str]:
    """Return the variables of the environment and of `.env`, for what is no setting of a run."""
    return _with_env_file(folder, os.environ)


def required_credentials(settings: Settings) -> Credentials:
    """Return the credentials; those of nobody where no product of the run gives tokens.

    Raises MissingCredentials, which names the variables to set.
    """
    # Documents without security need nobody, but the client still wants an object.
    if settings.credentials is None and not any(each.token for each in settings.products.facts):
        return _NOBODY
    if settings.credentials is None:
        names = ("HARNESS_CLIENT_ID", "HARNESS_CLIENT_SECRET")
        raise MissingCredentials(settings.environment.name, names)
    return settings.credentials


def is_loopback(environment: Environment) -> bool:
    """Return whether the target is this machine; nothing else may be loaded, stressed or broken."""
    # A proxy elsewhere receives the load too, and so must be this machine itself.
    hosts = (host_of(environment.base_url), host_in(environment.proxy))
    return all(is_loopback_host(each) for each in hosts if each) and bool(environment.base_url)


def _environment(
    overrides: Overrides,
    variables: Mapping[str, str],
    file: Document | None,
    apis: tuple[str, ...],
) -> Environment:
    known = environments_of(file, apis)
    name = overrides.environment or variables.get("HARNESS_ENV") or "mock"
    if name not in known:
        raise UnknownName(None, kind="environment", name=name, known=tuple(known))
    chosen = known[name]
    for key in (*_TEXTS, *_OF_CLIENT_CERTIFICATE):
        if value := variables.get(f"HARNESS_{key.upper()}"):
            chosen = replace(chosen, **{key: value})  # type: ignore[arg-type]  # all of these are str
    if plain := variables.get(_PLAIN_HTTP):
        chosen = replace(chosen, allow_plain_http=_is_set(_PLAIN_HTTP, plain))
    # The flag means the built-in environment, and no other that is called so by a URL.
    meant = overrides.production_meant and name == "production"
    if overrides.production_meant and not meant:
        raise ConfigurationError(
            f"--i-mean-production has no effect with environment '{name}'.",
            advice="Leave it out, or add --env production.",
        )
    chosen = replace(chosen, is_production_meant=meant)
    url = overrides.base_url or variables.get("HARNESS_BASE_URL") or chosen.base_url
    environment = _at_url(chosen, url.rstrip("/"))
    # Last, since what is spared depends on the URL that was chosen.
    return environment if is_load_said(file, name) else _spared(environment)


def _at_url(environment: Environment, url: str) -> Environment:
    """Return an environment at a URL; it keeps its name only where the URL is its own.

    What a URL alone names is "custom": no report may call another server the sandbox, or the mock.
    """
    host = host_of(url)
    # An address that was given on purpose is allowed by being given; the guard still judges it.
    hosts = dict.fromkeys((*environment.allowed_hosts, *([host] if host else ())))
    moved = replace(environment, base_url=url, allowed_hosts=tuple(hosts))
    built_in = ENVIRONMENTS.get(environment.name, environment)
    # The same host with another path is still the environment's own.
    if not url or host == host_of(built_in.base_url):
        return moved
    return replace(moved, name=CUSTOM, settings_of=environment.name)


def _spared(environment: Environment) -> Environment:
    """Spare what is not on this machine heavy tests, unless `harness.yaml` allows them."""
    if not environment.base_url or is_loopback(environment):
        return environment
    capabilities = replace(environment.capabilities, load_allowed=False)
    return replace(environment, capabilities=capabilities)


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
        # An empty variable was refused before, so that the file speaks only where none is set.
        variable = self._variables.get(f"HARNESS_{name.upper()}")
        return variable or str(self._file.get(name, default))


def _profile(name: str) -> str:
    if name not in PROFILES:
        raise UnknownName(None, kind="profile", name=name, known=PROFILES)
    return name


def _seed(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise ConfigurationError(
            f"'{value[:40]}' is not a seed.",
            advice=f"Give a whole number, zero or more, of at most {_MOST_DIGITS} digits.",
        )
    return int(value)


def _credentials(environment: Environment, variables: Mapping[str, str]) -> Credentials | None:
    """Return the credentials that were given; those of the mock only for the mock that a run starts.

    Whether a server at a URL is our mock is not known before it has answered.
    """
    given = _pair(variables, "HARNESS")
    return _OF_MOCK if given is None and not environment.base_url else given


def _roles(
    credentials: Credentials | None, variables: Mapping[str, str], products: Products
) -> Mapping[str, Credentials]:
    """Find the credentials of further roles; who comes as the mock's own client has the mock's others too."""
    named = {role: _pair(variables, f"HARNESS_{role.upper()}") for role in products.roles}
    given = {role: each for role, each in named.items() if each is not None}
    of_mock = {role: mock_credentials(client) for role, client in products.roles.items()}
    # In this order: credentials that were given for a role win over the mock's.
    return {**(of_mock if credentials == _OF_MOCK else {}), **given}


def is_mock_client(settings: Settings) -> bool:
    """Return whether a run comes with the credentials that our mock publishes."""
    return settings.credentials == _OF_MOCK


def as_mock_client(settings: Settings) -> Settings:
    """Return settings with the mock's published credentials, for a target that answered as our mock."""
    if settings.credentials is not None:
        return settings
    return replace(
        settings,
        credentials=_OF_MOCK,
        roles=_roles(_OF_MOCK, settings.variables, settings.products),
        variables=_workflow_variables(_OF_MOCK, settings.variables),
    )


def on_own_mock(settings: Settings) -> Settings:
    """Return settings for a mock that is started here, whatever target a variable names."""
    environment = replace(settings.environment, name="mock", settings_of="", base_url="")
    return as_mock_client(replace(settings, environment=environment))


def as_the_mock_knows_it(settings: Settings) -> Settings:
    """Return settings for a mock that is started here and knows its own clients and ids alone.

    Credentials that somebody has for another server would be refused, and have no business there.
    """
    own = replace(
        settings,
        credentials=None,
        environment=replace(
            settings.environment, submitter_id=MOCK_SUBMITTER_ID, tax_id=MOCK_TAX_ID
        ),
    )
    return on_own_mock(own)


def as_nobody(settings: Settings) -> Settings:
    """Return settings without the credentials that our mock publishes, if they have these."""
    if not is_mock_client(settings):
        return settings
    # By value, for a user may hand our published pair over in variables of his own.
    ours = (MOCK_CLIENT_ID, MOCK_CLIENT_SECRET)
    return replace(
        settings,
        credentials=None,
        roles={
            role: each
            for role, each in settings.roles.items()
            if each != mock_credentials(settings.products.roles[role])
        },
        variables={
            name: value
            for name, value in settings.variables.items()
            if name not in ("HARNESS_CLIENT_ID", "HARNESS_CLIENT_SECRET") or value not in ours
        },
    )


def _pair(variables: Mapping[str, str], prefix: str) -> Credentials | None:
    """Return an id and its secret. Raises ConfigurationError where only one of them is set."""
    names = (f"{prefix}_CLIENT_ID", f"{prefix}_CLIENT_SECRET")
    given = [name for name in names if variables.get(name)]
    if len(given) == 1:
        missing = next(name for name in names if name not in given)
        raise ConfigurationError(
            f"{given[0]} is set and {missing} is not.", advice="Set both, or neither."
        )
    if not given:
        return None
    credentials = Credentials(variables[names[0]], variables[names[1]])
    # At once, before it can reach a client or a report.
    check_secret(credentials, names[1])
    return credentials


_PLAIN = ("ENV", "BASE_URL", "PROFILE", "SEED", "REPORTS", "CREDENTIALS_FILE")
_TEXTS = ("submitter_id", "tax_id", "tenant_id", "proxy", "transport", "ca_file")
_OF_CLIENT_CERTIFICATE = ("client_certificate", "client_key", "client_key_passphrase")
_OF_ENVIRONMENT = (
    *(name.upper() for name in (*_TEXTS, *_OF_CLIENT_CERTIFICATE)),
    "ALLOW_PLAIN_HTTP",
)


def variables_of(products: Products) -> tuple[str, ...]:
    """Return the name of every variable that settings are read from."""
    prefixes = ("", *(f"{role.upper()}_" for role in products.roles))
    clients = (f"{prefix}CLIENT_{part}" for prefix in prefixes for part in ("ID", "SECRET"))
    return tuple(f"HARNESS_{name}" for name in (*_PLAIN, *_OF_ENVIRONMENT, *clients))


def _refuse_empty(variables: Mapping[str, str], products: Products) -> None:
    """Raise ConfigurationError where a variable is set but empty, as a missing CI secret leaves it."""
    # Whitespace counts as empty: it is what a secret with a wrong name expands to in some systems.
    empty = [
        name for name in variables_of(products) if name in variables and not variables[name].strip()
    ]
    if empty:
        verb = "is" if len(empty) == 1 else "are"
        raise ConfigurationError(
            f"{' and '.join(empty)} {verb} set but empty.",
            advice="Give a value, or do not set it: an empty variable stands for nothing.",
        )


def _workflow_variables(
    credentials: Credentials | None, variables: Mapping[str, str]
) -> Mapping[str, str]:
    # A workflow reads the credentials in use, also where no variable but the mock gave them.
    known = dict(variables)
    if credentials is not None:
        known["HARNESS_CLIENT_ID"] = credentials.client_id
        known["HARNESS_CLIENT_SECRET"] = credentials.client_secret
    return known


def _with_env_file(folder: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Add what `.env` and the file named by HARNESS_CREDENTIALS_FILE say; real variables win."""
    named = environ.get("HARNESS_CREDENTIALS_FILE")
    variables = _env_file(folder / ".env") if (folder / ".env").is_file() else {}
    if named:
        variables = {**variables, **_env_file(Path(named))}
    # In this order: what is set in the shell wins over files.
    return {**variables, **_readable(environ)}


def _readable(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variables. Raises ConfigurationError where one of ours is not UTF-8."""
    for name, value in environ.items():
        # Only ours are refused: a name of another program's is none of our business.
        if name.startswith("HARNESS_") and not _is_utf8(value):
            raise ConfigurationError(f"{name} is not UTF-8.", advice="Set it again.")
    return {name: value for name, value in environ.items() if _is_utf8(name + value)}


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _env_file(path: Path) -> dict[str, str]:
    try:
        lines = read_bytes(path, limit=1_000_000).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{path} cannot be read.", advice="Check the path and its permissions."
        ) from None
    variables: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        # As in files that a shell is to read as well.
        stripped = line.strip().removeprefix("export ")
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals:
            # The line itself may hold a secret, so the message names only its place.
            raise DocumentError("is not NAME=value.", source=Source(str(path), number, 1))
        # Quotes around a value belong to the shell's syntax and not to the secret.
        variables[name.strip()] = value.strip().strip("'\"")
    return variables
