"""Compare the addresses at which an API can be called."""

from collections.abc import Iterator
from itertools import islice, product

from harness.jsonvalue import Json, items, members, text
from harness.openapi.change import Level
from harness.openapi.changes.ledger import Ledger

_MOST = 50


def compare_servers(ledger: Ledger) -> None:
    """Report addresses that came or went; a document without any says nothing of them."""
    before, after = (list(dict.fromkeys(_addresses(root))) for root in (ledger.old, ledger.new))
    if not before or not after:
        return
    for each in before:
        if each not in after:
            reason = "Nothing says that it still answers there."
            ledger.note("server-removed", ("", f"server {each}"), "removed", Level.BREAKING, reason)
    for each in after:
        if each not in before:
            reason = "Nobody has to call it."
            ledger.note("server-added", ("", f"server {each}"), "added", Level.HARMLESS, reason)


def _addresses(root: Json) -> Iterator[str]:
    for server in items(members(root).get("servers")):
        url = text(members(server).get("url"))
        variables = members(members(server).get("variables"))
        names = list(variables)
        choices = [_values(variables[name]) for name in names]
        for values in islice(product(*choices), _MOST):
            address = url
            for name, value in zip(names, values, strict=True):
                address = address.replace(f"{{{name}}}", value)
            yield address.rstrip("/") or "/"


def _values(variable: Json) -> list[str]:
    listed = [text(item) for item in items(members(variable).get("enum"))]
    default = text(members(variable).get("default"))
    return list(dict.fromkeys((default, *listed))) if default else listed or [""]
