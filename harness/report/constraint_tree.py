"""Arrange the constraints of a document as a tree: operations, places, keywords, each with its share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.report.view import ConstraintView

_SKIPPED = ("schema", "properties", "content")
"""Words of a pointer that say how a document is written and not which place is meant."""


@dataclass(frozen=True, slots=True)
class OperationShare:
    """How many constraints of one operation were exercised from both sides."""

    operation: str
    total: int
    exercised: int
    constraints: tuple[ConstraintView, ...] = field(repr=False)

    @property
    def result(self) -> str:
        """`all`, `some` or `none`."""
        if self.exercised == self.total:
            return "all"
        return "some" if self.exercised else "none"


def shares(constraints: Iterable[ConstraintView]) -> tuple[OperationShare, ...]:
    """Return the share of each operation, the lowest first."""
    found: dict[str, list[ConstraintView]] = {}
    for each in constraints:
        found.setdefault(each.operation, []).append(each)
    made = (
        OperationShare(name, len(all_), sum(each.is_exercised for each in all_), tuple(all_))
        for name, all_ in found.items()
    )
    return tuple(sorted(made, key=lambda each: each.exercised / each.total))


Branch = Sequence[object]
"""A name, the word of a leaf (empty for a branch), how many below, how many exercised, the branches."""


def tree(constraints: Iterable[ConstraintView]) -> Sequence[Branch]:
    """Return the constraints of an operation as nested branches, in the document's order."""
    root: dict[str, object] = {}
    for each in constraints:
        above = root
        *places, last = steps(each.pointer)
        for name in places:
            inner = above.setdefault(name, {})
            if not isinstance(inner, dict):  # a member that is called like a keyword beside it
                inner = above[f"{name} "] = {}
            above = inner
        above[last if last not in above else f"{last} "] = each.seen or "nothing"
    return [_branch(name, inner) for name, inner in root.items()]


def _branch(name: str, inner: object) -> Branch:
    if not isinstance(inner, Mapping):
        return [name, inner, 1, int(inner == "both"), []]
    below = [_branch(each, part) for each, part in inner.items()]
    total, exercised = (sum(int(str(each[at])) for each in below) for at in (2, 3))
    return [name, "", total, exercised, below]


def steps(pointer: str) -> Sequence[str]:
    """Return the names on the way to a keyword, without the words that only OpenAPI needs.

    `/paths/~1things/put/parameters/0/schema/type` is `parameters`, `0`, `type`; a shared schema begins
    with its name.
    """
    parts = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
    is_shared = parts[:2] == ["components", "schemas"]
    kept: list[str] = []
    is_name = is_shared
    for part in parts[2:] if is_shared else parts[3:]:
        if is_name or part not in _SKIPPED:
            kept.append(part)
        is_name = part == "properties" and not is_name
    if len(kept) > 1 and kept[-2] == "required" and kept[-1].isdigit():
        kept[-2:] = [f"required {kept[-1]}"]
    return kept or [pointer]
