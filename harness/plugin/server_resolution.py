"""Decide where the requests of an Arazzo document go, and whether they may."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.config import Settings
from harness.errors import ConfigurationError, ForbiddenTarget, UnknownName
from harness.guard import check_url
from harness.hosts import address_of, host_of, is_loopback, is_vendor, login_of, without_login
from harness.jsonvalue import Json
from harness.plugin.bench import WorkflowOptions
from harness.workflow.document.inputs import properties
from harness.workflow.document.model import Book
from harness.workflow.document.parse import included
from harness.workflow.engine.reports import ContractChecks


@dataclass(frozen=True, slots=True)
class ResolvedServers:
    """Where the requests of a document go: settings that allow it, and servers by source name."""

    settings: Settings
    options: WorkflowOptions


def resolve_servers(
    book: Book,
    settings: Settings,
    *,
    servers: Mapping[str, str],
    inputs: Mapping[str, Json],
    checks: ContractChecks,
) -> ResolvedServers:
    """Decide where requests go: to servers that are named; else the mock in place of the vendor; else the document's own.

    Raises ForbiddenTarget where the document names a host that nobody has allowed.
    """
    # In this order: the logins are learnt from the URLs before they are taken out of them.
    for name, url in servers.items():
        _refuse_no_address(name, url)
    settings = _knowing(settings, servers.values())
    servers = {name: without_login(url) for name, url in servers.items()}
    # A workflow says itself when to wait and repeat (`retryAfter`), so that the client must not.
    options = WorkflowOptions(servers, inputs, checks, is_patient=False)
    base = settings.environment.base_url
    # An environment with a URL decides for all sources, except those that were named.
    if base:
        return ResolvedServers(
            _allowing(settings, base, servers), _with(options, {"*": base, **servers})
        )
    own = tuple(server for _, server in _own_servers(book))
    # A document of the vendor's goes to the mock; only one of somebody else's goes where it says.
    if servers or not any(is_vendor(host_of(server)) for server in own):
        _refuse_strangers(book, servers)
        named = (*own, *_local_servers(book))
        known = (*servers.values(), *(each for each in named if host_of(each)))
        if not known:
            raise _no_server(book)
        # The first one stands as the base URL in the record; the others are allowed beside it.
        return ResolvedServers(_allowing(settings, known[0], servers, *known), options)
    return ResolvedServers(settings, options)


def resolve_servers_of_all(
    books: Sequence[Book],
    settings: Settings,
    *,
    servers: Mapping[str, str],
    inputs: Mapping[str, Json],
    checks: ContractChecks,
) -> ResolvedServers:
    """Decide where the requests of several documents go, which one run sends to one target.

    Raises ConfigurationError where some of them want the mock and some a server of their own.
    """
    resolutions = [
        resolve_servers(book, settings, servers=servers, inputs=inputs, checks=checks)
        for book in books
    ]
    # One run has one target in its record, and so one verdict.
    if len({bool(resolved.settings.environment.base_url) for resolved in resolutions}) > 1:
        raise ConfigurationError(
            "the documents go to different targets: some to the mock, some to servers of their own.",
            advice="Run them one by one, or say where all of them go: --base-url URL.",
        )
    first = resolutions[0]
    hosts = sorted(
        {
            allowed_host
            for one in resolutions
            for allowed_host in one.settings.environment.allowed_hosts
        }
    )
    # Each document was checked by itself; together they may reach what any of them may.
    environment = replace(first.settings.environment, allowed_hosts=tuple(hosts))
    return replace(first, settings=replace(first.settings, environment=environment))


def shown_servers(book: Book, settings: Settings, servers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the servers by which a plan is shown; an address that nobody knows yet is the mock's."""
    named = {name: without_login(url) for name, url in servers.items()}
    base = settings.environment.base_url
    is_for_mock = not servers and any(is_vendor(host_of(url)) for _, url in _own_servers(book))
    default = base or ("{mock}" if is_for_mock else "")
    return {**({"*": default} if default else {}), **named}


def _refuse_no_address(name: str, url: str) -> None:
    if address_of(url) is None:
        what = f"'{without_login(url)}', given for the server of '{name}', is no address."
        raise ConfigurationError(what, advice="Write http://host or https://host.")


def refuse_unknown(given: Iterable[Book], *, servers: Iterable[str], inputs: Iterable[str]) -> None:
    """Raise UnknownName where a server or an input is named that no document in use knows."""
    books = [other for book in given for other in included(book)]
    sources = tuple(
        description.name
        for found in books
        for description in found.descriptions
        if description.kind == "openapi"
    )
    declared = tuple(
        name
        for found in books
        for workflow in found.workflows
        for name in properties(found, workflow)
    )
    _refuse_names("source description", servers, ("*", *sources))
    _refuse_names("input", inputs, declared)


def _refuse_names(kind: str, names: Iterable[str], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            unique = tuple(dict.fromkeys(known))
            raise UnknownName(None, kind=kind, name=name, known=unique)


def _with(options: WorkflowOptions, servers: Mapping[str, str]) -> WorkflowOptions:
    return replace(options, servers=servers)


def _knowing(settings: Settings, servers: Iterable[str]) -> Settings:
    """Return settings that keep the logins of servers, which are then named without them."""
    logins = tuple(login for login in map(login_of, servers) if login is not None)
    known = settings.environment
    return replace(settings, environment=replace(known, logins=(*known.logins, *logins)))


def _allowing(settings: Settings, base: str, servers: Mapping[str, str], *own: str) -> Settings:
    """Return settings that allow the hosts named. Raises ForbiddenTarget where no name can allow one."""
    named = (base, *servers.values(), *own)
    # Hosts of the settings stay allowed, for a user has put them there.
    hosts = {*map(host_of, named), *settings.environment.allowed_hosts}
    environment = replace(
        settings.environment, base_url=base, allowed_hosts=tuple(sorted(hosts - {""}))
    )
    for url in named:
        check_url(environment, url)  # the client asks again; here, before a run is begun
    return replace(settings, environment=environment)


def _no_server(book: Book) -> ConfigurationError:
    names = [description.name for description in book.descriptions if description.api is not None]
    return ConfigurationError(
        "no document names a server with a host.",
        advice=f"Say where it runs: --server {names[0] if names else 'NAME'}=URL.",
    )


def _refuse_strangers(book: Book, servers: Mapping[str, str]) -> None:
    for name, server in _own_servers(book):
        host = host_of(server)
        # This machine needs no consent; everything else has to be named by the user.
        if name not in servers and "*" not in servers and host and not is_loopback(host):
            raise ForbiddenTarget(
                f"source '{name}' points to {host}, which nobody has allowed.",
                advice=f"Say where it runs: --server {name}=URL.",
            )


def _own_servers(book: Book) -> tuple[tuple[str, str], ...]:
    """Return the first server of each OpenAPI source, by the source's name; those of included documents too."""
    return tuple(
        # OpenAPI does not say which of several servers counts; the first is the common reading.
        (description.name, description.api.servers[0])
        for found in included(book)
        for description in found.descriptions
        if description.api is not None and description.api.servers
    )


def _local_servers(book: Book) -> Iterator[str]:
    """Return the servers on this machine that single operations have for themselves."""
    for found in included(book):
        for description in found.descriptions:
            for operation in description.api.operations if description.api else ():
                own = operation.servers[0] if operation.servers else ""
                if is_loopback(host_of(own)):
                    yield own
