import pytest

from harness.x12.interchange import Delimiters, delimiters_of, has_fixed_width

FIXED = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*240115*1021*^*00501*000000001*0*T*:~"
)


def test_the_usual_delimiters_are_read_from_their_positions() -> None:
    assert delimiters_of(FIXED) == Delimiters("*", "^", ":", "~")


def test_other_delimiters_are_read_from_the_same_positions() -> None:
    text = FIXED.replace("*", "|").replace("^", "!").replace(":", ">").replace("~", "\n")

    assert delimiters_of(text) == Delimiters("|", "!", ">", "\n")


def test_a_segment_of_wrong_width_is_read_by_its_separators() -> None:
    text = FIXED.replace("SENDER         ", "SENDER")

    assert not has_fixed_width(text)
    assert delimiters_of(text) == Delimiters("*", "^", ":", "~")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("ISA", id="three-letters"),
        pytest.param("isa*00*", id="lower-case"),
        pytest.param(" " + FIXED, id="leading-space"),
        pytest.param(FIXED[:105], id="without-terminator"),
        pytest.param("ISA*00*~", id="two-elements"),
        pytest.param("ISA" + "*" * 15, id="fifteen-separators"),
    ],
)
def test_a_text_without_a_whole_isa_has_no_delimiters(text: str) -> None:
    assert delimiters_of(text) is None


@pytest.mark.parametrize(
    "delimiters",
    [
        pytest.param(Delimiters(element=":"), id="twice"),
        pytest.param(Delimiters(repetition="U"), id="letter"),
        pytest.param(Delimiters(component="1"), id="digit"),
        pytest.param(Delimiters(segment=" "), id="blank"),
        pytest.param(Delimiters(repetition=""), id="none"),
    ],
)
def test_delimiters_that_data_could_hold_are_unusable(delimiters: Delimiters) -> None:
    assert not delimiters.are_usable
