import re

import pytest

from harness.x12.check import check
from harness.x12.findings import DEMANDS, RULES, Finding, Severity
from tests.unit.x12.messages import INQUIRY, inquiry_with


def test_a_finding_names_its_place_and_what_stands_there() -> None:
    found = check(inquiry_with("SE*14", "SE*15"))

    assert [str(each) for each in found] == [
        "SE01 (segment 16, character 430): se.count: "
        "SE01 counts the segments from ST to SE, not '15'."
    ]
    assert found[0].offset == INQUIRY.index("SE*14") + 3


def test_a_finding_without_a_segment_names_the_character() -> None:
    found = check(INQUIRY + "more")

    assert found[0].place == f"character {len(INQUIRY)}"


def test_a_finding_on_a_whole_segment_names_no_element() -> None:
    found = Finding("se.missing", segment=3, segment_id="ST", offset=163)

    assert (
        str(found) == "ST (segment 3, character 163): se.missing: a transaction set ends with SE."
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_a_stable_id_and_words(rule: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", rule)
    assert DEMANDS[rule]


def test_what_published_examples_break_is_a_warning() -> None:
    warnings = {rule for rule, severity in RULES.items() if severity is Severity.WARNING}

    assert {"npi.checksum", "icd.decimal", "isa.date", "bht.date", "ein.format"} <= warnings
