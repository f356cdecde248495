"""Sessions of one judge: none sees another, and together they keep only so much."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from harness.judge import observe
from harness.judge import session as sessions
from harness.judge.app import Judge
from harness.judge.observe import Clocks, Kept, arrived
from harness.judge.operations import nearest_miss
from harness.judge.session import Session
from harness.session.judge.products import Judged, client_product, judged_products
from harness.session.judge.server import mock_for

UPLOAD = "/dental/attachments/v1/attachments/documents"
HEALTH = "/dental/attachments/v1/healthcheck"


@pytest.fixture(scope="module")
def dental() -> Judged:
    return judged_products(("dental",))[0]


@pytest.fixture
def judge() -> Judge:
    return Judge(Clocks(lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda: 0.0))


async def answered(
    judge: Judge | Session,
    path: str,
    headers: dict[str, str],
    body: bytes = b"",
    method: str = "POST",
) -> tuple[int, bytes]:
    """Send one call to the judge as a server would, and return what it answers."""
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(n.encode(), v.encode()) for n, v in headers.items()],
        "scheme": "http",
        "server": ("127.0.0.1", 1),
        "client": ("127.0.0.1", 2),
        "root_path": "",
    }
    await judge(scope, receive, send)
    return told[0]["status"], b"".join(each.get("body", b"") for each in told)


async def token_of(judge: Judge, session: Session, *, secret: str = "") -> tuple[int, str]:
    form = (
        f"grant_type=client_credentials&client_id={session.credentials.client_id}"
        f"&client_secret={secret or session.credentials.client_secret}"
    )
    path = session.prefix + client_product("dental").token_path
    kind = {"content-type": "application/x-www-form-urlencoded"}
    status, body = await answered(judge, path, kind, form.encode())
    return status, str(json.loads(body).get("access_token", ""))


def test_a_token_and_a_secret_of_one_session_open_nothing_in_another(
    judge: Judge, dental: Judged
) -> None:
    first, second = (judge.open(dental.routes, mock_for) for _ in range(2))
    for each in (first, second):
        each.begin(dental.scenarios[0])

    async def mixed_up() -> tuple[int, ...]:
        _, own = await token_of(judge, first)
        bearer = {"authorization": f"Bearer {own}"}
        at_home, _ = await answered(judge, first.prefix + HEALTH, bearer, method="GET")
        abroad, _ = await answered(judge, second.prefix + HEALTH, bearer, method="GET")
        foreign, _ = await token_of(judge, second, secret=first.credentials.client_secret)
        return at_home, abroad, foreign

    assert asyncio.run(mixed_up()) == (200, 401, 401)
    assert [call.token for call in first.calls] == [0, 1]
    assert [call.token for call in second.calls] == [0, 0]
    assert first.credentials != second.credentials


def test_calls_at_the_same_time_stay_with_their_own_session(judge: Judge, dental: Judged) -> None:
    opened = [judge.open(dental.routes, mock_for) for _ in range(20)]
    for each in opened:
        each.begin(dental.scenarios[0])

    async def all_at_once() -> None:
        await asyncio.gather(
            *(
                answered(judge, each.prefix + UPLOAD, {"x-who": each.key}, each.key.encode())
                for each in opened * 5
            )
        )

    asyncio.run(all_at_once())

    assert [{call.body.decode() for call in each.calls} for each in opened] == [
        {each.key} for each in opened
    ]
    assert all(len(each.calls) == 5 for each in opened)


def test_a_session_that_has_ended_and_one_that_never_was_answer_nothing(
    judge: Judge, dental: Judged
) -> None:
    ended = judge.open(dental.routes, mock_for)
    judge.close(ended)

    for path in (ended.prefix + HEALTH, "/s/guessed" + HEALTH, HEALTH):
        status, _ = asyncio.run(answered(judge, path, {}, method="GET"))
        assert status == 404


def test_all_sessions_together_keep_only_so_much(
    judge: Judge, dental: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_OF_ALL_BYTES", 3_000)
    first, second = (judge.open(dental.routes, mock_for) for _ in range(2))
    for each in (first, second):
        each.begin(dental.scenarios[0])

    async def sent(session: Session) -> None:
        await answered(judge, session.prefix + UPLOAD, {}, b"x" * 2_000)

    asyncio.run(sent(first))
    asyncio.run(sent(second))
    assert [len(each.calls[0].body) for each in (first, second)] == [2_000, 0]

    judge.close(first)
    asyncio.run(sent(second))
    assert len(second.calls[1].body) == 2_000


def test_what_has_no_scenario_yet_is_answered_all_the_same(judge: Judge, dental: Judged) -> None:
    session = judge.open(dental.routes, mock_for)

    status, token = asyncio.run(token_of(judge, session))

    assert (status, bool(token)) == (200, True)


def test_what_is_read_at_once_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "MOST_AT_ONCE_BYTES", 3_000)
    kept = Kept()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 2_000, "more_body": False}

    scope = {"method": "POST", "path": "/a", "query_string": b"", "headers": []}
    first, second = (asyncio.run(arrived(scope, receive, "", kept)) for _ in range(2))

    assert [(len(each.body), each.is_cut) for each in (first, second)] == [
        (2_000, False),
        (0, True),
    ]


def test_what_was_read_is_given_back_once_it_is_answered(
    judge: Judge, dental: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "MOST_AT_ONCE_BYTES", 3_000)
    session = judge.open(dental.routes, mock_for)
    session.begin(dental.scenarios[0])

    for _ in range(2):
        asyncio.run(answered(judge, session.prefix + UPLOAD, {}, b"x" * 2_000))

    assert [(len(call.body), call.is_cut) for call in session.calls] == [(2_000, False)] * 2


def test_a_session_that_is_over_keeps_nothing_of_what_still_comes(
    judge: Judge, dental: Judged
) -> None:
    session = judge.open(dental.routes, mock_for)
    session.end()

    asyncio.run(answered(session, session.prefix + UPLOAD, {}, b"x" * 2_000))

    assert session.calls == ()


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("POST", "/dental/attachments/v1/documents", UPLOAD),
        ("POST", f"/{UPLOAD}", UPLOAD),
        ("POST", f"/dental{UPLOAD}", UPLOAD),
        ("GET", "/dental/attachments/v1/health", HEALTH),
        ("POST", f"{UPLOAD}/find", f"{UPLOAD}/search"),
    ],
)
def test_a_call_that_no_operation_has_is_told_the_nearest_one(
    dental: Judged, method: str, path: str, nearest: str
) -> None:
    assert nearest_miss(dental.routes, method, path).startswith(f"nearest is {method} {nearest};")
