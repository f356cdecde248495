from collections.abc import Mapping
from pathlib import Path

import pytest

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.products.medical.codes.statuses import BY_CODE, STATUSES, is_terminal
from harness.resources import shipped


def test_eighteen_statuses_are_published() -> None:
    assert [status.code for status in STATUSES] == [
        *["01", "02", "04", "05", "06", "10", "11", "12", "13"],
        *["14", "15", "16", "17", "18", "19", "51", "52", "53"],
    ]


@pytest.mark.parametrize("code", ["06", "10", "12", "13", "15", "19", "51", "52", "53"])
def test_polling_ends_at_a_terminal_code(code: str) -> None:
    assert is_terminal(code)


@pytest.mark.parametrize("code", ["01", "02", "04", "05", "11", "14", "16", "17", "18"])
def test_polling_goes_on_while_something_may_follow(code: str) -> None:
    assert not is_terminal(code)


def test_an_acknowledgement_is_not_the_end() -> None:
    assert not is_terminal("05")


@pytest.mark.parametrize("code", ["", "03", "07", "1", "99", "051", "\u0660\u0666"])
def test_an_unpublished_code_is_not_the_end(code: str) -> None:
    assert not is_terminal(code)


@pytest.fixture(scope="module")
def payers() -> tuple[Mapping[str, Json], ...]:
    table = document.read(Path(shipped("specs"), "medical", "sandbox.yaml"))
    return tuple(members(row) for row in items(members(table.data)["payers"]))


def test_the_test_payers_agree_with_the_table(payers: tuple[Mapping[str, Json], ...]) -> None:
    published = {code: (each.failure, each.terminal) for code, each in BY_CODE.items()}

    assert {text(row["code"]): (row["failure"], row["terminal"]) for row in payers} == published


def test_the_messages_of_the_test_payers_start_as_the_table_says(
    payers: tuple[Mapping[str, Json], ...],
) -> None:
    for row in payers:
        assert text(row["message"]).startswith(BY_CODE[text(row["code"])].message)
