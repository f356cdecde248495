"""One named way to break a promise, and the set of those that are switched on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from harness.jsonvalue import Json
from harness.mock.reply import Reply

Change: TypeAlias = Callable[[Reply], Reply]


@dataclass(frozen=True, slots=True)
class Fault:
    """A defect of the mock on request: it breaks one requirement and leaves the others whole.

    A fault with a point changes the replies made there. A fault without one is looked up by its id
    where the mock decides.
    """

    id: str
    area: str
    breaks: str
    """Id of the requirement that no longer holds."""
    sentence: str
    point: str = ""
    change: Change | None = None

    @property
    def changes(self) -> Mapping[str, Change]:
        """The change by its point."""
        return {self.point: self.change} if self.change else {}


class Named(Protocol):
    """What can be switched on: a fault, or a tolerance that breaks nothing."""

    @property
    def id(self) -> str: ...

    @property
    def changes(self) -> Mapping[str, Change]: ...


class ActiveFaults:
    """The faults of one mock: asked by id where the mock decides, applied by point to replies."""

    def __init__(self, faults: Iterable[Named]) -> None:
        ordered = sorted(faults, key=lambda fault: fault.id)
        self._names = frozenset(fault.id for fault in ordered)
        self._changes: dict[str, list[Change]] = {}
        for fault in ordered:
            for point, change in fault.changes.items():
                self._changes.setdefault(point, []).append(change)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def changed(self, point: str, reply: Reply) -> Reply:
        """Return a reply as the faults of this point leave it."""
        for change in self._changes.get(point, ()):
            reply = change(reply)
        return reply

    def changed_value(self, point: str, value: Json) -> Json:
        """Return a value inside a reply as the faults of this point leave it."""
        return self.changed(point, Reply(200, value)).body if point in self._changes else value
