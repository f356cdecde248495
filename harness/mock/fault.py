"""One named way to break a promise, the small changes to a reply that most are made of, and the faults that are switched on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from harness.jsonvalue import Json, items, members
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
        # Two faults at one point act in the order of their names, however they were given.
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
        # Wrapped, so that the same changes serve whole replies and values inside them.
        return self.changed(point, Reply(200, value)).body if point in self._changes else value


def without(name: str) -> Change:
    """Leave a member out."""
    return lambda reply: replace(
        reply, body={key: value for key, value in members(reply.body).items() if key != name}
    )


def with_member(name: str, value: Json) -> Change:
    """Set a member to this value."""
    return lambda reply: replace(reply, body={**members(reply.body), name: value})


def with_changed(name: str, change: Callable[[Json], Json]) -> Change:
    """Compute a member's value from the right one, where there is one."""
    return lambda reply: (
        with_member(name, change(members(reply.body)[name]))(reply)
        if name in members(reply.body)
        else reply
    )


def with_status(status: int) -> Change:
    """Answer with another HTTP status."""
    return lambda reply: replace(reply, status=status)


def with_media_type(media_type: str) -> Change:
    """Name another media type."""
    return lambda reply: replace(reply, media_type=media_type)


def without_header(name: str) -> Change:
    """Leave a header out, whatever its case."""
    return lambda reply: replace(
        reply, headers=tuple(header for header in reply.headers if header[0].lower() != name)
    )


def with_header(name: str, value: str) -> Change:
    """Set a header to this value."""
    without_it = without_header(name)
    return lambda reply: replace(reply, headers=(*without_it(reply).headers, (name, value)))


def with_each(name: str, change: Callable[[Json], Json]) -> Change:
    """Change every item of an array member."""
    return with_changed(name, lambda value: [change(item) for item in items(value)])
