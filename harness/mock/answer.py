"""A whole answer as it leaves for the wire, and the changes to it that no client may mind."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from harness.jsonvalue import Json
from harness.mock.body import JSON, json_value

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body, before they are framed."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: bytes) -> bytes:
        """Return a header's value, empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), b"")

    @property
    def is_json(self) -> bool:
        media_type = self.header(b"content-type").partition(b";")[0]
        return media_type == JSON.encode() or media_type.endswith(b"+json")


Redraft: TypeAlias = Callable[[Answer], Answer]


def with_header(answer: Answer, name: bytes, value: bytes) -> Answer:
    """Set a header, whether it was there or not."""
    others = tuple(each for each in answer.headers if each[0].lower() != name)
    return replace(answer, headers=(*others, (name, value)))


def with_json(change: Callable[[Json], Json], *, indent: int | None = None) -> Redraft:
    """Change the value of a JSON body and write it anew; leave every other body."""

    def redraft(answer: Answer) -> Answer:
        if not answer.is_json or not answer.body:
            return answer
        body = json.dumps(change(json_value(answer.body)), indent=indent).encode()
        return replace(answer, body=body)

    return redraft


def with_unknown_members(value: Json) -> Json:
    """Add a member that nobody documents to every object."""
    if isinstance(value, Mapping):
        known = {name: with_unknown_members(each) for name, each in value.items()}
        return {**known, "xLaterAddition": {"since": "next year"}}
    return [with_unknown_members(each) for each in value] if isinstance(value, list) else value


def with_members_reversed(value: Json) -> Json:
    """Turn the order of members around; that of items stays, for it can mean something."""
    if isinstance(value, Mapping):
        return {name: with_members_reversed(value[name]) for name in reversed(list(value))}
    return [with_members_reversed(each) for each in value] if isinstance(value, list) else value


def in_capitals(answer: Answer) -> Answer:
    """Write header names in capitals (RFC 9110, 5.1: their case means nothing)."""
    return replace(answer, headers=tuple((name.upper(), value) for name, value in answer.headers))


def with_charset(answer: Answer) -> Answer:
    """Name the charset of JSON, which is always this one."""
    if not answer.is_json:
        return answer
    return with_header(answer, b"content-type", answer.header(b"content-type") + b";charset=UTF-8")


def with_parts(change: Callable[[list[bytes]], list[bytes]]) -> Redraft:
    """Change the parts of a multipart body; leave every other body."""

    def redraft(answer: Answer) -> Answer:
        media_type = answer.header(b"content-type")
        if answer.status != 200 or not media_type.startswith(b"multipart/"):
            return answer
        delimiter = b"--" + media_type.rpartition(b"boundary=")[2]
        _, *parts, end = answer.body.split(delimiter)
        return replace(answer, body=b"".join(delimiter + each for each in (*change(parts), end)))

    return redraft


def with_part_headers_in_capitals(parts: list[bytes]) -> list[bytes]:
    """Write the header names of parts in capitals."""
    return [_in_capitals(part) for part in parts]


def _in_capitals(part: bytes) -> bytes:
    head, gap, content = part.partition(b"\r\n\r\n")
    for name in (b"Content-Disposition", b"Content-Type"):
        head = head.replace(name + b":", name.upper() + b":")
    return head + gap + content
