import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.x12.interchange import Element, segment
from harness.x12.parse import Limits, parse
from tests.unit.x12.messages import GS, INQUIRY, ISA, inquiry_with


def rules_of(text: str) -> list[str]:
    return [found.rule for found in parse(text).findings]


def test_a_message_is_read_as_segments_with_their_places() -> None:
    segments = parse(INQUIRY).interchange.segments

    assert [each.id for each in segments[:4]] == ["ISA", "GS", "ST", "BHT"]
    assert [(each.index, each.offset) for each in segments[:3]] == [(1, 0), (2, 106), (3, 163)]
    assert len(segments) == 18


def test_elements_are_read_as_repetitions_and_components() -> None:
    text = inquiry_with("HI*ABK:C3432", "HI*ABK:C3432^ABF:R079*X")
    found = parse(text).interchange.first("HI")

    assert found is not None
    assert found.element(1) == Element((("ABK", "C3432"), ("ABF", "R079")))
    assert found.value(2) == "X"


def test_the_delimiters_inside_isa_are_not_taken_for_separators() -> None:
    isa = parse(INQUIRY).interchange.segments[0]

    assert (isa.value(11), isa.value(16), len(isa.elements)) == ("^", ":", 16)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\n\n"])
def test_line_ends_after_a_segment_are_legal(line_end: str) -> None:
    parsed = parse(INQUIRY.replace("~", "~" + line_end))

    assert parsed.findings == ()
    assert parsed.interchange == parse(INQUIRY).interchange


def test_a_line_end_can_be_the_terminator_itself() -> None:
    parsed = parse(INQUIRY.replace("~", "\n"))

    assert parsed.findings == ()
    assert parsed.interchange.segments == parse(INQUIRY).interchange.segments


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("", "isa.missing", id="nothing"),
        pytest.param("<x12/>", "isa.missing", id="something-else"),
        pytest.param(ISA.replace("^", "U") + GS, "isa.delimiters", id="letter-as-delimiter"),
        pytest.param(ISA.replace(":", "*") + GS, "isa.delimiters", id="one-delimiter-twice"),
    ],
)
def test_an_unreadable_text_has_no_segments(text: str, rule: str) -> None:
    parsed = parse(text)

    assert parsed.interchange.segments == ()
    assert [found.rule for found in parsed.findings] == [rule]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        pytest.param(INQUIRY + "junk", ["trailing-data"], id="text-after-the-end"),
        pytest.param(INQUIRY + INQUIRY, ["trailing-data"], id="a-second-message"),
        pytest.param(INQUIRY + " \r\n", [], id="blank-after-the-end"),
        pytest.param(INQUIRY[:-1], ["segment.unterminated"], id="no-last-terminator"),
        pytest.param(inquiry_with("~GS", "~~GS"), ["segment.empty"], id="two-terminators"),
        pytest.param(inquiry_with("HI*ABK:C3432", "HI"), ["segment.empty"], id="no-elements"),
        pytest.param(inquiry_with("~GS", "~ GS"), ["segment.leading-space"], id="space"),
        pytest.param(inquiry_with("BHT*", "BHTX*"), ["segment.id"], id="long-id"),
        pytest.param(inquiry_with("BHT*", "*"), ["segment.id"], id="no-id"),
        pytest.param(inquiry_with("*TST2~", "*TST2*~"), ["segment.trailing-separator"], id="open"),
        pytest.param(inquiry_with("SENDER    *", "SENDER*"), ["isa.width"], id="short-sender"),
        pytest.param(inquiry_with("*ZZ*SYNTH", "*ZZ*SYN*H"), ["isa.width"], id="extra-separator"),
    ],
)
def test_odd_forms_are_findings(text: str, rules: list[str]) -> None:
    assert rules_of(text) == rules


def test_a_message_beyond_the_size_limit_is_not_read() -> None:
    parsed = parse(INQUIRY, Limits(characters=100))

    assert [found.rule for found in parsed.findings] == ["size.characters"]


@pytest.mark.parametrize("limit", [0, 3])
def test_reading_ends_at_the_segment_limit(limit: int) -> None:
    parsed = parse(INQUIRY, Limits(segments=limit))

    assert len(parsed.interchange.segments) == limit
    assert [found.rule for found in parsed.findings] == ["size.segments"]


@pytest.mark.parametrize("filling", ["~", "*", "^", ":", "A*~", " "])
def test_a_text_full_of_delimiters_is_read_within_bounds(filling: str) -> None:
    parsed = parse(ISA + filling * (400_000 // len(filling)))

    assert len(parsed.interchange.segments) <= 10_000
    assert len(parsed.findings) <= 30_001


@given(st.text() | st.text(alphabet="ISA*~:^\n0 ").map(lambda text: ISA + text))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    parsed = parse(text)

    assert parsed.interchange.segments or parsed.findings


def test_a_segment_is_equal_to_one_made_by_hand() -> None:
    assert parse(INQUIRY).interchange.segments[2] == segment("ST", "278", "0001", "005010X215")
