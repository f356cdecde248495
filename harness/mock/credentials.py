"""Read the clients that a mock is to know from a small YAML file."""

from collections.abc import Mapping
from pathlib import Path

from harness import document
from harness.document import Document
from harness.errors import ConfigurationError, DocumentError, UnknownName
from harness.jsonvalue import Json, items, members
from harness.mock.frame import Frame
from harness.mock.settings import Client, Rate, rate_of

# Far more than a hundred clients need.
_LIMIT_BYTES = 256 * 1024
_MOST_CLIENTS = 100
_MEMBERS = (
    "client_id",
    "client_secret",
    "organisation",
    "roles",
    "submitter_ids",
    "tax_ids",
    "products",
    "rate_limit",
)


def load_clients(path: Path, frame: Frame) -> tuple[Client, ...]:
    """Return the clients of a file for a mock, the first being the default. Raises DocumentError."""
    file = document.read(path, limit_bytes=_LIMIT_BYTES)
    listed = items(members(file.data).get("clients"))
    if not 0 < len(listed) <= _MOST_CLIENTS:
        raise DocumentError(
            f"names no clients, or more than {_MOST_CLIENTS}.",
            source=file.source(),
            advice="Write clients: and a list of client_id, client_secret and what they may do.",
        )
    clients = tuple(_client(file, index, frame) for index in range(len(listed)))
    _check_distinct(file, clients)
    return clients


def _check_distinct(file: Document, clients: tuple[Client, ...]) -> None:
    seen: set[str] = set()
    for index, client in enumerate(clients):
        if client.client_id in seen:
            raise DocumentError(
                f"names the client '{client.client_id}' twice.",
                source=file.source(f"/clients/{index}"),
            )
        seen.add(client.client_id)


def _client(file: Document, index: int, frame: Frame) -> Client:
    pointer = f"/clients/{index}"
    row = members(items(members(file.data)["clients"])[index])
    # A misspelt `tax_ids` would silently entitle to none.
    for name in row:
        if name not in _MEMBERS:
            source = file.key_source(f"{pointer}/{name}")
            raise UnknownName(source, kind="member", name=name, known=_MEMBERS)
    client_id = _text(file, row, pointer, "client_id")
    products = _named(file, row, pointer, "products", frozenset(frame.names))
    # A role is one in a product: without the product a client has no role either.
    possible = frame.roles_of(products)
    named = _named(file, row, pointer, "roles", frame.roles_of(frame.names))
    roles = named & possible
    return Client(
        client_id=client_id,
        client_secret=_text(file, row, pointer, "client_secret"),
        organisation=_text(file, row, pointer, "organisation", default=client_id),
        roles=roles,
        submitter_ids=_texts(file, row, pointer, "submitter_ids"),
        tax_ids=_texts(file, row, pointer, "tax_ids"),
        products=products,
        rate=_rate(file, row, pointer),
    )


def _rate(file: Document, row: Mapping[str, Json], pointer: str) -> Rate | None:
    if "rate_limit" not in row:
        return None
    try:
        return rate_of(_text(file, row, pointer, "rate_limit"))
    except ConfigurationError as problem:
        source = file.source(f"{pointer}/rate_limit")
        raise DocumentError(problem.what, source=source, advice=problem.advice) from None


def _text(
    file: Document, row: Mapping[str, Json], pointer: str, name: str, *, default: str = ""
) -> str:
    value = row.get(name, default)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise DocumentError(
            f"{name} has to be text of 1 to 200 characters.",  # never the value: it may be a secret
            source=file.source(f"{pointer}/{name}"),
            advice="Quote what looks like a number.",
        )
    return value


def _texts(file: Document, row: Mapping[str, Json], pointer: str, name: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise DocumentError(
            f"{name} has to be a list of texts.",
            source=file.source(f"{pointer}/{name}"),
            advice='Quote what looks like a number: ["999898"].',
        )
    return tuple(str(each) for each in value)


def _named(
    file: Document, row: Mapping[str, Json], pointer: str, name: str, known: frozenset[str]
) -> frozenset[str]:
    """Return what a list names, all of it known; all there is where there is no list."""
    # No list means no restriction; an empty list means nothing at all.
    if name not in row:
        return known
    texts = _texts(file, row, pointer, name)
    for index, each in enumerate(texts):
        if each not in known:
            source = file.source(f"{pointer}/{name}/{index}")
            raise UnknownName(source, kind=name, name=each, known=tuple(sorted(known)))
    return frozenset(texts)
