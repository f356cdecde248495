"""Check servers and their variables."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from harness.jsonvalue import escape, items, members, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node

_VARIABLE = re.compile(r"\{([^{}]*)\}")
# Words in the names of hosts on which nothing is real.
_TEST_WORDS = frozenset(
    [
        "sandbox",
        "test",
        "tests",
        "testing",
        "staging",
        "stage",
        "stg",
        "dev",
        "devel",
        "development",
        "mock",
        "localhost",
        "local",
        "qa",
        "uat",
        "preview",
        "sit",
    ]
)
_PLACEHOLDERS = ("example.com", "example.org", "example.net")
"""RFC 2606, 3: domains that never belong to anyone."""


def _address(server: Node) -> str:
    """Return a server's URL with its variables at their defaults."""
    variables = members(server.object.get("variables"))
    default = lambda match: text(members(variables.get(match[1])).get("default")) or "x"  # noqa: E731
    return _VARIABLE.sub(default, text(server.object.get("url")))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_test(host: str) -> bool:
    """Decide by whole words of a host's name: developer.example is no test host."""
    # A relative address names no host, and so no production server.
    return (
        not host or host.startswith("127.") or not _TEST_WORDS.isdisjoint(re.split(r"[.-]", host))
    )


def _no_production(subject: Subject, _: Node) -> Iterator[Hit]:
    if subject.version is Version.V2_0:
        return
    # Servers of single operations are exceptions, and no offer to everybody.
    own = [node for node in subject.of(Kind.SERVER) if node.pointer.startswith("/servers/")]
    addresses = [_address(node) for node in own]
    if own and all(_is_test(_host(address)) for address in addresses):
        yield Hit("/servers", "no server is a production server", ", ".join(addresses))


def _none(subject: Subject, _: Node) -> Iterator[Hit]:
    root = members(subject.root)
    if subject.version is Version.V2_0:
        if not text(root.get("host")):
            yield Hit("", "the document names no host")
    # A document of components alone is served nowhere.
    elif not subject.of(Kind.SERVER) and members(root.get("paths")):
        yield Hit("/servers" if "servers" in root else "", "the document names no server")


def _malformed(_: Subject, node: Node) -> Iterator[Hit]:
    url = text(node.object.get("url"))
    address = _address(node)
    if "url" in node.object and not url:
        yield Hit(node.pointer, "the server's URL is empty")
    # Signs that no URI has (RFC 3986, 2); braces are those of variables that were not closed.
    elif re.search(r"[\s<>\"|\\^`{}]", address):
        yield Hit(node.at("url"), "the server's URL is none", url)
    elif _lacks_scheme(address):
        yield Hit(node.at("url"), f"the server's URL '{url}' has no scheme, as https://")
    elif "?" in address or "#" in address:
        yield Hit(node.at("url"), "the server's URL holds a query or a fragment", url)


def _lacks_scheme(address: str) -> bool:
    """Decide whether an address begins with a host where a scheme should stand."""
    first = address.partition("/")[0]
    # A scheme is short; later in the text `://` can be part of a query.
    if not first or "://" in address.partition("?")[0][:12] or first in (".", ".."):
        return False
    # A domain, a host with a port, or localhost: none of these is the first step of a path.
    return bool(re.fullmatch(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?|[\w.-]+:\d+|localhost", first))


def _trailing(subject: Subject, node: Node) -> Iterator[Hit]:
    url = text(node.object.get("url"))
    has_paths = bool(members(members(subject.root).get("paths")))
    if len(url) > 1 and url.endswith("/") and has_paths:
        yield Hit(
            node.at("url"),
            "the server's URL ends with a slash, and every path begins with one",
            url,
        )


def _placeholder(_: Subject, node: Node) -> Iterator[Hit]:
    host = _host(_address(node))
    if any(
        host == placeholder or host.endswith(f".{placeholder}") for placeholder in _PLACEHOLDERS
    ):
        yield Hit(node.at("url"), f"the server's host {host} belongs to nobody")


def _variables(_: Subject, node: Node) -> Iterator[Hit]:
    names = _VARIABLE.findall(text(node.object.get("url")))
    declared = members(node.object.get("variables"))
    for name in dict.fromkeys(names):
        if name not in declared:
            yield Hit(
                node.at("url"),
                f"the server's URL uses the variable '{name}', which is not declared",
            )
    for name in declared:
        if name not in names:
            what = f"the server's URL does not use the variable '{name}'"
            yield Hit(f"{node.at('variables')}/{escape(name)}", what)


def _defaults(_: Subject, node: Node) -> Iterator[Hit]:
    if "enum" not in node.object:
        return
    allowed = items(node.object["enum"])
    default = node.object.get("default")
    if not allowed:
        yield Hit(node.at("enum"), "the variable's enum is empty")
    elif default is not None and default not in allowed:
        yield Hit(node.at("default"), "the variable's default is not in its enum", default)


def _duplicates(_: Subject, node: Node) -> Iterator[Hit]:
    seen = set()
    for index, server in enumerate(items(node.object.get("servers"))):
        url = text(members(server).get("url"))
        if url and url in seen:
            yield Hit(f"{node.at('servers')}/{index}/url", f"the server '{url}' is named twice")
        seen.add(url)


def _host_2(subject: Subject, node: Node) -> Iterator[Hit]:
    if subject.version is not Version.V2_0:
        return
    host, base = node.object.get("host"), node.object.get("basePath")
    # Braces would be those of a variable, which Swagger 2.0 does not have.
    if isinstance(host, str) and not re.fullmatch(r"[^/\s{}:]+(?::\d+)?", host):
        yield Hit(node.at("host"), "the host is a name and a port, without scheme and path", host)
    if isinstance(base, str) and not base.startswith("/"):
        yield Hit(node.at("basePath"), "the basePath does not begin with a slash", base)
    for key in (node.object.get("schemes"),):
        for index, scheme in enumerate(items(key)):
            if scheme not in ("http", "https", "ws", "wss"):
                yield Hit(f"{node.at('schemes')}/{index}", "this is no scheme", scheme)


_SERVER = (Kind.SERVER,)
_DOCUMENT = (Kind.DOCUMENT,)
RULES = (
    Rule(
        "server-missing",
        Severity.NOTE,
        _DOCUMENT,
        _none,
        "The document names a server.",
        "OpenAPI 3.1.1, 4.8.1.1",
        "The address has to be given on the command line.",
    ),
    Rule(
        "server-without-production",
        Severity.NOTE,
        _DOCUMENT,
        _no_production,
        "One of the servers is a production server.",
        "OpenAPI 3.1.1, 4.8.5",
        "Production has to be configured by hand.",
    ),
    Rule(
        "server-url-malformed",
        Severity.ERROR,
        _SERVER,
        _malformed,
        "A server's URL has a scheme or is relative, and holds neither query nor fragment.",
        "OpenAPI 3.1.1, 4.8.5.1; RFC 3986, 4.2",
        "No request gets to the server.",
    ),
    Rule(
        "server-trailing-slash",
        Severity.WARNING,
        _SERVER,
        _trailing,
        "No server's URL ends with a slash.",
        "OpenAPI 3.1.1, 4.8.8.1: the path is appended",
        "Addresses get two slashes, which many servers do not find.",
    ),
    Rule(
        "server-placeholder",
        Severity.WARNING,
        _SERVER,
        _placeholder,
        "No server stands on a domain that is reserved for examples.",
        "RFC 2606, 3",
        "No request gets to a server.",
    ),
    Rule(
        "server-variable-mismatch",
        Severity.ERROR,
        _SERVER,
        _variables,
        "A server's URL and its variables name the same.",
        "OpenAPI 3.1.1, 4.8.5.1",
        "The address cannot be built.",
    ),
    Rule(
        "server-variable-default",
        Severity.ERROR,
        (Kind.SERVER_VARIABLE,),
        _defaults,
        "The default of a server variable is in its enum, which is not empty.",
        "OpenAPI 3.1.1, 4.8.6.1",
        "Tools take different addresses, or none.",
    ),
    Rule(
        "server-duplicate",
        Severity.NOTE,
        (Kind.DOCUMENT, Kind.PATH_ITEM, Kind.OPERATION),
        _duplicates,
        "No server is named twice.",
        "OpenAPI 3.1.1, 4.8.5",
        "One of the two says nothing.",
    ),
    Rule(
        "host-malformed",
        Severity.ERROR,
        _DOCUMENT,
        _host_2,
        "In Swagger 2.0 the host has no scheme and no path, and basePath begins with a slash.",
        "Swagger 2.0, Swagger Object",
        "No request gets to the server.",
    ),
)
