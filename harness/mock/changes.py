"""The small changes to a reply that most faults are made of."""

from collections.abc import Callable
from dataclasses import replace

from harness.jsonvalue import Json, items, members
from harness.mock.fault import Change


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
