"""What the harness can be told: environments, what each can do, and the settings of a run."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zlib import crc32

from harness.errors import ConfigurationError
from harness.product import Products, TokenEndpoint

PROFILES = ("ci", "onboarding", "regression", "deep")
DOWNLOADED = Path("specs/downloaded")
"""Where `harness spec import` puts documents, below the working directory."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")

MOCK_CLIENT_ID = "harness-mock-client"
MOCK_CLIENT_SECRET = "harness-mock-secret-which-is-public"
MOCK_SUBMITTER_ID = "999898"
MOCK_TAX_ID = "123456789"


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
    proxy: str = ""
    ca_file: str = ""
    tenant_id: str = ""
    trace_header: str = ""
    """Response header of an upload that carries its trace id; empty: any that is named like one."""
    submitter_id: str = MOCK_SUBMITTER_ID
    tax_id: str = MOCK_TAX_ID
    capabilities: Capabilities = Capabilities()
    token_paths: tuple[tuple[str, str], ...] = ()
    """Paths of token endpoints by API, where they are not the documented ones."""

    def missing(self, needs: Iterable[str]) -> str | None:
        """Return the first capability that is needed and lacking, or None."""
        return next((name for name in needs if not self.can(name)), None)

    def can(self, need: str) -> bool:
        """Tell whether the target has a capability; its URL and the proxy tell the last two."""
        if need == "encrypted":
            return self.base_url.startswith("https://")
        if need == "direct_connection":
            return not self.proxy
        return bool(getattr(self.capabilities, need))


ENVIRONMENTS: Mapping[str, Environment] = {
    "mock": Environment(
        name="mock",
        base_url="",
        capabilities=Capabilities(load_allowed=True),
    ),
    "sandbox": Environment(
        name="sandbox",
        base_url="https://sandbox-apigw.optum.com",
        allowed_hosts=("sandbox-apigw.optum.com",),
        requests_per_second=5.0,
        submitter_id="",
        tax_id="",
        capabilities=Capabilities(canned_values_only=True, retrieves_uploads=False),
    ),
    "production": Environment(
        name="production",
        base_url="https://apigw.optum.com",
        allowed_hosts=("apigw.optum.com",),
        requests_per_second=2.0,
        submitter_id="",
        tax_id="",
        capabilities=Capabilities(writes_allowed=False, retrieves_uploads=False),
    ),
}


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a run's cases, told apart by the checksums of their ids."""

    index: int
    """From 1."""
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, case: str) -> bool:
        """Tell whether a case belongs to this part; it does wherever and whenever it is asked."""
        return crc32(case.encode()) % self.count == self.index - 1


def shard_named(text: str) -> Shard:
    """Read `I/N`. Raises ConfigurationError."""
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    if found is None or int(found[1]) > int(found[2]):
        raise ConfigurationError(f"'{text}' is not a shard.", advice="Write it as I/N, say 2/3.")
    return Shard(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run is told, from whichever place said it last."""

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
    roles: Mapping[str, Credentials] = field(default_factory=dict)
    """Credentials beyond the run's own, by role; each role that lacks them goes untested."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables of the environment; a workflow reads those that its `x-env` names."""

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
