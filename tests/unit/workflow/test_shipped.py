"""The documents that ship: they are free of findings, complete, and say which requirements they verify."""

import pytest

from harness.resources import shipped
from harness.workflow.cases import case_list as cases
from harness.workflow.document import parse
from harness.workflow.document.model import Book
from harness.workflow.lint import check as lint


def book(name: str) -> Book:
    return parse.load(shipped("workflows") / f"{name}.arazzo.yaml")


@pytest.mark.parametrize(
    "name", ["dental-attachments", "medical-attachments", "onboarding", "prior-authorization"]
)
def test_a_shipped_document_is_free_of_findings(name: str) -> None:
    assert lint.lint(book(name)) == ()


def test_files_are_sent_singly_in_pairs_and_by_the_ten() -> None:
    assert [case.id for case in cases.expand(book("dental-attachments"))] == [
        "dental/round-trip/1-file",
        "dental/round-trip/2-files",
        "dental/round-trip/10-files",
    ]


def test_every_test_payer_has_its_case() -> None:
    found = [case.id for case in cases.expand(book("medical-attachments"))]

    electronic = ("01", "02", "04", "05", "06", "10", "51", "52", "53")
    printed = ("11", "12", "13", "14", "15", "16", "17", "18", "19")
    assert found == [f"medical/status/TESTEP{code}" for code in electronic] + [
        f"medical/status/TESTPP{code}" for code in printed
    ]


def test_every_payer_verifies_its_own_requirement() -> None:
    named = {
        each for case in cases.expand(book("medical-attachments")) for each in case.requirements
    }

    assert {f"A{number:03}" for number in range(20, 38)} <= named


def test_the_files_are_small() -> None:
    folder = shipped("workflows") / "files"

    assert all(path.stat().st_size < 20_000 for path in folder.iterdir())
