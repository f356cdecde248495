from datetime import date

import pytest

from harness import document
from harness.errors import DocumentError
from harness.verdict.attestations import Attestation, parse
from tests.unit.report.samples import TODAY, requirement

GOOD = """- requirement: D003
  who: Jo Sample
  when: 2026-11-20
  what: Saw it in the portal.
"""
KNOWN = (requirement("D001"), requirement("D003"))


def test_an_attestation_says_who_saw_what_and_when() -> None:
    found = parse(document.parse(GOOD, "a.yaml"), KNOWN, today=TODAY)

    assert found == (Attestation("D003", "Jo Sample", date(2026, 11, 20), "Saw it in the portal."),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("who: Jo", r"a\.yaml:1:1: is not a list", id="no_list"),
        pytest.param(
            GOOD.replace("who:", "whom:"), r"a\.yaml:2:3: .*Did you mean 'who'", id="typo"
        ),
        pytest.param(GOOD.replace("Jo Sample", "''"), "does not say who", id="nobody"),
        pytest.param(
            GOOD.replace("D003", "D999"), r"a\.yaml:1:16: there is no requirement", id="id"
        ),
        pytest.param(GOOD.replace("2026-11-20", "yesterday"), "is not a date", id="no_date"),
        pytest.param(GOOD.replace("2026-11-20", "2026-11-23"), "yet to come", id="future"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        parse(document.parse(text, "a.yaml"), KNOWN, today=TODAY)
