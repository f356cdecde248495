import json
from typing import Any

import pytest

from harness.document import parse
from harness.openapi.lint.rule import Finding
from harness.openapi.lint.run import lint
from harness.openapi.lint.table import RULES
from tests.unit.openapi.lint.defects import DEFECTS
from tests.unit.openapi.lint.documents import clean, clean_20, clean_31
from tests.unit.openapi.lint.planting import Planted
from tests.unit.openapi.lint.twins import TWINS


def findings(root: dict[str, Any]) -> tuple[Finding, ...]:
    return lint(parse(json.dumps(root), "api.json"))


@pytest.mark.parametrize(
    "root",
    [
        pytest.param(clean(), id="3.0"),
        pytest.param(clean_31(), id="3.1"),
        pytest.param(clean_20(), id="2.0"),
    ],
)
def test_a_document_without_a_defect_has_no_finding(root: dict[str, Any]) -> None:
    assert [str(each) for each in findings(root)] == []


@pytest.mark.parametrize("planted", [pytest.param(each, id=each.name) for each in DEFECTS])
def test_a_planted_defect_is_found_by_its_rule(planted: Planted) -> None:
    found = findings(planted.document())

    assert planted.rule in [each.rule.id for each in found], [str(each) for each in found]


@pytest.mark.parametrize("twin", [pytest.param(each, id=each.name) for each in TWINS])
def test_what_looks_like_a_defect_and_is_none_has_no_finding(twin: Planted) -> None:
    assert [str(each) for each in findings(twin.document())] == []


def test_every_rule_has_a_planted_defect() -> None:
    without = {rule.id for rule in RULES if not rule.is_optional and rule.kinds}

    assert without - {each.rule for each in DEFECTS} == set()


def test_there_are_more_than_two_hundred_planted_defects() -> None:
    assert len(DEFECTS) > 200
    assert len({each.name for each in DEFECTS}) == len(DEFECTS)
