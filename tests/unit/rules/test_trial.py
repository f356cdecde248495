"""A rule is tried until it fails, the simplest failure is kept, and silence or doubt is no pass."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import strategies as st

from harness.config import Environment
from harness.errors import Unreachable
from harness.exchange import UNSENT, Exchange, Request, Response
from harness.openapi.bundled import bundled_document
from harness.outcome import Attribution, Check, Status
from harness.rules.checks import check, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import NoAnswer, Target
from harness.rules.trial import Effort, no_answer, try_rule

API = bundled_document("dental")
EFFORT = Effort(examples=100, seed=1)
Answer = Callable[[Request], Response | None]


@dataclass
class Line:
    """Answers by a function and counts what it was sent."""

    answer: Answer
    sent: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Exchange:
        self.sent.append(request)
        response = self.answer(request)
        return Exchange(len(self.sent), request, response, "" if response else "hung up")


def target_of(line: Line, *, is_alive: bool = True) -> Target:
    return Target(
        environment=Environment("mock", "http://127.0.0.1:1"),
        apis={"dental": API},
        send=line.send,
        bearer=lambda _: "token",
        is_alive=lambda: is_alive,
    )


def healthy(_: Request) -> Response:
    return Response(200)


def numbered_rule() -> AnyRule:
    """Send a number; the answer has to be 200."""

    def verify(target: Target, value: int) -> Checks:
        answered = target.call(
            target.operation("dental", "checkDentalHealth"), suffix=f"?n={value}"
        )
        yield status(answered, 200)
        yield check("number", answered, "any", str(value), holds=answered.response.status == 200)

    return Rule("dental/t/number", "t", (), verify, values=st.integers(0, 10_000))


def plain_rule() -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        yield status(target.call(target.operation("dental", "checkDentalHealth")), 200)

    return Rule("dental/t/plain", "t", (), verify)


def refusing_from(limit: int) -> Answer:
    return lambda request: Response(200 if int(request.url.rpartition("=")[2]) < limit else 500)


def test_a_rule_without_data_is_tried_once() -> None:
    line = Line(healthy)

    checks = try_rule(plain_rule(), target_of(line), EFFORT)

    assert [each.status for each in checks] == [Status.PASS]
    assert len(line.sent) == 1


def test_a_failure_shrinks_to_the_simplest_data() -> None:
    checks = try_rule(numbered_rule(), target_of(Line(refusing_from(17))), EFFORT)

    assert [each.status for each in checks] == [Status.FAIL, Status.FAIL]
    assert checks[1].actual == "17"


def test_without_shrinking_the_first_failure_stands_and_costs_no_more_requests() -> None:
    line = Line(refusing_from(0))

    checks = try_rule(numbered_rule(), target_of(line), Effort(100, 1, shrink=False))

    assert checks[0].status is Status.FAIL
    assert len(line.sent) <= 3


def test_the_same_seed_sends_the_same_data() -> None:
    def urls(seed: int) -> list[str]:
        line = Line(healthy)
        try_rule(numbered_rule(), target_of(line), Effort(20, seed))
        return [request.url for request in line.sent]

    assert urls(1) == urls(1)
    assert urls(1) != urls(2)


def test_a_failure_that_does_not_come_again_is_still_a_failure() -> None:
    state = {"sent": 0}

    def once_broken(_: Request) -> Response:
        state["sent"] += 1
        return Response(500 if state["sent"] == 5 else 200)

    checks = try_rule(numbered_rule(), target_of(Line(once_broken)), EFFORT)

    assert checks[-1].name == "steady"
    assert Status.FAIL in [each.status for each in checks]


def test_silence_of_a_living_target_is_a_failure() -> None:
    line = Line(lambda _: None)

    checks = try_rule(plain_rule(), target_of(line), EFFORT)

    assert checks == (Check("response", Status.FAIL, "an HTTP response", "hung up", exchange=2),)


def test_what_an_answer_owes_its_reader_is_judged_whatever_the_rule() -> None:
    line = Line(lambda _: Response(200, (("content-type", "application/json"),), b'{"a":NaN}'))

    checks = try_rule(plain_rule(), target_of(line), EFFORT)

    assert [(each.name, each.status) for each in checks] == [
        ("status", Status.PASS),
        ("wire.json", Status.FAIL),
    ]


def test_a_target_that_went_away_is_an_error_and_gets_no_further_request() -> None:
    line = Line(lambda _: None)

    with pytest.raises(Unreachable):
        try_rule(numbered_rule(), target_of(line, is_alive=False), EFFORT)

    assert len(line.sent) == 1


def test_a_hidden_crash_of_a_rule_is_not_swallowed() -> None:
    def verify(target: Target, _: object) -> Checks:
        target.operation("dental", "noSuchOperation")
        return ()

    with pytest.raises(LookupError, match="noSuchOperation"):
        try_rule(Rule("dental/t/bug", "t", (), verify), target_of(Line(healthy)), EFFORT)


def test_no_example_database_is_left_behind() -> None:
    try_rule(numbered_rule(), target_of(Line(healthy)), Effort(5, 1))

    assert not (Path(__file__).parent / ".hypothesis").exists()


@pytest.mark.parametrize(
    ("failure", "status", "attribution"),
    [
        ("no answer in time (timed out)", Status.FAIL, Attribution.API),
        (f"{UNSENT} (Illegal header value)", Status.ERROR, Attribution.HARNESS),
    ],
    ids=["silent", "unsent"],
)
def test_a_request_that_never_left_says_nothing_of_the_api(
    failure: str, status: Status, attribution: Attribution
) -> None:
    told = no_answer(NoAnswer(Exchange(1, Request("GET", "http://fake/"), failure=failure)))

    assert (told.status, told.attribution) == (status, attribution)


def test_a_rule_without_values_has_no_trials_on_drawn_data() -> None:
    with pytest.raises(LookupError, match="dental/t/plain draws no data"):
        plain_rule().on_drawn(lambda _: None)


def test_what_a_rule_draws_may_be_written_out() -> None:
    rule = Rule[int]("dental/t/int", "t", (), lambda _target, _value: (), st.just(1))

    assert rule.draws
    assert rule.verifying(("D001",)).requirements == ("D001",)
