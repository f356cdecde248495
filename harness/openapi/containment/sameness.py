"""Find what two documents say alike, so that only the rest is compared."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.jsonvalue import MISSING, Json, members, text
from harness.openapi.containment.inplace import has_identifiers
from harness.openapi.references import follow

_WORDS = frozenset({"description", "title", "example", "examples", "externalDocs", "$comment"})
"""What says nothing about values and nothing about how to use them."""
# Values of these are data, in which a member named `title` is no comment.
_DATA = frozenset({"default", "enum", "const"})
# Keys of these are names, and a property may be called `description`.
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
# Extensions that say something of use or values.
_KEPT = frozenset({"x-sunset", "x-extensible-enum"})


def references(value: object) -> Iterator[str]:
    """Yield every reference at or below a value, wherever it stands."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            reference = each.get("$ref")
            if isinstance(reference, str):
                yield reference
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def stripped(schema: Json) -> Json:
    """Return a schema without the words that are for people only."""
    if isinstance(schema, list):
        return [stripped(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Json] = {}
    for name, value in schema.items():
        if name in _WORDS or (name.startswith("x-") and name not in _KEPT):
            continue
        if name in _DATA:
            kept[name] = value
        elif name in _MAPS:
            kept[name] = {inner: stripped(member) for inner, member in members(value).items()}
        else:
            kept[name] = stripped(value)
    return kept


def _written(schema: Json) -> str:
    # In order of the names, since members have none.
    return json.dumps(stripped(schema), sort_keys=True, default=str)


@dataclass(slots=True)
class Sameness:
    """Knows which references, and so which schemas, both documents mean alike."""

    old: Json
    new: Json
    shared: frozenset[str] = field(init=False)
    is_one_dialect: bool = field(init=False)
    """Whether the same words mean the same in both documents."""
    _known: dict[tuple[int, int], tuple[bool, Json, Json]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # 3.0 reads the same words differently: `nullable`, and what stands beside a reference.
        is_3_0 = {text(members(root).get("openapi"))[:3] == "3.0" for root in (self.old, self.new)}
        # With an `$id`, one reference can mean two things in two places.
        is_named = has_identifiers(self.old) or has_identifiers(self.new)
        self.is_one_dialect = len(is_3_0) == 1 and not is_named
        self.shared = self._unchanged()

    def same(self, old: Json, new: Json) -> bool:
        """Return whether two schemas are written alike and refer to what is alike."""
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            return old == new and type(old) is type(new)
        place = (id(old), id(new))
        if place not in self._known:
            is_same = _written(old) == _written(new) and all(
                reference in self.shared for reference in references(old)
            )
            self._known[place] = (is_same, old, new)  # kept, for an identity is given again
        return self._known[place][0]

    def is_written_alike(self, old: Json, new: Json) -> bool:
        """Return whether two schemas differ in what they refer to at most."""
        return self.is_one_dialect and _written(old) == _written(new)

    def _unchanged(self) -> frozenset[str]:
        """Return the references whose targets, and all that these lead to, are alike."""
        before, after = set(references(self.old)), set(references(self.new))
        if not self.is_one_dialect:
            return frozenset()
        # What only one document uses has nothing to be alike with.
        common = before & after
        users: dict[str, set[str]] = defaultdict(set)
        changed: set[str] = set()
        for reference in common:
            one, other = (follow(root, reference)[0] for root in (self.old, self.new))
            if one is MISSING or other is MISSING or _written(one) != _written(other):  # type: ignore[arg-type]  # a document holds JSON only
                changed.add(reference)
                continue
            # Remembered the other way round: a change reaches all that refers to it.
            for used in references(one):
                users[used].add(reference)
        return frozenset(common - _upwards(changed | (before ^ after), users))


def _upwards(changed: Iterable[str], users: Mapping[str, set[str]]) -> set[str]:
    found = set(changed)
    waiting = list(found)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in found:
                found.add(user)
                waiting.append(user)
    return found
