"""Where a cluster is and with which certificates it is spoken to; nothing but mutual TLS will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from harness.errors import ConfigurationError

VARIABLES = {
    "ca": "HARNESS_CLUSTER_CA",
    "cert": "HARNESS_CLUSTER_CERT",
    "key": "HARNESS_CLUSTER_KEY",
}
_SHAPE = "Write it as tls://scheduler:8786."


@dataclass(frozen=True, slots=True)
class Cluster:
    """The scheduler's address, and the files (PEM) by which both sides know each other."""

    address: str
    ca: Path
    cert: Path
    key: Path


def cluster_at(
    address: str, files: Mapping[str, Path | None], variables: Mapping[str, str]
) -> Cluster:
    """Return a cluster whose certificates flags or variables name. Raises ConfigurationError."""
    _check_address(address)
    # A flag wins over a variable.
    found = {name: files.get(name) or _named(name, variables) for name in VARIABLES}
    missing = [f"--cluster-{name} or {VARIABLES[name]}" for name, path in found.items() if not path]
    if missing:
        raise ConfigurationError(
            f"{address} wants certificates on both sides.", advice=f"Give {', '.join(missing)}."
        )
    chosen = {name: Path(path) for name, path in found.items() if path}
    for name, path in chosen.items():
        if not path.is_file():
            raise ConfigurationError(f"--cluster-{name}: {path} is no file.")
    return Cluster(address, chosen["ca"], chosen["cert"], chosen["key"])


def _named(name: str, variables: Mapping[str, str]) -> Path | None:
    path = variables.get(VARIABLES[name], "")
    return Path(path) if path else None


def _check_address(address: str) -> None:
    """Refuse what is not tls://host:port."""
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        # Whoever can speak to a scheduler can have its workers run any code.
        raise ConfigurationError(
            f"{address} is not encrypted, and anybody who reaches it could run code on its workers.",
            advice="Start the scheduler with certificates, and name it as tls://scheduler:8786.",
        )
    # Certificates identify both sides; a password would only stand in logs.
    if parts.username or parts.password:
        raise ConfigurationError("--on takes no user and no password.", advice=_SHAPE)
    if parts.scheme != "tls" or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ConfigurationError(f"{address} is no address of a cluster.", advice=_SHAPE)
    try:
        port = parts.port
    except ValueError:
        # urlsplit raises for a port that is no number, or too high.
        port = None
    if port is None:
        raise ConfigurationError(f"{address} names no port.", advice=_SHAPE)
