"""Keep what was made below a collection, within a bound, so that it can be read, changed and removed."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from itertools import count

from harness.jsonvalue import Json, members

MOST_ITEMS = 1_000
_SLOT = re.compile(r"\{([^{}]+)\}")
_IDS = ("id", "uuid", "_id", "key", "name", "slug", "code")


class Store:
    """Items by the collection's path and their id; beyond the bound the oldest goes."""

    def __init__(self) -> None:
        self._items: OrderedDict[tuple[str, str], Mapping[str, Json]] = OrderedDict()
        self._numbers = count(1)

    def next_number(self) -> int:
        """Return a number that nothing was made with before."""
        return next(self._numbers)

    def put(self, collection: str, key: str, item: Mapping[str, Json]) -> None:
        self._items[collection, key] = item
        while len(self._items) > MOST_ITEMS:
            self._items.popitem(last=False)

    def get(self, collection: str, key: str) -> Mapping[str, Json] | None:
        return self._items.get((collection, key))

    def remove(self, collection: str, key: str) -> bool:
        """Forget an item; tell whether there was one."""
        return self._items.pop((collection, key), None) is not None

    def listed(self, collection: str) -> list[Mapping[str, Json]]:
        return [item for (held, _), item in self._items.items() if held == collection]


def collection_and_key(path: str) -> tuple[str, str]:
    """Split the path of an item into the path of its collection and the item's id."""
    collection, _, key = path.rstrip("/").rpartition("/")
    return collection, key


def id_member(item: Json, parameter: str, singular: str) -> str:
    """Return which member of an item is its id: the parameter's name, `id`, `petId`, …; or nothing."""
    plain = {_plain(name): name for name in members(item)}
    wanted = (parameter, f"{singular}Id", *_IDS)
    return next((plain[_plain(each)] for each in wanted if _plain(each) in plain), "")


def slots(path: str) -> tuple[str, ...]:
    """Return the names in the braces of a path."""
    return tuple(_SLOT.findall(path))


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
