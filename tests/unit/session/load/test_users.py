"""Users take rows by seed and number alone, and what they did is told request by request."""

from collections.abc import Callable
from threading import Thread

import pytest

from harness.errors import ConfigurationError, InvalidArgument, Unreachable
from harness.exchange import Exchange, Request, Response
from harness.outcome import Attribution, Check, Outcome, Status
from harness.session.load.job import refuse_without_locust
from harness.session.load.prepare import LoadOptions, options_from, read_book
from harness.session.load.user_group import UserGroup
from harness.session.load.users import Rows, User, visit_of
from harness.verdict.load.tally import Ending, Sample, Visit
from harness.workflow.cases.case_list import expand

PASSED = Visit(Ending.PASSED, 0.1, (Sample("GET /things", 0.1),))


class Scripted:
    """Stands for a user: each visit is what a function gives for its number."""

    def __init__(self, act: Callable[[int], Visit]) -> None:
        self.visit = act


def crew_of(act: Callable[[int], Visit], *, iterations: int = 0) -> UserGroup:
    user_group = UserGroup()
    user: User = Scripted(act)  # type: ignore[assignment]  # a user in all that a user_group asks of one
    user_group.plan(lambda: user, iterations=iterations)
    return user_group


def exchange(number: int, *, status: int = 200, step: str = "create") -> Exchange:
    request = Request("POST", "http://127.0.0.1:1/things", operation="POST /things", step=step)
    response = Response(status, body=b"12345") if status else None
    return Exchange(number, request, response, duration_seconds=0.25)


def test_user_n_begins_with_row_seed_plus_n_and_takes_rows_in_turn() -> None:
    cases = expand(read_book(LoadOptions("medical-attachments")))
    rows = Rows(cases, seed=3)

    taken = [[rows.of(user, visit).id for visit in range(2)] for user in range(2)]

    ids = [each.id for each in cases]
    assert taken == [[ids[3], ids[4]], [ids[4], ids[5]]]
    assert rows.of(len(ids), 0).id == rows.of(0, 0).id


def test_each_request_is_told_and_that_of_the_failed_step_with_its_sentence() -> None:
    bad = Check(
        "create: $statusCode == 201",
        Status.FAIL,
        "201",
        "$statusCode is 500",
        "step create",
        exchange=2,
    )
    outcome = Outcome("a", Status.FAIL, (bad,), duration_seconds=0.5)

    found = visit_of(outcome, [exchange(1), exchange(2, status=500)])

    assert found.ending is Ending.FAILED
    assert [each.failure for each in found.samples] == [
        "",
        "step create: The answer has status 500; 201 is promised.",
    ]
    assert (found.samples[0].operation, found.samples[0].size) == ("POST /things", 5)
    assert found.reason == ""


def test_a_step_without_an_answer_could_not_be_judged() -> None:
    silent = Check(
        "create: answered",
        Status.ERROR,
        "a response",
        "no connection",
        exchange=1,
        attribution=Attribution.ENVIRONMENT,
    )

    found = visit_of(Outcome("a", Status.ERROR, (silent,)), [exchange(1, status=0)])

    assert found.ending is Ending.UNJUDGED
    assert not found.samples[0].is_answered
    assert "no connection" in found.samples[0].failure


def test_what_fails_without_a_request_is_told_as_well() -> None:
    found = visit_of(Outcome("a", Status.ERROR, (), "it needs a token: none came"), [])

    assert (found.ending, found.reason) == (Ending.UNJUDGED, "it needs a token: none came")


def test_what_was_under_way_at_the_end_counts_for_nothing() -> None:
    stopped = Check("bounds of the case", Status.ERROR, "an end", "the run was stopped")

    assert visit_of(Outcome("a", Status.ERROR, (stopped,)), []).ending is Ending.CUT


def test_a_user_does_its_iterations_and_stays_until_the_end() -> None:
    reported: list[Visit] = []
    user_group = crew_of(lambda _: PASSED, iterations=3)
    thread = Thread(target=user_group.live, args=[reported.append])

    thread.start()
    while not user_group.done:
        pass
    assert user_group.active == 1
    user_group.end(at_once=False)
    thread.join()

    assert (len(reported), user_group.entered, user_group.active) == (3, 1, 0)
    assert user_group.taken().requests == 3
    assert user_group.taken().requests == 0


def test_no_visit_is_begun_after_the_end() -> None:
    user_group = crew_of(lambda _: PASSED)
    user_group.end(at_once=True)

    user_group.live(lambda _: None)

    assert (user_group.taken().ended, user_group.is_stopped(), user_group.done) == (0, True, 0)


def test_a_problem_of_one_user_ends_all_of_them() -> None:
    def fail(_: int) -> Visit:
        raise Unreachable("it has stopped answering.")

    user_group = crew_of(fail)

    user_group.live(lambda _: None)

    assert str(user_group.problem) == "it has stopped answering."
    assert user_group.is_ending


def test_a_crew_that_nobody_planned_is_a_mistake_of_ours() -> None:
    with pytest.raises(InvalidArgument):
        UserGroup().live(lambda _: None)


def test_what_is_asked_goes_through_json() -> None:
    options = LoadOptions(
        "book", servers={"a": "http://127.0.0.1:1"}, target={"seed": 4}, iterations=2
    )

    assert options_from(options.as_text()) == options


@pytest.mark.parametrize("found", [None, ValueError()], ids=["absent", "blocked"])
def test_without_locust_one_sentence_says_what_to_install(found: Exception | None) -> None:
    def look(_: str) -> None:
        if found:
            raise found

    with pytest.raises(ConfigurationError, match=r"pip install 'contract-harness\[load\]'") as it:
        refuse_without_locust(look)

    assert it.value.exit_code == 2
