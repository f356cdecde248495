"""Pair the operations of two documents, also where all of them moved to another path prefix, and compare their addresses."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, product

from harness.jsonvalue import Json, items, members, text
from harness.openapi.change import Level
from harness.openapi.changes.endpoints import Endpoint
from harness.openapi.changes.ledger import Ledger

_PARAMETER = re.compile(r"\{[^{}]*\}")
_VERSION = re.compile(r"v?[0-9]+([._-][0-9]+)*", re.ASCII | re.IGNORECASE)

Prefix = tuple[str, str]
"""What the paths of the old document begin with, and what those of the new one begin with instead."""
_Key = Callable[[Endpoint], str]


# Addresses that the variables of one server may multiply into.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Routes:
    """Operations as far as they could be paired."""

    pairs: Sequence[tuple[Endpoint, Endpoint]]
    removed: Sequence[Endpoint]
    added: Sequence[Endpoint]
    moved: Mapping[Prefix, int]
    """Prefixes that were recognised, with the number of operations below them."""


def paired(
    old: Iterable[Endpoint], new: Iterable[Endpoint], prefixes: Sequence[Prefix] = ()
) -> Routes:
    """Pair operations by method and path; the names of path parameters do not matter on the wire."""
    before, after = list(old), list(new)
    pairs: list[tuple[Endpoint, Endpoint]] = []
    # First what the user says, then equal paths, then equal ones but for parameter names.
    for prefix in prefixes:
        pairs += _taken(before, after, partial(_renamed, prefix=prefix), _shape_of)
    pairs += _taken(before, after, _label_of, _label_of)
    pairs += _taken(before, after, _shape_of, _shape_of)
    moved: dict[Prefix, int] = {}
    # Each round pairs at least one operation, so this ends.
    while found := _recognised(before, after):
        more = _taken(before, after, partial(_renamed, prefix=found), _shape_of)
        if not more:
            break
        moved[found] = len(more)
        pairs += more
    return Routes(pairs, before, after, moved)


def _shape(label: str) -> str:
    return _PARAMETER.sub("{}", label)


def _label_of(endpoint: Endpoint) -> str:
    return endpoint.label


def _shape_of(endpoint: Endpoint) -> str:
    return _shape(endpoint.label)


def _renamed(endpoint: Endpoint, prefix: Prefix) -> str:
    """Return the label that an old operation has in the new document; a new one keeps its own."""
    before, after = prefix
    path = endpoint.path
    if path == before or path.startswith(f"{before.rstrip('/')}/"):
        path = after.rstrip("/") + path[len(before.rstrip("/")) :]
    return _shape(f"{endpoint.method} {path}")


def _taken(
    before: list[Endpoint], after: list[Endpoint], old_key: _Key, new_key: _Key
) -> list[tuple[Endpoint, Endpoint]]:
    """Take out of both lists the operations whose keys are equal, each once and in order."""
    waiting: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in after:
        waiting[new_key(endpoint)].append(endpoint)
    found = []
    # Over a copy, since the list itself loses what is paired.
    for endpoint in list(before):
        others = waiting.get(old_key(endpoint))
        if others:
            other = others.pop(0)
            found.append((endpoint, other))
            before.remove(endpoint)
            after.remove(other)
    return found


def _recognised(before: Sequence[Endpoint], after: Sequence[Endpoint]) -> Prefix | None:
    """Return the prefix by which most of the unpaired operations can be paired.

    A step that is a version is believed of a single operation, any other only of several, and of half.
    """
    counts: Counter[Prefix] = Counter()
    for one in before:
        found = {_prefixes(one.path, two.path) for two in after if one.method == two.method}
        counts.update(each for each in found if each is not None)
    if not counts:
        return None
    # Of equally frequent ones the shorter: it says more with less.
    best = max(counts, key=lambda each: (counts[each], -len(each[0])))
    is_version = all(_VERSION.fullmatch(each.rpartition("/")[2]) for each in best)
    # A version is a usual reason to move, so one operation is enough to believe it.
    enough = 1 if is_version else max(2, (len(before) + 1) // 2)
    return best if counts[best] >= enough else None


def _prefixes(old: str, new: str) -> Prefix | None:
    """Return what is left of two paths without their longest common end; None where nothing is common."""
    one, two = (_shape(path).split("/") for path in (old, new))
    # The first step always stays, so that a prefix is never the whole path.
    while len(one) > 1 and len(two) > 1 and one[-1] == two[-1]:
        one.pop()
        two.pop()
    # Nothing in common: these are two different paths, and no prefix was exchanged.
    if len(one) == len(_shape(old).split("/")):
        return None
    return "/".join(one), "/".join(two)


def compare_servers(ledger: Ledger) -> None:
    """Report addresses that came or went; a document without any says nothing of them."""
    before, after = (list(dict.fromkeys(_addresses(root))) for root in (ledger.old, ledger.new))
    # An address that is given outside of the document is not ours to compare.
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
