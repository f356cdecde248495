"""What reports need to know of a verdict, as shapes, since siblings never import each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.events import CasePlanned
from harness.openapi.requirements import Requirement, Strength
from harness.outcome import Attribution, Outcome, Status


# Properties and no fields throughout, so that frozen values fit these shapes.
class CountsView(Protocol):
    """How many cases came to what."""

    @property
    def planned(self) -> int: ...
    @property
    def executed(self) -> int: ...
    def of(self, *statuses: Status) -> int: ...


class GateView(Protocol):
    """One rule of the profile."""

    @property
    def name(self) -> str: ...
    @property
    def limit(self) -> float: ...
    @property
    def actual(self) -> float: ...
    @property
    def passed(self) -> bool: ...
    @property
    def note(self) -> str: ...
    @property
    def state(self) -> str: ...


class ScopeView(Protocol):
    """What a verdict speaks of."""

    @property
    def sentence(self) -> str: ...
    @property
    def is_whole(self) -> bool: ...
    @property
    def is_mock(self) -> bool: ...
    @property
    def is_client(self) -> bool: ...
    @property
    def suite(self) -> str: ...
    @property
    def cases(self) -> int: ...
    @property
    def cases_total(self) -> int: ...


class FindingView(Protocol):
    """A case that did not pass."""

    @property
    def case(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def requirements(self) -> Sequence[str]: ...
    @property
    def check(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def actual(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def attribution(self) -> Attribution: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def curl(self) -> str: ...
    @property
    def exchange(self) -> int: ...
    @property
    def cause(self) -> str: ...
    @property
    def sentence(self) -> str: ...


class CauseView(Protocol):
    """What is behind findings, with the one that stands for them."""

    @property
    def id(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def actual(self) -> str: ...
    @property
    def attribution(self) -> Attribution: ...
    @property
    def status(self) -> Status: ...
    @property
    def cases(self) -> Sequence[str]: ...
    @property
    def failed(self) -> int: ...
    @property
    def reach(self) -> int: ...
    @property
    def finding(self) -> FindingView: ...
    @property
    def operations(self) -> Sequence[str]: ...
    @property
    def checks(self) -> Sequence[str]: ...
    @property
    def requirements(self) -> Sequence[str]: ...
    @property
    def because(self) -> str: ...
    @property
    def explains(self) -> int: ...
    @property
    def reproduce(self) -> str: ...
    @property
    def reproduction_decides(self) -> bool: ...


class JudgedView(Protocol):
    """A case with the status that counts."""

    @property
    def planned(self) -> CasePlanned: ...
    @property
    def status(self) -> Status: ...
    @property
    def outcome(self) -> Outcome | None: ...
    @property
    def waiver(self) -> str: ...
    @property
    def strength(self) -> Strength: ...


class TracedView(Protocol):
    """A requirement and what became of it."""

    @property
    def requirement(self) -> Requirement: ...
    @property
    def coverage(self) -> str: ...
    @property
    def cases(self) -> Sequence[str]: ...
    @property
    def reason(self) -> str: ...
    @property
    def waived(self) -> bool: ...


class OperationView(Protocol):
    """One operation, how often it was called and how fast it was."""

    @property
    def operation(self) -> str: ...
    @property
    def api(self) -> str: ...
    @property
    def requests(self) -> int: ...
    @property
    def answered(self) -> int: ...
    @property
    def p50(self) -> float: ...
    @property
    def p95(self) -> float: ...


class WaiverView(Protocol):
    """A waiver and what it did."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def requirement(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def approved_by(self) -> str: ...
    @property
    def issue(self) -> str: ...
    @property
    def expires(self) -> str: ...
    @property
    def cases(self) -> Sequence[str]: ...
    @property
    def warning(self) -> str: ...


class ConstraintView(Protocol):
    """One constraint of a document, and on which sides of it the run was."""

    @property
    def operation(self) -> str: ...
    @property
    def pointer(self) -> str: ...
    @property
    def seen(self) -> str: ...
    @property
    def is_exercised(self) -> bool: ...


class VerdictView(Protocol):
    """A whole verdict."""

    @property
    def conclusion(self) -> str: ...
    @property
    def exit_code(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def profile(self) -> str: ...
    @property
    def requests(self) -> int: ...
    @property
    def duration_seconds(self) -> float: ...
    @property
    def cases(self) -> CountsView: ...
    @property
    def operations(self) -> Sequence[OperationView]: ...
    @property
    def constraints(self) -> Sequence[ConstraintView]: ...
    @property
    def operations_total(self) -> int: ...
    @property
    def operations_reached(self) -> int: ...
    @property
    def gates(self) -> Sequence[GateView]: ...
    @property
    def causes(self) -> Sequence[CauseView]: ...
    @property
    def findings(self) -> Sequence[FindingView]: ...
    @property
    def unverified(self) -> Sequence[FindingView]: ...
    @property
    def observations(self) -> Sequence[FindingView]: ...
    @property
    def judged(self) -> Sequence[JudgedView]: ...
    @property
    def traced(self) -> Sequence[TracedView]: ...
    @property
    def waivers(self) -> Sequence[WaiverView]: ...
    @property
    def scope(self) -> ScopeView: ...


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
    rows = (
        OperationShare(name, len(all_), sum(each.is_exercised for each in all_), tuple(all_))
        for name, all_ in found.items()
    )
    # The lowest first: whoever looks at shares looks for gaps.
    return tuple(sorted(rows, key=lambda each: each.exercised / each.total))


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
            # A space tells the two apart without changing how the name looks.
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
    # What all operations of a path share stands beside them, where others have their method.
    is_of_path = parts[2:3] == ["parameters"]
    for part in parts[2:] if is_shared or is_of_path else parts[3:]:
        if is_name or part not in _SKIPPED:
            kept.append(part)
        # What follows `properties` is the name of a member, even if it is called "schema".
        is_name = part == "properties" and not is_name
    # Entries of `required` are known by their place alone.
    if len(kept) > 1 and kept[-2] == "required" and kept[-1].isdigit():
        kept[-2:] = [f"required {kept[-1]}"]
    return kept or [pointer]
