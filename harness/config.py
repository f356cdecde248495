"""Settings: `harness.yaml`, then `HARNESS_*` variables, then flags; credentials from the environment alone."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from harness import document
from harness.document import Document
from harness.errors import ConfigurationError, ForbiddenTarget, MissingCredentials, UnknownName
from harness.jsonvalue import Json, members, text
from harness.source import Source

FILE_NAME = "harness.yaml"
APIS = ("dental", "medical", "prior-auth")
PROFILES = ("ci", "onboarding", "regression", "deep")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

MOCK_CLIENT_ID = "harness-mock-client"
MOCK_CLIENT_SECRET = "harness-mock-secret-which-is-public"  # noqa: S105 the mock's, printed in the README
MOCK_SUBMITTER_ID = "999898"
MOCK_TAX_ID = "123456789"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client id and its secret; printing it shows neither."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target can do; a requirement that needs a missing one is omitted with the reason."""

    validates_requests: bool = True
    canned_values_only: bool = False
    writes_allowed: bool = True
    load_allowed: bool = False


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
    proxy: str = ""
    ca_file: str = ""
    tenant_id: str = ""
    submitter_id: str = MOCK_SUBMITTER_ID
    tax_id: str = MOCK_TAX_ID
    capabilities: Capabilities = Capabilities()
    token_paths: tuple[tuple[str, str], ...] = (
        ("dental", "/apip/auth/sntl/v1/token"),
        ("medical", "/apip/auth/v2/token"),
        ("prior-auth", "/apip/auth/v2/token"),
    )

    def token_path(self, api: str) -> str:
        """Return the path of the token endpoint that serves an API."""
        return dict(self.token_paths)[api]


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
    ),
    "production": Environment(
        name="production",
        base_url="https://apigw.optum.com",
        allowed_hosts=("apigw.optum.com",),
        requests_per_second=2.0,
        submitter_id="",
        tax_id="",
        capabilities=Capabilities(writes_allowed=False),
    ),
}
