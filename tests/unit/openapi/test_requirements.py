import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness import document
from harness.errors import DocumentError
from harness.jsonvalue import Json, items, members, text
from harness.openapi.requirements import (
    Method,
    Requirement,
    Strength,
    by_id,
    in_scope,
    load,
    parse,
)
from harness.resources import shipped
from tests.products import PRODUCTS

ONE = """\
requirements:
  - id: D001
    statement: The service answers.
    source: a document, a section
    strength: SHALL
    endpoints: [DHC]
    environments: [mock, sandbox]
    capability: writes_allowed
    how: workflow
"""


@pytest.fixture(scope="module")
def bundled() -> tuple[Requirement, ...]:
    return load()


def read(content: str) -> tuple[Requirement, ...]:
    return parse(document.parse(content, "dental/set.yaml"))


def refusal(content: str) -> str:
    with pytest.raises(DocumentError) as caught:
        read(content)
    return str(caught.value)


def table(name: str, key: str) -> tuple[Mapping[str, Json], ...]:
    data = document.read(shipped("specs") / name / "sandbox.yaml").data
    return tuple(members(row) for row in items(members(data)[key]))


def test_every_statement_of_the_five_documents_is_there(bundled: tuple[Requirement, ...]) -> None:
    assert Counter(each.id[0] for each in bundled) == {"D": 150, "O": 30, "P": 30, "S": 64, "A": 73}
    assert len(by_id(bundled)) == 347


def test_the_ids_of_a_group_have_no_gap(bundled: tuple[Requirement, ...]) -> None:
    numbered = Counter(each.id[0] for each in bundled)

    assert set(by_id(bundled)) == {
        f"{letter}{number:03}"
        for letter, count in numbered.items()
        for number in range(1, count + 1)
    }


def test_requirements_come_ordered_by_id(bundled: tuple[Requirement, ...]) -> None:
    assert [bundled[0].id, bundled[73].id, bundled[-1].id] == ["A001", "D001", "S064"]


def test_no_two_requirements_say_the_same(bundled: tuple[Requirement, ...]) -> None:
    assert [text for text, n in Counter(each.statement for each in bundled).items() if n > 1] == []


def test_every_statement_is_one_sentence(bundled: tuple[Requirement, ...]) -> None:
    assert [r.id for r in bundled if not re.fullmatch(r"[A-Za-z].*[^.]\.", r.statement)] == []
    assert [r.id for r in bundled if re.search(r"\. [A-Z]", r.statement)] == []


def test_a_requirement_that_needs_a_fault_is_tested_on_the_mock_alone(
    bundled: tuple[Requirement, ...],
) -> None:
    injected = [r for r in bundled if r.how is Method.FAULT and not r.untestable]

    assert {r.environments for r in injected if r.id != "A043"} == {("mock",)}


def test_nothing_that_can_be_tested_lacks_an_endpoint(bundled: tuple[Requirement, ...]) -> None:
    assert [r.id for r in bundled if not r.endpoints and not r.untestable] == []


def test_a_requirement_keeps_what_its_file_says_and_where() -> None:
    (requirement,) = read(ONE)

    assert str(requirement.place) == "dental/set.yaml:2:9"
    assert requirement == Requirement(
        id="D001",
        statement="The service answers.",
        source="a document, a section",
        strength=Strength.SHALL,
        endpoints=("DHC",),
        environments=("mock", "sandbox"),
        how=Method.WORKFLOW,
        group="dental",
        capability="writes_allowed",
        place=requirement.place,
    )


@pytest.mark.parametrize(
    ("found", "broken", "message"),
    [
        pytest.param(
            "    how:",
            "    hwo:",
            "dental/set.yaml:9:5: there is no key 'hwo'. Did you mean 'how'?",
            id="unknown-key",
        ),
        pytest.param(
            "requirements:",
            "requirments:",
            "dental/set.yaml:1:1: there is no key 'requirments'. Did you mean 'requirements'?",
            id="unknown-top-level-key",
        ),
        pytest.param(
            "SHALL",
            "SHALT",
            "dental/set.yaml:5:15: there is no strength 'SHALT'. Did you mean 'SHALL'?",
            id="unknown-strength",
        ),
        pytest.param(
            "[mock, sandbox]",
            "[mock, sandbx]",
            "dental/set.yaml:7:26: there is no environment 'sandbx'. Did you mean 'sandbox'?",
            id="unknown-environment",
        ),
        pytest.param(
            "writes_allowed",
            "write_allowed",
            "dental/set.yaml:8:17: there is no capability 'write_allowed'. Did you mean 'writes_allowed'?",
            id="unknown-capability",
        ),
        pytest.param(
            "workflow",
            "workflows",
            "dental/set.yaml:9:10: there is no how 'workflows'. Did you mean 'workflow'?",
            id="unknown-method",
        ),
        pytest.param(
            "D001",
            "D1",
            "dental/set.yaml:2:9: 'D1' is no requirement id. Write it like D001.",
            id="no-id",
        ),
        pytest.param(
            "The service answers.",
            "7",
            "dental/set.yaml:3:16: statement is not a text. Write a sentence or a name.",
            id="statement-is-a-number",
        ),
        pytest.param(
            "The service answers.",
            "''",
            "dental/set.yaml:3:16: statement is not a text. Write a sentence or a name.",
            id="statement-is-empty",
        ),
        pytest.param(
            "    strength: SHALL\n",
            "",
            "dental/set.yaml:2:5: the requirement has no strength. Add 'strength:'.",
            id="strength-is-missing",
        ),
        pytest.param(
            "[DHC]",
            "DHC",
            "dental/set.yaml:6:16: endpoints is not a list. Write it in brackets: [A, B].",
            id="endpoints-is-a-text",
        ),
        pytest.param(
            "[mock, sandbox]",
            "[]",
            "dental/set.yaml:7:19: D001 can be tested nowhere. Name one, or say why under 'untestable'.",
            id="testable-nowhere",
        ),
        pytest.param(
            "    capability: writes_allowed",
            "    untestable: nobody can see it",
            "dental/set.yaml:7:19: D001 is untestable and yet names environments. Remove one of the two.",
            id="untestable-and-testable",
        ),
        pytest.param(
            ONE,
            "requirements: D001",
            "dental/set.yaml:1:15: holds no list of requirements. Put them under the key 'requirements'.",
            id="no-list",
        ),
        pytest.param(
            ONE,
            "requirements: [D001]",
            "dental/set.yaml:1:16: the requirement has no id. Add 'id:'.",
            id="row-is-a-text",
        ),
    ],
)
def test_a_wrong_entry_is_refused_at_its_place(found: str, broken: str, message: str) -> None:
    assert refusal(ONE.replace(found, broken)) == message


def test_an_id_that_two_files_use_is_refused(tmp_path: Path) -> None:
    for api in ("one", "two"):
        (tmp_path / api).mkdir()
        (tmp_path / api / "requirements.yaml").write_text(ONE, "utf-8")

    with pytest.raises(DocumentError) as caught:
        load(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path}/two/requirements.yaml:2:9: the requirement D001 exists already,"
        f" at {tmp_path}/one/requirements.yaml:2:9. Give it another id."
    )


def test_a_folder_without_any_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="holds no requirement set"):
        load(tmp_path)


def test_scope_takes_the_chosen_apis_and_what_binds_all(bundled: tuple[Requirement, ...]) -> None:
    scope = in_scope(bundled, apis=("prior-auth",), environment="mock")

    assert {each.id[0] for each in scope} == {"P", "S", "O"}
    assert all("mock" in each.environments for each in scope)


def test_nothing_untestable_is_in_scope(bundled: tuple[Requirement, ...]) -> None:
    scopes = [
        in_scope(bundled, apis=PRODUCTS.names, environment=name)
        for name in ("mock", "sandbox", "production")
    ]

    assert not any(each.untestable for scope in scopes for each in scope)


def test_each_test_payer_has_the_requirement_that_names_it(
    bundled: tuple[Requirement, ...],
) -> None:
    payers = table("medical", "payers")
    statements = {id_: each.statement for id_, each in by_id(bundled).items()}

    assert [row["requirement"] for row in payers] == [f"A{n:03}" for n in range(20, 38)]
    for row in payers:
        assert f"{row['id']} gets status {row['code']}" in statements[text(row["requirement"])]


def test_the_code_of_a_test_payer_is_the_end_of_its_id() -> None:
    for row in table("medical", "payers"):
        assert re.fullmatch(r"TEST(EP|PP)[0-9]{2}", text(row["id"]))
        assert text(row["id"])[-2:] == row["code"]


def test_a_varying_message_fits_its_own_pattern() -> None:
    varying = {
        row["id"]: re.search(text(row["message_pattern"]), text(row["message"])) is not None
        for row in table("medical", "payers")
        if "message_pattern" in row
    }

    assert varying == {"TESTEP53": True, "TESTPP17": True, "TESTPP18": True}


def test_only_partial_acceptance_tells_documents_apart() -> None:
    apart = {
        row["id"]: [members(each)["code"] for each in items(row["documents"])]
        for row in table("medical", "payers")
        if "documents" in row
    }

    assert apart == {"TESTEP10": ["52", "06"]}


def test_each_test_member_has_the_requirement_that_names_it(
    bundled: tuple[Requirement, ...],
) -> None:
    rows = table("prior-auth", "members")

    assert [row["id"] for row in rows] == [f"TST{n}" for n in range(1, 12)]
    for row in rows:
        statement = by_id(bundled)[text(row["requirement"])].statement
        assert f"member {row['id']} " in statement
        assert text(row.get("authorization")) in statement


def test_the_seven_submission_keys_have_one_decision_each() -> None:
    decided = {
        row["id"]: row.get("action") or row.get("reject")
        for row in table("prior-auth", "submission_keys")
    }

    assert decided == {
        "278_217_01_A1": "A1",
        "278_217_02_A2": "A2",
        "278_217_03_A3": "A3",
        "278_217_04_A4": "A4",
        "278_217_05_A5": "A6",
        "278_217_06_C": "C",
        "AAA_217_07_73": "73",
    }


def test_an_endpoint_that_its_set_does_not_list_is_refused() -> None:
    listed = f"endpoints: [DHC, DCR]\n{ONE.replace('[DHC]', '[DHX]')}"

    assert refusal(listed) == (
        "dental/set.yaml:7:17: there is no endpoint 'DHX'. Did you mean 'DHC'?"
    )


def test_every_set_that_ships_lists_its_endpoints() -> None:
    for path in shipped("specs").glob("*/requirements.yaml"):
        assert items(members(document.read(path).data).get("endpoints")), path


def test_the_folder_of_a_set_says_whose_requirements_these_are(
    bundled: tuple[Requirement, ...],
) -> None:
    groups = {"D": "dental", "A": "medical", "P": "prior-auth", "S": "prior-auth", "O": "platform"}

    assert {(each.id[0], each.group) for each in bundled} == set(groups.items())


def test_a_set_in_no_folder_binds_nobody_and_is_refused() -> None:
    with pytest.raises(DocumentError, match="stands in no folder"):
        parse(document.parse(ONE, "set.yaml"))
