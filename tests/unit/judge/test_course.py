"""The expectations on the course of calls, on polling and on secrets, each from both sides."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest

from harness.jsonvalue import Json
from harness.judge.calls import Call, Reply
from harness.judge.evidence import ClientEnd, Evidence
from harness.judge.expectations import KINDS
from tests.unit.judge.test_expectations import (
    CLAIM,
    FILE,
    MET,
    PDF,
    SCENARIO,
    TOKEN,
    UNMET,
    Arguments,
    Row,
    call,
    found,
    upload,
)

TELLS = {"tells_failure", "tells_ids", "tells_status"}
LOST, REFUSED, LATE = Reply(0), Reply(400), Reply(401)
POLL: Arguments = {
    "operation": "status",
    "at": ["", "/status"],
    "member": "statusCode",
    "final": ["06", "51"],
}
INPUT: Arguments = {"operation": "create", "part": "request", "value": "$input/claim"}
SENT = ("request", None, "application/json", b'{"a":"canary","b":1}')
IDS: Arguments = {
    "operation": "search",
    "at": "/ids",
    "value": "$answer.create.1/ids",
    "or_without": "CHC#",
}

TOLD_IDS: Arguments = {"value": "$answer.create.1/ids", "or_without": "CHC#"}
PICK: Arguments = {
    "operation": "search",
    "of": "create",
    "at": "/ids",
    "name": "x.pdf",
    "or_without": "CHC#",
}
THREE = upload(1, CLAIM, ("files", "y.pdf", "application/pdf", PDF), FILE)
"""Two files, whose ids the answer gives in their order."""


def status(number: int, code: str, *, at: float = 0.0, query: str = "") -> Call:
    body = f'[{{"statusCode":"{code}"}}]'.encode()
    return call(number, "status", at=at, query=query, reply=Reply(200, (), body))


KEPT: Mapping[str, Row] = {
    "full-jitter-may-shrink": (
        "gaps_grow",
        {"operation": "create"},
        [call(1), call(2, at=0.9), call(3, at=1.2), call(4, at=3.0)],
    ),
    "three-pauses-that-happen-to-be-close": (
        "gaps_grow",
        {"operation": "create"},
        [call(1), call(2, at=0.26), call(3, at=0.55), call(4, at=0.79)],
    ),
    "two-tries-are-no-pace": ("gaps_grow", {"operation": "create"}, [call(1), call(2)]),
    "no-second-call-has-waited": (
        "waited",
        {"operation": "create", "calls": [1, 2], "at_least": 1, "if_called": True},
        [call(1)],
    ),
    "renewed-before-it-ended": ("renews", {"operation": "create"}, [call(1, token=1), call(2)]),
    "renewed-when-refused": (
        "renews",
        {"operation": "create"},
        [call(1), call(2, reply=LATE), call(3, token=2)],
    ),
    "renewed-but-too-slow": (
        "renews",
        {"operation": "create"},
        [call(1, reply=LATE), call(2, token=2, reply=LATE)],
    ),
    "refused-and-corrected": (
        "not_repeated",
        {},
        [call(1, body=b'{"a":1}', reply=REFUSED), call(2, body=b'{"a":2}')],
    ),
    "busy-and-repeated": ("not_repeated", {}, [call(1, reply=Reply(503)), call(2)]),
    "lost-and-left": ("looks_first", {"operation": "create"}, [call(1, reply=LOST)]),
    "lost-and-looked": (
        "looks_first",
        {"operation": "create", "look": ["search"]},
        [call(1, reply=LOST), call(2, "search"), call(3)],
    ),
    "well-again": (
        "after_trouble",
        {"operation": "create", "failed": "health"},
        [call(1, "health", reply=Reply(500)), call(2, "health"), call(3)],
    ),
    "never-asked": ("after_trouble", {"operation": "create", "failed": "health"}, [call(1)]),
    "calm": ("calm", {"per_second": 2}, [call(1), call(2, at=0.5), call(3, at=1.0)]),
    "polled-to-the-end": ("polled", POLL, [status(1, "02"), status(2, "06", at=1)]),
    "details-after-the-end": ("polled", POLL, [status(1, "06"), status(2, "06", query="a=b")]),
    "paced": ("paced", {"operation": "status", "at_least": 0.1}, [status(1, "02")]),
    "part-of-its-own": ("sends", INPUT, [upload(1, SENT, FILE)]),
    "fields-of-their-own": ("sends", INPUT, [upload(1, ("a", None, "", b"canary"), FILE)]),
    "left-out-on-purpose": ("sends", {**INPUT, "but": ["/a"]}, [upload(1, CLAIM)]),
    "flat-form": (
        "form_parts",
        {"operation": "create", "names": ["request", "files"], "or_flat": "request"},
        [upload(1, ("claimId", None, "", b"1"), FILE)],
    ),
    "ids-without-prefix": ("same_ids", IDS, [call(1), call(2, "search", body=b'{"ids":["2"]}')]),
    "query": (
        "query",
        {"operation": "create", "name": "a", "matches": "b|c"},
        [call(1, query="a=c")],
    ),
    "silent": ("kept_silent", {}, [call(1)]),
    "home": ("kept_home", {}, [TOKEN, call(2, path="/elsewhere/x")]),
    "patient-not-printed": ("kept_silent", {"values": ["$input/claim/a"]}, [call(1)]),
    "files-again-in-another-order": (
        "files_again",
        {"operation": "create"},
        [upload(1, CLAIM, FILE), upload(2, FILE, CLAIM)],
    ),
    "nothing-again": ("files_again", {"operation": "create"}, [upload(1, CLAIM, FILE)]),
    "picked": ("picks", PICK, [THREE, call(2, "search", body=b'{"ids":["CHC#2"]}')]),
    "picked-without-prefix": ("picks", PICK, [THREE, call(2, "search", body=b'{"ids":["2"]}')]),
    "says-nothing": ("tells_failure", {}, [call(1)]),
    "names-no-ids": ("tells_ids", TOLD_IDS, [call(1)]),
    "names-no-status": ("tells_status", POLL, [status(1, "06")]),
    "file-name-percent-encoded": (
        "files_sent",
        {"operation": "create"},
        [upload(1, ("files", "%78.pdf", "application/pdf", PDF))],
    ),
    "secret-where-it-belongs": ("kept_private", {}, [call(1, "issueToken", body=b"secret-token")]),
}
BROKEN: Mapping[str, Row] = {
    "files-again-empty": (
        "files_again",
        {"operation": "create"},
        [upload(1, CLAIM, FILE), upload(2, CLAIM, ("files", "x.pdf", "application/pdf", b""))],
    ),
    "picked-another": ("picks", PICK, [THREE, call(2, "search", body=b'{"ids":["CHC#1"]}')]),
    "picked-all": ("picks", PICK, [THREE, call(2, "search", body=b'{"ids":["1","2"]}')]),
    "picked-before-it-was-sent": ("picks", PICK, [call(1, "search", body=b'{"ids":["2"]}')]),
    "file-without-a-type": (
        "files_sent",
        {"operation": "create"},
        [upload(1, ("files", "x.pdf", "", PDF))],
    ),
    "patient-in-another-case": (
        "kept_private",
        {"values": ["$input/claim/a"]},
        [call(1, query="name=CANARY")],
    ),
    "patient-within-base64": (
        "kept_private",
        {"values": ["$input/claim/a"]},
        [call(1, headers=(("X-Key", base64.b64encode(b'{"name":"canary"}').decode()),))],
    ),
    "one-pace": (
        "gaps_grow",
        {"operation": "create"},
        [call(1), call(2, at=0.5), call(3, at=1.01), call(4, at=1.5)],
    ),
    "one-pace-on-a-busy-machine": (
        "gaps_grow",
        {"operation": "create"},
        [call(n, at=0.3 * n + (0.05 if n == 2 else 0)) for n in range(1, 8)],
    ),
    "old-token-again": ("renews", {"operation": "create"}, [call(1, reply=LATE), call(2)]),
    "gave-up-on-its-token": ("renews", {"operation": "create"}, [call(1), call(2, reply=LATE)]),
    "no-token-to-renew": ("renews", {"operation": "create"}, []),
    "refused-and-repeated": ("not_repeated", {}, [call(1, reply=REFUSED), call(2)]),
    "refused-and-repeated-later": (
        "not_repeated",
        {},
        [call(1, reply=REFUSED), call(2, body=b'{"a":2}'), call(3)],
    ),
    "lost-and-repeated": (
        "looks_first",
        {"operation": "create", "look": ["search"]},
        [call(1, reply=LOST), call(2)],
    ),
    "unhealthy-and-sent": (
        "after_trouble",
        {"operation": "create", "failed": "health"},
        [call(1, "health", reply=Reply(500)), call(2)],
    ),
    "rushed": ("calm", {"per_second": 2}, [call(1), call(2, at=0.5), call(3, at=0.9)]),
    "stopped-too-early": ("polled", POLL, [status(1, "02")]),
    "never-polled": ("polled", POLL, [call(1)]),
    "polled-on": ("polled", POLL, [status(1, "06"), status(2, "06", at=1)]),
    "hammered": (
        "paced",
        {"operation": "status", "at_least": 0.1},
        [status(number, "02", at=number * 0.01) for number in range(1, 6)],
    ),
    "another-value": ("sends", INPUT, [upload(1, CLAIM, FILE)]),
    "cut-id": ("same_ids", IDS, [call(1), call(2, "search", body=b'{"ids":["CHC"]}')]),
    "not-all-ids": (
        "same_ids",
        {**IDS, "all": True},
        [call(1), call(2, "search", body=b'{"ids":["CHC#2"]}')],
    ),
    "query-twice": (
        "query",
        {"operation": "create", "name": "a", "matches": "b|c"},
        [call(1, query="a=b&a=c")],
    ),
    "token-taken-elsewhere": (
        "kept_home",
        {},
        [call(1, path="/elsewhere/x", headers=(("Authorization", "Bearer secret-token"),))],
    ),
    "secret-in-a-body": ("kept_private", {}, [call(1, body=b'{"s":"secret-token"}')]),
    "secret-in-base64": (
        "kept_private",
        {},
        [call(1, headers=(("X-Key", base64.b64encode(b"secret-token").decode()),))],
    ),
}


@pytest.mark.parametrize("row", KEPT.values(), ids=KEPT)
def test_calls_that_keep_an_expectation_meet_it(row: Row) -> None:
    assert found(row, ClientEnd(exit_code=0))


@pytest.mark.parametrize("row", BROKEN.values(), ids=BROKEN)
def test_calls_that_break_an_expectation_do_not_meet_it(row: Row) -> None:
    assert not found(row, ClientEnd(exit_code=0))


def test_a_printed_token_is_named_and_not_shown() -> None:
    evidence = Evidence(SCENARIO, (call(1),), end=ClientEnd(exit_code=0, leaks=("token 1",)))

    found = KINDS["kept_silent"].judge(evidence, {})

    assert not found.is_met
    assert found.actual == "it prints token 1"


@pytest.mark.parametrize(
    ("kind", "arguments", "true", "false"),
    [
        ("tells_failure", {}, {"ok": False}, {"ok": True}),
        ("tells_ids", TOLD_IDS, {"ids": ["CHC#1", "2"]}, {"ids": ["CHC"]}),
        ("tells_status", POLL, {"status": "02"}, {"status": "06"}),
    ],
)
def test_what_a_client_says_of_itself_may_not_contradict_what_was_seen(
    kind: str, arguments: Arguments, true: dict[str, Json], false: dict[str, Json]
) -> None:
    calls = (call(1), status(2, "02"))

    def is_met(result: dict[str, Json]) -> bool:
        evidence = Evidence(SCENARIO, calls, end=ClientEnd(exit_code=0, result=result))
        return KINDS[kind].judge(evidence, arguments).is_met

    assert is_met(true)
    assert not is_met(false)


@pytest.mark.parametrize("said", [{"output": "Dear Canary"}, {"result": {"shown": "Dear Canary"}}])
def test_a_patient_in_what_is_printed_is_seen_and_not_repeated(said: dict[str, Any]) -> None:
    evidence = Evidence(
        SCENARIO, (call(1),), inputs={"name": "Canary"}, end=ClientEnd(exit_code=0, **said)
    )

    found = KINDS["kept_silent"].judge(evidence, {"values": ["$input/name"]})

    assert not found.is_met
    assert "Canary" not in found.actual


@pytest.mark.parametrize("kind", ["polled", "ends"])
def test_a_time_limit_that_came_first_decides_nothing(kind: str) -> None:
    arguments: Arguments = POLL if kind == "polled" else {}
    calls = (status(1, "02"),)
    evidence = Evidence(SCENARIO, calls, end=ClientEnd(timed_out=True))

    assert KINDS[kind].judge(evidence, arguments).is_open


def test_every_kind_is_tried_from_both_sides() -> None:
    met = {row[0] for row in (*MET.values(), *KEPT.values())}
    unmet = {row[0] for row in (*UNMET.values(), *BROKEN.values())}

    assert met | {"x12_sound", "x12_agrees"} == set(KINDS)
    assert unmet | {"ends", "kept_silent", "x12_agrees"} | TELLS == set(KINDS)
