import sys
import threading
from contextlib import suppress

import pytest

from harness.exchange import Response
from harness.jsonvalue import compact
from harness.outcome import Attribution, Status
from harness.source import Source
from harness.workflow.document.model import Criterion, CriterionKind
from harness.workflow.language import languages
from harness.workflow.language.criteria import as_check, judge
from harness.workflow.language.languages import LimitReached, QueryError, within
from harness.workflow.language.scope import Received, Scope

HERE = Source("flow.yaml", 3, 5)


def forever() -> int:
    while True:
        with suppress(Exception):  # as a library may do with an interruption
            sum(range(100))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "SECONDS", 0.2)


def test_what_is_done_in_time_is_returned_and_what_it_raises_is_raised() -> None:
    assert within(60.0, lambda: 7) == 7
    with pytest.raises(QueryError, match="selects nothing"):
        languages.jsonpath_value("$.a", {})
    with pytest.raises(KeyboardInterrupt):
        within(60.0, interrupted)


def interrupted() -> None:
    raise KeyboardInterrupt


def test_what_is_late_is_ended_and_leaves_no_thread() -> None:
    with pytest.raises(LimitReached, match=r"longer than 0\.05 s"):
        within(0.05, forever)

    assert [each for each in threading.enumerate() if each.name == "evaluation"] == []


class Lingering:
    def __del__(self) -> None:
        forever()


def test_an_evaluation_that_is_ended_while_it_disposes_of_a_value_is_not_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    monkeypatch.setattr(threading, "excepthook", reported.append)

    with pytest.raises(LimitReached):
        within(0.05, [Lingering() for _ in range(3)].clear)

    assert reported == []
    assert [each for each in threading.enumerate() if each.name == "evaluation"] == []


def test_other_exceptions_that_nobody_can_catch_are_still_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported: list[type[BaseException] | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda problem: reported.append(problem.exc_type))
    with pytest.raises(LimitReached):
        within(0.05, forever)

    Failing()

    assert reported == [KeyError]


class Failing:
    def __del__(self) -> None:
        raise KeyError


def xml(items: int) -> bytes:
    return f"<r>{''.join(f'<a>{number}</a>' for number in range(items))}</r>".encode()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("kind", "condition", "body", "media_type"),
    [
        pytest.param(
            CriterionKind.XPATH, "//a[. = //a[last()]]", xml(3000), "text/xml", id="xpath-product"
        ),
        pytest.param(
            CriterionKind.XPATH,
            "count(//a[count(//a[count(//a) > 0]) > 0]) = 0",
            xml(3000),
            "text/xml",
            id="xpath-cube",
        ),
        pytest.param(
            CriterionKind.XPATH,
            "for-each(1 to 9999, function($a) {for-each(1 to 9999, function($b) {$b})}) = 0",
            b"<r/>",
            "text/xml",
            id="xpath-functions",
        ),
        pytest.param(
            CriterionKind.JSONPATH,
            "$[?match(@, '(a|b)*c')]",
            compact(["ab" * 20] * 50_000).encode(),
            "application/json",
            id="jsonpath-match",
        ),
        pytest.param(
            CriterionKind.JSONPATH,
            "$..[?@..[?@.a == 1]]",
            compact([{"a": [{"a": n}]} for n in range(3000)]).encode(),
            "application/json",
            id="jsonpath-descents",
        ),
        pytest.param(
            CriterionKind.REGEX,
            "(?:a|b|ab){1,50}c",
            compact("ab" * 100_000).encode(),
            "application/json",
            id="regex",
        ),
        pytest.param(
            CriterionKind.XPATH,
            "//a = 1",
            b"<r>" + b" " * 2_100_000 + b"</r>",
            "text/xml",
            id="large",
        ),
    ],
)
def test_our_limits_are_errors_of_ours_and_no_failures_of_the_api(
    kind: CriterionKind, condition: str, body: bytes, media_type: str
) -> None:
    received = Received(Response(200, (("Content-Type", media_type),), body))
    criterion = Criterion(condition, kind, HERE, "$response.body", "")

    found = judge(criterion, Scope(received=received))
    check = as_check(criterion, found, step="s", exchange=1)

    assert found.status is Status.ERROR
    assert "within our limits" in found.actual
    assert check.attribution is Attribution.HARNESS


def test_an_evaluation_gets_seconds_and_not_minutes() -> None:
    assert 1.0 <= languages.SECONDS <= 10.0
