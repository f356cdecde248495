"""Compare the calls that were made with those that a probe expects."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from urllib.parse import parse_qsl

from harness.client.multipart import MalformedMultipart, ReceivedPart, parse
from harness.jsonvalue import Json, members, text
from tests.probes.loopback import Call
from tests.probes.probe import Probe, target


def differences(probe: Probe, calls: Sequence[Call]) -> list[str]:
    """Say in which calls a run differs from what the probe expects."""
    return [
        f"call {number}: {difference}"
        for number, (wanted, made) in enumerate(zip_longest(probe.calls, calls), start=1)
        for difference in _call(wanted, made)
    ]


def _call(wanted: Mapping[str, Json] | None, made: Call | None) -> Iterator[str]:
    if wanted is None or made is None:
        shown = f"{made.method} {made.target}" if made else "none"
        yield f"expected {wanted['call'] if wanted else 'none'}, got {shown}"
        return
    method, _, path = text(wanted["call"]).partition(" ")
    if (method, target(path)) != (made.method, target(made.target)):
        yield f"expected {wanted['call']}, got {made.method} {made.target}"
    for name, value in members(wanted.get("headers")).items():
        if made.header(name) != value:
            yield f"header {name}: expected {value!r}, got {made.header(name)!r}"
    for kind, read in _BODIES.items():
        if kind in wanted and read(made) != wanted[kind]:
            yield f"{kind}: expected {wanted[kind]!r}, got {read(made)!r}"


def _text(call: Call) -> object:
    return call.body.decode("utf-8", errors="replace")


def _json(call: Call) -> object:
    try:
        decoded: object = json.loads(call.body)
    except ValueError:
        return f"no JSON: {call.body[:60]!r}"
    return decoded


def _form(call: Call) -> object:
    return [[name, value] for name, value in parse_qsl(call.body.decode("utf-8", errors="replace"))]


def _parts(call: Call) -> object:
    try:
        return [_part(each) for each in parse(call.body, call.header("content-type"))]
    except MalformedMultipart as problem:
        return f"no multipart: {problem}"


def _part(part: ReceivedPart) -> dict[str, object]:
    found: dict[str, object] = {
        "name": part.name,
        "content": part.content.decode("utf-8", errors="replace"),
    }
    if part.filename is not None:
        found["filename"] = part.filename
    return found


def _kind(call: Call) -> object:
    return call.header("content-type").partition(";")[0]


_BODIES = {
    "text": _text, "json": _json, "form": _form, "parts": _parts, "content_type": _kind,
}  # fmt: skip
