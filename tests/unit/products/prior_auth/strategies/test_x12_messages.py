import pytest
from hypothesis import given, settings

from harness.errors import InvalidArgument
from harness.products.prior_auth.strategies.x12_messages import (
    broken,
    broken_x12_278_messages,
    x12_278_inquiries,
    x12_278_submissions,
)
from harness.x12.check import check
from harness.x12.parse import parse
from harness.x12.review import Kind


@settings(max_examples=20)
@given(x12_278_inquiries())
def test_inquiries_are_sound_messages_of_their_version(text: str) -> None:
    assert check(text) == ()
    assert "~ST*278*" in text
    assert "*005010X215~BHT*0007*28*" in text


@settings(max_examples=20)
@given(x12_278_submissions())
def test_submissions_are_sound_messages_of_their_version(text: str) -> None:
    assert check(text) == ()
    assert "*005010X217~BHT*0007*13*" in text


@settings(max_examples=10)
@given(x12_278_inquiries(member_id="TST3"))
def test_the_member_can_be_named(text: str) -> None:
    assert "*MI*TST3~" in text


@settings(max_examples=10)
@given(x12_278_submissions(key="278_217_06_C"))
def test_the_key_is_the_receiver(text: str) -> None:
    isa = parse(text).interchange.first("ISA")

    assert isa is not None
    assert isa.value(8) == "278_217_06_C   "


@settings(max_examples=10)
@given(broken_x12_278_messages(rule="se.count", kind=Kind.SUBMISSION))
def test_a_broken_message_breaks_its_rule_alone(text: str) -> None:
    assert [each.rule for each in check(text)] == ["se.count"]


@pytest.mark.parametrize("rule", ["size.segments", "no.rule"])
def test_a_rule_that_no_edit_breaks_is_refused(rule: str) -> None:
    with pytest.raises(InvalidArgument, match=rule):
        broken_x12_278_messages(rule=rule, kind=Kind.INQUIRY)


@settings(max_examples=3)
@given(x12_278_inquiries())
def test_only_a_known_rule_can_be_broken(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"size\.segments"):
        broken(text, "size.segments")


def test_only_a_readable_message_can_be_broken() -> None:
    with pytest.raises(InvalidArgument, match="readable"):
        broken("none", "se.count")


def test_only_a_segment_that_is_there_can_be_broken() -> None:
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'A':15}*ZZ*{'B':15}*240115*1021*^*00501*000000001*0*T*:~"

    with pytest.raises(InvalidArgument, match="no segment SE"):
        broken(isa, "se.count")
