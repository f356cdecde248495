from collections.abc import Mapping, Sequence

import pytest

from harness.jsonvalue import Json
from harness.judge.calls import Call, Reply
from harness.judge.evidence import ClientEnd, Evidence, FileInput
from harness.judge.expectations import KINDS
from harness.judge.scenario import Scenario
from harness.source import Source

SCENARIO = Scenario(
    id="a/b/c",
    title="t",
    product="a",
    action="health",
    instruct="i",
    verifies=("C001",),
    source=Source("s.yaml", 1, 1),
)
BOUNDARY = "xyz"
OK = Reply(200, (("content-type", "application/json"),), b'{"ids":["CHC#1","CHC#2"]}')


def call(  # noqa: PLR0913 each names one field of a call
    number: int,
    operation: str = "create",
    *,
    at: float = 0.0,
    body: bytes = b"",
    kind: str = "application/json",
    reply: Reply = OK,
    token: int = 1,
    scripted: bool = False,
    path: str = "/a",
    query: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> Call:
    return Call(
        number=number,
        started="2026-01-01T00:00:00Z",
        at=at,
        ended=at,
        method="POST",
        path=path,
        query=query,
        headers=(("Content-Type", kind), *headers),
        body=body,
        operation=operation,
        label=f"POST /{operation}",
        reply=reply,
        token=token,
        scripted=scripted,
    )


def form(*parts: tuple[str, str | None, str, bytes]) -> bytes:
    pieces = []
    for name, file_name, kind, content in parts:
        named = f'; filename="{file_name}"' if file_name else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\nContent-Type: {kind}\r\n\r\n'
        pieces.append(head.encode() + content + b"\r\n")
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


def upload(
    number: int, *parts: tuple[str, str | None, str, bytes], boundary: str = BOUNDARY
) -> Call:
    body = form(*parts).replace(BOUNDARY.encode(), boundary.encode())
    return call(number, body=body, kind=f"multipart/form-data; boundary={boundary}")


PDF = b"%PDF-1.4\n"
CLAIM = ("request", None, "application/json", b'{"claimId":"1"}')
FILE = ("files", "x.pdf", "application/pdf", PDF)
X12 = b'{"x12": "not an interchange"}'
TOKEN = call(1, "issueToken", reply=Reply(200, (), b'{"access_token":"secret-token"}'), token=0)

Arguments = Mapping[str, Json]
Row = tuple[str, Arguments, Sequence[Call]]

MET: Mapping[str, Row] = {
    "called-once": ("called", {"operation": "create", "times": 1}, [call(1)]),
    "called-at-least": ("called", {"operation": "create", "at_least": 2}, [call(1), call(2)]),
    "called-at-most": ("called", {"operation": "create", "at_most": 1}, []),
    "called-any": ("called", {"operation": "*", "times": 1}, [TOKEN, call(2)]),
    "called-status": (
        "called",
        {"operation": "create", "status": 200, "times": 1},
        [call(1), call(2, reply=Reply(400))],
    ),
    "in-order": ("in_order", {"operations": ["issueToken", "create"]}, [TOKEN, call(2)]),
    "waited": (
        "waited",
        {"operation": "create", "calls": [1, 2], "at_least": 1},
        [call(1), call(2, at=1.0)],
    ),
    "waited-by-a-timer-a-little-early": (
        "waited",
        {"operation": "create", "calls": [1, 2], "at_least": 1},
        [call(1), call(2, at=0.97)],
    ),
    "gaps-grow": (
        "gaps_grow",
        {"operation": "create"},
        [call(1), call(2, at=1.0), call(3, at=3.0)],
    ),
    "same-body-other-boundary-and-order": (
        "same_body",
        {"operation": "create", "calls": [1, 2]},
        [upload(1, CLAIM, FILE), upload(2, FILE, CLAIM, boundary="other")],
    ),
    "same-json-other-order": (
        "same_body",
        {"operation": "create", "calls": [1, 2]},
        [call(1, body=b'{"a":1,"b":2}'), call(2, body=b'{"b":2, "a":1}')],
    ),
    "member-equals": (
        "member",
        {"operation": "create", "at": "/claimId", "part": "request", "equals": "1"},
        [upload(1, CLAIM, FILE)],
    ),
    "member-of-input": (
        "member",
        {"operation": "create", "at": "/a", "equals": "$input/claim/a"},
        [call(1, body=b'{"a":"canary"}')],
    ),
    "header": (
        "header",
        {"operation": "create", "name": "x-tenant", "matches": "[0-9]+"},
        [call(1, headers=(("X-Tenant", "12"),))],
    ),
    "echoes-in-body": (
        "echoes",
        {"operation": "search", "value": "$answer.create.1/ids/1"},
        [call(1), call(2, "search", body=b'{"ids":["CHC#2"]}')],
    ),
    "echoes-percent-encoded-in-path": (
        "echoes",
        {"operation": "search", "value": "$answer.create.1/ids/1", "in": ["path"]},
        [call(1), call(2, "search", path="/a/CHC%232")],
    ),
    "kept-private": (
        "kept_private",
        {},
        [call(1, headers=(("Authorization", "Bearer secret-token"),))],
    ),
    "accepted": ("accepted", {"operation": "create"}, [call(1)]),
    "form-parts": (
        "form_parts",
        {"operation": "create", "names": ["request", "files"]},
        [upload(1, FILE, CLAIM)],
    ),
    "files-sent-by-dotnet": (
        "files_sent",
        {"operation": "create"},
        [upload(1, CLAIM, ("files", "=?b?eA==?=\"; filename*=\"utf-8''x%2Epdf", *FILE[2:]))],
    ),
    "files-sent": ("files_sent", {"operation": "create"}, [upload(1, CLAIM, FILE)]),
    "files-sent-as-octets": (
        "files_sent",
        {"operation": "create"},
        [upload(1, ("files", "x.pdf", "application/octet-stream", PDF))],
    ),
    "uses-newest-token": ("uses_token", {"operation": "create"}, [TOKEN, call(2, token=1)]),
    "ends": ("ends", {}, [call(1)]),
}

UNMET: Mapping[str, Row] = {
    "called-twice": ("called", {"operation": "create", "times": 1}, [call(1), call(2)]),
    "called-never": ("called", {"operation": "create"}, []),
    "called-too-often": ("called", {"operation": "create", "at_most": 1}, [call(1), call(2)]),
    "token-is-no-call": ("called", {"operation": "*"}, [TOKEN]),
    "in-order": (
        "in_order",
        {"operations": ["issueToken", "create"]},
        [call(1), call(2, "issueToken")],
    ),
    "in-order-missing": ("in_order", {"operations": ["issueToken", "create"]}, [call(1)]),
    "waited-too-short": (
        "waited",
        {"operation": "create", "calls": [1, 2], "at_least": 1},
        [call(1), call(2, at=0.5)],
    ),
    "waited-too-long": (
        "waited",
        {"operation": "create", "calls": [1, 2], "at_least": 1, "at_most": 2},
        [call(1), call(2, at=9.0)],
    ),
    "waited-but-never-called-again": (
        "waited",
        {"operation": "create", "calls": [1, 2], "at_least": 1},
        [call(1)],
    ),
    "gaps-constant": (
        "gaps_grow",
        {"operation": "create"},
        [call(1), call(2, at=1.0), call(3, at=2.0), call(4, at=3.0)],
    ),
    "gaps-none": (
        "gaps_grow",
        {"operation": "create"},
        [call(1), call(2, at=0.01), call(3, at=0.02)],
    ),
    "same-body-changed": (
        "same_body",
        {"operation": "create", "calls": [1, 2]},
        [upload(1, CLAIM, FILE), upload(2, CLAIM)],
    ),
    "member-missing": ("member", {"operation": "create", "at": "/b"}, [call(1, body=b'{"a":1}')]),
    "member-other": (
        "member",
        {"operation": "create", "at": "/a", "equals": "x"},
        [call(1, body=b'{"a":"y"}')],
    ),
    "header-missing": ("header", {"operation": "create", "name": "x-tenant"}, [call(1)]),
    "header-other": (
        "header",
        {"operation": "create", "name": "x-tenant", "matches": "[0-9]+"},
        [call(1, headers=(("X-Tenant", "twelve"),))],
    ),
    "echo-of-another": (
        "echoes",
        {"operation": "search", "value": "$answer.create.1/ids/1"},
        [call(1), call(2, "search", body=b'{"ids":["CHC#1"]}')],
    ),
    "echo-cut-at-the-number-sign": (
        "echoes",
        {"operation": "search", "value": "$answer.create.1/ids/1", "in": ["path"]},
        [call(1), call(2, "search", path="/a/CHC")],
    ),
    "echo-of-no-answer": (
        "echoes",
        {"operation": "search", "value": "$answer.create.1/ids/1"},
        [call(1, "search")],
    ),
    "secret-in-query": ("kept_private", {}, [call(1, query="access_token=secret-token")]),
    "secret-in-header": ("kept_private", {}, [call(1, headers=(("X-Debug", "secret-token"),))]),
    "input-in-query": (
        "kept_private",
        {"values": ["$input/claim/a"]},
        [call(1, query="name=can%61ry")],
    ),
    "refused": ("accepted", {"operation": "create"}, [call(1, reply=Reply(400, (), b"bad"))]),
    "accepted-by-script-alone": ("accepted", {"operation": "create"}, [call(1, scripted=True)]),
    "form-parts-other": (
        "form_parts",
        {"operation": "create", "names": ["request", "files"]},
        [upload(1, CLAIM)],
    ),
    "form-broken": (
        "form_parts",
        {"operation": "create", "names": ["request"]},
        [call(1, body=b"--xyz\r\n", kind="multipart/form-data; boundary=xyz")],
    ),
    "file-changed": (
        "files_sent",
        {"operation": "create"},
        [upload(1, ("files", "x.pdf", "application/pdf", PDF[:-1]))],
    ),
    "file-renamed": (
        "files_sent",
        {"operation": "create"},
        [upload(1, ("files", "y.pdf", "application/pdf", PDF))],
    ),
    "file-of-another-type": (
        "files_sent",
        {"operation": "create"},
        [upload(1, ("files", "x.pdf", "image/png", PDF))],
    ),
    "uses-old-token": (
        "uses_token",
        {"operation": "create"},
        [TOKEN, call(2, "issueToken", reply=TOKEN.reply), call(3, token=1)],
    ),
    "no-interchange": ("x12_sound", {"operation": "create"}, [call(1, body=X12)]),
}


def found(row: Row, end: ClientEnd) -> bool:
    kind, arguments, calls = row
    evidence = Evidence(
        scenario=SCENARIO,
        calls=tuple(calls),
        inputs={"claim": {"a": "canary"}},
        files=(FileInput("x.pdf", "application/pdf", PDF),),
        credentials=("secret-token",),
        end=end,
    )
    return KINDS[kind].judge(evidence, arguments).is_met


@pytest.mark.parametrize("row", MET.values(), ids=MET)
def test_calls_that_keep_an_expectation_meet_it(row: Row) -> None:
    assert found(row, ClientEnd(exit_code=0))


@pytest.mark.parametrize("row", UNMET.values(), ids=UNMET)
def test_calls_that_break_an_expectation_do_not_meet_it(row: Row) -> None:
    assert not found(row, ClientEnd(exit_code=0))


def test_a_client_that_was_ended_at_the_limit_after_many_calls_did_not_end() -> None:
    calls = [call(number) for number in range(1, 20)]

    assert not found(("ends", {"at_most": 10}, calls), ClientEnd(timed_out=True, seconds=30.0))
    assert not found(("ends", {"at_most": 10}, calls), ClientEnd(was_stopped=True))
