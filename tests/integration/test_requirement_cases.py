"""Requirements and cases: none is named that does not exist, and what is open is told."""

from dataclasses import replace

import pytest

from harness.cli.spec import print_requirements
from harness.events import CasePlanned
from harness.openapi.requirements import Method, Requirement, Strength, by_id, load
from harness.resources import shipped
from harness.session.run.requirement_cases import counts, coverage, planned_cases
from tests.products import PRODUCTS


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> tuple[CasePlanned, ...]:
    return tuple(planned_cases(PRODUCTS, tmp_path_factory.mktemp("no-downloads")))


@pytest.fixture(scope="module")
def known() -> dict[str, Requirement]:
    return by_id(load())


def test_ids_of_cases_differ_by_more_than_the_case_of_their_letters(
    cases: tuple[CasePlanned, ...],
) -> None:
    spellings: dict[str, set[str]] = {}
    for each in cases:
        spellings.setdefault(each.case.casefold(), set()).add(each.case)

    assert [sorted(alike) for alike in spellings.values() if len(alike) > 1] == []


def test_no_case_names_an_unknown_requirement(
    cases: tuple[CasePlanned, ...], known: dict[str, Requirement]
) -> None:
    unknown = [
        (each.case, name) for each in cases for name in each.requirements if name not in known
    ]

    assert unknown == []


def test_every_case_verifies_a_requirement(cases: tuple[CasePlanned, ...]) -> None:
    assert [each.case for each in cases if not each.requirements] == []


def test_every_testable_requirement_has_a_case(
    cases: tuple[CasePlanned, ...], known: dict[str, Requirement]
) -> None:
    counted = counts(cases)

    assert [
        each.id for each in known.values() if not each.untestable and not counted[each.id]
    ] == []
    assert listed(None)[-1].endswith("0 testable without a case")


def test_no_requirement_that_cannot_be_tested_is_said_to_be(
    cases: tuple[CasePlanned, ...], known: dict[str, Requirement]
) -> None:
    counted = counts(cases)

    assert [each.id for each in known.values() if each.untestable and counted[each.id]] == []


def test_a_binding_requirement_rests_on_more_than_observations(
    cases: tuple[CasePlanned, ...], known: dict[str, Requirement]
) -> None:
    strengths: dict[str, set[str]] = {}
    for each in cases:
        for name in each.requirements:
            strengths.setdefault(name, set()).add(each.strength)

    assert [
        each.id
        for each in known.values()
        if each.strength is Strength.SHALL and strengths.get(each.id) == {"OBSERVE"}
    ] == []


def test_a_requirement_is_listed_with_the_number_of_its_cases(
    cases: tuple[CasePlanned, ...], known: dict[str, Requirement]
) -> None:
    counted = counts(cases)

    lines = listed("dental")

    row = next(line for line in lines if line.startswith("D112"))
    assert row.startswith(f"D112  SHALL    {counted['D112']} case")
    assert row.endswith(known["D112"].statement)
    assert not any(line.startswith("A0") for line in lines)


def test_the_committed_coverage_is_what_rules_and_workflows_say(
    cases: tuple[CasePlanned, ...], known: dict[str, Requirement]
) -> None:
    committed = (shipped("specs") / "coverage.csv").read_text(encoding="utf-8").splitlines()

    current = coverage(known.values(), cases).splitlines()

    changed = sorted(set(committed) ^ set(current))
    advice = "stale: run 'harness spec list --requirements --write specs/coverage.csv'"
    assert current == committed, f"{advice}\n" + "\n".join(changed)


def test_only_the_first_five_cases_of_a_requirement_are_named() -> None:
    requirement = Requirement("D001", "s", "d", Strength.SHALL, (), ("mock",), Method.UNIT)
    secret = replace(requirement, id="D002", environments=(), untestable="No call, no answer.")
    planned = [
        CasePlanned(f"b{each}", "B", "dental", "create", ("D001",)) for each in (3, 1, 2, 0, 6, 5)
    ]

    assert coverage((requirement, secret), [*planned, *planned]) == (
        "requirement,strength,testable,cases\n"
        "D001,SHALL,yes,b0; b1; b2; b3; b5; +1\n"
        'D002,SHALL,"No call, no answer.",\n'
    )


def listed(api: str | None) -> list[str]:
    lines: list[str] = []
    print_requirements(lines.append, api)
    return lines
