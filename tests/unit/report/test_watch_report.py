import json
from collections.abc import Sequence

from harness.report.watch_report import MOST_SIGNS, Watched, issues, lines, message, payload
from harness.verdict.watching import Known, RunChanges

NIGHT = "2026-11-30T03:00:00Z"


def known(name: str = "a", **changes: object) -> Known:
    values: dict[str, object] = {
        "id": name,
        "sentence": "A status of 201 and no error came.",
        "operation": "POST /documents",
        "attribution": "api",
        "cases": (f"dental/create/{name}",),
        "reach": 1,
        "first": "2026-11-28T03:00:00Z",
        "last": NIGHT,
        "marks": "f",
        **changes,
    }
    return Known(**values)  # type: ignore[arg-type]  # the fields above


def watched(turn: RunChanges, **changes: object) -> Watched:
    values: dict[str, object] = {
        "run": "20261130T030000Z-regression",
        "environment": "sandbox",
        "started": NIGHT,
        "conclusion": "NON_CONFORMANT: 1 of 9 cases shows it.",
        "verdict": "NON_CONFORMANT",
        "exit_code": 1,
        "turn": turn,
        **changes,
    }
    return Watched(**values)  # type: ignore[arg-type]  # the fields above


def kinds(found: Watched) -> Sequence[str]:
    return [each.kind for each in lines(found)]


def test_nothing_that_changed_is_nothing_to_tell() -> None:
    assert lines(watched(RunChanges())) == ()


def test_the_worst_is_told_first_and_what_goes_on_is_counted() -> None:
    turn = RunChanges(opened=(known("a"),), still=(known("b"), known("c")), closed=(known("d"),))

    told = lines(watched(turn))

    assert [str(each) for each in told] == [
        "new       POST /documents: A status of 201 and no error came. (1 case)",
        "gone      POST /documents: A status of 201 and no error came. (1 case)",
        "still     2 causes since 2026-11-28",
    ]


def test_a_flake_says_how_often() -> None:
    told = str(lines(watched(RunChanges(opened=(known(marks="fpf"),))))[0])

    assert "comes and goes: 2 of the last 3 runs on the same documents" in told


def test_cases_that_could_not_be_judged_are_told_with_what_was_in_the_way() -> None:
    told = lines(watched(RunChanges(), unjudged=300, obstacle="No token was given."))

    assert str(told[0]) == "unjudged  300 cases: No token was given."


def test_a_message_stays_short_however_much_there_is() -> None:
    many = tuple(known(str(number), sentence="x" * 900) for number in range(40))

    text = message(watched(RunChanges(opened=many, closed=many), documents=("y" * 900,) * 9))

    assert len(text) <= MOST_SIGNS
    assert text.startswith("sandbox, 2026-11-30 03:00 UTC: NON_CONFORMANT\nnew ")
    assert text.rpartition("\n")[2].startswith("and ")


def test_issues_tell_each_open_cause_once_and_in_single_lines() -> None:
    turn = RunChanges(
        opened=(known("a", sentence="first\n# second"),),
        still=(known("b"),),
        unclear=(known("c"),),
        calming=(known("d", marks="fpfp"),),
        closed=(known("e"),),
    )

    found = json.loads(issues(watched(turn)))

    by_kind = {kind: [each["id"] for each in found[kind]] for kind in ("opened", "still", "closed")}
    assert by_kind == {"opened": ["a"], "still": ["b", "c", "d"], "closed": ["e"]}
    assert found["opened"][0]["sentence"] == "first # second"
    assert found["still"][2]["flaky"]


def test_a_program_gets_the_figures_beside_the_text() -> None:
    found = payload(watched(RunChanges(opened=(known("a"),), still=(known("b"),))))

    assert (found["verdict"], found["opened"], found["open"]) == ("NON_CONFORMANT", ["a"], 2)
