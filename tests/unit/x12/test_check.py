import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.products.prior_auth.strategies.x12_messages import (
    BREAKABLE,
    broken_x12_278_messages,
    x12_278_inquiries,
    x12_278_submissions,
)
from harness.x12.check import MOST_FINDINGS, check, errors
from harness.x12.findings import RULES
from harness.x12.review import Kind
from tests.unit.x12.messages import INQUIRY, inquiry_with

SEED = Path(__file__).parents[4] / "shared" / "seeds" / "003_acf2e6e6b6e7ffb7.txt"
"""The published sandbox page with its three messages; it is not part of the project."""

MESSAGES = x12_278_inquiries() | x12_278_submissions()


def rules_of(text: str) -> set[str]:
    return {found.rule for found in check(text)}


def test_a_sound_message_has_no_findings() -> None:
    assert check(INQUIRY) == ()


@settings(max_examples=40)
@given(MESSAGES)
def test_generated_messages_are_sound(text: str) -> None:
    assert check(text) == ()


@pytest.mark.parametrize("rule", BREAKABLE)
@settings(max_examples=4)
@given(data=st.data(), kind=st.sampled_from(Kind))
def test_each_rule_is_broken_alone(rule: str, data: st.DataObject, kind: Kind) -> None:
    text = data.draw(broken_x12_278_messages(rule=rule, kind=kind))
    companions = {"iea.missing"} if rule == "segment.unterminated" else set()

    assert rules_of(text) == {rule} | companions


def test_every_rule_but_those_on_size_can_be_broken() -> None:
    assert set(RULES) - set(BREAKABLE) == {"size.characters", "size.segments"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        pytest.param("*000000042*0*T", "*00000004A*0*T", "isa.control-number", id="isa13-letter"),
        pytest.param("000000042~", "42~", "isa.control-number", id="iea02-without-zeros"),
        pytest.param("SE*14", "SE*", "se.count", id="se01-empty"),
        pytest.param("SE*14", "SE*-14", "se.count", id="se01-negative"),
        pytest.param("HL*2*1", "HL*2*2", "hl.parent", id="own-parent"),
        pytest.param("HL*3*2", "HL*3*x", "hl.parent", id="parent-no-number"),
        pytest.param("HL*3*2", "HL*3*", "hl.level-order", id="no-parent"),
        pytest.param("*EV*0", "*EV*", "hl.child-flag", id="no-flag"),
        pytest.param("*EV*0", "*EV*1", "hl.child-flag", id="flag-without-child"),
        pytest.param("*EV*0", "*XX*0", "hl.level-order", id="unknown-level"),
        pytest.param("DMG*D8*20000101", "DMG*D8*2000011", "date.d8", id="seven-digits"),
        pytest.param("DMG*D8*20000101", "DMG*D8*", "date.d8", id="no-date"),
        pytest.param("HI*ABK:C3432", "DTP*472*RD8*20240101", "date.rd8", id="one-day-range"),
        pytest.param("MI*TST2", "MI", "nm1.id-pair", id="qualifier-alone"),
        pytest.param("HI*ABK:C3432", "HI*ABK:C3432*ABF:R07.9", "icd.decimal", id="second-code"),
        pytest.param("XX*1234567893", "24*12345", "ein.format", id="nm109-employer-number"),
        pytest.param("HI*ABK:C3432", "HCR*A6", "hcr.review-id", id="modified-without-number"),
        pytest.param("~BHT*", "~REF*ZZ*1~BHT*", "bht.structure", id="bht-not-second"),
        pytest.param("JO****", "J\x00****", "charset", id="control-character"),
        pytest.param("JO****", "J\n****", "charset", id="line-end-inside"),
        pytest.param("HL*2*1", "HL*2^*1", "element.simple", id="repeated-number"),
        pytest.param("SE*14", "SE*14:", "element.simple", id="count-with-component"),
    ],
)
def test_breaches_are_found(old: str, new: str, rule: str) -> None:
    assert rule in rules_of(inquiry_with(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("SE*14", "SE*0014", id="count-with-zeros"),
        pytest.param("20240115*102137*7", "20240115*1021*7", id="time-without-seconds"),
        pytest.param("HI*ABK:C3432", "DTP*472*RD8*20240101-20240131", id="range"),
        pytest.param("HI*ABK:C3432", "DTP*472*DT*202401011200", id="date-and-time"),
        pytest.param("HI*ABK:C3432", "HI*BO:12.5", id="no-diagnosis"),
        pytest.param("HI*ABK:C3432", "HCR*A3", id="denied-without-number"),
        pytest.param("HI*ABK:C3432", "REF*ZH*none", id="other-reference"),
    ],
)
def test_lawful_variants_pass(old: str, new: str) -> None:
    assert check(inquiry_with(old, new)) == ()


def test_two_groups_may_not_share_a_number() -> None:
    group = INQUIRY[106 : INQUIRY.index("IEA")]
    text = INQUIRY[:106] + group + group + "IEA*2*000000042~"

    assert rules_of(text) == {"gs.control-number"}


def test_a_dependent_stands_between_subscriber_and_event() -> None:
    text = inquiry_with("HL*4*3*EV*0", "HL*4*3*23*1~NM1*QC*1*DOE*JUNE~HL*5*4*EV*0").replace(
        "SE*14", "SE*16"
    )

    assert check(text) == ()


def test_findings_come_in_the_order_of_the_text() -> None:
    found = check(inquiry_with("C3432", "C34.32").replace("*T*", "*X*").replace("SE*14", "SE*1"))

    assert [each.rule for each in found] == ["isa.usage", "icd.decimal", "se.count"]


def test_only_so_many_findings_are_reported() -> None:
    assert len(check(INQUIRY.replace("~HI", "~" + "ref*1~" * 500 + "HI"))) == MOST_FINDINGS


def test_no_number_of_warnings_hides_an_error() -> None:
    text = INQUIRY.replace("~HI", "~REF*EI*1" * MOST_FINDINGS + "~HI")

    assert [each.rule for each in errors(text)] == ["se.count"]


def test_warnings_are_no_errors() -> None:
    text = inquiry_with("1234567893", "1234567890")

    assert rules_of(text) == {"npi.checksum"}
    assert errors(text) == ()


@pytest.mark.skipif(not SEED.exists(), reason="the published page is not on this machine")
def test_the_published_messages_break_tolerated_rules_only() -> None:
    messages = re.findall(r"ISA\*[^\"]+~", SEED.read_text())

    assert [errors(text) for text in messages] == [(), (), ()]
    assert [sorted(rules_of(text)) for text in messages] == [
        ["icd.decimal", "npi.checksum"],
        ["npi.checksum"],
        ["bht.date", "ein.format", "isa.authorization", "isa.date", "isa.parties"],
    ]


@given(st.text(max_size=60).map(lambda text: INQUIRY[:300] + text + INQUIRY[300:]))
def test_no_text_is_too_odd_to_be_checked(text: str) -> None:
    assert len(check(text)) <= MOST_FINDINGS
