"""Another reader of X12 finds nothing in a broken message that this one does not find."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.products.prior_auth.strategies.x12_messages import (
    BREAKABLE,
    broken,
    x12_278_inquiries,
    x12_278_submissions,
)
from harness.x12.check import check
from harness.x12.findings import UNREADABLE, Finding

x12file = pytest.importorskip("pyx12.x12file", reason="pyx12 is not installed")

MESSAGES = x12_278_inquiries() | x12_278_submissions()
MISPLACED = {
    "envelope.order",
    "gs.missing",
    "st.missing",
    "se.missing",
    "ge.missing",
    "iea.missing",
}
ANYWHERE = {*MISPLACED, "element.simple"}
"""The other reader knows no repetitions: to it a repeated number is no number at all."""
COVERED_BY = {
    ("isa", "001"): {"isa.control-number"},
    ("isa", "021"): {"iea.count"},
    ("isa", "023"): set[str](),
    ("isa", "024"): set[str](),
    ("gs", "3"): set[str](),
    ("gs", "4"): {"gs.control-number"},
    ("gs", "5"): {"ge.count"},
    ("gs", "6"): {"gs.control-number"},
    ("st", "2"): set[str](),
    ("st", "3"): {"st.control-number"},
    ("st", "4"): {"se.count"},
    ("st", "23"): {"st.control-number"},
    ("seg", "1"): {"segment.id", "segment.leading-space"},
    ("seg", "8"): {"segment.empty"},
    ("seg", "SEG1"): {"segment.trailing-separator"},
    ("seg", "HL1"): {"hl.sequence"},
    ("seg", "HL2"): {"hl.parent", "hl.level-order"},
}
"""What the other reader reports, and the rules of ours that say the same.

A part of the envelope that is missing or misplaced also covers what follows from it, and an empty
segment covers everything, because the other reader stops there.
"""
ENDS_READING = {*UNREADABLE, "isa.width", "isa.version", "segment.empty", "segment.leading-space"}


def reported(text: str) -> Iterator[tuple[str, str]]:
    """Yield what the other reader reports on a message; its crash is a report too."""
    reader = x12file.X12Reader(io.StringIO(text))
    for _ in reader:
        for error in reader.pop_errors():
            yield error[0], error[1]
    reader.cleanup()
    for error in reader.pop_errors():
        yield error[0], error[1]


def unmatched(text: str, found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Return what the other reader reports and ours does not."""
    rules = {each.rule for each in found}
    if rules & ENDS_READING:
        return []
    allowed = [code for code, names in COVERED_BY.items() if rules & (names | ANYWHERE)]
    try:
        return [code for code in reported(text) if code not in allowed]
    except (IndexError, x12file.pyx12.errors.X12Error):
        return [] if rules else [("reader", "crash")]


def up_to_its_end(text: str, found: tuple[Finding, ...]) -> str:
    """Cut off what follows IEA: the other reader takes it for more of the same message."""
    ends = [each.offset for each in found if each.rule == "trailing-data"]
    return text[: ends[0]] if ends else text


@settings(max_examples=30)
@given(MESSAGES)
def test_both_readers_are_content_with_a_sound_message(text: str) -> None:
    assert list(reported(text)) == []


@settings(max_examples=30)
@given(MESSAGES, st.sampled_from(BREAKABLE))
def test_ours_finds_what_the_other_finds_in_a_named_breach(text: str, rule: str) -> None:
    text = broken(text, rule)
    found = check(text)

    assert unmatched(up_to_its_end(text, found), found) == []


@settings(max_examples=60)
@given(
    MESSAGES,
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 8), st.text("~*:^ 019AHLSEGTI\n", max_size=6)),
        min_size=1,
        max_size=4,
    ),
)
def test_ours_finds_what_the_other_finds_after_random_edits(
    text: str, edits: list[tuple[float, int, str]]
) -> None:
    for where, removed, inserted in edits:
        at = 106 + int(where * max(0, len(text) - 106))
        text = text[:at] + inserted + text[at + removed :]
    found = check(text)

    assert unmatched(up_to_its_end(text, found), found) == []


@settings(max_examples=30)
@given(MESSAGES, st.data())
def test_ours_finds_what_the_other_finds_in_rearranged_segments(
    text: str, data: st.DataObject
) -> None:
    head, *segments = text.split("~")[:-1]
    picked = data.draw(st.lists(st.sampled_from(segments), max_size=len(segments)))
    text = "~".join((head, *picked, ""))
    found = check(text)

    assert unmatched(up_to_its_end(text, found), found) == []
