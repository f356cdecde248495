import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.session.judge.serve.guard import COOKIE, MOST_WRONG, Guard, MasterKey
from harness.session.judge.serve.terminal import HEADER

MASTER = MasterKey(b"\x01" * 32)


def request(
    method: str = "GET", host: str = "127.0.0.1:8070", peer: str = "127.0.0.1", **headers: str
) -> Request:
    given = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(
        {
            "type": "http",
            "method": method,
            "path": "/",
            "query_string": b"",
            "headers": [(n.encode(), v.encode()) for n, v in given.items()],
            "client": (peer, 1),
        }
    )


def refusal(guard: Guard, asked: Request) -> int:
    with pytest.raises(HTTPException) as caught:
        guard.check(asked)
    return caught.value.status_code


def opened() -> tuple[Guard, list[str]]:
    codes: list[str] = []
    guard = Guard(MASTER, is_open=True, announce=codes.append)
    guard.new_code()
    return guard, codes


def test_this_machine_is_let_in() -> None:
    Guard(MASTER, is_open=False).check(request())


@pytest.mark.parametrize(
    "asked",
    [
        request(peer="192.0.2.1"),
        request(host="judge.example:8070"),
        request(origin="http://evil.example"),
        request(origin="http://127.0.0.1:9999"),
        request(sec_fetch_site="cross-site"),
        request(origin="null"),
    ],
    ids=["other-machine", "rebound-name", "other-origin", "other-port", "cross-site", "null"],
)
def test_pages_of_others_find_nothing(asked: Request) -> None:
    assert refusal(Guard(MASTER, is_open=False), asked) == 404


def test_a_form_of_a_page_cannot_post() -> None:
    guard = Guard(MASTER, is_open=False)

    assert refusal(guard, request("POST", content_type="text/plain")) == 403
    guard.check(request("POST", content_type="application/json"))


def test_an_open_judge_asks_for_its_code_and_a_code_works_once() -> None:
    guard, codes = opened()
    assert refusal(guard, request(peer="192.0.2.1")) == 401
    assert guard.enter("AAAA-AAAA-AAAA") == ""

    passed = guard.enter(f" {codes[0].lower()[:4]}-{codes[0][4:]} ")

    assert passed
    guard.check(request(peer="192.0.2.1", host="judge.example", cookie=f"{COOKIE}={passed}"))
    assert guard.enter(codes[0]) == ""
    assert len(codes) == 2


def test_a_pass_that_was_not_given_out_is_none() -> None:
    guard, _ = opened()

    assert refusal(guard, request(cookie=f"{COOKIE}=abc.def")) == 401
    assert refusal(guard, request(cookie=f"{COOKIE}={guard.terminal}")) == 401
    other = MasterKey(b"\x02" * 32).signed("abc")
    assert refusal(guard, request(cookie=f"{COOKIE}={other}")) == 401


def test_guessing_changes_the_code() -> None:
    guard, codes = opened()

    for _ in range(MOST_WRONG):
        guard.enter("WRONG")

    assert len(codes) == 2
    assert guard.enter(codes[0]) == ""


def test_commands_on_this_machine_come_with_a_pass_of_their_own() -> None:
    guard, _ = opened()

    guard.check(request("POST", **{HEADER.lower(): guard.terminal}))
    assert refusal(guard, request(**{HEADER.lower(): "x"})) == 401
