"""What can be configured: environments, what each can do, and the settings of a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path

from harness.hosts import (
    PRODUCTION_HOST,
    SANDBOX_HOST,
    Login,
    host_of,
    is_production,
    is_sandbox,
    login_of,
    without_login,
)
from harness.product import Products, TokenEndpoint
from harness.shard import Shard
from harness.source import Source

PROFILES = ("ci", "onboarding", "regression", "deep")
DOWNLOADED = Path("specs/downloaded")
"""Where `harness spec import` puts documents, below the working directory."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SANDBOX_PER_SECOND = 5.0
PRODUCTION_PER_SECOND = 2.0
"""What a run may send at most to the vendor's hosts, whatever its settings say."""

MOCK_CLIENT_ID = "harness-mock-client"
MOCK_CLIENT_SECRET = "harness-mock-secret-which-is-public"
MOCK_SUBMITTER_ID = "999898"
MOCK_TAX_ID = "123456789"
MOCK_TOKEN_KEY = "harness-mock"
"""The key id in the head of its tokens, for where a proxy takes the header away."""
MOCK_HEADER = "x-harness-mock"
"""The mock that ships with the program writes this header on every answer, so that nobody takes a
run against it for one against a server."""

CUSTOM = "custom"
"""The name of a target that only a URL names."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client id and its secret; printing it shows neither."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


def mock_credentials(name: str) -> Credentials:
    """Return the credentials of one of the mock's own further clients; their secrets are no secret."""
    return Credentials(f"harness-mock-{name}", f"harness-mock-{name}-secret-which-is-public")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target can do; a requirement that needs a missing one is omitted with the reason."""

    validates_requests: bool = True
    canned_values_only: bool = False
    """The target answers the values that its documents name, and is sent no others."""
    writes_allowed: bool = True
    load_allowed: bool = False
    retrieves_uploads: bool | None = None
    """The credentials may fetch what they upload from an API for that.
    None: a run asks the target whether there is such an API."""
    fault_injection: bool = False
    """A header makes a call fail as no request can; only our own mock has this, and a run that starts
    it knows."""

    @property
    def takes_invented_values(self) -> bool:
        """Whether values may be sent that no document names; see `canned_values_only`."""
        return not self.canned_values_only


@dataclass(frozen=True, slots=True)
class RuleModule:
    """A Python module with rules of one's own: code of the user's, which no document can name."""

    name: str
    """Of a file as it stands in `harness.yaml`, or of a module as Python imports it."""
    path: Path | None = None
    """The file; None for a module that is imported by its name."""
    source: Source | None = None
    """Where it is named."""


ENCRYPTED, DIRECT_CONNECTION = "encrypted", "direct_connection"
"""What the URL of a target and the proxy tell."""
KNOWN_NEEDS = frozenset(
    (
        *(each.name for each in fields(Capabilities)),
        "takes_invented_values",
        ENCRYPTED,
        DIRECT_CONNECTION,
    )
)
"""Everything that a case may need of a target."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One target: where it is, what it can do, and how gently it must be treated."""

    name: str
    base_url: str
    allowed_hosts: tuple[str, ...] = ()
    requests_per_second: float = 0.0
    """0: no limit of ours."""
    timeout_seconds: float = 30.0
    """For one read or write on the wire."""
    deadline_seconds: float = 60.0
    """For one whole exchange."""
    max_answer_bytes: float = 256 * 1024 * 1024
    """An answer that is larger counts as none."""
    allow_plain_http: bool = False
    """Call hosts beyond this machine without encryption; never the vendor's."""
    is_production_meant: bool = False
    """Both flags were given; no file and no variable can say so."""
    logins: tuple[Login, ...] = ()
    """Users and passwords that stood in addresses, and are kept apart from them."""
    masked_names: tuple[str, ...] = ()
    """Headers, members and fields that hold secrets, besides those that are known by their names."""
    proxy: str = field(default="", repr=False)
    """May hold a user and a password."""
    transport: str = "direct"
    """What carries requests where no proxy is set: `direct`, or `httpx` for that library's own."""
    ca_file: str = ""
    client_certificate: str = ""
    """File (PEM) of the certificate that this side shows, where a server asks for one (mutual TLS)."""
    client_key: str = ""
    """File of its private key; empty where that stands beside the certificate."""
    client_key_passphrase: str = field(default="", repr=False)
    """Opens the key; it comes from the environment alone."""
    tenant_id: str = ""
    trace_header: str = ""
    """Response header of an upload that carries its trace id; empty: any that is named like one."""
    submitter_id: str = MOCK_SUBMITTER_ID
    tax_id: str = MOCK_TAX_ID
    capabilities: Capabilities = Capabilities()
    token_paths: tuple[tuple[str, str], ...] = ()
    """Paths of token endpoints by API, where they are not the documented ones."""
    like: str = "mock"
    """The environment of the requirement sets that it counts as: `mock`, `sandbox` or `production`."""
    settings_of: str = ""
    """The environment that the settings come from, where a URL was given that is not its own."""
    load_hosts: tuple[str, ...] | None = None
    """Hosts beyond this machine that may be put under load; None where the run puts none under load."""

    def __post_init__(self) -> None:
        """Keep a login out of the base URL, and the vendor's hosts within the limits he sets.

        Here, and not where settings are read, so that no way of naming a target leads past it.
        """
        login = login_of(self.base_url)
        if login and login not in self.logins:
            # A frozen dataclass sets its fields so while it is being made.
            object.__setattr__(self, "logins", (*self.logins, login))
        object.__setattr__(self, "base_url", without_login(self.base_url))
        host = host_of(self.base_url)
        rate = within_rate(host, self.requests_per_second)
        object.__setattr__(self, "requests_per_second", rate)
        object.__setattr__(self, "capabilities", _within_limits(host, self.capabilities))

    def missing(self, needs: Iterable[str]) -> str | None:
        """Return the first capability that is needed and lacking, or None."""
        return next((name for name in needs if not self.can(name)), None)

    def can(self, need: str) -> bool:
        """Return whether the target has a capability; its URL and the proxy tell the last two."""
        if need == ENCRYPTED:
            return self.base_url.startswith("https://")
        if need == DIRECT_CONNECTION:
            return not self.proxy
        return bool(getattr(self.capabilities, need))


def within_rate(host: str, per_second: float) -> float:
    """Return how many requests a second a host may get: for the vendor's never more than he allows."""
    # A rate of 0 means no limit of ours, which the vendor's hosts never get.
    if is_sandbox(host):
        return min(per_second or SANDBOX_PER_SECOND, SANDBOX_PER_SECOND)
    if is_production(host):
        return min(per_second or PRODUCTION_PER_SECOND, PRODUCTION_PER_SECOND)
    return per_second


def _within_limits(host: str, wanted: Capabilities) -> Capabilities:
    """Return capabilities without those that no setting can give to a host of the vendor's."""
    # The sandbox answers from a can: invented values would be judged by answers to others.
    if is_sandbox(host):
        return replace(wanted, canned_values_only=True, load_allowed=False)
    return replace(wanted, load_allowed=False) if is_production(host) else wanted


ENVIRONMENTS: Mapping[str, Environment] = {
    "mock": Environment(
        name="mock",
        base_url="",
        # No URL: the mock is started by the run itself, at a port that is free.
        capabilities=Capabilities(load_allowed=True),
    ),
    "sandbox": Environment(
        name="sandbox",
        base_url=f"https://{SANDBOX_HOST}",
        like="sandbox",
        allowed_hosts=(SANDBOX_HOST,),
        requests_per_second=SANDBOX_PER_SECOND,
        submitter_id="",
        tax_id="",
        capabilities=Capabilities(canned_values_only=True, retrieves_uploads=False),
    ),
    "production": Environment(
        name="production",
        base_url=f"https://{PRODUCTION_HOST}",
        like="production",
        allowed_hosts=(PRODUCTION_HOST,),
        requests_per_second=PRODUCTION_PER_SECOND,
        submitter_id="",
        tax_id="",
        # Nothing is written in production unless harness.yaml says so.
        capabilities=Capabilities(writes_allowed=False, retrieves_uploads=False),
    ),
}


@dataclass(frozen=True, slots=True)
class CoverageGates:
    """Shares from 0 to 1 that every run has to reach, where the profile asks for less."""

    operation_coverage: float = 0.0
    """Of the documented operations: reached."""
    keyword_coverage: float = 0.0
    """Of the constraints on requests: exercised from both sides."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of a run, from whichever place said it last."""

    environment: Environment
    credentials: Credentials | None
    profile: str = "ci"
    seed: int = 1
    reports: Path = Path("reports")
    downloaded: Path = DOWNLOADED
    """Where documents that stand in for the bundled ones lie."""
    products: Products = field(default_factory=Products)
    """All that a run may concern; `apis` names those that it does."""
    apis: tuple[str, ...] = ()
    only: str = ""
    shard: Shard | None = None
    workflows: tuple[Path, ...] = ()
    """Arazzo documents of one's own, whose cases run after the shipped ones."""
    rules: tuple[RuleModule, ...] = ()
    """Modules with rules and hooks of one's own."""
    roles: Mapping[str, Credentials] = field(default_factory=dict)
    """Credentials beyond the run's own, by role; each role that lacks them goes untested."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables of the environment; a workflow reads those that its `x-env` names."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What authenticates besides the credentials: it is masked before anything is sent."""
    specs: tuple[Path, ...] = ()
    """OpenAPI documents that are tested in place of the installed products."""
    gates: CoverageGates = field(default_factory=CoverageGates)
    file_folder: Path = Path()
    """Where the search for `harness.yaml` began."""

    def selects(self, case: str) -> bool:
        """Return whether a case id is wanted: its API, and any of the comma-separated patterns."""
        return is_selected(case, only=self.only, apis=self.apis, known=self.products.names)

    def token_endpoint(self, api: str) -> TokenEndpoint:
        """Return the token endpoint that serves an API. Raises UnknownName, ConfigurationError."""
        documented = self.products.token(api)
        own = dict(self.environment.token_paths).get(api)
        return replace(documented, path=own) if own else documented


@dataclass(frozen=True, slots=True)
class Overrides:
    """What flags said; None where a flag was not given."""

    environment: str | None = None
    base_url: str | None = None
    profile: str | None = None
    seed: int | None = None
    reports: Path | None = None
    apis: tuple[str, ...] = ()
    only: str = ""
    shard: str = ""
    production_meant: bool = False


def is_selected(case: str, *, only: str, apis: Iterable[str], known: Iterable[str]) -> bool:
    """Return whether a case id is wanted: its API, and any of the comma-separated patterns.

    A case belongs to one of the known APIs, or to none. A pattern without a wildcard selects the case of
    that name and all below it.
    """
    api = case.split("/", maxsplit=1)[0]
    # A known API that is not under test excludes its cases whatever the patterns say.
    if api in known and api not in apis:
        return False
    patterns = [each.strip() for each in only.split(",") if each.strip()]
    return not patterns or any(_matches(case, pattern) for pattern in patterns)


def _matches(case: str, pattern: str) -> bool:
    if any(sign in pattern for sign in "*?["):
        return fnmatchcase(case, pattern)
    # A whole segment, so that `a/create` does not select `a/create-again`.
    return case == pattern or case.startswith(pattern.rstrip("/") + "/")
