"""Decide what a call is answered: by the scenario's script where it speaks of it, else by the API."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from harness.jsonvalue import MISSING, Json, lookup, unescape
from harness.judge.calls import Reply, json_or_null
from harness.judge.scenario import Scenario, Turn

CHALLENGE = ("www-authenticate", 'Bearer realm="apip", error="invalid_token"')


def turns_for(script: Iterable[Turn], operation: str, nth: int, *, is_token: bool) -> list[Turn]:
    """Return the rules that apply to the n-th call of an operation, in their order."""
    return [turn for turn in script if turn.applies(operation, nth, is_token=is_token)]


_UUID = re.compile(rb"\$uuid")
_LATER = re.compile(r"\$date\+(\d{1,4})")
"""A header value that is the HTTP date so many seconds after the answer (RFC 9110, 5.6.7)."""


def scripted(turns: Iterable[Turn], reply: Reply, now: datetime) -> Reply:
    """Return the API's answer with everything that the rules replace in it."""
    for turn in turns:
        reply = _changed(turn, reply, now)
    return reply


def replaces(turns: Iterable[Turn]) -> bool:
    """Return whether the answer says nothing of the request: the script gave its status."""
    return any(turn.status for turn in turns)


def _changed(turn: Turn, reply: Reply, now: datetime) -> Reply:
    status = turn.status or reply.status
    own = {} if turn.status else dict.fromkeys(name for name, _ in reply.headers)
    headers = tuple((name, _dated(value, now)) for name, value in turn.headers)
    replaced = {name for name, _ in headers}
    kept = tuple(pair for pair in reply.headers if pair[0] in own and pair[0] not in replaced)
    body = reply.body if turn.body is None and not turn.status else (turn.body or b"")
    changed = {**_there(body, turn.replace), **turn.members} if turn.replace else turn.members
    if changed:
        body = _with_members(body, changed)
    return Reply(status, (*kept, *headers), body)


def _there(body: bytes, wanted: Mapping[str, Json]) -> Mapping[str, Json]:
    value = json_or_null(body)
    return {at: each for at, each in wanted.items() if lookup(value, at) is not MISSING}


def _dated(value: str, now: datetime) -> str:
    later = _LATER.fullmatch(value)
    if later is None:
        return value
    return format_datetime(now + timedelta(seconds=int(later[1])), usegmt=True)


def _with_members(body: bytes, members: Mapping[str, Json]) -> bytes:
    value = json_or_null(body)
    for pointer, replacement in members.items():
        value = _replaced(value, [unescape(each) for each in pointer.split("/")[1:]], replacement)
    return json.dumps(value, separators=(",", ":")).encode()


def fresh(scenario: Scenario) -> Scenario:
    """Return a scenario whose scripted answers hold new values in place of `$uuid`, one for each.

    A value of an answer that cannot be guessed comes back only from who has read it.
    """
    turns = tuple(
        replace(turn, body=turn.body and _UUID.sub(lambda _: str(uuid.uuid4()).encode(), turn.body))
        for turn in scenario.script
    )
    return replace(scenario, script=turns)


def located(reply: Reply, elsewhere: str) -> Reply:
    """Return an answer whose `$elsewhere` is an address under another host name."""
    headers = tuple((n, v.replace("$elsewhere", elsewhere)) for n, v in reply.headers)
    return Reply(reply.status, headers, reply.body)


def _replaced(value: Json, path: list[str], replacement: Json) -> Json:
    if not path:
        return replacement
    head, rest = path[0], path[1:]
    if isinstance(value, list) and head.isdigit() and int(head) < len(value):
        changed = list(value)
        changed[int(head)] = _replaced(changed[int(head)], rest, replacement)
        return changed
    if isinstance(value, Mapping):
        return {**value, head: _replaced(value.get(head), rest, replacement)}
    return value
