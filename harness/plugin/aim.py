"""Decide where the requests of an Arazzo document go, and whether they may."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from harness.config import LOOPBACK, Settings
from harness.errors import ForbiddenTarget
from harness.jsonvalue import Json
from harness.plugin.bench import WorkflowOptions
from harness.workflow.model import Book
from harness.workflow.reports import ContractChecks

VENDOR = "optum.com"


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the requests of a document go: settings that allow it, and servers by source name."""

    settings: Settings
    options: WorkflowOptions


def aim(
    book: Book,
    settings: Settings,
    *,
    servers: Mapping[str, str],
    inputs: Mapping[str, Json],
    checks: ContractChecks,
) -> Aim:
    """Decide where requests go: where told; else the mock in place of the vendor; else the document's own.

    Raises ForbiddenTarget where the document names a host that nobody has allowed.
    """
    options = WorkflowOptions(servers, inputs, checks, is_patient=False)
    base = settings.environment.base_url
    if base:
        return Aim(_allowing(settings, base, servers), _with(options, {"*": base, **servers}))
    own = tuple(server for _, server in _own_servers(book))
    if servers or not any(_is_vendor(server) for server in own):
        _refuse_strangers(book, servers)
        return Aim(_allowing(settings, (*servers.values(), *own)[0], servers, *own), options)
    return Aim(settings, options)


def _with(options: WorkflowOptions, servers: Mapping[str, str]) -> WorkflowOptions:
    return replace(options, servers=servers)


def _allowing(settings: Settings, base: str, servers: Mapping[str, str], *own: str) -> Settings:
    hosts = {urlsplit(url).hostname or "" for url in (base, *servers.values(), *own)}
    hosts.update(settings.environment.allowed_hosts)
    environment = replace(
        settings.environment, base_url=base, allowed_hosts=tuple(sorted(hosts - {""}))
    )
    return replace(settings, environment=environment)


def _refuse_strangers(book: Book, servers: Mapping[str, str]) -> None:
    for name, server in _own_servers(book):
        host = urlsplit(server).hostname
        if name not in servers and "*" not in servers and host not in (*LOOPBACK, None, ""):
            raise ForbiddenTarget(
                f"source '{name}' points to {host}, which nobody has allowed.",
                advice=f"Say where it runs: --server {name}=URL.",
            )


def _own_servers(book: Book) -> tuple[tuple[str, str], ...]:
    """Return the first server of each OpenAPI source, by the source's name."""
    return tuple(
        (each.name, each.api.servers[0])
        for each in book.descriptions
        if each.api is not None and each.api.servers
    )


def _is_vendor(server: str) -> bool:
    return (urlsplit(server).hostname or "").endswith(VENDOR)
