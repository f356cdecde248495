"""Find out which versions of TLS a server speaks, one handshake at a time."""

import socket
import ssl
import warnings
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from harness.config import Environment
from harness.errors import Unreachable
from harness.guard import Guard

Version: TypeAlias = ssl.TLSVersion
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
"""Versions that RFC 8996 has deprecated."""
CURRENT = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


@dataclass(frozen=True, slots=True)
class Server:
    """A host and its port, and the authority that its certificate has to come from."""

    host: str
    port: int
    ca_file: str = ""
    timeout_seconds: float = 30.0


def server_of(environment: Environment) -> Server:
    """Return the server of an environment. Raises ForbiddenTarget where it may not be reached."""
    url = urlsplit(environment.base_url)
    host = url.hostname or ""
    # A handshake reaches a host as much as a request does.
    Guard(environment).check("https", host)
    return Server(host, url.port or 443, environment.ca_file, environment.timeout_seconds)


def refusal(server: Server, version: Version) -> str:
    """Offer one version only; return why it was not spoken, '' where it was. Raises Unreachable.

    Old versions are offered with every cipher there is, and whoever answers them.
    """
    context = _context(server, version)
    try:
        line = socket.create_connection((server.host, server.port), server.timeout_seconds)
    except OSError as problem:
        raise Unreachable(f"{server.host}:{server.port} cannot be reached ({problem}).") from None
    with line:
        try:
            with context.wrap_socket(line, server_hostname=server.host):
                return ""
        except OSError as problem:  # an ssl.SSLError is one too
            return _in_words(problem)


def _context(server: Server, version: Version) -> ssl.SSLContext:
    if version in CURRENT:
        context = ssl.create_default_context(cafile=server.ca_file or None)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # That it answers at all is the finding; nothing is sent to it.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # Python warns of old versions, and to offer them is the purpose here.
        warnings.simplefilter("ignore", DeprecationWarning)
        # First as low as can be, so that the maximum never lies below the minimum.
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
        context.minimum_version = version
    return context


def _in_words(problem: OSError) -> str:
    reason = problem.reason if isinstance(problem, ssl.SSLError) else str(problem)
    return f"refused ({str(reason)[:120]})"
